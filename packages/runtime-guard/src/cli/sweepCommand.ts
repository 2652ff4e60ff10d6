import { findRuns } from '../journal/findRuns.ts'
import { runsDirectory } from '../journal/runDirectory.ts'
import type { PolicyFiles } from '../ledger/JournalEntry.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { endRun } from '../kill/endRun.ts'
import { endLeft } from '../output/concludeRun.ts'
import { isWorthSaying } from '../output/emitReport.ts'
import { processHost } from '../output/OutputHost.ts'
import { renderReport } from '../output/renderReport.ts'
import type { Settings } from '../config/Settings.ts'
import { judgeStaleRun } from '../verdict/judgeStaleRun.ts'
import type { Command, Invocation } from './Command.ts'
import { exitCodes } from './CommandError.ts'
import { formatOption, readFormat } from './formatOption.ts'
import { readCliSettings, settingOptions } from './readCliSettings.ts'

export const sweepCommand: Command = {
  name: 'sweep',
  summary: 'Report what earlier runs left behind, among them runs that were killed before their verdict.',
  usage: '[options]',
  description: [
    'Reads the journals of all runs of this user whose first process is gone, and prints a report on stdout for each that has something left.',
    'With --kill it also ends what is left: all that carries the mark of such a run, and what descends from it, first with SIGTERM and after the kill grace with SIGKILL. Without it nothing is killed.',
    'What the allow rules and the baseline of a run accept is left out: those that its variables, its options or the files of its directory name, unless --allow or --baseline is given.',
    'Exit codes: 0 nothing left, 1 findings, 2 wrong usage, 3 nothing found, but a part could not be inspected.',
  ],
  options: {
    kill: { description: 'End what is left.' },
    ...formatOption,
    ...settingOptions(['dir', 'redact', 'allow', 'baseline', 'killGraceMs']),
  },
  examples: [
    { command: 'runtime-guard sweep', effect: 'See what a job that was killed has left on this machine.' },
    { command: 'runtime-guard sweep --format ndjson', effect: 'The same for a program.' },
    { command: 'runtime-guard sweep --kill', effect: 'End what a job that was killed has left.' },
  ],
  execute: sweep,
}

function sweep(invocation: Invocation): Promise<number> {
  const format = readFormat(invocation)
  const settings = readCliSettings(invocation)
  const probe = findProcessTable()
  const said = new Set<string>()
  const warn = (sentence: string): void => {
    // Many runs share a file.
    if (!said.has(sentence)) invocation.warn(sentence)
    said.add(sentence)
  }
  const reports = findRuns(runsDirectory(process.env, settings.dir))
    .filter((run) => run.rootState === 'gone')
    .map((run) => {
      const report = judgeStaleRun(run, { settings, chosen: chooseFiles(invocation, settings), probe, warn })
      if (invocation.options.kill === undefined) return report
      return endLeft(
        report,
        (left) => endRun({ runDir: run.runDir, report: left, probe, settings, isRoot: false }),
        warn,
      )
    })
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

/** The files that the call itself names. */
function chooseFiles({ options }: Invocation, { allow, baseline }: Settings): PolicyFiles {
  return {
    ...(options.allow !== undefined && allow !== null && { allow }),
    ...(options.baseline !== undefined && baseline !== null && { baseline }),
  }
}
