import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticString } from '../ast/static-value.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { findConfigured } from './configured-function.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { findGroupKill } from './group-kill.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { findHeldHandles, type HeldHandle } from './held-handle.ts'
import type { Verdict } from './life-verdict.ts'
import { getGlobalPath } from './module-origin.ts'
import { mayEndItself } from './program-end.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isKnownAs } from './three-valued.ts'

/** How the two halves of letting a child go, `detached` and `unref()`, or of killing its group, do not fit together. */
export type DetachFlaw =
  /** Detached, and neither let go, waited for nor ended. */
  | { readonly is: 'abandoned'; readonly handles: readonly HeldHandle[] }
  /** `unref()` has no effect, because of other handles to the child. */
  | { readonly is: 'held'; readonly handles: readonly HeldHandle[] }
  /** Its group is signalled, and it leads none. */
  | { readonly is: 'noLeader'; readonly kill: TSESTree.CallExpression }
  /** exec() and execFile() do not pass `detached` on. */
  | { readonly is: 'ignored' }

/** @param judgeEnd whether anything observes the end of the child, on any path */
export function findDetachFlaw(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  judgeEnd: () => Verdict,
): DetachFlaw | undefined {
  const { contract, options } = site
  if (contract.handle === 'none' || contract.signature === 'template') return undefined
  // what a configured function adds to its options is out of sight
  if (findConfigured(site.callee, unit.settings.factories, unit)) return undefined
  const isIgnored = ignoresDetached(site, unit)
  if (isIgnored || options.detached.is === 'absent' || isKnownAs(options.detached, false)) {
    const kill = findGroupKill(site, handle, unit)
    if (kill) return { is: 'noLeader', kill }
  }
  if (isIgnored && isKnownAs(options.detached, true)) return { is: 'ignored' }
  if (mayEndItself(unit) || isBounded(site)) return undefined
  const isUnreferenced = handle.uses.some(({ facet, kind }) => facet === 'child' && kind === 'unref')
  const handles = findHeldHandles(site, handle)
  if (!isUnreferenced) return isAbandoned() ? { is: 'abandoned', handles } : undefined
  return handles.length > 0 && isLeftAlone() ? { is: 'held', handles } : undefined

  function isAbandoned(): boolean {
    return (
      contract.owes.has('end') &&
      isKnownAs(options.detached, true) &&
      !isOwnConsole(site) &&
      !handle.uses.some((use) => use.kind === 'send' || isEnding(use)) &&
      judgeEnd().is === 'never'
    )
  }

  /** A child that somebody ends, or waits for, holds the program for as long as it is meant to. */
  function isLeftAlone(): boolean {
    if (handle.uses.some(({ kind }) => kind === 'await')) return false
    if (handle.uses.some((use) => isEnding(use) && !isAtProgramEnd(use, unit))) return false
    if (handle.uses.some(({ facet, kind }) => kind === 'escape' && (facet === 'child' || facet === 'promise')))
      return false
    if (isKnownAs(options.detached, true)) return true
    return contract.owes.has('end') ? judgeEnd().is === 'never' : site.arguments.callback.is === 'absent'
  }
}

/** They hand a fixed list of options on to spawn() (measured with Node 20, 22, 24 and 26). */
function ignoresDetached({ callee, contract }: SpawnSite, unit: SourceUnit): boolean {
  return contract.handle === 'child'
    ? contract.like.startsWith('exec')
    : unit.resolveOrigin(callee)?.isPromisified === true
}

function isBounded({ options: { signal, timeout } }: SpawnSite): boolean {
  return signal.is !== 'absent' || (timeout.is !== 'absent' && !isKnownAs(timeout, 0))
}

/** A kill, or a pid in the hands of others. */
function isEnding(use: HandleUse): boolean {
  return use.kind === 'kill' || (use.kind === 'pid' && isDischarged(use, 'deadline'))
}

/** What runs when the program ends, or is told to end by a signal, cannot be what lets it end. */
function isAtProgramEnd({ node }: HandleUse, unit: SourceUnit): boolean {
  const triggers = findCodeTriggers(node, unit, () => false)
  return triggers.every((trigger) => trigger.is === 'argument' && isEndListener(trigger.call, unit))
}

function isEndListener({ arguments: [event], callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const member = skipWrappers(callee)
  if (member.type !== 'MemberExpression' || !isProcess(member.object, unit)) return false
  return /^(?:exit|beforeExit|SIG[A-Z]+)$/.test(getStaticString(event) ?? '')
}

function isProcess(node: TSESTree.Node, unit: SourceUnit): boolean {
  const found = unit.resolveOrigin(node)
  return getGlobalPath(found) === 'process' || found?.module === 'process'
}

/** `detached` gives a console program a window of its own on Windows, which is what these want of it. */
function isOwnConsole({ command }: SpawnSite): boolean {
  return command.names?.some((name) => /^(?:cmd|powershell|pwsh)$|\.(?:exe|bat|cmd|ps1)$/i.test(name)) ?? false
}
