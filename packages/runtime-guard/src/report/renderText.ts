import { countNoun } from './countNoun.ts'
import { describeFindings, describeSite } from './describeFindings.ts'
import { formatCommand } from './formatCommand.ts'
import { formatDuration } from './formatDuration.ts'
import { countSeverity, groupFindings, type FindingGroup } from './groupFindings.ts'
import type { CallSite, KillReport, PolicyResult, Report, Severity, Verdict } from './Report.ts'
import { cutText, visibleText } from './visibleText.ts'

/** The formats of `util.styleText` that the report uses. */
type TextFormat = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

export interface TextOptions {
  /** Paths below this directory are shown relative to it. */
  cwd: string
  /** Columns of the terminal. */
  width: number
  /** Colours a text, or returns it as it is. */
  style(format: TextFormat | TextFormat[], text: string): string
  /** The source line of a call site; undefined where it cannot be read. */
  readLine(site: CallSite): string | undefined
}

/** More call sites than this are only counted; the JSON report has them all. */
const shownGroups = 50
const labelWidth = 11
const indent = '  '

const severityFormats: Record<Severity, TextFormat> = { error: 'red', warning: 'yellow', info: 'cyan' }
const verdictFormats: Record<Verdict, TextFormat> = { leaks: 'red', blind: 'yellow', clean: 'green' }

/** The report for people: a header with the verdict, then one block per call site, then what is common to all. */
export function renderText(report: Report, options: TextOptions): string {
  const groups = groupFindings(report.findings.filter((finding) => finding.code !== 'blind'))
  const sections = [
    renderHeader(report, groups.length, options),
    ...groups.slice(0, shownGroups).map((group) => renderGroup(group, options)),
  ]
  if (groups.length > shownGroups)
    sections.push(`… and ${countNoun(groups.length - shownGroups, 'more call site')}: the json format has them all.`)
  if (report.blind.length > 0) sections.push(renderBlind(report, options))
  if (report.policy) sections.push(renderPolicy(report.policy, options))
  if (report.kill) sections.push(renderKill(report.kill, options))
  if (groups.length > 0) sections.push(renderFooter(groups, options))
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function renderHeader(report: Report, places: number, options: TextOptions): string {
  const { run, stats, verdict } = report
  const counts = [
    countSeverity(report.findings, 'error') > 0 && countNoun(countSeverity(report.findings, 'error'), 'error'),
    countSeverity(report.findings, 'warning') > 0 && countNoun(countSeverity(report.findings, 'warning'), 'warning'),
  ].filter((count) => count !== false)
  const result = {
    leaks: `${counts.join(' and ')} from ${countNoun(places, 'call site')}`,
    blind: `nothing found, but ${countNoun(report.blind.length, 'part')} of the run could not be inspected`,
    clean: 'nothing left behind',
  }[verdict]
  const lasted = Date.parse(run.endedAt) - Date.parse(run.startedAt)
  const facts = [
    run.exitCode === null ? 'exit code unknown' : `exit code ${run.exitCode}`,
    Number.isFinite(lasted) ? formatDuration(Math.max(0, lasted)) : '',
    countNoun(stats.processes, 'Node process', 'Node processes'),
    `${countNoun(stats.spawned, 'child', 'children')} started`,
    stats.spawned > 0 ? `${stats.peakLive} at most at a time` : '',
  ].filter(Boolean)
  const room = Math.max(20, options.width - indent.length)
  return [
    `${options.style(['bold', verdictFormats[verdict]], 'runtime-guard')}  ${options.style('bold', result)}`,
    options.style('dim', indent + formatCommand(run.root.argv, room)),
    options.style('dim', indent + facts.join(' · ')),
  ].join('\n')
}

function renderGroup(group: FindingGroup, options: TextOptions): string {
  const [first] = group.findings
  const times = group.findings.length > 1 ? ` × ${group.findings.length}` : ''
  const title = options.style(['bold', severityFormats[group.severity]], `${group.severity} ${group.code}${times}`)
  const lines = [title, ...fold(visibleText(first.message), indent, indent, options.width)]
  if (group.site) {
    lines.push(`${indent}at ${options.style('cyan', describeSite(group.site, options.cwd))}`)
    lines.push(...renderExcerpt(group.site, options))
  }
  const valueRoom = Math.max(20, options.width - indent.length - labelWidth)
  const facts = describeFindings(group, options.cwd, valueRoom)
  const advice = [
    ...(first.hint === '' ? [] : [{ label: 'fix', values: [visibleText(first.hint)] }]),
    ...(first.rule === null ? [] : [{ label: 'rule', values: [visibleText(first.rule)] }]),
  ]
  for (const { label, values } of [...facts, ...advice]) {
    values.forEach((value, position) => {
      const heading = (position === 0 ? label : '').padEnd(labelWidth)
      const folded = fold(value, '', '', valueRoom)
      folded.forEach((line, row) => {
        const start = row === 0 ? options.style('dim', heading) : ' '.repeat(labelWidth)
        lines.push((indent + start + line).trimEnd())
      })
    })
  }
  return lines.join('\n')
}

function renderExcerpt(site: CallSite, options: TextOptions): string[] {
  // Tabs have no width of their own; one column for each keeps the mark in place.
  const source = options.readLine(site)?.replaceAll('\t', ' ')
  if (source === undefined || source.trim() === '') return []
  const gutter = `${indent}${indent}${site.line} | `
  const room = Math.max(20, options.width - gutter.length)
  const margin = source.length - source.trimStart().length
  // A line of a bundle can be longer than the screen: show the part around the column.
  const column = site.column - 1
  const start = column - margin < room - 10 ? margin : column - Math.floor(room / 2)
  const shown = visibleText(cutText(source.slice(start).trimEnd(), room))
  const lines = [options.style('dim', gutter) + shown]
  if (column >= start && column < source.length) {
    const offset = visibleText(source.slice(start, column)).length
    if (offset < room)
      lines.push(
        options.style('dim', `${' '.repeat(gutter.length - 2)}| `) + ' '.repeat(offset) + options.style('red', '^'),
      )
  }
  return lines
}

function renderBlind(report: Report, options: TextOptions): string {
  const title = options.style(['bold', 'yellow'], `blind: ${countNoun(report.blind.length, 'part')} not inspected`)
  const lines = report.blind.map(({ reason }) => fold(visibleText(reason), `${indent}- `, `${indent}  `, options.width))
  return [title, ...lines.flat()].join('\n')
}

function renderPolicy(policy: PolicyResult, options: TextOptions): string {
  const lines: string[] = []
  if (policy.allowed.length > 0)
    lines.push(
      options.style(
        'dim',
        `${countNoun(policy.allowed.length, 'finding')} accepted by the program, rules or the baseline`,
      ),
    )
  for (const { message } of [...policy.expired, ...policy.unused])
    lines.push(...fold(visibleText(message), 'policy: ', indent, options.width))
  return lines.join('\n')
}

/** More processes than this are only counted; the JSON report has them all. */
const shownProcesses = 20

function renderKill({ ended, survivors }: KillReport, options: TextOptions): string {
  const room = Math.max(20, options.width - 50)
  const list = (title: string, format: TextFormat, lines: string[]): string[] => {
    if (lines.length === 0) return []
    const rest = lines.length - shownProcesses
    return [
      options.style(['bold', format], title),
      ...lines.slice(0, shownProcesses).flatMap((line) => fold(line, `${indent}- `, `${indent}  `, options.width)),
      ...(rest > 0 ? [`${indent}… and ${rest} more`] : []),
    ]
  }
  const describe = (argv: readonly string[], pid: number): string => `${formatCommand(argv, room)} (pid ${pid})`
  return [
    ...list(
      `ended ${countNoun(ended.length, 'process', 'processes')}`,
      'green',
      ended.map(({ argv, pid, signal }) => `${describe(argv, pid)} with ${visibleText(signal)}`),
    ),
    ...list(
      `could not end ${countNoun(survivors.length, 'process', 'processes')}`,
      'red',
      survivors.map(({ argv, pid, reason }) => `${describe(argv, pid)}: ${visibleText(reason)}`),
    ),
  ].join('\n')
}

function renderFooter(groups: FindingGroup[], options: TextOptions): string {
  const codes = [...new Set(groups.map((group) => group.code))]
  const command = codes.length === 1 ? `runtime-guard explain ${codes.join('')}` : 'runtime-guard explain <code>'
  return options.style('dim', `What a code means, and how to mend it: npx ${command}`)
}

/**
 * Breaks a text at spaces so that no line exceeds the width; a longer word stays whole. A line that would begin with
 * `::` is escaped, because GitHub would take it for a workflow command.
 */
function fold(text: string, first: string, rest: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const room = width - (lines.length === 0 ? first : rest).length
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.map((content, row) => (row === 0 ? first : rest) + content.replace(/^::/, String.raw`\x3a:`))
}
