import type { Settings } from '../config/Settings.ts'
import { findOrigin } from '../findings/findOrigin.ts'
import { programOf } from '../findings/programOf.ts'
import type { RunProcess } from '../findings/RunProcess.ts'
import { viewRun, type RunView } from '../findings/RunView.ts'
import type { HangSample } from '../journal/hang.ts'
import { getNatives } from '../journal/natives.ts'
import { OpenCalls } from '../journal/OpenCalls.ts'
import { readRun } from '../journal/readJournal.ts'
import { findCallSite } from '../ledger/callSite.ts'
import { buildLedger, type ChildRecord } from '../ledger/Ledger.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { OutputHost } from '../output/OutputHost.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { describeSite } from '../report/describeFindings.ts'
import { renderBlockedCall } from '../report/renderHang.ts'
import { isAtWork, takeSample } from './processorTimes.ts'
import { takeSnapshot } from './takeSnapshot.ts'

interface BlockedCallsOptions {
  runDir: string
  settings: Settings
  probe: ProcessTable
  host: OutputHost
}

interface Suspicion {
  at: number
  sample: HangSample
}

/**
 * Names synchronous calls of a run that do not return, while they block: nobody can do that in the thread itself. Asks what
 * the question about an asynchronous hang asks: nothing below the call uses the processor, or waits as its work.
 */
export class BlockedCalls {
  private readonly options: BlockedCallsOptions
  private readonly calls: OpenCalls
  private readonly suspicions: Map<string, Suspicion>

  constructor(options: BlockedCallsOptions) {
    this.options = options
    this.calls = new OpenCalls(options.runDir)
    this.suspicions = new Map()
  }

  /** How often to look, in milliseconds; undefined: never. */
  get everyMs(): number | undefined {
    const { mode, hangAfterMs } = this.options.settings
    const isUseless = mode === 'off' || hangAfterMs === 0 || this.options.probe.limit !== null
    return isUseless ? undefined : Math.max(20, hangAfterMs / 2)
  }

  /** Says on stderr what has blocked for too long, once for each call, whoever else of the run looks too; true while a call blocks that may be named. */
  look(): boolean {
    const { hangAfterMs } = this.options.settings
    const half = hangAfterMs / 2
    const now = getNatives().now()
    // A call with a time limit is due when that is over: a child can ignore the signal.
    const late = this.calls.find().filter(({ at, timeout }) => now - at - (timeout ?? 0) >= half)
    for (const id of this.suspicions.keys()) if (!late.some((call) => call.id === id)) this.suspicions.delete(id)
    if (late.length === 0) return false
    const view = this.viewRun()
    const blocked = late.flatMap(({ id }) => {
      const record = view.findRecord(id)
      if (record === undefined || view.hasOwnerEnded(record) || isWrapper(record)) return []
      return [{ record, below: findBelow(view, record) }]
    })
    for (const { record, below } of blocked) {
      // What waits for a process that is itself blocked has its line there.
      const isOuter = blocked.some(
        (other) => other.record !== record && below.some(({ pid }) => pid === other.record.owner.pid),
      )
      if (isOuter || below.length === 0) continue
      const suspicion = this.suspicions.get(record.id)
      if (suspicion === undefined) {
        this.suspicions.set(record.id, { at: now, sample: takeSample(this.options.probe, below) })
        continue
      }
      const isDue = now - record.requestedAt - (record.timeout ?? 0) >= hangAfterMs && now - suspicion.at >= half * 0.8
      if (!isDue) continue
      this.suspicions.set(record.id, { at: now, sample: takeSample(this.options.probe, below) })
      if (!isAtWork(this.options.probe, below, suspicion.sample) && this.claim(record))
        this.say(view, record, below, now)
    }
    return blocked.some(({ below }) => below.length > 0)
  }

  private viewRun(): RunView {
    const { runDir, probe, settings } = this.options
    const ledger = buildLedger(readRun(runDir).files)
    const startedAt = Math.min(...ledger.threads.map((thread) => thread.startedAt))
    return viewRun(ledger, takeSnapshot(probe, { runDir, startedAt, ledger }, settings.redact), {
      pid: -1,
      start: null,
    })
  }

  /** True for the first of all that look at the run. */
  private claim({ id }: ChildRecord): boolean {
    const { closeSync, openSync } = getNatives()
    try {
      closeSync(openSync(`${this.options.runDir}/${id}.named`, 'wx', 0o600))
      return true
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EEXIST'
    }
  }

  private say(view: RunView, record: ChildRecord, below: readonly RunProcess[], now: number): void {
    const { host, settings } = this.options
    const { owner, method, timeout } = record
    const own = view.processOf(record) ?? below.find(({ ppid }) => ppid === owner.pid)
    const site = findCallSite(record.stack)
    host.writeError(
      renderBlockedCall({
        program: programOf(redactArgv(owner.argv, settings.redact)),
        pid: owner.pid,
        threadId: owner.threadId,
        method,
        command: programOf(redactArgv(record.argv, settings.redact)),
        hasEnded: own === undefined,
        timeout,
        blockedMs: now - record.requestedAt,
        site: site ? describeSite(site, host.cwd) : null,
        // The child first: without it nothing of it starts anything new.
        processes: [...below]
          .sort((a, b) => Number(b === own) - Number(a === own) || a.startedAt - b.startedAt)
          .map(({ pid, argv }) => ({ pid, program: programOf(argv) })),
      }),
    )
  }
}

/** It only waits for a command that has the terminal, or the pipes, of the caller: a launcher, which may take as long as that does. */
function isWrapper({ stdio }: ChildRecord): boolean {
  return stdio.length >= 3 && stdio.slice(0, 3).every((slot) => slot === 'inherit' || slot === 'fd')
}

/** The processes that a call waits for: its child, and whatever that has started and still holds the pipes. */
function findBelow(view: RunView, record: ChildRecord): RunProcess[] {
  const own = view.live.filter((process) => isOf(view, record, process))
  const all = new Set(own)
  for (const process of own) for (const descendant of view.descendantsOf(process)) all.add(descendant)
  return [...all]
}

function isOf(view: RunView, record: ChildRecord, process: RunProcess): boolean {
  if (view.recordOf(process) === record) return true
  if (process.startedBy !== null) return process.startedBy === record.id
  // With an environment of its own a child has no cookie; a blocked thread starts nothing else, other threads may.
  if (process.ppid === record.owner.pid && process.startedAt >= record.requestedAt - clockSlackMs)
    return view.recordOf(process) === undefined
  return findOrigin(view, process)?.record === record
}

/** Clocks of the journal and of the process table differ by less than this. */
const clockSlackMs = 50
