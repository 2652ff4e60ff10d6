import { readSettings } from '../config/readSettings.ts'
import { belongsToTool } from '../findings/belongsToTool.ts'
import { findDefinition } from '../findings/catalog.ts'
import { findOrigin } from '../findings/findOrigin.ts'
import { findStall, type Stall } from '../findings/findStall.ts'
import { findStartOf, findUserStart } from '../findings/findUserStart.ts'
import { programOf } from '../findings/programOf.ts'
import type { RunProcess } from '../findings/RunProcess.ts'
import { viewRun, type RunView } from '../findings/RunView.ts'
import type { Guard } from '../journal/guard.ts'
import { readInertMark } from '../journal/inertMark.ts'
import { currentDirectory } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { readRun } from '../journal/readJournal.ts'
import type { HangEntry } from '../ledger/JournalEntry.ts'
import { buildLedger, type ChildRecord } from '../ledger/Ledger.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { HangSample, Silence, StreamState } from '../journal/hang.ts'
import { processHost } from '../output/OutputHost.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import type { ProcessTable, ProcessWaits } from '../probe/ProcessTable.ts'
import { describeSite } from '../report/describeFindings.ts'
import { renderHang, type HungChild } from '../report/renderHang.ts'
import { hasBeenAwake, isAtWork, takeSample } from './processorTimes.ts'
import { takeSnapshot } from './takeSnapshot.ts'

/** The processor times of what is below this process. */
export function beginHang(guard: Guard): HangSample {
  const probe = findProcessTable()
  const { below } = lookBelow(guard, probe, [])
  return takeSample(probe, below)
}

/**
 * Says on stderr what this process waits for in vain. Three things are in vain whatever else goes on: output that nobody reads, a
 * pipe of a child that has exited, and the pipes of children that the program has let go of. For the rest nothing below may go on
 * by itself: somebody who sleeps wakes up, and those who do nothing may wait for him.
 */
export function reportHang(
  guard: Guard,
  sample: HangSample,
  { ms, isLong }: Silence,
  streams: readonly StreamState[],
): HangEntry | 'at work' | 'asleep' {
  const settings = readSettings({
    env: process.env,
    cwd: currentDirectory(),
    readFiles: guard.owner.role === 'root',
    warn: () => undefined,
  })
  const probe = findProcessTable()
  if (settings.mode === 'off' || probe.limit !== null) return 'at work'
  guard.flush(false)
  const { view, below } = lookBelow(guard, probe, settings.redact)
  const held = streams.filter(({ id }) => {
    const record = view.findRecord(id)
    const child = record && view.processOf(record)
    // A tool's own process waits for its owner, not the owner for it.
    return record !== undefined && !(child && belongsToTool(view, child))
  })
  const areAllReleased = held.length > 0 && held.every(({ isReleased }) => isReleased)
  if (!areAllReleased && isAtWork(probe, below, sample)) return 'at work'
  const waits = new Map(below.map(({ pid }) => [pid, probe.readWaits(pid)]))
  const inert = new Set(below.filter((process) => isInert(guard.owner.runDir, view, process, sample)))
  const sleepers = new Set(below.filter((process) => !inert.has(process) && isAsleep(waits.get(process.pid))))
  const goesOn = (process: RunProcess): boolean =>
    !inert.has(process) &&
    !belongsToTool(view, process) &&
    (waits.get(process.pid)?.isOutside === true ||
      hasBeenAwake(probe, process, sample) ||
      (sleepers.has(process) && !isLong))
  let isHung = areAllReleased || !below.some((process) => goesOn(process) || isBlocking(view, process))

  const stalls: Stall[] = []
  const children: HungChild[] = []
  for (const state of held) {
    const record = view.findRecord(state.id)
    const child = record && view.processOf(record)
    if (record && child) {
      const family = [child, ...view.descendantsOf(child)]
      const stall = findStallOf(state, family, waits)
      if (stall) stalls.push(stall)
      if (stall?.code === 'undrained-pipe') isHung = true
      const inner = stall || state.isReleased ? [] : findInnermost(view, child, family)
      if (inner.length === 0) children.push(describeChild(view, record, child, { stall, state, sleepers }))
      for (const { record: innerRecord, process } of inner)
        children.push(
          describeChild(view, innerRecord, process, {
            stall: findStallOf(streamsOf(innerRecord), [process, ...view.descendantsOf(process)], waits),
            sleepers,
          }),
        )
    } else if (record) {
      const holders = findHolders(below, probe, state)
      if (holders.length > 0) isHung = true
      for (const holder of holders) children.push(describeHolder(view, record, holder))
    }
  }
  if (children.length === 0) return 'at work'
  if (!isHung) return 'asleep'
  const program = { program: programOf(redactArgv([...process.argv], settings.redact)), pid: process.pid }
  processHost(guard.stderr).writeError(renderHang(program, ms, children))
  return { t: 'hang', at: getNatives().now(), stalls }
}

/** What cannot be looked into may well go on by itself. */
function isAsleep(waits: ProcessWaits | undefined): boolean {
  return waits?.isTimed !== false
}

/** A guarded process that says of itself, since the sample or shortly before it, that it waits for its children, and still has some. */
function isInert(runDir: string, view: RunView, { pid, start }: RunProcess, sample: HangSample): boolean {
  const at = readInertMark(runDir, { pid, start })
  if (at === undefined) return false
  // Its looks are as far apart as the sample and now, and not in step with them.
  if (at < sample.at - (getNatives().now() - sample.at) / 2) return false
  return view.ledger.children.some(
    (record) => record.owner.pid === pid && record.owner.start === start && record.exitedAt === null,
  )
}

/** In a synchronous call: whoever looks at those names it. */
function isBlocking(view: RunView, { pid, start }: RunProcess): boolean {
  return view.ledger.children.some(
    ({ isSync, syncEnd, owner }) => isSync && syncEnd === null && owner.pid === pid && owner.start === start,
  )
}

/**
 * The children at the lower end of a chain of programs that wait for each other: the line to change is where those were
 * started. Empty: nobody below the child started anything that is known.
 */
function findInnermost(
  view: RunView,
  child: RunProcess,
  family: readonly RunProcess[],
): { record: ChildRecord; process: RunProcess }[] {
  const started = family.flatMap((process) => {
    const record = process === child ? undefined : view.recordOf(process)
    return record ? [{ record, process }] : []
  })
  return started.filter(
    ({ process }) => !started.some((other) => other.record.owner.pid === process.pid && other.process !== process),
  )
}

function findStallOf(
  state: StreamState,
  family: readonly RunProcess[],
  waits: ReadonlyMap<number, ProcessWaits | undefined>,
): Stall | undefined {
  const of = (direction: 'reads' | 'writes') => new Set(family.flatMap(({ pid }) => waits.get(pid)?.[direction] ?? []))
  return findStall(state, { reads: of('reads'), writes: of('writes') })
}

/** Of the child of another process: who waits to read from a pipe has not read its end. */
function streamsOf({ id, ends }: ChildRecord): StreamState {
  return { id, isReleased: false, ends: ends.inodes, isStdinOpen: true, unread: [false, false] }
}

/** The processes below this one, those that have lost their parents included. */
function lookBelow(
  guard: Guard,
  probe: ProcessTable,
  redact: readonly string[],
): { view: RunView; below: RunProcess[] } {
  const { runDir, pid, startedAt } = guard.owner
  const ledger = buildLedger([...readRun(runDir).files, { entries: guard.unwritten(), torn: 0 }])
  const view = viewRun(ledger, takeSnapshot(probe, { runDir, startedAt, ledger }, redact), { pid: -1, start: null })
  const self = view.live.find((process) => process.pid === pid)
  const below = new Set(self ? view.descendantsOf(self) : [])
  for (const process of view.live)
    if (process.pid !== pid && descendsFrom(view, findOrigin(view, process)?.record, pid)) below.add(process)
  for (const record of ledger.children) {
    const child = record.owner.pid === pid ? view.processOf(record) : undefined
    if (child) below.add(child)
  }
  return { view, below: [...below] }
}

/** Somebody below the process started it, who may be gone by now: a worker of a test runner, say. */
function descendsFrom(view: RunView, record: ChildRecord | undefined, pid: number): boolean {
  let current = record
  for (let depth = 0; current !== undefined && depth < 1000; depth++) {
    if (current.owner.pid === pid) return true
    current = findStartOf(view.ledger, current.owner)
  }
  return false
}

function findHolders(below: readonly RunProcess[], probe: ProcessTable, { ends }: StreamState): RunProcess[] {
  const pipes = new Set(ends.filter((inode) => inode > 0))
  return below.filter(({ pid }) => probe.readSockets(pid)?.some((inode) => pipes.has(inode)))
}

interface Situation {
  stall: Stall | undefined
  /** As this process has its streams; absent: it is the child of another one. */
  state?: StreamState
  sleepers: ReadonlySet<RunProcess>
}

function describeChild(
  view: RunView,
  record: ChildRecord,
  child: RunProcess,
  { stall, state, sleepers }: Situation,
): HungChild {
  return {
    program: programOf(record.argv),
    pid: child.pid,
    site: describeStart(view, record),
    ...(stall ? describeStalled(stall) : describeIdle(record, state, sleepers.has(child))),
  }
}

function describeStalled({ code, confidence }: Stall): Pick<HungChild, 'state' | 'hint'> {
  const likely = confidence === 'likely' ? ' (likely)' : ''
  const { hint } = findDefinition(code)
  return code === 'undrained-pipe'
    ? { state: `waits for its output to be read${likely}`, hint }
    : { state: `waits for the end of its input${likely}`, hint }
}

function describeIdle(
  { handle }: ChildRecord,
  state: StreamState | undefined,
  isAsleep: boolean,
): Pick<HungChild, 'state' | 'hint'> {
  const does = isAsleep ? 'sleeps' : 'does nothing'
  if (handle?.ipc) return { state: `${does}, and its IPC channel is open`, hint: findDefinition('open-ipc').hint }
  if (state?.isReleased)
    return {
      state: 'was let go of with `unref()`, and its pipes are open',
      hint: "Start it with stdio 'ignore', or call `unref()` on its streams too.",
    }
  return { state: does, hint: null }
}

/** The line to change is that of the holder, where somebody started it himself. */
function describeHolder(view: RunView, record: ChildRecord, holder: RunProcess): HungChild {
  return {
    program: programOf(holder.argv),
    pid: holder.pid,
    site: describeStart(view, view.recordOf(holder) ?? findOrigin(view, holder)?.record ?? record),
    state: `holds a pipe of ${programOf(record.argv)}, which has exited`,
    hint: findDefinition('held-pipe').hint,
  }
}

function describeStart(view: RunView, record: ChildRecord): string | null {
  const { site } = findUserStart(view.ledger, record)
  return site ? describeSite(site, currentDirectory()) : null
}
