import { parseForESLint } from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../../src/ast/bindings.ts'
import { linkParents, traverse } from '../../src/ast/child-nodes.ts'
import { type CodeRoot, isFunctionNode } from '../../src/ast/function-node.ts'
import { createScopeBindings } from '../../src/ast/scope-bindings.ts'
import { buildFlowGraph } from '../../src/flow/build-flow-graph.ts'
import type { FlowGraph } from '../../src/flow/flow-graph.ts'

export interface ParsedCode {
  readonly text: string
  readonly program: TSESTree.Program
  readonly bindings: Bindings
  /** In source order. */
  readonly nodes: readonly TSESTree.Node[]
  /** The first function of the text, else the program. */
  readonly root: CodeRoot
  readonly graph: FlowGraph
  /** The first node whose source is exactly `source`. */
  find(source: string): TSESTree.Node
  /** Every node whose source is exactly `source`. */
  findAll(source: string): TSESTree.Node[]
}

export function parseCode(text: string): ParsedCode {
  const { ast, scopeManager } = parseForESLint(text, {
    range: true,
    loc: true,
    sourceType: 'module',
    ecmaFeatures: { jsx: true },
  })
  const program = ast as unknown as TSESTree.Program
  linkParents(program)
  const nodes: TSESTree.Node[] = []
  traverse(program, { enter: (node) => void nodes.push(node) })
  const root = (nodes.find((node) => isFunctionNode(node)) ?? program) as CodeRoot
  const findAll = (source: string): TSESTree.Node[] =>
    nodes.filter(({ range: [from, to] }) => text.slice(from, to) === source)
  return {
    text,
    program,
    nodes,
    bindings: createScopeBindings(scopeManager as never),
    root,
    graph: buildFlowGraph(root),
    findAll,
    find(source) {
      // The innermost of a statement and its expression is the one that completes.
      const found = findAll(source).at(-1)
      if (!found) throw new Error(`Not in the text: ${source}`)
      return found
    },
  }
}
