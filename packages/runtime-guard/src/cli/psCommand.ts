import { findRuns } from '../journal/findRuns.ts'
import { getNatives } from '../journal/natives.ts'
import { runIdOfDirectory, runsDirectory } from '../journal/runDirectory.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { describeSite } from '../report/describeFindings.ts'
import { formatCommand } from '../report/formatCommand.ts'
import { formatDuration } from '../report/formatDuration.ts'
import { listRunProcesses } from '../verdict/listRunProcesses.ts'
import type { Command, Invocation } from './Command.ts'
import { exitCodes } from './CommandError.ts'
import { readCliSettings, settingOptions } from './readCliSettings.ts'

export const psCommand: Command = {
  name: 'ps',
  summary: 'List the processes that are alive in the runs of this user now.',
  usage: '[options]',
  description: [
    'One line per process: the run, pid, parent, state and age, the command, and the line that started it where a guarded process did.',
    'Exit codes: 0, also while runs are at work; 1 a run whose first process is gone has live processes; 2 wrong usage; 3 could not inspect.',
  ],
  options: settingOptions(['dir', 'redact']),
  examples: [{ command: 'runtime-guard ps', effect: 'See what a test run has started so far.' }],
  execute: listProcesses,
}

const headings = ['RUN', 'PID', 'PPID', 'STATE', 'AGE', 'COMMAND']
const commandLength = 80

function listProcesses(invocation: Invocation): Promise<number> {
  const settings = readCliSettings(invocation)
  const probe = findProcessTable()
  if (probe.limit !== null) {
    invocation.warn(probe.limit)
    return Promise.resolve(exitCodes.blind)
  }
  const now = getNatives().now()
  const cwd = process.cwd()
  const rows: string[][] = []
  let isAnythingLeft = false
  for (const run of findRuns(runsDirectory(process.env, settings.dir))) {
    if (run.rootState === 'elsewhere') continue
    const listed = listRunProcesses(run, probe, settings.redact).filter(({ process: { pid } }) => pid !== process.pid)
    isAnythingLeft ||= run.rootState === 'gone' && listed.length > 0
    for (const { process: found, site } of listed)
      rows.push([
        runIdOfDirectory(run.runDir) + (run.rootState === 'gone' ? ' (root gone)' : ''),
        String(found.pid),
        String(found.ppid),
        found.state,
        formatDuration(Math.max(0, now - found.startedAt)),
        formatCommand(found.argv, commandLength) + (site ? `  ${describeSite(site, cwd)}` : ''),
      ])
  }
  if (rows.length > 0) invocation.print(formatColumns([headings, ...rows]))
  return Promise.resolve(isAnythingLeft ? exitCodes.findings : exitCodes.clean)
}

function formatColumns(rows: string[][]): string {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
