import { type RuleName, rules } from '../../src/rules/index.ts'
import { type ChildProgram, writeProgram } from './child-program.ts'
import { executeProgram } from './execute-program.ts'
import { isReportTrue, listDefects } from './judge-report.ts'
import { lintProgram, type RuleReport } from './lint-program.ts'

/** What one rule said, and what it could have said. */
export interface RuleTally {
  reports: number
  /** No execution shows what the report claims. */
  false: number
  /** Not all executions were looked at, and none of those shows it; or nobody can tell. */
  open: number
  /** With the strictest options: calls with the defect that the rule is about, in some execution. */
  defects: number
  /** How many of those it reports. */
  noticed: number
}

export interface Tally {
  programs: number
  executions: number
  readonly rules: Record<RuleName, RuleTally>
}

/** A report that no execution bears out. */
export interface FalseReport {
  readonly program: ChildProgram
  readonly report: RuleReport
}

export function createTally(): Tally {
  const names = Object.keys(rules) as RuleName[]
  const none = (): RuleTally => ({ reports: 0, false: 0, open: 0, defects: 0, noticed: 0 })
  return {
    programs: 0,
    executions: 0,
    rules: Object.fromEntries(names.map((name) => [name, none()])) as Record<RuleName, RuleTally>,
  }
}

/** Lints the program of a tape, runs it, and counts; gives the false reports. */
export async function compareVerdicts(tape: readonly number[], tally: Tally): Promise<FalseReport[]> {
  const program = writeProgram(tape)
  const tier = tape.length % 2 === 0 ? 'recommended' : 'all'
  const reports = lintProgram(program.source, tier)
  const executions = await executeProgram(program)
  const fault = executions.all.find((execution) => execution.fault !== undefined)?.fault
  if (fault) throw new Error(`${String(fault)} in\n${program.run}`, { cause: fault })
  tally.programs += 1
  tally.executions += executions.all.length
  const found: FalseReport[] = []
  for (const report of reports) {
    const own = tally.rules[report.rule]
    own.reports += 1
    const isTrue = isReportTrue(report, program.source, executions)
    if (isTrue === undefined) own.open += 1
    if (isTrue !== false) continue
    own.false += 1
    found.push({ program, report })
  }
  if (tier === 'recommended') return found
  const sites = new Set(executions.all.flatMap(({ children }) => children.map(({ site }) => site)))
  for (const site of sites) {
    for (const rule of listDefects(executions, site)) {
      tally.rules[rule].defects += 1
      if (reports.some((report) => report.rule === rule && report.site === site)) tally.rules[rule].noticed += 1
    }
  }
  return found
}

export function describeFalseReport({ program: { source }, report: { line, message, rule } }: FalseReport): string {
  return `${rule}, line ${line}: ${message}\n${source.replaceAll(/\n+/g, '\n')}`
}
