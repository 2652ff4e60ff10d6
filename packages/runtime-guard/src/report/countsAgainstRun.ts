import type { BlindSpot, Finding, Verdict } from './Report.ts'

/** What a run comes to, from what was found and what could not be seen. */
export function classifyVerdict(findings: readonly Finding[], blind: readonly BlindSpot[]): Verdict {
  if (findings.some((finding) => finding.severity !== 'info')) return 'leaks'
  return blind.length > 0 || findings.some((finding) => finding.code === 'blind') ? 'blind' : 'clean'
}

/** True when a run must fail: for an error, and under `strict` also for a warning or for a part that could not be inspected. */
export function countsAgainstRun(report: { findings: Finding[]; blind: BlindSpot[] }, strict: boolean): boolean {
  if (report.findings.some((finding) => finding.severity === 'error')) return true
  return strict && classifyVerdict(report.findings, report.blind) !== 'clean'
}
