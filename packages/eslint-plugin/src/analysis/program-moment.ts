import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { CodeTrigger } from './code-trigger.ts'
import { isProcessEmitter } from './emitter-listener.ts'
import { readEventNames } from './event-names.ts'
import { isChainMethod } from './promise-use.ts'
import type { SourceUnit } from './source-unit.ts'
import { readTimer } from './timer.ts'

/**
 * When code runs, seen from the end of the program: `signal`, in a listener of `process` for signals; `before`, certainly not
 * because the program ends; `end`, when it ends, as far as one knows: a hook, a test's teardown, whatever calls it from out of sight.
 */
export type ProgramMoment = 'before' | 'end' | 'signal'

/** Events that say that something goes on. */
const WORKING = /^(?:add|addDir|change|data|line|message|reload|rename|request|unlink|unlinkDir)$/

const SIGNAL = /^SIG[A-Z0-9]+$/
const ADDING = /^(?:on|once|addListener|prependListener|prependOnceListener)$/

/** A listener that `process` has for signals. */
export interface SignalListener {
  readonly call: TSESTree.CallExpression
  readonly events: readonly string[]
}

/** The signals that a call listens for on `process`, if that is what it does and for nothing else. */
export function readSignalListener(call: TSESTree.CallExpression, unit: SourceUnit): SignalListener | undefined {
  const callee = skipWrappers(call.callee)
  const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  if (callee.type !== 'MemberExpression' || !ADDING.test(method ?? '') || !isProcessEmitter(callee.object, unit))
    return undefined
  const [event] = call.arguments
  const events = event && readEventNames(event, unit)
  return events?.every((name) => SIGNAL.test(name)) ? { call, events } : undefined
}

/** When the code of a trigger runs; `isChildListener` knows the calls that listen to children. */
export function readMoment(
  trigger: CodeTrigger,
  unit: SourceUnit,
  isChildListener: (call: TSESTree.Node) => boolean,
): ProgramMoment {
  if (trigger.is === 'direct') return 'before'
  if (trigger.is === 'unknown') return 'end'
  const { call, index } = trigger
  if (isChildListener(call) || (index === 0 && readTimer(call, unit))) return 'before'
  const callee = skipWrappers(call.callee)
  const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  if (callee.type !== 'MemberExpression' || method === undefined) return 'end'
  if (isChainMethod(method)) return 'before'
  const [event] = call.arguments
  const events = index === 1 && event ? readEventNames(event, unit) : undefined
  if (!events || !ADDING.test(method)) return 'end'
  if (isProcessEmitter(callee.object, unit)) return readSignalListener(call, unit) ? 'signal' : 'end'
  return events.every((name) => WORKING.test(name)) ? 'before' : 'end'
}
