import type { RunProcess } from '../findings/RunProcess.ts'
import { findCookieOf } from '../journal/runCookie.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { ProcessInfo, ProcessTable } from '../probe/ProcessTable.ts'

/** Clock readings of a journal and of the process table differ by less than this, in milliseconds. */
const slackMs = 1500

/** The processes that can belong to a run: those that started no earlier than its root. */
export function takeSnapshot(
  probe: ProcessTable,
  run: { runDir: string; startedAt: number },
  redact: readonly string[],
): RunProcess[] {
  return probe
    .list()
    .filter((process) => process.startedAt >= run.startedAt - slackMs)
    .map((process) => describeProcess(probe, process, run.runDir, redact))
}

function describeProcess(
  probe: ProcessTable,
  process: ProcessInfo,
  runDir: string,
  redact: readonly string[],
): RunProcess {
  const environment = probe.readEnvironment(process.pid)
  const { pid, ppid, pgid, sid, state, start, startedAt } = process
  const isHidden = environment === 'denied'
  const cookie = isHidden ? undefined : findCookieOf(runDir, environment ?? [])
  return {
    ...{ pid, ppid, pgid, sid, state, start, startedAt },
    carriesCookie: isHidden ? null : cookie !== undefined,
    startedBy: cookie?.startedBy ?? null,
    // Only the few that are accused are worth two more readings: see `completeProcess`.
    argv: redactArgv(probe.readArgv(pid) ?? [], redact),
    cwd: null,
  }
}
