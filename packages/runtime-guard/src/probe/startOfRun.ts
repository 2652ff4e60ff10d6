import { rootOf } from '../journal/runDirectory.ts'
import type { ProcessTable } from './ProcessTable.ts'

/**
 * Nothing of a run is older than this, in milliseconds since the epoch by the clock of now: the journal was written by the clock of
 * then, which may have been set since.
 */
export function startOfRun(probe: ProcessTable, runDir: string, startedAt: number): number {
  const start = rootOf(runDir)?.start ?? null
  return Math.min(startedAt, (start === null ? undefined : probe.timeOf(start)) ?? Infinity)
}
