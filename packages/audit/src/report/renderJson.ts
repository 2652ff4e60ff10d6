import type { AuditReport } from './Report.ts'

/** The report as the published schema describes it. */
export function renderJson(report: AuditReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
