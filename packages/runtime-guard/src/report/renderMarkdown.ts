import { countNoun } from './countNoun.ts'
import { describeFindings, describeSite } from './describeFindings.ts'
import { countSeverity, groupFindings, type FindingGroup } from './groupFindings.ts'
import type { Report } from './Report.ts'
import { visibleText } from './visibleText.ts'

const commandLength = 120

/**
 * The report as GitHub Markdown: a table with one row per call site. Rows that would exceed `maxBytes` are counted instead.
 * @param cwd paths below this directory are shown relative to it
 */
export function renderMarkdown(report: Report, cwd: string, maxBytes: number): string {
  const groups = groupFindings(report.findings)
  const head = [
    '### runtime-guard',
    '',
    `${countNoun(countSeverity(report.findings, 'error'), 'error')}, ${countNoun(countSeverity(report.findings, 'warning'), 'warning')} from ${countNoun(groups.length, 'call site')}.`,
    '',
    ...describeKill(report),
    ...report.blind.map(({ reason }) => `- Not inspected: ${escapeMarkdown(visibleText(reason))}`),
    ...(report.blind.length > 0 ? [''] : []),
  ]
  const table = groups.length === 0 ? [] : ['| Finding | Where | What | Fix |', '| --- | --- | --- | --- |']
  let text = [...head, ...table].map((line) => `${line}\n`).join('')
  // A closing line must fit as well.
  const budget = maxBytes - 100
  let used = byteLength(text)
  let shown = 0
  for (const group of groups) {
    const row = `${renderRow(group, cwd)}\n`
    used += byteLength(row)
    if (used > budget) break
    text += row
    shown += 1
  }
  if (shown < groups.length) text += `\n${countNoun(groups.length - shown, 'more call site')}.\n`
  return byteLength(text) > maxBytes ? '' : `${text}\n`
}

function describeKill({ kill }: Report): string[] {
  if (kill === undefined) return []
  const count = (list: readonly unknown[]): string => countNoun(list.length, 'process', 'processes')
  const left = kill.survivors.map(({ pid, reason }) => `pid ${pid}: ${reason}`).join('; ')
  const rest = kill.survivors.length === 0 ? '' : `, could not end ${count(kill.survivors)} (${left})`
  return [`Ended ${count(kill.ended)}${escapeMarkdown(visibleText(rest))}.`, '']
}

function renderRow(group: FindingGroup, cwd: string): string {
  const [first] = group.findings
  const times = group.findings.length > 1 ? ` × ${group.findings.length}` : ''
  const facts = describeFindings(group, cwd, commandLength).flatMap(({ label, values }) =>
    values.map((value) => `${label}: ${value}`),
  )
  const cells = [
    [`${group.severity} ${group.code}${times}`],
    [group.site ? describeSite(group.site, cwd) : ''],
    [visibleText(first.message), ...facts],
    [visibleText(first.hint)],
  ]
  return `| ${cells.map((lines) => lines.map(escapeMarkdown).join('<br>')).join(' | ')} |`
}

/** Everything that Markdown or HTML could read as markup becomes a character reference. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>&~@:$]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
