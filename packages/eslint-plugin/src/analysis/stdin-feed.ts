import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, getStaticString } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { isDeferring } from './local-function.ts'
import { getGlobalPath } from './module-origin.ts'
import { EMPTY_SHAPE, readObjectShape } from './object-shape.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** The uses that bring bytes into the child's `stdin`: `write()`, `end(data)`, `source.pipe(child.stdin)`. */
export function findFeeds({ options: { stdio } }: SpawnSite, { uses }: FollowedHandle): HandleUse[] {
  // without a pipe there is no stream: a `child.stdin?.write()` does nothing
  if (stdio.stdin.kind !== 'pipe' && stdio.stdin.kind !== 'unknown') return []
  return uses.filter(({ facet, kind }) => facet === 'stdin' && kind === 'write')
}

/** `end(data)`, as against `end()`, `end(callback)`, `end('')`. */
export function isEndingWithData({ arguments: [data] }: TSESTree.CallExpression, { bindings }: SourceUnit): boolean {
  if (!data) return false
  const value = followConstants(data, bindings)
  if (value.type === 'ArrowFunctionExpression' || value.type === 'FunctionExpression') return false
  const fixed = getStaticPrimitive(value)
  return !fixed || (fixed.value !== undefined && fixed.value !== null && fixed.value !== '')
}

/** `pipe()` ends its target with its source, unless `{ end: false }` says otherwise. */
export function isEndedByPipe({ arguments: [, options] }: TSESTree.CallExpression, { bindings }: SourceUnit): boolean {
  const shape = options ? readObjectShape(options, bindings, () => false) : EMPTY_SHAPE
  const end = shape.get('end')
  if (end.is !== 'known') return true
  const value = readPrimitive(end.value, bindings)
  return value.is !== 'known' || value.value !== false
}

/**
 * Is the child talked to, in pieces, for as long as somebody has something to say: a write in a listener, a timer, a method
 * or a function that is handed on, several by a helper, or with an `await` for the answer in between? What the code that
 * starts the child writes by itself in one go is no conversation.
 */
export function isConversation(feeds: readonly HandleUse[], { root }: SpawnSite, unit: SourceUnit): boolean {
  if (feeds.length > 1 && (feeds.some(({ node, source }) => node !== source) || hasWaitBetween(feeds, root, unit)))
    return true
  return feeds.some(({ node }) => {
    let at = getCodeRoot(node)
    while (at !== root && at.type !== 'Program' && runsOnce(at, unit)) at = getCodeRoot(at)
    return at !== root
  })
}

function hasWaitBetween(feeds: readonly HandleUse[], root: CodeRoot, { visitorKeys }: SourceUnit): boolean {
  const from = Math.min(...feeds.map(({ node }) => node.range[1]))
  const to = Math.max(...feeds.map(({ node }) => node.range[0]))
  let isFound = false
  traverse(root, {
    visitorKeys,
    enter(node) {
      const isWait = node.type === 'AwaitExpression' || node.type === 'YieldExpression'
      if (isWait && node.range[0] >= from && node.range[1] <= to) isFound = true
      return !isFound && node.range[1] >= from && node.range[0] <= to && (node === root || !isFunctionNode(node))
    },
  })
  return isFound
}

/** A promise's executor, a function that is called where it stands, or at the next turn, or when the child has started. */
function runsOnce(code: TSESTree.Node, unit: SourceUnit): boolean {
  const at = climbWrappers(code)
  const { parent } = at
  if (parent?.type === 'CallExpression') {
    if (parent.callee === at) return true
    const [first, second] = parent.arguments
    if (second === at) return getStaticString(first) === 'spawn'
    const isTimer = getGlobalPath(unit.resolveOrigin(parent.callee)) === 'setTimeout'
    return first === at && !isTimer && isDeferring(parent.callee, unit)
  }
  return (
    parent?.type === 'NewExpression' &&
    parent.arguments[0] === at &&
    getGlobalPath(unit.resolveOrigin(parent.callee)) === 'Promise'
  )
}
