import type { ChildProcess } from 'node:child_process'
import { findGuard } from '../journal/guard.ts'
import { snapshot } from './snapshot.ts'

const key = Symbol.for('runtime-guard.exceptions')

/** Ids of children, and pids of allowed ones with the reason. One for all copies of this module in a thread. */
interface Exceptions {
  ignored: Set<string>
  allowed: Map<number, string>
}

export function findExceptions(): Exceptions {
  const holder = process as unknown as Record<symbol, Exceptions | undefined>
  const known = holder[key]
  if (known) return known
  const exceptions: Exceptions = { ignored: new Set(), allowed: new Map() }
  Object.defineProperty(process, key, { value: exceptions })
  return exceptions
}

/** From now on `verifyNone` passes over the children that are running now, as a suite does with those of its set-up. */
export function ignoreCurrent(): void {
  const { ignored } = findExceptions()
  for (const { id } of snapshot()) ignored.add(id)
}

/**
 * This child may stay: `verifyNone` and `scope` pass over it, and the verdict over the run lists it as accepted, with what descends
 * from it. The mark in the environment does the same for a process that no handle reaches: `RUNTIME_GUARD_KEEP=<reason>`.
 * Throws a TypeError without a reason, or for a child that was not started. Without the guard it does nothing else.
 */
export function allow(child: Pick<ChildProcess, 'pid'>, reason: string): void {
  if (typeof reason !== 'string' || reason.trim() === '') throw new TypeError('allow() needs a reason.')
  if (child.pid === undefined) throw new TypeError('allow() needs a child that was started: this one has no pid.')
  findExceptions().allowed.set(child.pid, reason)
  findGuard()?.allow(child.pid, reason)
}
