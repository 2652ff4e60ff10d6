import { classifyVerdict } from './countsAgainstRun.ts'
import type { PolicyResult, Report } from './Report.ts'

/**
 * One report over several runs (roots of one command, shards on several machines). A run that is given twice counts
 * once. `run` spans all of them and takes what cannot be summed from the first; its exit code is the highest;
 * `peakLive` is the highest of any run, because runs need not overlap.
 */
export function mergeReports(reports: readonly [Report, ...Report[]]): Report {
  const byId = new Map<string, Report>()
  for (const report of reports) if (!byId.has(report.run.id)) byId.set(report.run.id, report)
  const runs = [...byId.values()]
  const [first] = reports
  if (runs.length === 1) return first
  const findings = runs.flatMap((report) => report.findings)
  const blind = runs.flatMap((report) => report.blind)
  const exitCodes = runs.map((report) => report.run.exitCode).filter((code) => code !== null)
  const byMethod = new Map<string, number>()
  for (const { stats } of runs)
    for (const [method, count] of Object.entries(stats.byMethod))
      byMethod.set(method, (byMethod.get(method) ?? 0) + count)
  const policies = runs.map((report) => report.policy).filter((policy) => policy !== undefined)
  const kills = runs.map((report) => report.kill).filter((kill) => kill !== undefined)
  return {
    schemaVersion: 1,
    tool: first.tool,
    verdict: classifyVerdict(findings, blind),
    run: {
      ...first.run,
      id: runs.map((report) => report.run.id).join('+'),
      // ISO times in UTC sort as text.
      startedAt: runs.map((report) => report.run.startedAt).reduce((a, b) => (a < b ? a : b)),
      endedAt: runs.map((report) => report.run.endedAt).reduce((a, b) => (a > b ? a : b)),
      exitCode: exitCodes.length === 0 ? null : Math.max(...exitCodes),
    },
    stats: {
      processes: sum(runs.map((report) => report.stats.processes)),
      spawned: sum(runs.map((report) => report.stats.spawned)),
      peakLive: Math.max(...runs.map((report) => report.stats.peakLive)),
      byMethod: Object.fromEntries(byMethod),
    },
    findings,
    blind,
    ...(policies.length > 0 ? { policy: mergePolicies(policies, runs.length) } : {}),
    ...(kills.length > 0 && {
      kill: { ended: kills.flatMap(({ ended }) => ended), survivors: kills.flatMap(({ survivors }) => survivors) },
    }),
  }
}

/** A rule is unused only if it is so in every run. */
function mergePolicies(policies: PolicyResult[], runs: number): PolicyResult {
  const unusedCounts = new Map<string, number>()
  for (const { unused } of policies)
    for (const { message } of unused) unusedCounts.set(message, (unusedCounts.get(message) ?? 0) + 1)
  const expired = new Set(policies.flatMap((policy) => policy.expired.map(({ message }) => message)))
  return {
    allowed: policies.flatMap((policy) => policy.allowed),
    unused: [...unusedCounts].filter(([, count]) => count === runs).map(([message]) => ({ message })),
    expired: [...expired].map((message) => ({ message })),
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
