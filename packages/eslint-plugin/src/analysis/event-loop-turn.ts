import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** What an event needs to be gone: 'error' of a failed start is emitted at once, the end of a child takes a moment. */
export type PassingEvent = 'end' | 'error'

/** The calls that run their callback in a later turn of the event loop, by the place of the callback in the arguments. */
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate']

/**
 * A child that is over in less time is not what a timer waits for (milliseconds). A start that has failed is reported
 * before any timer (measured, as is that `setImmediate` is in time for 'exit').
 */
const SHORT_DELAY_MS = 100

/**
 * Does `await` (or `yield`, `for await`) let the event pass? Microtasks run before it (measured): `await null`, and
 * `await import('node:fs')` of a module that is there.
 *
 * @param listWatched places in the child's own graph that have to do with this very child
 */
export function letsEventPass(
  suspension: TSESTree.Node,
  event: PassingEvent,
  listWatched: () => readonly TSESTree.Node[],
  unit: SourceUnit,
): boolean {
  if (suspension.type !== 'AwaitExpression') return true
  return isLongWait(suspension.argument, event, listWatched, unit)
}

function isLongWait(
  promise: TSESTree.Node,
  event: PassingEvent,
  listWatched: () => readonly TSESTree.Node[],
  unit: SourceUnit,
): boolean {
  const given = skipWrappers(promise)
  const awaited = followConstants(given, unit.bindings)
  if (getStaticPrimitive(given) || awaited.type === 'ImportExpression' || maySettleAtOnce(awaited, unit)) return false
  if (awaited.type === 'CallExpression') {
    const found = unit.resolveOrigin(awaited.callee)
    const [value, name] = awaited.arguments
    if (getGlobalPath(found) === 'Promise.resolve' && (!value || getStaticPrimitive(value))) return false
    // a child says that it has started right after the code that starts it, when no other one can have ended (measured)
    if (event === 'end' && isExport(found, 'events', 'once') && getStaticString(name) === 'spawn') return false
  }
  // what waits for a sign of life of the child goes on while it lives; a failed start gives no such sign
  return event === 'error' || !listWatched().some((node) => isInside(node, given) || isInside(node, awaited))
}

/** `new Promise((resolve) => { if (isReady) resolve(); … })`: what the executor itself settles makes nobody wait. */
function maySettleAtOnce(promise: TSESTree.Node, unit: SourceUnit): boolean {
  if (promise.type !== 'NewExpression' || getGlobalPath(unit.resolveOrigin(promise.callee)) !== 'Promise') return false
  const executor = promise.arguments[0] && skipWrappers(promise.arguments[0])
  if (!isFunctionNode(executor)) return false
  return executor.params.some((parameter) => {
    const binding = parameter.type === 'Identifier' ? unit.bindings.resolve(parameter) : undefined
    return binding?.references.some(({ identifier, root }) => {
      const at = climbWrappers(identifier)
      return root === executor && at.parent?.type === 'CallExpression' && at.parent.callee === at
    })
  })
}

/**
 * The call in the graph of `root` that puts off the code around `node` to a later turn of the event loop: a timer, or
 * `then` on a promise that `await` would wait for. `undefined`: no such call, or one whose time is not known.
 */
export function findDeferral(
  node: TSESTree.Node,
  root: CodeRoot,
  event: PassingEvent,
  listWatched: () => readonly TSESTree.Node[],
  unit: SourceUnit,
): TSESTree.CallExpression | undefined {
  const own = getCodeRoot(node)
  if (own === root || !isFunctionNode(own)) return undefined
  const callback = climbWrappers(own)
  const call = callback.parent
  if (call?.type !== 'CallExpression' || call.arguments[0] !== callback) return undefined
  if (getCodeRoot(call) !== root) return undefined
  const callee = skipWrappers(call.callee)
  const found = unit.resolveOrigin(callee)
  const timer = TIMERS.find((name) => getGlobalPath(found) === name || isExport(found, 'timers', name))
  if (timer !== undefined) return event === 'error' || isLongDelay(timer, call, unit) ? call : undefined
  if (callee.type !== 'MemberExpression' || getStaticPropertyName(callee) !== 'then') return undefined
  return isLongWait(callee.object, event, listWatched, unit) ? call : undefined
}

function isLongDelay(timer: string, { arguments: [, delay] }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  if (timer === 'setImmediate' || !delay) return false
  const value = readPrimitive(delay, unit.bindings)
  return value.is === 'known' && typeof value.value === 'number' && value.value >= SHORT_DELAY_MS
}

function isInside(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
