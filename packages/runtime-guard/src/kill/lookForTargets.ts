import { findInfrastructure } from '../findings/infrastructure.ts'
import type { ProcessInfo, ProcessTable } from '../probe/ProcessTable.ts'
import type { KillCandidate } from './KillCandidate.ts'

/** How the processes that a kill is for are known. */
export interface KillMarks {
  /** Milliseconds since the epoch: what started earlier is not asked about. */
  since: number
  isMarked: (process: ProcessInfo, environment: readonly string[]) => boolean
  /** May stay beside infrastructure, which no kill touches. */
  isSpared: (process: ProcessInfo, environment: readonly string[]) => boolean
}

/** Clocks of a journal and of the process table differ by less than this, in milliseconds. */
const slackMs = 1500

/** The processes of the machine, with what each of them proves by itself. */
export function lookForTargets(probe: ProcessTable, { since, isMarked, isSpared }: KillMarks): KillCandidate[] {
  return probe.list().map((process) => {
    const { pid, ppid, pgid, sid, state, start, startedAt } = process
    const candidate = { pid, ppid, pgid, sid, state, start, startedAt }
    // Nor does it descend from what is marked.
    if (startedAt < since - slackMs) return { ...candidate, isMarked: false, isSpared: false, isOwn: false, argv: [] }
    const environment = probe.readEnvironment(pid)
    const readable = environment === 'denied' || environment === undefined ? [] : environment
    const argv = probe.readArgv(pid) ?? []
    return {
      ...candidate,
      isMarked: isMarked(process, readable),
      isSpared: isSpared(process, readable) || findInfrastructure({ argv }) !== undefined,
      isOwn: probe.isOwn(pid),
      argv,
    }
  })
}
