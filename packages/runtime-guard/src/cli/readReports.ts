import { readFileSync } from 'node:fs'
import type { Finding, Report } from '../report/Report.ts'
import { CommandError } from './CommandError.ts'
import { createReportCheck } from './createReportCheck.ts'
import { packageFile } from './packageFiles.ts'

/** Reads saved reports, JSON or NDJSON; throws a CommandError that names the file and what is wrong with it. */
export function readReports(paths: readonly string[]): Report[] {
  const check = createReportCheck(JSON.parse(readFileSync(packageFile('schema.json'), 'utf8')) as object)
  return paths.flatMap((path) =>
    parseReports(readText(path), path).map((value) => {
      const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion
      if (version !== undefined && version !== 1)
        throw new CommandError(
          `${path} has schemaVersion ${JSON.stringify(version)}; this version of runtime-guard reads schemaVersion 1.`,
        )
      const problem = check(value)
      if (problem !== undefined) throw new CommandError(`${path} is no report of runtime-guard: ${problem}.`)
      return value as Report
    }),
  )
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new CommandError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`)
  }
}

function parseReports(text: string, path: string): unknown[] {
  if (text.trim() === '') throw new CommandError(`${path} is empty, expected a JSON or NDJSON report.`)
  const [firstLine = ''] = text.split('\n', 1)
  if (isRunLine(tryParse(firstLine))) return parseLines(text, path)
  const value = tryParse(text)
  if (value === undefined) throw new CommandError(`${path} is no JSON, expected a JSON or NDJSON report.`)
  return [value]
}

/** Several roots may have appended at the same time, so findings find their run by its id and not by their place. */
function parseLines(text: string, path: string): unknown[] {
  const runs = new Map<unknown, { findings: Finding[] }>()
  const findings: { line: number; runId: unknown; finding: Finding }[] = []
  text.split('\n').forEach((content, index) => {
    if (content.trim() === '') return
    const value = tryParse(content)
    if (isRunLine(value)) {
      runs.set(value.run.id, { ...without(value, 'type'), findings: [] })
    } else if (isFindingLine(value)) {
      findings.push({ line: index + 1, runId: value.runId, finding: without(without(value, 'type'), 'runId') })
    } else {
      throw new CommandError(`${path}: line ${index + 1} is neither a run nor a finding.`)
    }
  })
  for (const { line, runId, finding } of findings) {
    const run = runs.get(runId)
    if (!run) throw new CommandError(`${path}: line ${line} belongs to a run that is not in the file.`)
    run.findings.push(finding)
  }
  return [...runs.values()]
}

function isRunLine(value: unknown): value is { type: 'run'; run: { id: unknown } } {
  if (typeof value !== 'object' || value === null) return false
  const { type, run } = value as { type?: unknown; run?: unknown }
  return type === 'run' && typeof run === 'object' && run !== null
}

function isFindingLine(value: unknown): value is { type: 'finding'; runId: unknown } & Finding {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'finding'
}

function without<T extends object, Key extends keyof T>(value: T, key: Key): Omit<T, Key> {
  const copy: Partial<T> = { ...value }
  Reflect.deleteProperty(copy, key)
  return copy as Omit<T, Key>
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
