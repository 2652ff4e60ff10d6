import type { Finding, Report } from './Report.ts'

/** The line that begins a report in NDJSON: everything but the findings. */
type RunLine = { type: 'run' } & Omit<Report, 'findings'>
/** One line per finding follows; `runId` joins them, because several roots may append to one file. */
type FindingLine = { type: 'finding'; runId: string } & Finding

/** The report as lines of JSON: first the run, then each finding. */
export function renderNdjson(report: Report): string {
  const { findings, ...run } = report
  const runLine: RunLine = { type: 'run', ...run }
  const lines = findings.map((finding): FindingLine => ({ type: 'finding', runId: report.run.id, ...finding }))
  return [runLine, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}
