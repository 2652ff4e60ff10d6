import type { RunProcess } from '../findings/RunProcess.ts'
import { parentsVariable, runIdOfDirectory, runVariable } from '../journal/runDirectory.ts'
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
  const carries = cookieTest(run.runDir)
  return probe
    .list()
    .filter((process) => process.startedAt >= run.startedAt - slackMs)
    .map((process) => describeProcess(probe, process, carries, redact))
}

/** True for an environment that names the run, or a run inside it. */
function cookieTest(runDir: string): (environment: readonly string[]) => boolean {
  const id = runIdOfDirectory(runDir)
  const own = `${runVariable}=${runDir}`
  const outer = `${parentsVariable}=`
  return (environment) =>
    environment.some(
      (line) => line === own || (line.startsWith(outer) && line.slice(outer.length).split(',').includes(id)),
    )
}

function describeProcess(
  probe: ProcessTable,
  process: ProcessInfo,
  carries: (environment: readonly string[]) => boolean,
  redact: readonly string[],
): RunProcess {
  const environment = probe.readEnvironment(process.pid)
  const { pid, ppid, pgid, sid, state, start, startedAt } = process
  const carriesCookie = environment === 'denied' ? null : environment !== undefined && carries(environment)
  return {
    ...{ pid, ppid, pgid, sid, state, start, startedAt, carriesCookie },
    // Only the few that are accused are worth two more readings: see `completeProcess`.
    argv: redactArgv(probe.readArgv(pid) ?? [], redact),
    cwd: null,
  }
}
