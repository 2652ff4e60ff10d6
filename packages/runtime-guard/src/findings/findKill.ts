import type { ChildRecord } from '../ledger/Ledger.ts'
import type { RunProcess } from './RunProcess.ts'
import type { RunView } from './RunView.ts'

/** What was meant to end a process and did not. */
export interface FailedKill {
  /** Milliseconds since the epoch. */
  at: number
  signal: string
  /** The time limit of a synchronous call, in milliseconds; null: a signal of the program's. */
  timeout: number | null
  /** It went to the process itself, or its group; otherwise to the child that it descends from. */
  isDirect: boolean
  /** The child that it went to; null where nobody started that one. */
  record: ChildRecord | null
}

/** Clocks of the journal and of the process table differ by less than this, in milliseconds. */
const slackMs = 50

/** The last signal that was sent to a process or its group or, for one that nobody started directly, to the child it descends from. */
export function findKill(view: RunView, process: RunProcess, record: ChildRecord | undefined): FailedKill | undefined {
  const isBefore = (at: number): boolean => process.startedAt <= at + slackMs
  let found: FailedKill | undefined
  for (const { pid, at, signal } of view.ledger.kills) {
    const isDirect = pid === process.pid || (pid < -1 && -pid === process.pgid)
    const isToOrigin =
      record !== undefined && record.pid !== null && Math.abs(pid) === record.pid && isAlive(record, at)
    if ((isDirect || isToOrigin) && isBefore(at) && (found === undefined || at >= found.at))
      found = { at, signal, timeout: null, isDirect, record: record ?? null }
  }
  if (found !== undefined || record?.syncEnd?.error !== 'ETIMEDOUT') return found
  const { at, signal } = record.syncEnd
  return isBefore(at)
    ? { at, signal: signal ?? 'SIGTERM', timeout: record.timeout, isDirect: false, record }
    : undefined
}

/** A pid that was used again names two records. */
function isAlive({ requestedAt, exitedAt }: ChildRecord, at: number): boolean {
  return requestedAt <= at + slackMs && (exitedAt === null || at <= exitedAt + slackMs)
}
