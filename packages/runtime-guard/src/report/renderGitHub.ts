import { countNoun } from './countNoun.ts'
import { describeFindings, describeSite } from './describeFindings.ts'
import { countSeverity, groupFindings, type FindingGroup } from './groupFindings.ts'
import { relativePath } from './relativePath.ts'
import type { Report } from './Report.ts'
import { visibleText } from './visibleText.ts'

/** GitHub shows this many annotations of one kind per step and drops the rest. */
const shownPerKind = 10
const commandLength = 200

/**
 * Workflow commands for the log of a GitHub job: one annotation per call site, then one line that counts all.
 * @param workspace directory of the checkout: annotations need paths relative to it
 */
export function renderGitHub(report: Report, workspace: string): string {
  const groups = groupFindings(report.findings)
  const errors = groups.filter((group) => group.severity === 'error')
  const warnings = groups.filter((group) => group.severity === 'warning')
  const lines = [...errors.slice(0, shownPerKind), ...warnings.slice(0, shownPerKind)].map((group) =>
    renderAnnotation(group, workspace),
  )
  const hidden = Math.max(0, errors.length - shownPerKind) + Math.max(0, warnings.length - shownPerKind)
  const counts = [
    countNoun(countSeverity(report.findings, 'error'), 'error'),
    countNoun(countSeverity(report.findings, 'warning'), 'warning'),
    countNoun(errors.length + warnings.length, 'call site'),
    ...(hidden > 0 ? [`${hidden} of them without an annotation`] : []),
    ...(report.blind.length > 0 ? [`${countNoun(report.blind.length, 'part')} not inspected`] : []),
  ]
  return [...lines, `runtime-guard: ${counts.join(', ')}`].map((line) => `${line}\n`).join('')
}

function renderAnnotation(group: FindingGroup, workspace: string): string {
  const [first] = group.findings
  const times = group.findings.length > 1 ? ` × ${group.findings.length}` : ''
  const properties: [string, string][] = []
  const inRepository = group.site !== null && relativePath(group.site.file, workspace) !== group.site.file
  if (group.site && inRepository) {
    properties.push(['file', visibleText(relativePath(group.site.file, workspace).replaceAll('\\', '/'))])
    properties.push(['line', String(group.site.line)], ['col', String(group.site.column)])
  }
  properties.push(['title', `${group.code}${times}`])
  const message = [
    visibleText(first.message),
    ...(group.site && !inRepository ? [`at: ${describeSite(group.site, workspace)}`] : []),
    ...describeFindings(group, workspace, commandLength).flatMap(({ label, values }) =>
      values.map((value) => `${label}: ${value}`),
    ),
    ...(first.hint === '' ? [] : [`fix: ${visibleText(first.hint)}`]),
    ...(first.rule === null ? [] : [`rule: ${visibleText(first.rule)}`]),
  ].join('\n')
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',')
  return `::${group.severity === 'error' ? 'error' : 'warning'} ${list}::${escapeData(message)}`
}

/** As `@actions/core` escapes the text of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
