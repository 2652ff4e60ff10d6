import type { ChildRecord, Ledger, ThreadRecord } from '../ledger/Ledger.ts'
import { baseName, findNamingRecords, findRunningRecords } from './findNamingRecords.ts'
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
  /** Children of the run that have ended and that nobody has reaped, with their records. */
  zombies: { process: RunProcess; record: ChildRecord }[]
  /** The child record that a process is; undefined when nobody in the run started it directly. */
  recordOf(process: RunProcess): ChildRecord | undefined
  findRecord(id: string): ChildRecord | undefined
  /** The process that a record is now, if it is live. */
  processOf(record: ChildRecord): RunProcess | undefined
  parentOf(process: RunProcess): RunProcess | undefined
  /** Live processes of the run below this one. */
  descendantsOf(process: RunProcess): RunProcess[]
  /** The thread that started the child has ended, or its process has, or is about to: it judges. */
  hasOwnerEnded(record: ChildRecord): boolean
  /** The same, apart from threads of the process that judges which are still running. */
  hasThreadEnded(record: ChildRecord): boolean
}

const matchToleranceMs = 1500

/**
 * `self` is the process that judges: it counts as ended (that is why it judges) and is never part of the result.
 * `processes` are those of the machine that started no earlier than the run, and `self`.
 */
export function viewRun(ledger: Ledger, processes: readonly RunProcess[], self: PidWithStart): RunView {
  const alive = new Map<number, RunProcess>()
  const ended = new Map<number, RunProcess>()
  for (const process of processes)
    if (process.state === 'Z') ended.set(process.pid, process)
    else if (!/[Xx]/.test(process.state)) alive.set(process.pid, process)
  const records = new Map<number, ChildRecord>()
  const zombies: RunView['zombies'] = []
  for (const record of ledger.children) {
    if (record.pid === null || record.exitedAt !== null) continue
    const process = alive.get(record.pid)
    if (process && isRecorded(record, process)) records.set(process.pid, record)
    const zombie = ended.get(record.pid)
    if (zombie && isRecorded(record, zombie)) zombies.push({ process: zombie, record })
  }
  const byId = new Map(ledger.children.map((record) => [record.id, record]))
  const calls = new Map<string, ChildRecord>()
  for (const record of ledger.children) if (record.isSync && record.exitedAt === null) calls.set(record.id, record)
  if (calls.size > 0)
    for (const process of alive.values()) {
      const call = process.startedBy === null ? undefined : calls.get(process.startedBy)
      if (call && isCommandOf(call, process)) records.set(process.pid, call)
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
      isGroupOrphan(ledger, process) ||
      (parent !== undefined && (isSelf(parent) || belongs(parent)))
    members.set(process.pid, result)
    return result
  }
  const live = [...alive.values()].filter((process) => !isSelf(process) && belongs(process))

  const hasThreadEnded = (owner: ThreadRecord): boolean => {
    if (owner.endedAt !== null) return true
    const process = alive.get(owner.pid)
    if (process === undefined || (owner.start !== null && process.start !== owner.start)) return true
    return owner.tid !== null && process.tids !== undefined && !process.tids.includes(owner.tid)
  }

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
    zombies,
    findRecord: (id) => byId.get(id),
    recordOf: (process) => records.get(process.pid),
    processOf: (record) => {
      if (record.isSync) return [...alive.values()].find(({ pid }) => records.get(pid) === record)
      const process = record.pid === null ? undefined : alive.get(record.pid)
      return process && records.get(process.pid) === record ? process : undefined
    },
    parentOf: (process) => {
      const parent = parentOf(process)
      return parent && !isSelf(parent) ? parent : undefined
    },
    descendantsOf: (ancestor) => live.filter((process) => isBelow(process, ancestor)),
    hasOwnerEnded: ({ owner }) => owner.pid === self.pid || hasThreadEnded(owner),
    hasThreadEnded: ({ owner }) => hasThreadEnded(owner),
  }
}

/** Start times are read with a resolution of 10 ms. */
const msPerReading = 20

function isRecorded(record: ChildRecord, process: RunProcess): boolean {
  if (record.start !== null) return record.start === process.start
  return Math.abs(record.requestedAt - process.startedAt) < matchToleranceMs
}

/**
 * The pid of a synchronous call is not known as long as it lasts. Among the processes that carry its cookie its own child
 * has the caller for parent, or, when the caller is gone, the command line of the call (behind an interpreter that the
 * first line of a script names).
 */
function isCommandOf(call: ChildRecord, process: RunProcess): boolean {
  if (process.ppid === call.owner.pid) return true
  const [file = '', ...args] = call.argv
  const end = process.argv.slice(-args.length - 1)
  const isSame = end.length === args.length + 1 && args.every((argument, position) => end[position + 1] === argument)
  return isSame && baseName(end[0] ?? '') === baseName(file)
}

/**
 * What has lost the cookie (`env -i`) and its parents still is in the process group of the run, to which other commands of
 * the same script can belong too: a child that was running when it started must have named it.
 */
function isGroupOrphan(ledger: Ledger, process: RunProcess): boolean {
  if (process.ppid !== 1 || process.carriesCookie !== false || process.otherRun !== undefined) return false
  if (!ledger.threads.some(({ pgid }) => pgid === process.pgid)) return false
  return findNamingRecords(findRunningRecords(ledger, process), process).length > 0
}

/** A detached child leads a session of its own: whoever is in it descends from the child, even without cookie or parent. */
export function findSessionRecord(ledger: Ledger, process: RunProcess): ChildRecord | undefined {
  if (process.sid === 0) return undefined
  return ledger.children.find(
    (record) =>
      record.detached && record.pid === process.sid && process.startedAt >= record.requestedAt - matchToleranceMs,
  )
}
