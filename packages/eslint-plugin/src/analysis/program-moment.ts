import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
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
  if (!events || !/^(?:on|once|addListener|prependListener|prependOnceListener)$/.test(method)) return 'end'
  if (isProcessEmitter(callee.object, unit)) return events.every((name) => SIGNAL.test(name)) ? 'signal' : 'end'
  return events.every((name) => WORKING.test(name)) ? 'before' : 'end'
}

/** The moments at which a node runs, through functions of the file and methods of its class; of code around a start, that of the start. */
export function listMoments(
  node: TSESTree.Node,
  unit: SourceUnit,
  isAroundStart: (root: TSESTree.Node) => boolean,
  isChildListener: (call: TSESTree.Node) => boolean,
): ProgramMoment[] {
  return findCodeTriggers(node, unit, isAroundStart).map((trigger) => readMoment(trigger, unit, isChildListener))
}
