import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findEnclosingClass, listOwnMembers } from './class-member.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** What makes a piece of code run. */
export type CodeTrigger =
  /** A function that runs it is passed to a call: a listener, the callback of a timer. */
  | { readonly is: 'argument'; readonly call: TSESTree.CallExpression; readonly index: number }
  /** It runs as part of code at which the search stops, at `node`. */
  | { readonly is: 'direct'; readonly node: TSESTree.Node; readonly root: CodeRoot }
  | { readonly is: 'unknown' }

const MAX_DEPTH = 6

/**
 * Everything that makes `node` run, through functions of the file and methods of its class. A function whose callers are
 * out of sight is `unknown`.
 *
 * @param isStop code that is not looked behind
 */
export function findCodeTriggers(
  node: TSESTree.Node,
  unit: SourceUnit,
  isStop: (root: CodeRoot) => boolean,
): CodeTrigger[] {
  const triggers: CodeTrigger[] = []
  const seen = new Set<CodeRoot>()
  climb(node, 0)
  return triggers

  function climb(from: TSESTree.Node, depth: number): void {
    const root = getCodeRoot(from)
    if (!isFunctionNode(root) || isStop(root)) {
      triggers.push({ is: 'direct', node: from, root })
      return
    }
    if (seen.has(root)) return
    seen.add(root)
    if (depth > MAX_DEPTH) {
      triggers.push({ is: 'unknown' })
      return
    }
    const at = climbWrappers(root)
    const { parent } = at
    if (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') followUse(at, depth)
    else {
      const { isWhole, mentions } = listMentions(root, unit)
      if (!isWhole) triggers.push({ is: 'unknown' })
      for (const mention of mentions) followUse(mention, depth)
    }
  }

  /** A mention of a function: a call of it, or a place that it is handed to. */
  function followUse(mention: TSESTree.Node, depth: number): void {
    const at = climbWrappers(mention)
    const { parent } = at
    if (parent?.type === 'CallExpression') {
      if (parent.callee === at) climb(parent, depth + 1)
      else triggers.push({ is: 'argument', call: parent, index: parent.arguments.indexOf(at as TSESTree.Expression) })
    } else if (parent?.type === 'NewExpression' && getGlobalPath(unit.resolveOrigin(parent.callee)) === 'Promise') {
      climb(parent, depth + 1)
    } else if (!isTested(at)) triggers.push({ is: 'unknown' })
  }
}

function isTested(at: TSESTree.Node): boolean {
  const { parent } = at
  return parent?.type === 'IfStatement' || (parent?.type === 'LogicalExpression' && parent.left === at)
}

interface Mentions {
  readonly mentions: readonly TSESTree.Node[]
  /** There are no others, out of sight. */
  readonly isWhole: boolean
}

const OUT_OF_SIGHT: Mentions = { mentions: [], isWhole: false }

/** Where a function is named. */
function listMentions(root: FunctionNode, unit: SourceUnit): Mentions {
  const at = climbWrappers(root)
  const { parent } = at
  const isField = parent?.type === 'PropertyDefinition' && parent.value === at
  if (parent?.type === 'MethodDefinition' || isField) {
    const owner = findEnclosingClass(parent)
    const name = getStaticPropertyName(parent)
    const members = owner && name !== undefined ? listOwnMembers(owner, unit).get(name) : undefined
    // a public method can be called from outside as well
    return { mentions: members ?? [], isWhole: name?.startsWith('#') === true }
  }
  const name =
    root.type === 'FunctionDeclaration'
      ? root.id
      : parent?.type === 'VariableDeclarator' && parent.init === at && parent.id.type === 'Identifier'
        ? parent.id
        : undefined
  const binding = name ? unit.bindings.resolve(name) : undefined
  if (!binding || binding.isReassigned) return OUT_OF_SIGHT
  const mentions = binding.references.filter(({ isRead }) => isRead).map(({ identifier }) => identifier)
  return { mentions, isWhole: !binding.isExported }
}
