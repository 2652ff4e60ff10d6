import type { ChildRecord, Ledger, ThreadRecord } from '../ledger/Ledger.ts'
import type { RunProcess } from './RunProcess.ts'

/** A process as it is seen from outside, for those that did not write a journal. */
export interface PidWithStart {
  pid: number
  start: string | null
}

/** Journal and process table joined: who is who. Pure; everything is asked about the moment of the snapshot. */
export interface RunView {
  ledger: Ledger
  /** Live processes that belong to the run. */
  live: RunProcess[]
  /** The child record that a process is; undefined when nobody in the run started it directly. */
  recordOf(process: RunProcess): ChildRecord | undefined
  /** The process that a record is now, if it is live. */
  processOf(record: ChildRecord): RunProcess | undefined
  parentOf(process: RunProcess): RunProcess | undefined
  /** Live processes of the run below this one. */
  descendantsOf(process: RunProcess): RunProcess[]
  /** The thread that started the child has ended, or its process has. */
  hasOwnerEnded(record: ChildRecord): boolean
}

const matchToleranceMs = 1500

/**
 * `self` is the process that judges: it counts as ended (that is why it judges) and is never part of the result.
 * `processes` are those of the machine that started no earlier than the run, and `self`.
 */
export function viewRun(ledger: Ledger, processes: readonly RunProcess[], self: PidWithStart): RunView {
  const alive = new Map<number, RunProcess>()
  for (const process of processes) if (!/[ZXx]/.test(process.state)) alive.set(process.pid, process)
  const records = new Map<number, ChildRecord>()
  for (const record of ledger.children) {
    const process = record.pid === null ? undefined : alive.get(record.pid)
    if (process && record.exitedAt === null && isRecorded(record, process)) records.set(process.pid, record)
  }
  const threads = new Map<string, ThreadRecord>()
  for (const thread of ledger.threads) threads.set(`${thread.pid}-${thread.start}`, thread)

  const isSelf = ({ pid, start }: RunProcess): boolean =>
    pid === self.pid && (self.start === null || start === self.start)
  const parentOf = (process: RunProcess): RunProcess | undefined => {
    const parent = alive.get(process.ppid)
    // A pid that was given to a younger process is not the parent.
    return parent && parent.startedAt <= process.startedAt + msPerReading ? parent : undefined
  }

  const members = new Map<number, boolean>()
  const belongs = (process: RunProcess): boolean => {
    const known = members.get(process.pid)
    if (known !== undefined) return known
    members.set(process.pid, false)
    const parent = parentOf(process)
    const result =
      process.carriesCookie === true ||
      records.has(process.pid) ||
      threads.has(`${process.pid}-${process.start}`) ||
      findSessionRecord(ledger, process) !== undefined ||
      (parent !== undefined && (isSelf(parent) || belongs(parent)))
    members.set(process.pid, result)
    return result
  }
  const live = [...alive.values()].filter((process) => !isSelf(process) && belongs(process))

  const isBelow = (process: RunProcess, ancestor: RunProcess): boolean => {
    let parent = parentOf(process)
    for (let depth = 0; parent !== undefined && depth < 1000; depth++) {
      if (parent.pid === ancestor.pid) return true
      parent = parentOf(parent)
    }
    return false
  }
  return {
    ledger,
    live,
    recordOf: (process) => records.get(process.pid),
    processOf: (record) => {
      const process = record.pid === null ? undefined : alive.get(record.pid)
      return process && records.get(process.pid) === record ? process : undefined
    },
    parentOf: (process) => {
      const parent = parentOf(process)
      return parent && !isSelf(parent) ? parent : undefined
    },
    descendantsOf: (ancestor) => live.filter((process) => isBelow(process, ancestor)),
    hasOwnerEnded: ({ owner }) => {
      if (owner.pid === self.pid || owner.endedAt !== null) return true
      const process = alive.get(owner.pid)
      return process === undefined || (owner.start !== null && process.start !== owner.start)
    },
  }
}

/** Start times are read with a resolution of 10 ms. */
const msPerReading = 20

function isRecorded(record: ChildRecord, process: RunProcess): boolean {
  if (record.start !== null) return record.start === process.start
  return Math.abs(record.requestedAt - process.startedAt) < matchToleranceMs
}

/** A detached child leads a session of its own: whoever is in it descends from the child, even without cookie or parent. */
export function findSessionRecord(ledger: Ledger, process: RunProcess): ChildRecord | undefined {
  if (process.sid === 0) return undefined
  return ledger.children.find(
    (record) =>
      record.detached && record.pid === process.sid && process.startedAt >= record.requestedAt - matchToleranceMs,
  )
}
