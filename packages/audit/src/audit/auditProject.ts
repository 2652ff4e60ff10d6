import { type ChildStart, mayStart } from 'eslint-plugin-child-process/analysis'
import type { SourceProject } from '../project/SourceProject.ts'
import { packageVersion } from '../project/packageFiles.ts'
import type {
  AuditChild,
  AuditFate,
  AuditFinding,
  AuditPlace,
  AuditReport,
  AuditSettings,
  AuditStep,
} from '../report/Report.ts'
import { SettingsCollector } from '../settings/inferSettings.ts'
import { mergeSettings, type SettingsContent } from '../settings/settingsFile.ts'
import { judgeTrace } from '../trace/judgeTrace.ts'
import type { Trace, TraceStep, TraceUse } from '../trace/Trace.ts'
import { isKept, traceChild } from '../trace/traceChild.ts'

/** Traces every child of a project. `reviewed` is what its settings file says so far. */
export function auditProject(project: SourceProject, reviewed: Partial<SettingsContent> = {}): AuditReport {
  // what the file says of the project's own functions is to be found again, not to be believed
  project.settings = mergeSettings(reviewed, NOTHING)
  const collector = new SettingsCollector(project)
  const children = listStarts(project).map((start) => {
    const trace = traceChild(start, project, collector)
    return { trace, fate: judgeTrace(trace) }
  })
  const summary = countFates(children.map(({ fate }) => fate))
  const findings = children.filter(({ fate }) => fate === 'neverEnded').map(({ trace }) => describeFinding(trace))
  const problems = [...project.problems]
  return {
    schemaVersion: 1,
    tool: { name: 'child-process-audit', version: packageVersion() },
    verdict: findings.length > 0 ? 'findings' : problems.length > 0 ? 'blind' : 'clean',
    project: {
      root: project.root,
      config: project.config === undefined ? null : project.relative(project.config),
      files: project.files.length,
      lines: project.lines,
    },
    summary,
    findings,
    children: children.map(({ fate, trace }) => describeChild(trace, fate)),
    settings: mergeSettings(reviewed, collector.collect()) as unknown as AuditSettings,
    problems,
  }
}

const NOTHING = { factories: [], observers: [], drainers: [], killers: [] }

function listStarts(project: SourceProject): ChildStart[] {
  return project.files
    .filter(({ text }) => mayStart(text, { childProcess: project.settings }))
    .flatMap((file) => project.analyse(file)?.starts ?? [])
    .filter(({ gives }) => gives !== 'none')
    .sort((a, b) => (a.filename === b.filename ? a.span.start - b.span.start : a.filename < b.filename ? -1 : 1))
}

function countFates(fates: readonly AuditFate[]): Record<AuditFate, number> {
  const counts: Record<AuditFate, number> = {
    asked: 0,
    bounded: 0,
    ended: 0,
    given: 0,
    letGo: 0,
    local: 0,
    neverEnded: 0,
    unseen: 0,
    waited: 0,
  }
  for (const fate of fates) counts[fate] += 1
  return counts
}

function describeFinding(trace: Trace): AuditFinding {
  const { site, start, steps } = trace
  const keeper = steps.find(({ kind }) => isKept(kind))
  return {
    code: 'never-ended',
    severity: 'error',
    message: `The child that \`${start.name}()\` starts is kept in \`${keeper?.name ?? ''}\`, and nothing in the project ends it or waits for its end: it outlives the program that stops.`,
    site,
    chain: steps.map(describeStep),
    hint:
      keeper?.kind === 'registry'
        ? `End what \`${keeper.name}\` holds where its owner is closed, and when the program exits.`
        : `Call \`kill()\` on \`${keeper?.name ?? ''}\` where its owner is closed, and when the program exits.`,
  }
}

function describeChild(trace: Trace, fate: AuditFate): AuditChild {
  const { commands } = trace.start
  return {
    call: trace.start.name,
    command: commands?.length === 1 ? (commands[0] ?? null) : null,
    site: trace.site,
    fate,
    chain: trace.steps.map(describeStep),
    places: listPlaces(trace, fate).map(describePlace),
  }
}

function listPlaces({ asks, ends, unknown, waits }: Trace, fate: AuditFate): readonly TraceUse[] {
  switch (fate) {
    case 'ended':
      return ends
    case 'waited':
      return waits
    case 'asked':
      return asks
    case 'unseen':
      return unknown
    default:
      return []
  }
}

function describePlace({ after, site }: TraceUse): AuditPlace {
  const through: AuditStep[] = []
  for (let step = after; step; step = step.previous) through.unshift(describeStep(step))
  return { site, through }
}

function describeStep({ kind, name, site }: TraceStep): AuditStep {
  return { kind, name, site }
}
