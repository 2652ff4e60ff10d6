import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { findGuard } from '../journal/guard.ts'
import { readRun } from '../journal/readJournal.ts'
import { describeOutcome } from '../kill/describeOutcome.ts'
import { endProcessesLater } from '../kill/endProcesses.ts'
import { KillPlan } from '../kill/KillPlan.ts'
import { lookForTargets } from '../kill/lookForTargets.ts'
import { treeMarks, type TreeRoot } from '../kill/treeMarks.ts'
import { buildLedger, type ChildRecord } from '../ledger/Ledger.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import type { KillReport } from '../report/Report.ts'

export interface KillTreeOptions {
  /** What asks the processes to end; `SIGTERM` unless given. `SIGKILL` does not ask. */
  signal?: NodeJS.Signals
  /** How long, in milliseconds, they may take before SIGKILL; 2000 unless given. */
  graceMs?: number
}

/**
 * Ends a child and everything that descends from it, and resolves when that is gone: what was ended, and what could not be
 * and why. Descendants are found by their parents and sessions, and, where the guard is loaded, by the mark in their environment, which
 * also finds those whose parents have ended, after the child itself has. Nothing else is touched: each process is
 * compared by pid and start time right before each signal.
 * Rejects with a TypeError for an unknown signal, a RangeError for a grace that is no number of milliseconds, and an Error
 * where the process table cannot be read (Windows and macOS, in this version). A child that never started is nothing to end.
 */
export async function killTree(
  child: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>,
  { signal = 'SIGTERM', graceMs = 2000 }: KillTreeOptions = {},
): Promise<KillReport> {
  if (!Object.hasOwn(constants.signals, signal)) throw new TypeError(`${JSON.stringify(signal)} is no signal.`)
  if (!Number.isFinite(graceMs) || graceMs < 0) throw new RangeError('graceMs must be a number of milliseconds from 0.')
  if (child.pid === undefined) return { ended: [], survivors: [] }
  const probe = findProcessTable()
  if (probe.limit !== null) throw new Error(probe.limit)
  const marks = treeMarks(findRoot(child, child.pid, probe))
  const plan = new KillPlan({
    self: process.pid,
    signal: signal === 'SIGKILL' ? null : signal,
    graceMs,
    canStop: process.platform !== 'win32',
  })
  // An end that was asked for is no failure that nobody observed.
  if (child.exitCode === null && child.signalCode === null) findGuard()?.noteKill(child.pid, signal)
  const outcome = await endProcessesLater({ plan, probe, look: () => lookForTargets(probe, marks) }, { ref: true })
  return describeOutcome(outcome, [])
}

function findRoot(
  { exitCode, signalCode }: Pick<ChildProcess, 'exitCode' | 'signalCode'>,
  pid: number,
  probe: ProcessTable,
): TreeRoot {
  const hasEnded = exitCode !== null || signalCode !== null
  // As long as Node has not heard of the end, the pid cannot be anybody else's.
  const current = hasEnded ? undefined : probe.find(pid)
  const record = findRecord(pid, current?.start)
  const guard = findGuard()
  return {
    identity: current ? { pid, start: current.start } : null,
    cookie: record && guard ? { runDir: guard.owner.runDir, recordId: record.id } : null,
    // Whatever the clock was set to meanwhile: nothing of the tree is older than this process.
    startedAt: record ? (probe.find(process.pid)?.startedAt ?? record.requestedAt) : (current?.startedAt ?? Infinity),
  }
}

/** What the guard knows of the child: the last start that had the pid. */
function findRecord(pid: number, start: string | undefined): ChildRecord | undefined {
  const guard = findGuard()
  if (!guard) return undefined
  guard.flush(false)
  const { children } = buildLedger([...readRun(guard.owner.runDir).files, { entries: guard.unwritten(), torn: 0 }])
  return children
    .filter((record) => record.owner.pid === guard.owner.pid && record.pid === pid)
    .filter((record) => start === undefined || record.start === null || record.start === start)
    .at(-1)
}
