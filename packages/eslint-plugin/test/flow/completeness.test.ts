import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseForESLint } from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { describe, expect, it } from 'vitest'
import { linkParents, traverse } from '../../src/ast/child-nodes.ts'
import { type CodeRoot, getCodeRoot } from '../../src/ast/function-node.ts'
import { buildFlowGraph } from '../../src/flow/build-flow-graph.ts'
import type { FlowGraph } from '../../src/flow/flow-graph.ts'

const require = createRequire(import.meta.url)
const folderOf = (name: string): string => require.resolve(`${name}/package.json`).replace('package.json', '')
const largestFileIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)[0]!

const RECORDED = new Set([
  'ArrowFunctionExpression',
  'AwaitExpression',
  'CallExpression',
  'ClassDeclaration',
  'ClassExpression',
  'FunctionDeclaration',
  'FunctionExpression',
  'ImportExpression',
  'NewExpression',
  'ReturnStatement',
  'TaggedTemplateExpression',
  'ThrowStatement',
  'UpdateExpression',
  'YieldExpression',
])

function isMethodValue(node: TSESTree.Node): boolean {
  return node.parent?.type === 'MethodDefinition' && node.parent.value === node
}

/** Every node of the kinds above has a point in the graph of its own code, and in no other. Returns how many there are. */
function countPoints(text: string): number {
  const { ast, visitorKeys } = parseForESLint(text, { range: true, loc: true, sourceType: 'module' })
  linkParents(ast as unknown as TSESTree.Program, visitorKeys)
  const graphs = new Map<CodeRoot, FlowGraph>()
  let count = 0
  traverse(ast as unknown as TSESTree.Program, {
    visitorKeys,
    enter(node) {
      if (!RECORDED.has(node.type) || isMethodValue(node)) return
      const root = getCodeRoot(node)
      let graph = graphs.get(root)
      if (!graph) graphs.set(root, (graph = buildFlowGraph(root)))
      if (graph.pointsOf(node).length === 0) {
        expect.fail(`${node.type} at ${node.loc.start.line}:${node.loc.start.column} has no point`)
      }
      count++
    },
  })
  for (const graph of graphs.values()) {
    for (const block of graph.blocks)
      for (const { node } of block.points) {
        if (RECORDED.has(node.type) && getCodeRoot(node) !== graph.root)
          expect.fail(`${node.type} is in a foreign graph`)
      }
  }
  return count
}

describe('buildFlowGraph', () => {
  it.each([
    `${folderOf('eslint')}lib/linter/linter.js`,
    `${folderOf('eslint')}lib/rules/indent.js`,
    require.resolve('fast-check'),
    largestFileIn(`${folderOf('vitest')}dist/chunks`),
    ...['lower-expression', 'flow-builder'].map((name) => join(import.meta.dirname, `../../src/flow/${name}.ts`)),
  ])('%#. records every call, await, closure and jump of a real file', { timeout: 60_000 }, (path) => {
    expect(countPoints(readFileSync(path, 'utf8'))).toBeGreaterThan(50)
  })
})
