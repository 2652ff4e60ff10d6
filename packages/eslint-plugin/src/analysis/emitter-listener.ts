import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { followConstants } from './known-value.ts'
import { getListenerIndex, readLastName } from './listener-index.ts'
import { findLocalFunction, findNameOf } from './local-function.ts'
import { GLOBAL } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** A statement that adds a listener, and does nothing else with what it gets back. */
export interface EmitterListener {
  readonly call: TSESTree.CallExpression
  /** What it is added to; `undefined` where a package adds it to `process`. */
  readonly emitter: TSESTree.Expression | undefined
  readonly method: string
  /** `undefined` where the source does not tell. */
  readonly event: string | undefined
  readonly listener: TSESTree.Node
}

const ADDING = /^(?:on|once|addListener|prepend(?:Once)?Listener|addEventListener)$/

/** They give back a function that removes the listener. */
const EXIT_HOOKS = new Set(['signal-exit', 'exit-hook'])

/** The listener that a call adds by its argument at `index`. */
export function readEmitterListener(
  call: TSESTree.CallExpression,
  index: number,
  unit: SourceUnit,
): EmitterListener | undefined {
  const statement = call.parent.type === 'ChainExpression' ? call.parent.parent : call.parent
  const listener = call.arguments[index]
  if (statement.type !== 'ExpressionStatement' || !listener) return undefined
  const callee = skipWrappers(call.callee)
  if (index === 0) {
    const found = unit.resolveOrigin(callee)
    if (!found || !EXIT_HOOKS.has(found.module)) return undefined
    return { call, emitter: undefined, method: 'onExit', event: 'exit', listener }
  }
  if (index !== 1 || callee.type !== 'MemberExpression') return undefined
  const method = getStaticPropertyName(callee)
  if (method === undefined || !ADDING.test(method) || mayRemoveItself(call, unit)) return undefined
  return { call, emitter: callee.object, method, event: getStaticString(call.arguments[0]), listener }
}

/** `{ signal }`: the listener goes with another signal. `once` alone waits for an event that may never come. */
function mayRemoveItself({ arguments: [, , options] }: TSESTree.CallExpression, { bindings }: SourceUnit): boolean {
  if (!options) return false
  const given = followConstants(options, bindings)
  if (given.type === 'Literal') return false
  if (given.type !== 'ObjectExpression') return true
  return given.properties.some(
    (property) =>
      property.type !== 'Property' || !/^(?:once|capture|passive)$/.test(getStaticPropertyName(property) ?? ''),
  )
}

/** Is the listener removed anywhere but in itself? */
export function isRemoved({ emitter, event, listener }: EmitterListener, unit: SourceUnit): boolean {
  if (!emitter) return false
  const own = findLocalFunction(listener, unit)
  const name = own && findNameOf(own)
  const binding = name && unit.bindings.resolve(name)
  // named, it may be run by more than the event
  const isShared =
    (binding?.references.filter(({ isRead }) => isRead).length ?? 2) > 1 && listener.type === 'Identifier'
  const removals = getListenerIndex(unit).removals.get(readLastName(emitter, unit)) ?? []
  return removals.some((removal) => {
    const removed = getStaticString(removal.arguments[0])
    if (removed !== undefined && event !== undefined && removed !== event) return false
    const isWithin = own !== undefined && removal.range[0] >= own.range[0] && removal.range[1] <= own.range[1]
    return !isWithin || isShared
  })
}

/** `process`, or one of its own streams: an emitter that lives as long as the program. */
export function isProcessEmitter(emitter: TSESTree.Node | undefined, unit: SourceUnit): boolean {
  if (!emitter) return true
  const found = unit.resolveOrigin(emitter)
  if (!found || found.isPromise || found.isPromisified) return false
  const path = found.path.filter((name) => name !== 'default' && name !== 'globalThis' && name !== 'global')
  const rest =
    found.module === 'process' ? path : found.module === GLOBAL && path[0] === 'process' ? path.slice(1) : undefined
  return rest !== undefined && (rest.length === 0 || (rest.length === 1 && /^std(?:in|out|err)$/.test(rest[0] ?? '')))
}
