import { countNoun } from './countNoun.ts'
import { formatCommand } from './formatCommand.ts'
import { formatDuration } from './formatDuration.ts'
import type { FindingGroup } from './groupFindings.ts'
import { relativePath } from './relativePath.ts'
import type { CallSite, Descendant, Finding, PipeHolder, ReportedChild, TestReference } from './Report.ts'
import { visibleText } from './visibleText.ts'

/** A labelled fact about a group of findings; several values stand below each other. */
export interface Fact {
  label: string
  values: string[]
}

/** How many processes, tests or commands are named before the rest is only counted. */
const shownValues = 3

/** The facts about a group in the order in which a reader wants them. Every text from outside is harmless to a terminal. */
export function describeFindings(group: FindingGroup, cwd: string, commandLength: number): Fact[] {
  const children = group.findings.map((finding) => finding.child).filter((child) => child !== null)
  const facts: Fact[] = [
    { label: 'process', values: describeChildren(children) },
    { label: 'command', values: distinct(children.map((child) => formatCommand(child.argv, commandLength))) },
    { label: 'test', values: distinct(collect(group, ({ test }) => (test ? [describeTest(test, cwd)] : []))) },
    {
      label: 'behind it',
      values: distinct(
        collect(group, ({ descendants }) => descendants.map((process) => describeDescendant(process, commandLength))),
      ),
    },
    {
      label: 'held by',
      values: distinct(collect(group, ({ holders }) => holders.map((holder) => describeHolder(holder, commandLength)))),
    },
  ]
  return facts.filter((fact) => fact.values.length > 0)
}

/** `file:line:column (function)`, the form that terminals and editors make a link of. */
export function describeSite(site: CallSite, cwd: string): string {
  const place = `${relativePath(site.file, cwd)}:${site.line}:${site.column}`
  return visibleText(site.function === '' ? place : `${place} (${site.function})`)
}

function collect(group: FindingGroup, read: (finding: Finding) => string[]): string[] {
  return group.findings.flatMap(read)
}

function distinct(values: string[]): string[] {
  const different = [...new Set(values)]
  if (different.length <= shownValues + 1) return different
  return [...different.slice(0, shownValues), `… and ${different.length - shownValues} more`]
}

function describeChildren(children: ReportedChild[]): string[] {
  const [first] = children
  if (first === undefined) return []
  if (children.length === 1) return [describeChild(first)]
  const pids = children.map((child) => child.pid).filter((pid) => pid !== null)
  const ages = children.map((child) => child.ageMs)
  const states = [...new Set(children.map((child) => child.state))]
  const named =
    pids.length === 0
      ? ''
      : `pid ${pids.slice(0, shownValues).join(', ')}${pids.length > shownValues ? ` and ${pids.length - shownValues} more` : ''}`
  const youngest = formatDuration(Math.min(...ages))
  const oldest = formatDuration(Math.max(...ages))
  const age = youngest === oldest ? `${oldest} old` : `${youngest} to ${oldest} old`
  return [
    [countNoun(children.length, 'process', 'processes'), named, states.join(' or '), age].filter(Boolean).join(', '),
  ]
}

function describeChild(child: ReportedChild): string {
  // Nobody started a descendant directly: it is known by the process whose child it comes from.
  const origin = [
    child.method === 'descendant' ? 'found behind' : `started with ${child.method} by`,
    child.ownerPid === null ? 'an unknown process' : `pid ${child.ownerPid}`,
    child.threadId > 0 ? `in worker thread ${child.threadId}` : '',
  ]
  const parts = [
    child.pid === null ? 'no pid' : `pid ${child.pid}`,
    child.state,
    child.pid === null ? '' : `${formatDuration(child.ageMs)} old`,
    visibleText(origin.filter(Boolean).join(' ')),
    child.shell ? 'behind a shell' : '',
    child.detached ? 'detached' : '',
    child.ppid === null || child.ppid === child.ownerPid || child.pid === null ? '' : `parent now ${child.ppid}`,
  ]
  return parts.filter(Boolean).join(', ')
}

function describeTest(test: TestReference, cwd: string): string {
  const certainty = { exact: '', stack: ', by its stack', window: ', which was running then' }[test.confidence]
  return visibleText(`${test.name} (${relativePath(test.file, cwd)}${certainty})`)
}

function describeDescendant(process: Descendant, commandLength: number): string {
  return `pid ${process.pid}, ${process.state}: ${formatCommand(process.argv, commandLength)}`
}

function describeHolder(holder: PipeHolder, commandLength: number): string {
  const certainty = holder.confidence === 'likely' ? ', likely' : ''
  return `pid ${holder.pid}${certainty}: ${formatCommand(holder.argv, commandLength)}`
}
