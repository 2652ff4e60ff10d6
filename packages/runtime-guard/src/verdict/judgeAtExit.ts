import { readSettings } from '../config/readSettings.ts'
import type { Guard } from '../journal/guard.ts'
import { appendLines, currentDirectory, describeThread } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { runsDirectory } from '../journal/runDirectory.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import { concludeRun } from '../output/concludeRun.ts'
import { processHost } from '../output/OutputHost.ts'
import { emptyProcessTable, findProcessTable } from '../probe/findProcessTable.ts'
import { endRun } from '../kill/endRun.ts'
import { judgeRun } from './judgeRun.ts'
import { reviewStaleRuns } from './reviewStaleRuns.ts'

/** The last act of a root: judges its run, says what was found, and returns the exit code of the process. `isIdle`: it started nothing. */
export function judgeAtExit(guard: Guard, exitCode: number, isIdle: boolean): number {
  const { owner } = guard
  const { now, wait, rmSync } = getNatives()
  const host = processHost(guard.stderr)
  const settings = readSettings({
    env: process.env,
    cwd: currentDirectory(),
    readFiles: true,
    warn: (sentence) => {
      host.writeError(`runtime-guard: ${sentence}\n`)
    },
  })
  if (settings.mode === 'off') return exitCode
  const probe = isIdle ? emptyProcessTable : findProcessTable()
  const failure = guard.failure()
  const report = judgeRun({
    runDir: owner.runDir,
    settings,
    probe,
    ...{ now, wait, exitCode },
    cause: 'exit',
    extra: failure === null ? [] : [{ entries: [describeThread(owner), ...guard.unwritten()], torn: 0 }],
    blind:
      failure === null ? [] : [`The journal could not be written (${failure}): children that have ended are unknown.`],
    beforeGrace: () => {
      guard.closePipes()
    },
    root: { startedAt: owner.startedAt, argv: redactArgv([...process.argv]), cwd: currentDirectory() },
  })
  const conclusion = concludeRun(report, settings, exitCode, host, (left) =>
    endRun({ runDir: owner.runDir, report: left, probe, settings, isRoot: true }),
  )
  if (isIdle) return conclusion.exitCode
  try {
    const { verdict } = conclusion.report
    if (verdict !== 'leaks') rmSync(owner.runDir, { recursive: true, force: true })
    else appendLines(`${owner.runDir}/verdict.ndjson`, [{ t: 'judged', at: now(), verdict }])
  } catch {
    // A directory that cannot be written was said to be so in the report.
  }
  const runsDir = runsDirectory(process.env, settings.dir)
  for (const sentence of reviewStaleRuns(runsDir, owner.runDir, probe, settings))
    host.writeError(`runtime-guard: ${sentence}\n`)
  return conclusion.exitCode
}
