import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { readExecutor } from './completion.ts'
import { isLongLived } from './deadline.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isChildListener, isDischarged } from './handle-use.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { findKillTimers, isAround, type KillTimer } from './kill-timer.ts'
import { mayEndItself } from './program-end.ts'
import { type Flow, judgeObligation } from './life-verdict.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isKnownAs } from './three-valued.ts'
import { followTimer, type TimerUses } from './timer.ts'
import { isMetBeforeEnd } from './use-order.ts'

/** A timer that outlives the child that it would kill. */
export interface DanglingTimer {
  /**
   * `never` cleared at the end of the child; not when a `start` fails, because only 'exit' clears it; `pid`: unreferenced, but
   * it signals by pid, whoever has that by then.
   */
  readonly is: 'never' | 'pid' | 'start'
  readonly timer: KillTimer
  readonly uses: TimerUses
  /** It signals by pid: not only late, but a process that may be another one by then. */
  readonly isByPid: boolean
}

/** What a program lives longer for a shorter timer, nobody notices. */
const SHORTEST = 1_000

/**
 * Measured with Node 20: a pending timer keeps the program alive until it fires; `child.kill()` of a child that has ended
 * does nothing and returns false, `process.kill(pid)` signals whatever process has that pid.
 */
export function findDanglingTimer(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): DanglingTimer | undefined {
  const { isFieldObserved, kills } = findKilling(handle, unit)
  if (kills.length === 0 || mayEndItself(unit)) return undefined
  for (const timer of findKillTimers(kills, site, unit)) {
    if (!isExpectedToEnd(timer, kills, site, handle, unit) && !isFieldObserved) continue
    const uses = followTimer(timer, unit)
    const is = uses.isEscaped ? undefined : judge(timer, uses)
    if (is) return { is, timer, uses, isByPid: timer.kills.every(({ by }) => by !== 'handle') }
  }
  return undefined

  function judge(timer: KillTimer, uses: TimerUses): DanglingTimer['is'] | undefined {
    const clears = uses.clears.flatMap((clear) => listEffectiveTriggers(clear, timer, unit))
    if (uses.isUnreferenced) {
      const isBlind = timer.kills.every(({ by, node }) => by === 'pid' && !isGuarded(node))
      return isBlind && clears.length === 0 ? 'pid' : undefined
    }
    if (!timer.isInterval && timer.delay !== undefined && timer.delay < SHORTEST) return undefined
    if (clears.length === 0) return 'never'
    return mayNotStart(site) && isSetWithStart(timer) && clears.every(isOnExitOnly) && hasErrorListener()
      ? 'start'
      : undefined
  }

  /** Not only when somebody has waited for the child, which need not go on where the start fails. */
  function isSetWithStart({ call }: KillTimer): boolean {
    if (getCodeRoot(call) !== site.root || call.range[0] <= site.node.range[0]) return false
    return isMetBeforeEnd({ node: call }, site, handle, unit, flow)
  }

  function isOnExitOnly(trigger: TSESTree.CallExpression | undefined): boolean {
    return handle.uses.some(
      ({ events, facet, kind, source }) =>
        source === trigger && kind === 'listen' && facet === 'child' && events?.every((event) => event === 'exit'),
    )
  }

  function hasErrorListener(): boolean {
    // whoever looks at the pid may go another way when there is none
    if (handle.pids.size > 0) return false
    // what is out of sight, or runs later, need not hear a start that fails at once
    const uses = handle.uses.filter((use) => isChildListener(use, 'error') && runsWithStart(use.node))
    return uses.length > 0 && judgeObligation(site, { ...handle, uses }, ['error'], 'normal', unit, flow).is === 'fine'
  }

  function runsWithStart(node: TSESTree.Node): boolean {
    let root = getCodeRoot(node)
    while (root !== site.root && isFunctionNode(root) && readExecutor(root, unit)) root = getCodeRoot(root)
    return root === site.root
  }
}

/** A child that runs until the timer stops it needs nobody to clear the timer. */
function isExpectedToEnd(
  timer: KillTimer,
  kills: readonly KillCall[],
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
): boolean {
  const root = getCodeRoot(timer.call)
  const isEscalation = kills.some(
    ({ node, place }) => getCodeRoot(place) === root && !timer.kills.some((own) => own.node === node),
  )
  if (isEscalation) return true
  if (isLongLived(site, unit)) return false
  if (!site.contract.owes.has('end')) return true
  return handle.uses.some((use) => use.kind !== 'escape' && isDischarged(use, 'end'))
}

/**
 * What makes a clear run, where that can be at the end of the child: the call that is given the function, or `undefined` for any other way.
 * A `setTimeout` that clears itself has fired already, and one that is cleared only in front of being set again is left at the last.
 */
function listEffectiveTriggers(
  clear: TSESTree.CallExpression,
  timer: KillTimer,
  unit: SourceUnit,
): (TSESTree.CallExpression | undefined)[] {
  const root = getCodeRoot(timer.call)
  const isRearmed = getCodeRoot(clear) === root && clear.range[1] <= timer.call.range[0]
  if (isRearmed) return []
  return findCodeTriggers(clear, unit, (code) => code === root || isAround(code, timer.call))
    .map((trigger) => (trigger.is === 'argument' ? trigger.call : undefined))
    .filter((call) => call !== timer.call || timer.isInterval)
}

/** Is there any condition between the timer and the signal? */
function isGuarded(kill: TSESTree.CallExpression): boolean {
  const root = getCodeRoot(kill)
  for (let at: TSESTree.Node = kill; at !== root && at.parent; at = at.parent)
    if (/^(?:IfStatement|ConditionalExpression|LogicalExpression|BlockStatement)$/.test(at.type)) {
      if (at.type !== 'BlockStatement') return true
      if (at.body.some((statement) => statement.type === 'IfStatement' && statement.range[1] < kill.range[0]))
        return true
    }
  return false
}

function mayNotStart({ command, contract, options }: SpawnSite): boolean {
  const isDirect = options.shell.is === 'absent' || isKnownAs(options.shell, false)
  return contract.like === 'spawn' && contract.handle === 'child' && isDirect && !command.maySelf
}
