import type { RunProcess } from '../findings/RunProcess.ts'
import { findCookieOf, findOtherRun } from '../journal/runCookie.ts'
import { keepVariable } from '../journal/runDirectory.ts'
import type { Ledger } from '../ledger/Ledger.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { ProcessInfo, ProcessTable } from '../probe/ProcessTable.ts'
import { startOfRun } from '../probe/startOfRun.ts'

/** Clock readings of a journal and of the process table differ by less than this, in milliseconds. */
const slackMs = 1500

/** The processes that can belong to a run: those that started no earlier than its root. */
export function takeSnapshot(
  probe: ProcessTable,
  run: { runDir: string; startedAt: number; ledger: Ledger },
  redact: readonly string[],
): RunProcess[] {
  const arePipesHeld = run.ledger.children.some((record) => record.exitedAt !== null && (record.handle?.pipes ?? 0) > 0)
  const owners = new Set(run.ledger.threads.filter(({ tid }) => tid !== null).map(({ pid }) => pid))
  const since = startOfRun(probe, run.runDir, run.startedAt) - slackMs
  return probe
    .list()
    .filter((process) => process.startedAt >= since)
    .map((process) => {
      const tids = owners.has(process.pid) ? probe.readThreads(process.pid) : undefined
      const sockets = arePipesHeld ? probe.readSockets(process.pid) : undefined
      return {
        ...describeProcess(probe, process, run.runDir, redact),
        ...(tids && { tids }),
        ...(sockets && { sockets }),
      }
    })
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
  const keep = isHidden ? undefined : findReason(environment ?? [])
  const otherRun = isHidden ? undefined : findOtherRun(runDir, environment ?? [])
  return {
    ...{ pid, ppid, pgid, sid, state, start, startedAt },
    carriesCookie: isHidden ? null : cookie !== undefined,
    startedBy: cookie?.startedBy ?? null,
    ...(keep !== undefined && { keep }),
    ...(otherRun !== undefined && { otherRun }),
    // Only the few that are accused are worth two more readings: see `completeProcess`.
    argv: redactArgv(probe.readArgv(pid) ?? [], redact),
    cwd: null,
  }
}

/** The mark that says why a process may stay; an empty one says nothing. */
function findReason(environment: readonly string[]): string | undefined {
  const mark = `${keepVariable}=`
  return environment.find((line) => line.startsWith(mark) && line.length > mark.length)?.slice(mark.length)
}
