import { viewRun } from '../findings/RunView.ts'
import type { RunProcess } from '../findings/RunProcess.ts'
import type { KnownRun } from '../journal/findRuns.ts'
import { readRun } from '../journal/readJournal.ts'
import { findCallSite } from '../ledger/callSite.ts'
import { buildLedger } from '../ledger/Ledger.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import type { CallSite } from '../report/Report.ts'
import { takeSnapshot } from './takeSnapshot.ts'

/** A live process of a run, and the line that started it where that is known. */
export interface ListedProcess {
  process: RunProcess
  site: CallSite | null
}

/** The processes of a run that are alive now, its root included, oldest first. */
export function listRunProcesses(run: KnownRun, probe: ProcessTable, redact: readonly string[]): ListedProcess[] {
  const ledger = buildLedger(readRun(run.runDir).files)
  const startedAt = Math.min(run.changedAt, ...ledger.threads.map((thread) => thread.startedAt))
  // Nobody judges here, so nobody is left out.
  const view = viewRun(ledger, takeSnapshot(probe, { runDir: run.runDir, startedAt, ledger }, redact), {
    pid: -1,
    start: null,
  })
  return view.live
    .map((process) => {
      const record = view.recordOf(process)
      return { process, site: (record && findCallSite(record.stack)) ?? null }
    })
    .sort((a, b) => a.process.startedAt - b.process.startedAt)
}
