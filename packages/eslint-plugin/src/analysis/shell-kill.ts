import type { TSESTree } from '@typescript-eslint/utils'
import { getEnclosingFunction } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { isSelfDescription, readOptionDeadline } from './deadline.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isDischarged } from './handle-use.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { isAround } from './kill-timer.ts'
import { mayEndByPid } from './pid-use.ts'
import { findShell, type ShellChild } from './shell-child.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isInText } from './text-search.ts'

/** A signal that stops at the shell in front of the command that it is meant for. */
export interface ShellKill {
  readonly shell: ShellChild
  /** What sends it: a call, or an option of the start. */
  readonly by: 'kill' | 'signal' | 'timeout'
  /** All the calls that do. */
  readonly kills: readonly KillCall[]
}

export function findShellKill(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): ShellKill | undefined {
  const shell = findShell(site)
  if (!shell) return undefined
  const { isEscaped, isPidGiven, kills } = findKilling(handle, unit)
  // somebody sees to the whole group or tree, or may
  if (kills.some(({ by, isGroup }) => isGroup || by === 'other')) return undefined
  if (isPidGiven || mayEndByPid(handle, unit)) return undefined
  if (isEscaped && isInText(TREE, unit)) return undefined
  // when the shell has ended Node closes its pipes, and a command that reads its input meets the end of it (measured)
  if (handle.uses.some(({ facet, kind }) => facet === 'stdin' && kind === 'write')) return undefined
  const ending = kills.filter((kill) => isEnding(kill) && !isHandedBack(kill.place, site) && !isTooLate(kill.place))
  if (ending.length > 0) return { shell, by: 'kill', kills: ending }
  if (readOptionDeadline(site, site.unit).is === 'useless' || isSelfDescription(site, unit)) return undefined
  const { signal, timeout } = site.options
  if (timeout.is === 'known' ? timeout.value > 0 : site.options.shape.get('timeout').is === 'known')
    return timeout.is === 'absent' ? undefined : { shell, by: 'timeout', kills: [] }
  return signal.is === 'known' ? { shell, by: 'signal', kills: [] } : undefined

  /** On the child's own end there is nothing left to be killed but by its group. */
  function isTooLate(place: TSESTree.Node): boolean {
    const triggers = findCodeTriggers(place, unit, (root) => isAround(root, site.node))
    const isOwnEnd = (call: TSESTree.Node): boolean =>
      handle.uses.some(
        (use) => use.source === call && (isDischarged(use, 'end') || use.events?.includes('error') === true),
      )
    return triggers.length > 0 && triggers.every((trigger) => trigger.is === 'argument' && isOwnEnd(trigger.call))
  }
}

/** Whoever knows how to end a tree may do so with a child that is out of sight. */
const TREE =
  /process\.kill\(\s*-|tree-?kill|kill-?tree|process-?tree|ps-?tree|pidtree|fkill|terminate|pkill|killpg|kill-?group/i

/** SIGINT too: dash holds it back until the command in front of it has ended, and Ctrl-C reaches the whole group by itself. */
const HARMLESS = /^SIG(?:INT|CONT|STOP|TSTP|TTIN|TTOU|WINCH|USR1|USR2|PIPE|CHLD|URG|INFO)$/

/** `(signal) => () => child.kill(signal)`: who calls the inner function, if anybody does, is not known. */
function isHandedBack(place: TSESTree.Node, site: SpawnSite): boolean {
  const code = getEnclosingFunction(place)
  const at = code && climbWrappers(code)
  const isReturned =
    at?.parent?.type === 'ReturnStatement' || (at?.parent?.type === 'ArrowFunctionExpression' && at.parent.body === at)
  const outer = code && getEnclosingFunction(code)
  // what the starting function itself hands back is how its callers end the child
  return isReturned && outer !== undefined && !isAround(outer, site.node)
}

function isEnding({ signal }: KillCall): boolean {
  return signal !== 0 && !(typeof signal === 'string' && HARMLESS.test(signal))
}
