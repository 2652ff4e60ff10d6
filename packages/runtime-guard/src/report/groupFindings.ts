import type { CallSite, Finding, FindingCode, Severity } from './Report.ts'

/** Findings of one code and severity from one call site: one defect in the source, however many processes it left. */
export interface FindingGroup {
  code: FindingCode
  severity: Severity
  site: CallSite | null
  /** At least one. */
  findings: [Finding, ...Finding[]]
}

const severities: readonly Severity[] = ['error', 'warning', 'info']

/**
 * Groups findings by call site, errors first, otherwise in the order of the report. Without a call site the command line
 * stands in for it. A process behind another one that is reported at the same place is part of that one's story, which
 * names it among its descendants: it makes no group of its own.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>()
  for (const finding of findings) {
    const { code, severity, site } = finding
    if (isToldByAnother(finding, findings)) continue
    const place = site ? [site.file, site.line, site.column] : [null, finding.child?.argv ?? finding.message]
    const key = JSON.stringify([code, severity, ...place])
    const group = groups.get(key)
    if (group) group.findings.push(finding)
    else groups.set(key, { code, severity, site, findings: [finding] })
  }
  return [...groups.values()].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}

function isToldByAnother(finding: Finding, findings: readonly Finding[]): boolean {
  const { code, severity, site, child } = finding
  if (code !== 'orphan-descendant' || typeof child?.pid !== 'number') return false
  return findings.some(
    (other) =>
      other !== finding &&
      other.severity === severity &&
      isSameSite(other.site, site) &&
      other.child?.pid !== child.pid &&
      other.descendants.some(({ pid }) => pid === child.pid),
  )
}

function isSameSite(a: CallSite | null, b: CallSite | null): boolean {
  return a?.file === b?.file && a?.line === b?.line && a?.column === b?.column
}

/** How many findings there are of a severity. */
export function countSeverity(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length
}
