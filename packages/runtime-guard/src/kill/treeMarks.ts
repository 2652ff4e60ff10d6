import { findCookieOf } from '../journal/runCookie.ts'
import { readRun } from '../journal/readJournal.ts'
import { buildLedger } from '../ledger/Ledger.ts'
import type { ProcessInfo } from '../probe/ProcessTable.ts'
import type { KillMarks } from './lookForTargets.ts'

/** A child whose tree is to be ended. */
export interface TreeRoot {
  /** Null: it has ended, and its pid may be somebody else's. */
  identity: { pid: number; start: string } | null
  /** The run, and the record of its start, that its descendants carry in their cookies; null where the guard did not see it. */
  cookie: { runDir: string; recordId: string } | null
  /** Nothing of the tree is older: milliseconds since the epoch by the clock of now. */
  startedAt: number
}

/** How the processes of the tree are known: the child itself, and whatever carries its record in its cookie, by way of any number of guarded processes. */
export function treeMarks({ identity, cookie, startedAt }: TreeRoot): KillMarks {
  const isBelow = cookie === null ? () => false : belowRecord(cookie)
  return {
    since: startedAt,
    isMarked: ({ pid, start }: ProcessInfo, environment) =>
      (identity !== null && pid === identity.pid && start === identity.start) || isBelow(environment),
    isSpared: () => false,
  }
}

function belowRecord({
  runDir,
  recordId,
}: {
  runDir: string
  recordId: string
}): (environment: readonly string[]) => boolean {
  /** What the guarded processes of the run descend from, by `<pid>-<start>`. */
  let owners = new Map<string, string | null>()
  const readOwners = (): void => {
    const { threads } = buildLedger(readRun(runDir).files)
    owners = new Map(threads.map(({ pid, start, startedBy }) => [`${pid}-${start ?? 'x'}`, startedBy]))
  }
  const isBelow = (startedBy: string | null | undefined): boolean => {
    let current = startedBy
    for (let depth = 0; current && depth < 1000; depth++) {
      if (current === recordId) return true
      const owner = current.slice(0, current.indexOf('.'))
      if (!owners.has(owner)) readOwners()
      current = owners.get(owner)
    }
    return false
  }
  return (environment) => isBelow(findCookieOf(runDir, environment)?.startedBy)
}
