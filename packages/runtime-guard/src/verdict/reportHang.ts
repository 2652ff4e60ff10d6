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
import { currentDirectory } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { readRun } from '../journal/readJournal.ts'
import type { HangEntry } from '../ledger/JournalEntry.ts'
import { buildLedger, type ChildRecord } from '../ledger/Ledger.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { HangSample, StreamState } from '../journal/hang.ts'
import { processHost } from '../output/OutputHost.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { describeSite } from '../report/describeFindings.ts'
import { renderHang, type HungChild } from '../report/renderHang.ts'
import { isAtWork, takeSample } from './processorTimes.ts'
import { takeSnapshot } from './takeSnapshot.ts'

/** The processor times of what is below this process. */
export function beginHang(guard: Guard): HangSample {
  const probe = findProcessTable()
  const { below } = lookBelow(guard, probe, [])
  return takeSample(probe, below)
}

/** Says on stderr what this process waits for in vain, unless something below it is at work. */
export function reportHang(
  guard: Guard,
  sample: HangSample,
  silentMs: number,
  streams: readonly StreamState[],
): HangEntry | undefined {
  const settings = readSettings({
    env: process.env,
    cwd: currentDirectory(),
    readFiles: guard.owner.role === 'root',
    warn: () => undefined,
  })
  const probe = findProcessTable()
  if (settings.mode === 'off' || probe.limit !== null) return undefined
  guard.flush(false)
  const { view, below } = lookBelow(guard, probe, settings.redact)
  if (isAtWork(probe, below, sample)) return undefined
  const waits = new Map(below.map(({ pid }) => [pid, probe.readWaits(pid)]))

  const stalls: Stall[] = []
  const children: HungChild[] = []
  for (const state of streams) {
    const record = view.findRecord(state.id)
    const child = record && view.processOf(record)
    // A tool's own process waits for its owner, not the owner for it.
    if (child && belongsToTool(view, child)) continue
    if (record && child) {
      const family = [child, ...view.descendantsOf(child)].map(({ pid }) => waits.get(pid))
      const stall = findStall(state, {
        reads: new Set(family.flatMap((wait) => wait?.reads ?? [])),
        writes: new Set(family.flatMap((wait) => wait?.writes ?? [])),
      })
      if (stall) stalls.push(stall)
      children.push(describeChild(view, record, child, stall))
    } else if (record) {
      for (const holder of findHolders(below, probe, state)) children.push(describeHolder(view, record, holder))
    }
  }
  if (children.length === 0) return undefined
  const program = { program: programOf(redactArgv([...process.argv], settings.redact)), pid: process.pid }
  processHost(guard.stderr).writeError(renderHang(program, silentMs, children))
  return { t: 'hang', at: getNatives().now(), stalls }
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

function describeChild(view: RunView, record: ChildRecord, child: RunProcess, stall: Stall | undefined): HungChild {
  const isIdle = stall === undefined
  const likely = stall?.confidence === 'likely' ? ' (likely)' : ''
  return {
    program: programOf(record.argv),
    pid: child.pid,
    site: describeStart(view, record),
    state: isIdle
      ? record.handle?.ipc
        ? 'does nothing, and its IPC channel is open'
        : 'does nothing'
      : stall.code === 'undrained-pipe'
        ? `waits for its output to be read${likely}`
        : `waits for the end of its input${likely}`,
    hint: isIdle ? (record.handle?.ipc ? findDefinition('open-ipc').hint : null) : findDefinition(stall.code).hint,
  }
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
