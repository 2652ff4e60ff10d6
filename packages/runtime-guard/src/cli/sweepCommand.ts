import { findRuns, type KnownRun } from '../journal/findRuns.ts'
import { getNatives } from '../journal/natives.ts'
import { runsDirectory } from '../journal/runDirectory.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { isWorthSaying } from '../output/emitReport.ts'
import { processHost } from '../output/OutputHost.ts'
import { renderReport } from '../output/renderReport.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { classifyVerdict } from '../report/countsAgainstRun.ts'
import type { ChildState, Report } from '../report/Report.ts'
import type { Settings } from '../config/Settings.ts'
import { judgeRun } from '../verdict/judgeRun.ts'
import type { Command, Invocation } from './Command.ts'
import { exitCodes } from './CommandError.ts'
import { formatOption, readFormat } from './formatOption.ts'
import { readCliSettings, settingOptions } from './readCliSettings.ts'

export const sweepCommand: Command = {
  name: 'sweep',
  summary: 'Report what earlier runs left behind, among them runs that were killed before their verdict.',
  usage: '[options]',
  description: [
    'Reads the journals of all runs of this user whose first process is gone, and prints a report on stdout for each that has something left. Nothing is killed.',
    'Exit codes: 0 nothing left, 1 findings, 2 wrong usage, 3 nothing found, but a part could not be inspected.',
  ],
  options: { ...formatOption, ...settingOptions(['dir', 'redact']) },
  examples: [
    { command: 'runtime-guard sweep', effect: 'See what a job that was killed has left on this machine.' },
    { command: 'runtime-guard sweep --format ndjson', effect: 'The same for a program.' },
  ],
  execute: sweep,
}

function sweep(invocation: Invocation): Promise<number> {
  const format = readFormat(invocation)
  const settings = readCliSettings(invocation)
  const probe = findProcessTable()
  const reports = findRuns(runsDirectory(process.env, settings.dir))
    .filter((run) => run.rootState === 'gone')
    .map((run) => judgeStaleRun(run, settings, probe))
  const shown = reports.filter((report) => isWorthSaying(report, false))
  const host = processHost()
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined
  invocation.print(
    shown.map((report) => renderReport(report, format, host, columns)).join(format === 'text' ? '\n' : ''),
  )
  if (shown.length > 0) return Promise.resolve(exitCodes.findings)
  if (probe.limit !== null) invocation.warn(probe.limit)
  const isBlind = probe.limit !== null || reports.some((report) => report.verdict === 'blind')
  return Promise.resolve(isBlind ? exitCodes.blind : exitCodes.clean)
}

const endedStates: readonly ChildState[] = ['failed', 'exited', 'closed', 'done', 'timed-out', 'lost']

/** What a run has left now. What it did is told only for a run that nobody has judged. */
function judgeStaleRun(run: KnownRun, settings: Settings, probe: ProcessTable): Report {
  const { now, wait } = getNatives()
  const report = judgeRun({
    ...{ runDir: run.runDir, probe, now, wait, exitCode: null, cause: 'sweep' },
    // Its time of grace was over long ago.
    settings: { ...settings, graceMs: 0 },
  })
  if (!run.judged) return report
  const findings = report.findings.filter(({ child }) => child !== null && !endedStates.includes(child.state))
  return { ...report, findings, verdict: classifyVerdict(findings, report.blind) }
}
