import type { Report } from './Report.ts'

/** The report as JSON with a final line feed; `schema.json` describes it. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
