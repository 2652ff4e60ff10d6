import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { isLongLived } from './deadline.ts'
import { type EmitterListener, isProcessEmitter, isRemoved, readEmitterListener } from './emitter-listener.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isGivenByCaller, mayBeAsked } from './given-signal.ts'
import { isDischarged } from './handle-use.ts'
import { findKilling } from './kill-call.ts'
import { findPassing, isAround } from './kill-timer.ts'
import { endsProgram, mayEndItself } from './program-end.ts'
import { findRepeatedCode } from './repeated-code.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A listener that is added for one child, to an emitter that outlives it. */
export interface LeakedListener {
  /** `never` removed; `missed`: the signal may have been aborted before, and an abort that has passed is not told again. */
  readonly is: 'missed' | 'never'
  readonly added: EmitterListener
  readonly on: 'emitter' | 'process' | 'signal'
}

/**
 * Measured with Node 20: of 300 children with such a listener on one signal or on `process`, ended long ago, none is
 * collected, `{ once: true }` or not; without it all are. Node 20, 22, 24 and 26: a listener that is added to an aborted
 * signal never runs.
 */
export function findLeakedListener(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
): LeakedListener | undefined {
  const all = listAdded(site, handle, unit)
  // Node itself asks the signal that is given as an option, and listens to it only while the child runs
  if (site.options.signal.is === 'absent')
    for (const added of all)
      if (isGivenSignal(added) && added.emitter && !mayBeAsked(added.emitter, unit))
        return { is: 'missed', added, on: 'signal' }
  for (const added of all) {
    const on = findLonger(added)
    if (on && !isRemoved(added, unit)) return { is: 'never', added, on }
  }
  return undefined

  function isGivenSignal({ emitter, event, method }: EmitterListener): boolean {
    return event === 'abort' && method === 'addEventListener' && emitter !== undefined && isGivenByCaller(emitter, unit)
  }

  function findLonger(added: EmitterListener): LeakedListener['on'] | undefined {
    if (isGivenSignal(added)) return site.options.signal.is === 'absent' ? 'signal' : undefined
    const { emitter, method } = added
    if (isProcessEmitter(emitter, unit)) return findRepetition() ? 'process' : undefined
    const name = emitter && skipWrappers(emitter)
    const binding = name?.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
    const declared = binding?.isReassigned === false ? binding.definitions[0]?.name : undefined
    const repeated = declared && findRepetition()
    if (!repeated || isAround(repeated, declared)) return undefined
    return method === 'addEventListener' ? 'signal' : 'emitter'
  }

  /** Code that starts one child after the other, each of which ends. */
  function findRepetition(): TSESTree.Node | undefined {
    if (!handle.uses.some((use) => use.kind !== 'escape' && isDischarged(use, 'end'))) return undefined
    if (isFunctionNode(site.root) && endsProgram(site.root, unit)) return undefined
    const repeated = findRepeatedCode(site, unit)
    if (!repeated || repeated.isShown) return repeated?.node
    return isCommandLine(unit) || mayEndItself(unit) || isLongLived(site, unit) ? undefined : repeated.node
  }
}

/** The listeners that do something with the child, added by code that runs once for each. */
function listAdded(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): EmitterListener[] {
  const places: { node: TSESTree.Node; place: TSESTree.Node }[] = [
    ...handle.uses.map(({ node, source }) => ({ node: source, place: node })),
    ...findKilling(handle, unit).kills,
  ]
  const found = new Map<TSESTree.CallExpression, EmitterListener>()
  for (const { node, place } of places) {
    if (getCodeRoot(node) === site.root) continue
    for (const { call, index } of findPassing({ node, place }, site, unit)) {
      const added = found.has(call) ? undefined : readEmitterListener(call, index, unit)
      if (!added || (added.emitter && handle.objects.has(added.emitter))) continue
      if (place !== node || isAround(site.root, call) || isRunWith(call, site)) found.set(call, added)
    }
  }
  return [...found.values()]
}

/** Code around the start that only calls it: the code around an executor, or around a function that is called where it stands. */
function isRunWith(call: TSESTree.Node, site: SpawnSite): boolean {
  let at = site.root
  while (isFunctionNode(at) && /^(?:New|Call)Expression$/.test(at.parent.type) && !isAround(at, call))
    at = getCodeRoot(at)
  return getCodeRoot(call) === at
}

/** A program that a person calls starts its child once, and ends with it. */
function isCommandLine(unit: SourceUnit): boolean {
  let is = commandLines.get(unit)
  if (is === undefined) {
    const { filename, text } = unit
    const isPlace = /(?:^|[/\\])(?:bin|cli|commands?|scripts?)(?:[/\\]|\.\w+$)/i.test(filename)
    commandLines.set(unit, (is = isPlace || text.startsWith('#!') || /\bprocess\s*\.\s*exitCode\b/.test(text)))
  }
  return is
}

const commandLines = new WeakMap<SourceUnit, boolean>()
