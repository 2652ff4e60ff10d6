import { writeFileSync } from 'node:fs'
import { processHost } from '../output/OutputHost.ts'
import { renderReport } from '../output/renderReport.ts'
import { createBaseline } from '../policy/applyPolicy.ts'
import { formatBaseline } from '../policy/readPolicyFile.ts'
import { mergeReports } from '../report/mergeReports.ts'
import type { Report } from '../report/Report.ts'
import type { Command, Invocation } from './Command.ts'
import { CommandError, exitCodes } from './CommandError.ts'
import { formatOption, readFormat } from './formatOption.ts'
import { readReports } from './readReports.ts'

export const reportCommand: Command = {
  name: 'report',
  summary: 'Render saved reports, or merge several into one.',
  usage: '<file...> [options]',
  description: [
    'Reads reports in JSON or NDJSON, also of several machines, and prints one report over all of them on stdout. A run that is given twice counts once.',
    'Exit codes: 0 clean, 1 findings, 2 a file is no report, 3 nothing found, but a part of a run could not be inspected.',
  ],
  options: {
    ...formatOption,
    'write-baseline': {
      value: 'file',
      description: 'Also write a baseline that accepts all findings of these reports; the exit code is then 0.',
    },
  },
  examples: [
    { command: 'runtime-guard report guard.json', effect: 'Read a saved report as text.' },
    {
      command: 'runtime-guard report shards/*.json --format json > all.json',
      effect: 'Merge the shards of a CI matrix.',
    },
    {
      command: 'runtime-guard report guard.json --write-baseline runtime-guard.baseline.json',
      effect: 'Accept what is there today: set RUNTIME_GUARD_BASELINE to that file.',
    },
  ],
  execute: report,
}

function report({ operands, rest, options, print }: Invocation): Promise<number> {
  const paths = [...operands, ...(rest ?? [])]
  if (paths.length === 0) throw new CommandError('report needs a file: runtime-guard report guard.json.')
  const format = readFormat({ options })
  const [first, ...more] = readReports(paths)
  if (first === undefined) throw new CommandError(`${paths.join(', ')} holds no report.`)
  const merged = mergeReports([first, ...more])
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined
  const host = processHost()
  // Only the format that keeps runs apart can be taken apart again.
  const shown: Report[] = format === 'ndjson' ? [first, ...more] : [merged]
  print(shown.map((one) => renderReport(one, format, host, columns)).join(''))
  const baseline = options['write-baseline']?.[0]
  if (baseline !== undefined) {
    writeBaseline(baseline, merged)
    return Promise.resolve(exitCodes.clean)
  }
  return Promise.resolve({ clean: exitCodes.clean, leaks: exitCodes.findings, blind: exitCodes.blind }[merged.verdict])
}

function writeBaseline(path: string, merged: Report): void {
  try {
    writeFileSync(path, formatBaseline(createBaseline(merged)))
  } catch (error) {
    throw new CommandError(
      `the baseline cannot be written to ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    )
  }
}
