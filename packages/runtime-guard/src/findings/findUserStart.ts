import { findCallSite, isInDependency, type StackFrame } from '../ledger/callSite.ts'
import type { ChildRecord, Ledger, ThreadRecord } from '../ledger/Ledger.ts'

/** The start that a reader can change. */
export interface UserStart {
  record: ChildRecord
  site: StackFrame | undefined
  /** The test or hook behind it; undefined: none is known. */
  test: ChildRecord['test'] | undefined
}

/** A tree of processes that is deeper than this is a loop of reused pids. */
const deepest = 1000

/**
 * The innermost start in the user's own code on the way from a record up to the root: npm, npx or a package that starts
 * what it was told to start is not to blame. Where no line on the way is the user's, the record itself.
 */
export function findUserStart(ledger: Ledger, record: ChildRecord): UserStart {
  const test = findTestOf(ledger, record)
  let current: ChildRecord | undefined = record
  for (let depth = 0; current !== undefined && depth < deepest; depth++) {
    const site = findCallSite(current.stack)
    if (site && !isInDependency(site.file)) return { record: current, site, test }
    current = findStartOf(ledger, current.owner)
  }
  return { record, site: findCallSite(record.stack), test }
}

/** The test or hook behind a start: its own, or that of the start that its process comes from, and so on up. */
export function findTestOf(ledger: Ledger, record: ChildRecord): NonNullable<ChildRecord['test']> | undefined {
  let current: ChildRecord | undefined = record
  for (let depth = 0; current !== undefined && depth < deepest; depth++) {
    if (current.test) return current.test
    current = findStartOf(ledger, current.owner)
  }
  return undefined
}

/** The record of the start that a process comes from; undefined for a root. */
export function findStartOf(ledger: Ledger, { pid, start, startedBy }: ThreadRecord): ChildRecord | undefined {
  const isSameProcess = (thread: ThreadRecord): boolean => thread.pid === pid && thread.start === start
  const direct = ledger.children.find((child) => child.pid === pid && child.start === start && start !== null)
  if (direct) return direct
  const named = startedBy ?? ledger.threads.find((thread) => isSameProcess(thread) && thread.startedBy)?.startedBy
  return named ? ledger.children.find(({ id }) => id === named) : undefined
}
