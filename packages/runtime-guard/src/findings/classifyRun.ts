import type { ChildRecord, Ledger } from '../ledger/Ledger.ts'
import type { FindingCode } from '../report/Report.ts'
import { belongsToTool } from './belongsToTool.ts'
import { findKill, type FailedKill } from './findKill.ts'
import { findOrigin, type Origin } from './findOrigin.ts'
import { findStorms, type Storm } from './findStorms.ts'
import { findUserStart, type UserStart } from './findUserStart.ts'
import type { RunProcess } from './RunProcess.ts'
import type { RunView } from './RunView.ts'

/** What is wrong with one process (or one start), before it is put into words. */
export interface Accusation {
  code: FindingCode
  /** Null: there is no such process (a start that failed). */
  process: RunProcess | null
  /** The child record it is, or descends from. */
  origin: Origin | null
  /** The start in the user's code that led to it; null without an origin. */
  start: UserStart | null
  descendants: RunProcess[]
  /** How sure it is that the process holds a pipe of the record. */
  holds?: 'exact' | 'likely'
  /** Why it may be as it is, in the words of the program. */
  allowed?: string
  /** What makes too many of the starts. */
  storm?: Storm
  /** What was meant to end it. */
  kill?: FailedKill
  /** The end of the program in the middle of its tests. */
  exit?: Ledger['earlyExits'][number]
}

/** A classifier looks at one live process; the first one in the order of the catalog that knows a code wins. */
type Classifier = (view: RunView, process: RunProcess) => Accusation | undefined

const classifiers: readonly Classifier[] = [
  classifyThreadOrphan,
  classifyKilled,
  classifyStalled,
  classifyChannel,
  classifyHolder,
  classifyDaemon,
  classifyDescendant,
  classifyLeak,
]

/**
 * Everything that is wrong at the moment of the view.
 * @param graceMs how long a child may live on after its test
 */
export function classifyRun(view: RunView, graceMs = 300): Accusation[] {
  const accusations = accuseProcesses(view)
  return [
    ...accusations,
    ...accuseStalls(view, accusations),
    ...accuseTests(view, accusations, graceMs),
    ...accuseStarts(view.ledger),
    ...view.ledger.earlyExits.map(accuseExit),
  ]
}

/** The part that can still change while one waits: what is in the process table. */
export function accuseProcesses(view: RunView): Accusation[] {
  return [...accuseLive(view), ...accuseZombies(view)]
    .map((accusation) => ({ ...accusation, ...findAllowance(view, accusation) }))
    .sort((a, b) => startOf(a) - startOf(b))
}

/** The program said so by `allow()`, of the process or of the child that it comes from, or by a mark in its environment. */
function findAllowance({ ledger }: RunView, { process, origin }: Accusation): { allowed: string } | undefined {
  const record = origin?.record
  const said = ledger.allowances.find(({ pid, at }) => pid === record?.pid && record.requestedAt <= at)
  const allowed = process?.keep ?? said?.reason
  return allowed === undefined ? undefined : { allowed }
}

function accuseLive(view: RunView): Accusation[] {
  const accusations: Accusation[] = []
  for (const process of view.live) {
    if (belongsToTool(view, process)) continue
    for (const classify of classifiers) {
      const accusation = classify(view, process)
      if (accusation) {
        accusations.push(accusation)
        break
      }
    }
  }
  return accusations
}

function startOf({ process, origin }: Accusation): number {
  return process?.startedAt ?? origin?.record.requestedAt ?? 0
}

function accuse(view: RunView, code: FindingCode, process: RunProcess, origin: Origin | null): Accusation {
  const start = origin && findUserStart(view.ledger, origin.record)
  return { code, process, origin, start, descendants: view.descendantsOf(process) }
}

/** A child whose worker thread has ended: nobody hears of its end any more. */
function classifyThreadOrphan(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record === undefined || record.owner.threadId === 0 || isDisowned(record)) return undefined
  if (!view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'thread-orphan', process, { record, confidence: 'exact' })
}

/** A child, or a process behind one, that a signal was sent to. */
function classifyKilled(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  const origin: Origin | undefined = record ? { record, confidence: 'exact' } : findOrigin(view, process)
  const kill =
    findKill(view, process, origin?.record) ??
    // A package manager, or another program between the line and the process, was told to end and did not pass it on.
    (origin && findKill(view, process, findUserStart(view.ledger, origin.record).record))
  if (kill === undefined || (origin && view.processOf(origin.record) && !view.hasOwnerEnded(origin.record)))
    return undefined
  return { ...accuse(view, 'kill-ineffective', process, origin ?? null), kill }
}

/** A child that waited for its owner when that did nothing any more, and that is still there. */
function classifyStalled(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (!record?.stall || !view.hasOwnerEnded(record)) return undefined
  return accuse(view, record.stall.code, process, { record, confidence: 'exact' })
}

function classifyChannel(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record?.handle?.ipc !== true || !view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'open-ipc', process, { record, confidence: 'exact' })
}

/**
 * A process behind a child that has ended, which holds one of its pipes. One that somebody started directly is that
 * start's business, whatever it holds: its own line is the one to change.
 */
function classifyHolder(view: RunView, process: RunProcess): Accusation | undefined {
  const { sockets = [] } = process
  if (sockets.length === 0 || view.recordOf(process)) return undefined
  const origin = findOrigin(view, process)
  if (origin === undefined || !view.hasOwnerEnded(origin.record)) return undefined
  const { exitedAt, handle, ends } = origin.record
  if (exitedAt === null || !handle?.pipes || !ends.inodes.some((inode) => inode > 0 && sockets.includes(inode)))
    return undefined
  return { ...accuse(view, 'held-pipe', process, origin), holds: ends.confidence }
}

/** A child that was let go of, or what remains of one whose first process has ended. */
function classifyDaemon(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record) {
    if (!isDisowned(record) || !view.hasOwnerEnded(record)) return undefined
    return accuse(view, 'undeclared-daemon', process, { record, confidence: 'exact' })
  }
  const origin = findOrigin(view, process)
  if (origin === undefined || !isDisowned(origin.record) || view.processOf(origin.record)) return undefined
  return hasAccusedParent(view, process) ? undefined : accuse(view, 'undeclared-daemon', process, origin)
}

/** A process that nobody in the run started directly, unless it is the business of a live one that nobody accuses. */
function classifyDescendant(view: RunView, process: RunProcess): Accusation | undefined {
  if (view.recordOf(process)) return undefined
  const origin = findOrigin(view, process)
  if (origin === undefined) return accuse(view, 'orphan-descendant', process, null)
  const { record } = origin
  if (isDisowned(record)) return undefined
  if (view.processOf(record) && !view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'orphan-descendant', process, origin)
}

function classifyLeak(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record === undefined || isDisowned(record) || !view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'leaked-child', process, { record, confidence: 'exact' })
}

function isDisowned(record: ChildRecord): boolean {
  return record.state === 'disowned' || (record.detached && record.handle !== null && isFree(record.handle))
}

function isFree({ ref, pipes, ipc }: NonNullable<ChildRecord['handle']>): boolean {
  return !ref && pipes === 0 && !ipc
}

/** Its parent is a process of the same orphaned family: one finding for the top of it is enough. */
function hasAccusedParent(view: RunView, process: RunProcess): boolean {
  const parent = view.parentOf(process)
  return parent !== undefined && view.live.includes(parent)
}

/**
 * Ended children that nobody reaps: their thread is gone, or a process of the run has adopted them (a subreaper, or the
 * PID 1 of a container) and does not wait. What an init outside of the run has adopted is its business: some reap every second only.
 */
function accuseZombies(view: RunView): Accusation[] {
  return view.zombies.flatMap(({ process, record }) => {
    const origin: Origin = { record, confidence: 'exact' }
    if (record.owner.threadId > 0 && view.hasThreadEnded(record) && process.ppid === record.owner.pid)
      return [accuse(view, 'thread-orphan', process, origin)]
    const isAdopted = process.ppid !== record.owner.pid && view.live.some(({ pid }) => pid === process.ppid)
    return isAdopted ? [accuse(view, 'zombie', process, origin)] : []
  })
}

/** Children that waited for their owner to the end of it, and went with it: somebody had to end the program by force. */
function accuseStalls(view: RunView, accusations: readonly Accusation[]): Accusation[] {
  return view.ledger.children.flatMap((record) => {
    const { stall, exitedAt } = record
    if (stall === null || exitedAt !== null || !view.hasOwnerEnded(record)) return []
    if (accusations.some(({ process, origin }) => process !== null && origin?.record === record)) return []
    return [accuseStart(view.ledger, stall.code, record)]
  })
}

/** Children that have ended by now, and were no more their test's: started after it, or alive when it ended. */
function accuseTests(view: RunView, accusations: readonly Accusation[], graceMs: number): Accusation[] {
  const { ledger } = view
  return ledger.children.flatMap((record) => {
    const { test } = record
    if (test?.record.kind !== 'test') return []
    if (accusations.some(({ process, origin }) => process !== null && origin?.record === record)) return []
    const code = test.isLate ? 'late-spawn' : hasOutlivedTest(ledger, record, graceMs) ? 'cross-test' : undefined
    if (code === undefined) return []
    const accusation = accuseStart(ledger, code, record)
    return [{ ...accusation, ...findAllowance(view, accusation) }]
  })
}

/**
 * A child that several tests share is started by the first one that needs it, and ended by a hook of the suite: that is in
 * order, and so is one that was let go of.
 */
function hasOutlivedTest({ kills }: Ledger, record: ChildRecord, graceMs: number): boolean {
  const { test, exitedAt, requestedAt, pid } = record
  const endedAt = test?.record.endedAt ?? null
  if (endedAt === null || exitedAt === null || exitedAt <= endedAt + graceMs || isDisowned(record)) return false
  return !kills.some((kill) => kill.isByHook && Math.abs(kill.pid) === pid && kill.at >= requestedAt)
}

function accuseExit(exit: Ledger['earlyExits'][number]): Accusation {
  return { code: 'exit-in-test', process: null, origin: null, start: null, descendants: [], exit }
}

function accuseStarts(ledger: Ledger): Accusation[] {
  return [
    ...ledger.children
      .filter((record) => record.error?.unhandled === true)
      .map((record) => accuseStart(ledger, 'unhandled-spawn-error', record)),
    ...ledger.children
      .filter((record) => isSilentFailure(ledger, record))
      .map((record) => accuseStart(ledger, 'silent-failure', record)),
    ...findStorms(ledger).map(({ record, storm }) => ({ ...accuseStart(ledger, 'spawn-storm', record), storm })),
  ]
}

function accuseStart(ledger: Ledger, code: FindingCode, record: ChildRecord): Accusation {
  const start = findUserStart(ledger, record)
  return { code, process: null, origin: { record, confidence: 'exact' }, start, descendants: [] }
}

/** Signals by which somebody asks for an end, and the one of a pipe that its reader has closed. */
const asked = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE'])

/** Nobody listened for the end of a child that failed, that was not let go of, and that nobody had told to end. */
function isSilentFailure(ledger: Ledger, record: ChildRecord): boolean {
  const { isUnobserved, handle, signal, pid } = record
  if (!isUnobserved || handle?.ref === false || (signal !== null && asked.has(signal))) return false
  return !ledger.kills.some((kill) => Math.abs(kill.pid) === pid && kill.at >= record.requestedAt)
}
