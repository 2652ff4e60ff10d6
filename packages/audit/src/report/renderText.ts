import type { AuditChild, AuditFate, AuditReport, AuditSite, AuditStep } from './Report.ts'

const FATES: Readonly<Record<AuditFate, string>> = {
  neverEnded: 'never ended',
  ended: 'ended',
  waited: 'run to their end',
  bounded: 'with a time limit or a signal',
  asked: 'told to end by message, input or pid',
  letGo: 'let go on purpose',
  given: 'given to the users of the package',
  unseen: 'out of sight',
  local: 'local to the code that starts them',
}

/** The report for a terminal; `isVerbose` also lists every child that is not local. */
export function renderText(report: AuditReport, isVerbose = false): string {
  const { children, findings, problems, project, summary } = report
  const lines: string[] = []
  for (const { chain, hint, message, site } of findings) {
    lines.push(`${formatSite(site)}  never-ended  ${message}`)
    lines.push(...chain.map((step) => `    ${formatStep(step)}`), `    Mend: ${hint}`, '')
  }
  const told = children.filter(({ fate }) => fate !== 'local')
  if (isVerbose && told.length > 0) lines.push(...told.flatMap(formatChild), '')
  for (const { file, line, message } of problems) lines.push(`${file}:${line}  not inspected  ${message}`)
  if (problems.length > 0) lines.push('')
  const counts = Object.entries(FATES)
    .filter(([fate]) => summary[fate as AuditFate] > 0)
    .map(([fate, words]) => `${summary[fate as AuditFate]} ${words}`)
  const total = Object.values(summary).reduce((sum, count) => sum + count, 0)
  const where = `${count(project.files, 'file')}, ${count(project.lines, 'line')}`
  lines.push(
    `${where}: ${total === 0 ? 'no child process' : `${count(total, 'child', 'children')}: ${counts.join(', ')}`}.`,
  )
  return `${lines.join('\n')}\n`
}

function formatChild({ call, chain, command, fate, places, site }: AuditChild): string[] {
  const what = command === null ? `${call}()` : `${call}('${command}')`
  const steps = chain.map((step) => `    ${formatStep(step)}`)
  const ends = places.map(
    ({ site: place, through }) =>
      `    → ${formatSite(place)}${through.length > 0 ? `, through ${through.map(({ name }) => name).join(' → ')}` : ''}`,
  )
  return [`${formatSite(site)}  ${what}  ${FATES[fate]}`, ...steps, ...ends]
}

const STEPS: Readonly<Record<AuditStep['kind'], string>> = {
  argument: 'passed to',
  field: 'kept in',
  registry: 'kept in the registry',
  return: 'handed back by',
  variable: 'kept in the variable',
}

function formatStep({ kind, name, site }: AuditStep): string {
  return `${STEPS[kind]} ${name} (${formatSite(site)})`
}

function formatSite({ column, file, line }: AuditSite): string {
  return `${file}:${line}:${column}`
}

function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`
}
