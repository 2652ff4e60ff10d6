import type { TSESTree } from '@typescript-eslint/utils'
import { isFunctionNode } from '../ast/function-node.ts'
import { isInLoop } from '../ast/loop.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { type Completion, findCompletions } from './completion.ts'
import { isLongLived } from './deadline.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { isAround } from './kill-timer.ts'
import { readPrimitive } from './known-value.ts'
import { mayEndByPid } from './pid-use.ts'
import { findRaces, isRace, readTimedRace, type TimedRace } from './promise-race.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isKnownAs } from './three-valued.ts'
import { findTimeLimits, listSettlements, type Settlement, type TimeLimit } from './time-limit.ts'

/** A time limit that stops waiting for a child, and leaves it alive. */
export type Abandonment =
  | { readonly is: 'timer'; readonly call: TSESTree.CallExpression; readonly limit: TimeLimit }
  | { readonly is: 'race'; readonly call: TSESTree.CallExpression; readonly race: TimedRace }

/** Measured with Node 20: neither the settled promise nor the pending one has any effect on the child. */
export function findAbandonment(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): Abandonment | undefined {
  const { detached, signal, timeout } = site.options
  if (site.contract.handle === 'none' || signal.is !== 'absent') return undefined
  if (timeout.is !== 'absent' && !isKnownAs(timeout, 0)) return undefined
  // a daemon is meant to stay
  if (detached.is !== 'absent' && !isKnownAs(detached, false)) return undefined
  return new AbandonmentJudge(site, handle, unit).judge()
}

class AbandonmentJudge {
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #unit: SourceUnit
  /** The calls that add the child's own listeners: what runs then does not run because of the time. */
  readonly #listening: ReadonlySet<TSESTree.Node>

  constructor(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit) {
    this.#site = site
    this.#handle = handle
    this.#unit = unit
    const calls = handle.uses.filter(({ kind }) => kind === 'listen').map(({ source }) => source)
    this.#listening = new Set<TSESTree.Node>([site.node, ...calls])
  }

  judge(): Abandonment | undefined {
    const completions = findCompletions(this.#site, this.#handle, this.#unit)
    const settlements = new Map(completions.map((own) => [own, listSettlements(own, this.#unit)]))
    const found = this.#findLimit(settlements) ?? this.#findRace(completions)
    return found && !this.#mayBeEnded([...settlements.values()].flat()) ? found : undefined
  }

  #findLimit(settlements: ReadonlyMap<Completion, Settlement[]>): Abandonment | undefined {
    for (const own of settlements.values()) {
      const isAwaited = own.some(({ trigger }) => trigger.is === 'argument' && this.#listening.has(trigger.call))
      if (!isAwaited || own.some(({ trigger }) => this.#isAtOnce(trigger))) continue
      const limit = findTimeLimits(own, this.#unit).find((candidate) => this.#givesUp(candidate, own))
      if (limit) return { is: 'timer', call: limit.timer.call, limit }
    }
    return undefined
  }

  /** Settled by the code that starts the child, behind it: nobody waits any more. */
  #isAtOnce(trigger: Settlement['trigger']): boolean {
    return trigger.is === 'direct' && trigger.node.range[0] > this.#site.node.range[1] && isPlain(trigger.node)
  }

  /** A timer that resolves may say that the child is up; only where it tells of a failure does it give up. */
  #givesUp({ settle, settler, timer }: TimeLimit, settlements: readonly Settlement[]): boolean {
    if (this.#isSetAtEnd(timer.call)) return false
    if (settler === 'reject') return true
    const [first] = settle === timer.call ? [] : settle.arguments
    if (!first) return false
    if (settler === 'callback') return readPrimitive(first, this.#unit.bindings).is === 'unknown'
    const isEndAwaited = settlements.some(
      ({ settler: role, trigger }) => role === 'resolve' && trigger.is === 'argument' && this.#isEnd(trigger.call),
    )
    return isEndAwaited && this.#tellsOfFailure(first)
  }

  /** What is put off when the child has ended bounds nothing. */
  #isSetAtEnd(timer: TSESTree.CallExpression): boolean {
    return findCodeTriggers(timer, this.#unit, (root) => isAround(root, this.#site.node)).some(
      (trigger) => trigger.is === 'argument' && (this.#isEnd(trigger.call) || this.#isOnError(trigger.call)),
    )
  }

  #isOnError(call: TSESTree.Node): boolean {
    return this.#handle.uses.some(({ events, source }) => source === call && events?.includes('error'))
  }

  #isEnd(call: TSESTree.Node): boolean {
    return call === this.#site.node || this.#handle.uses.some((use) => use.source === call && isDischarged(use, 'end'))
  }

  #tellsOfFailure(value: TSESTree.Node): boolean {
    const known = readPrimitive(value, this.#unit.bindings)
    if (known.is === 'known') return known.value === false || known.value === null || isTimeout(String(known.value))
    return isTimeout(this.#unit.text.slice(...value.range))
  }

  #findRace(completions: readonly Completion[]): Abandonment | undefined {
    for (const { isEnd, node } of this.#listPromises(completions)) {
      for (const call of findRaces(node, this.#unit)) {
        const found = this.#readRace(call, isEnd)
        if (found) return found
      }
    }
    if (this.#handle.uses.some(({ kind }) => kind === 'await')) return undefined
    for (const { source } of this.#handle.uses) {
      const isOwn = source.type === 'CallExpression' && isRace(source, this.#unit) && !isInLoop(source)
      const found = isOwn ? this.#readRace(source, true) : undefined
      if (found) return found
    }
    return undefined
  }

  #readRace(call: TSESTree.CallExpression, isEnd: boolean): Abandonment | undefined {
    const race = readTimedRace(call, this.#unit)
    if (!race || (!race.rejects && (!isEnd || isLongLived(this.#site, this.#unit)))) return undefined
    return { is: 'race', call, race }
  }

  /** What waits for the child: `events.once()`, and promises that its listeners settle. */
  #listPromises(completions: readonly Completion[]): { node: TSESTree.Node; isEnd: boolean }[] {
    const waiting = this.#handle.uses.flatMap((use) =>
      use.kind === 'observe' && use.facet === 'child' ? [{ node: use.source, isEnd: isDischarged(use, 'end') }] : [],
    )
    for (const { kind, node } of completions) if (kind === 'promise') waiting.push({ node, isEnd: false })
    return waiting
  }

  /** Is there anything else that ends the child, or may, when time is up? */
  #mayBeEnded(settlements: readonly Settlement[]): boolean {
    if (mayEndByPid(this.#handle, this.#unit)) return true
    return this.#handle.uses.some((use) => {
      switch (use.kind) {
        case 'kill':
          return this.#mayRunByTime(use, true)
        case 'escape':
          return (use.facet === 'child' || use.facet === 'promise') && !this.#isHandedOver(use, settlements)
        case 'drain':
        case 'endStdin':
        case 'send':
        case 'write':
          return this.#mayRunByTime(use, false)
        default:
          return false
      }
    })
  }

  #mayRunByTime({ source }: HandleUse, atOnce: boolean): boolean {
    const triggers = findCodeTriggers(source, this.#unit, (root) => isAround(root, this.#site.node))
    return triggers.some((trigger) =>
      trigger.is === 'argument' ? !this.#listening.has(trigger.call) : trigger.is === 'unknown' || atOnce,
    )
  }

  /** Into the race that is looked at, or, on an event of the child, to whoever waits: nobody has it when time is up. */
  #isHandedOver(use: HandleUse, settlements: readonly Settlement[]): boolean {
    const { source } = use
    if (source.type === 'CallExpression' && isRace(source, this.#unit)) return true
    const isPromised = this.#handle.returns.some((given) => given.use === use && given.held.isPromised === true)
    const own = settlements.filter(({ settle, settler }) =>
      isPromised ? settler === 'resolve' && settle.arguments.length > 0 : settle === source,
    )
    return own.length > 0 && own.every(({ trigger }) => trigger.is === 'argument' && this.#listening.has(trigger.call))
  }
}

/** Neither in a condition nor in a `catch`. */
function isPlain(node: TSESTree.Node): boolean {
  const at = climbWrappers(node)
  return at.parent?.type === 'ExpressionStatement' && !isInCondition(at)
}

function isInCondition(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (/^(?:IfStatement|CatchClause|SwitchCase|ConditionalExpression)$/.test(at.type)) return true
    if (isFunctionNode(at)) return false
  }
  return false
}

function isTimeout(text: string): boolean {
  return /time[ds]?[\s_-]?out|(?:success|ok)['"]?:\s*false|\berror\b/i.test(text)
}
