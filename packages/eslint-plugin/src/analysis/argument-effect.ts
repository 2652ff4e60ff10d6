import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findConfigured } from './configured-function.ts'
import type { Obligation } from './contracts.ts'
import { readEventNames } from './event-names.ts'
import {
  type Discharge,
  type Facet,
  KILL,
  NOTHING,
  readEscape,
  readListener,
  STDIN_END,
  type UseKind,
} from './handle-use.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'
import { isEndedByPipe } from './stdin-feed.ts'

/** What a known function does with a handle that it is given. */
export interface ArgumentEffect {
  readonly kind: UseKind
  readonly discharges: Discharge
  readonly events?: readonly string[]
}

const END: Discharge = new Set<Obligation>(['end'])
const INSPECT: ArgumentEffect = { kind: 'inspect', discharges: NOTHING }
const KILLED: ArgumentEffect = { kind: 'kill', discharges: KILL }

const LOOKING = /^(?:console\.\w+|Boolean|String|Number|isNaN|JSON\.stringify|Array\.isArray|Object\.(?:is|keys))$/
const KILLERS = ['tree-kill', 'fkill', 'terminate', 'tree-kill-promise']

/**
 * The effect of passing `facet` (or the child's pid) to a function that is known by where it comes from. `'same'`: the
 * call gives a promise that stands for the one it was given; `'settled'`: and it does not reject. `undefined`: nothing is known about the function.
 *
 * @param path where in the argument the facet lies, when the argument is an object or array around it
 */
export function findArgumentEffect(
  call: TSESTree.CallExpression,
  facet: 'pid',
  unit: SourceUnit,
): ArgumentEffect | undefined
export function findArgumentEffect(
  call: TSESTree.CallExpression,
  facet: Facet,
  unit: SourceUnit,
  path: readonly string[],
): ArgumentEffect | 'same' | 'settled' | undefined
export function findArgumentEffect(
  call: TSESTree.CallExpression,
  facet: Facet | 'pid',
  unit: SourceUnit,
  path: readonly string[] = [],
): ArgumentEffect | 'same' | 'settled' | undefined {
  const configured = findConfiguredEffect(call, facet, unit)
  if (configured) return configured
  const found = unit.resolveOrigin(call.callee)
  const global = getGlobalPath(found)
  if (global !== undefined && LOOKING.test(global)) return INSPECT
  if (facet === 'pid') return findPidEffect(call, unit)
  if (facet === 'promise') return findPromiseEffect(global, path)
  if (path.length > 0) return undefined
  if (isExport(found, 'events', 'once') || isExport(found, 'events', 'on')) return readEventsCall(call, facet, unit)
  if (isExport(found, 'stream', 'finished') || isExport(found, 'stream/promises', 'finished'))
    return readFinished(facet)
  if (facet === 'stdin' && isPipe(call))
    return { kind: 'write', discharges: isEndedByPipe(call, unit) ? STDIN_END : NOTHING }
  return undefined
}

function findConfiguredEffect(
  call: TSESTree.CallExpression,
  facet: Facet | 'pid',
  unit: SourceUnit,
): ArgumentEffect | undefined {
  const { drainers, killers, observers } = unit.settings
  const discharges = new Set<Obligation>()
  let kind: UseKind | undefined
  if (findConfigured(call.callee, killers, unit)) {
    if (facet === 'pid') return KILLED
    kind = 'kill'
    for (const obligation of KILL) discharges.add(obligation)
  }
  if (findConfigured(call.callee, drainers, unit)) {
    kind = 'drain'
    for (const stream of ['stdout', 'stderr'] as const)
      if (facet === 'child' || facet === stream) discharges.add(stream)
  }
  if (findConfigured(call.callee, observers, unit)) {
    kind = 'observe'
    discharges.add('end')
    if (facet === 'child') discharges.add('error')
  }
  return kind && { kind, discharges }
}

function findPidEffect(call: TSESTree.CallExpression, unit: SourceUnit): ArgumentEffect | undefined {
  const found = unit.resolveOrigin(call.callee)
  // signal 0 only asks whether the process is there
  if (isExport(found, 'process', 'kill'))
    return call.arguments[1]?.type === 'Literal' && call.arguments[1].value === 0 ? INSPECT : KILLED
  return found && KILLERS.includes(found.module) ? KILLED : undefined
}

function findPromiseEffect(
  global: string | undefined,
  path: readonly string[],
): ArgumentEffect | 'same' | 'settled' | undefined {
  if (global === 'Promise.allSettled' && path.length === 1) return 'settled'
  if (global === 'Promise.all' && path.length === 1) return 'same'
  return global === 'Promise.resolve' && path.length === 0 ? 'same' : undefined
}

/** `events.once(child, 'exit')`, `once(child.stdin, 'finish')` and `events.on` reject on 'error', so they handle it as well (measured). */
function readEventsCall(call: TSESTree.CallExpression, facet: Facet, unit: SourceUnit): ArgumentEffect {
  const [, event] = call.arguments
  const events = event && readEventNames(event, unit)
  const escape: ArgumentEffect = { kind: 'observe', discharges: readEscape(facet) }
  if (!events) return escape
  const discharges = new Set<Obligation>(facet === 'child' ? ['error'] : facet === 'stdin' ? ['stdinError'] : [])
  for (const name of events) {
    const own = readListener(facet, name, false)
    if (own === 'all') return escape
    for (const obligation of own) discharges.add(obligation)
  }
  return { kind: 'observe', discharges, events }
}

/** It waits for the end of a stream, hears its errors, and reads nothing. */
function readFinished(facet: Facet): ArgumentEffect | undefined {
  switch (facet) {
    case 'stdout':
    case 'stderr':
      return { kind: 'observe', discharges: END }
    case 'stdin':
      return { kind: 'observe', discharges: new Set<Obligation>(['end', 'stdinError']) }
    default:
      return undefined
  }
}

function isPipe(call: TSESTree.CallExpression): boolean {
  const callee = skipWrappers(call.callee)
  return callee.type === 'MemberExpression' && getStaticPropertyName(callee) === 'pipe'
}
