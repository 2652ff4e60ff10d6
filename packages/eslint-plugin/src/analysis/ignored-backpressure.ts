import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { followConstants } from './known-value.ts'
import { hasAwait } from './repeated-code.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { findFeeds } from './stdin-feed.ts'

/** A `write()` that is repeated for as long as something comes, and whose result nobody looks at. */
export interface IgnoredBackpressure {
  readonly write: TSESTree.CallExpression
  /** `list`: a loop over what is in memory already, so that no more than that can pile up. */
  readonly by: 'list' | 'listener' | 'loop'
  /** The loop, or the call that adds the listener. */
  readonly node: TSESTree.Node
}

/** Writes into the child's `stdin` that go on whether the child reads or not. */
export function findIgnoredBackpressure(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
): IgnoredBackpressure[] {
  if (isHeeded(handle)) return []
  return findFeeds(site, handle)
    .map(({ source }) => readWrite(source, unit))
    .filter((found) => found !== undefined)
}

/** Somebody waits for 'drain', asks how much is pending, or may do so out of sight. */
function isHeeded({ uses }: FollowedHandle): boolean {
  return uses.some(({ events, facet, kind, source }) => {
    if (facet === 'child') return kind === 'escape'
    if (facet !== 'stdin' && facet !== 'stdio') return false
    if (kind === 'escape') return true
    if (kind === 'listen' || kind === 'observe') return !events || events.includes('drain')
    const member = skipWrappers(source)
    const name = member.type === 'MemberExpression' ? getStaticPropertyName(member) : undefined
    return kind === 'inspect' && /^writable(?:NeedDrain|Length|HighWaterMark)$/.test(name ?? '')
  })
}

function readWrite(source: TSESTree.Node, unit: SourceUnit): IgnoredBackpressure | undefined {
  if (source.type !== 'CallExpression') return undefined
  const callee = skipWrappers(source.callee)
  if (callee.type !== 'MemberExpression' || getStaticPropertyName(callee) !== 'write') return undefined
  // whoever gives a callback may wait for it
  if (source.arguments.slice(1).some((argument) => mayBeCallback(argument, unit)) || !isResultDropped(source))
    return undefined
  return findLoop(source, unit) ?? findListener(source)
}

function mayBeCallback(argument: TSESTree.Node, { bindings }: SourceUnit): boolean {
  return getStaticString(followConstants(argument, bindings)) === undefined
}

function isResultDropped(call: TSESTree.CallExpression): boolean {
  const at = climbWrappers(call)
  const { parent } = at
  if (parent?.type === 'ExpressionStatement') return true
  // `(chunk) => child.stdin.write(chunk)`, as a listener
  return parent?.type === 'ArrowFunctionExpression' && parent.body === at
}

function findLoop(write: TSESTree.CallExpression, unit: SourceUnit): IgnoredBackpressure | undefined {
  const root = getCodeRoot(write)
  for (let at = write.parent; at !== root && at.parent; at = at.parent) {
    switch (at.type) {
      case 'ForOfStatement':
        if (at.await) return hasAwait(at.body, unit) ? undefined : { write, by: 'loop', node: at }
        return hasAwait(at, unit) || isLiteral(at.right, unit) ? undefined : { write, by: 'list', node: at }
      case 'ForInStatement':
        return hasAwait(at, unit) ? undefined : { write, by: 'list', node: at }
      case 'ForStatement':
        if (hasAwait(at, unit) || isCounted(at)) return undefined
        return { write, by: isByIndex(at) ? 'list' : 'loop', node: at }
      case 'WhileStatement':
      case 'DoWhileStatement':
        return hasAwait(at, unit) ? undefined : { write, by: 'loop', node: at }
      default:
    }
  }
  return undefined
}

function isLiteral(list: TSESTree.Node, { bindings }: SourceUnit): boolean {
  return followConstants(list, bindings).type === 'ArrayExpression'
}

/** `i < 10` */
function isCounted({ test }: TSESTree.ForStatement): boolean {
  return test?.type === 'BinaryExpression' && test.right.type === 'Literal'
}

/** `i < list.length` */
function isByIndex({ test }: TSESTree.ForStatement): boolean {
  const limit = test?.type === 'BinaryExpression' ? skipWrappers(test.right) : undefined
  return limit?.type === 'MemberExpression' && getStaticPropertyName(limit) === 'length'
}

const STREAMING = /^(?:data|line)$/
const ADDING = /^(?:on|addListener|prependListener)$/

/** The listener for what another stream gives. */
function findListener(write: TSESTree.CallExpression): IgnoredBackpressure | undefined {
  const root = getCodeRoot(write)
  if (!isFunctionNode(root) || root.async) return undefined
  const at = climbWrappers(root)
  const { parent } = at
  if (parent?.type !== 'CallExpression') return undefined
  const callee = skipWrappers(parent.callee)
  const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  if (method === 'forEach' && parent.arguments[0] === at) return { write, by: 'list', node: parent }
  if (method === undefined || !ADDING.test(method) || parent.arguments[1] !== at) return undefined
  const event = getStaticString(parent.arguments[0])
  return event !== undefined && STREAMING.test(event) && !mayPause(root)
    ? { write, by: 'listener', node: parent }
    : undefined
}

/** A listener of more than one statement may hold the other stream back. */
function mayPause({ body }: { readonly body: TSESTree.Node }): boolean {
  return body.type === 'BlockStatement' && body.body.length > 3
}
