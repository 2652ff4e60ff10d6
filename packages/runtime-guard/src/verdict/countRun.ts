import type { Identity } from '../journal/runDirectory.ts'
import type { Ledger } from '../ledger/Ledger.ts'
import type { RunStats } from '../report/Report.ts'

/** The counts of a run; its root counts as a process also when it started nothing itself. */
export function countRun(ledger: Ledger, root: Identity): RunStats {
  const processes = new Set(ledger.threads.map(({ pid, start }) => `${pid}-${start}`))
  if (root.pid > 0) processes.add(`${root.pid}-${root.start}`)
  const byMethod: Record<string, number> = {}
  const changes: [at: number, change: number][] = []
  for (const { method, pid, requestedAt, exitedAt } of ledger.children) {
    byMethod[method] = (byMethod[method] ?? 0) + 1
    if (pid === null) continue
    changes.push([requestedAt, 1])
    if (exitedAt !== null) changes.push([exitedAt, -1])
  }
  changes.sort(([a, start], [b, end]) => a - b || end - start)
  let live = 0
  let peakLive = 0
  for (const [, change] of changes) {
    live += change
    peakLive = Math.max(peakLive, live)
  }
  return { processes: processes.size, spawned: ledger.children.length, peakLive, byMethod }
}
