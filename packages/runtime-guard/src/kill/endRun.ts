import type { Settings } from '../config/Settings.ts'
import { findCookieOf } from '../journal/runCookie.ts'
import { keepVariable, rootOf } from '../journal/runDirectory.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { startOfRun } from '../probe/startOfRun.ts'
import type { KillReport, Report } from '../report/Report.ts'
import { acceptedPids } from './acceptedPids.ts'
import { describeOutcome } from './describeOutcome.ts'
import { endProcesses } from './endProcesses.ts'
import { KillPlan } from './KillPlan.ts'
import { lookForTargets } from './lookForTargets.ts'

export interface EndRunOptions {
  /** Journal directory of the run: what the cookie of its processes says. */
  runDir: string
  probe: ProcessTable
  settings: Pick<Settings, 'killGraceMs' | 'redact'>
  /** The caller is the root of the run: what it has started belongs to it, with or without cookie. */
  isRoot: boolean
  /** The verdict over the run, after the policy. */
  report: Report
}

/**
 * Ends what is left of a run: the processes that carry its cookie, and what descends from one. What the journals alone name
 * is left alone, because anything that runs as this user can write them. Waits without the event loop, for up to the kill
 * grace and some seconds. Throws when `runDir` names no run, or when the process table cannot be read.
 */
export function endRun({ runDir, report, probe, settings, isRoot }: EndRunOptions): KillReport {
  // An empty or shortened cookie would be the mark of many.
  if (rootOf(runDir) === undefined) throw new Error(`${JSON.stringify(runDir)} names no run`)
  if (probe.limit !== null) throw new Error(probe.limit)
  const accepted = acceptedPids(report)
  const keep = `${keepVariable}=`
  const outcome = endProcesses({
    probe,
    plan: new KillPlan({
      self: process.pid,
      signal: 'SIGTERM',
      graceMs: settings.killGraceMs,
      canStop: process.platform !== 'win32',
    }),
    look: () =>
      lookForTargets(probe, {
        since: startOfRun(probe, runDir, Date.parse(report.run.startedAt)),
        isMarked: ({ ppid }, environment) =>
          (isRoot && ppid === process.pid) || findCookieOf(runDir, environment) !== undefined,
        isSpared: ({ pid }, environment) =>
          accepted.has(pid) || environment.some((line) => line.startsWith(keep) && line.length > keep.length),
      }),
  })
  return describeOutcome(outcome, settings.redact)
}
