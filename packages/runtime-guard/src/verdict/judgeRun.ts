import { accuseProcesses, classifyRun, type Accusation } from '../findings/classifyRun.ts'
import { findDefinition } from '../findings/catalog.ts'
import { describeAccusation } from '../findings/describeAccusation.ts'
import { viewRun, type RunView } from '../findings/RunView.ts'
import { getNatives } from '../journal/natives.ts'
import { readRun } from '../journal/readJournal.ts'
import { rootOf, runIdOfDirectory, type Identity } from '../journal/runDirectory.ts'
import { buildLedger, type JournalFile, type Ledger } from '../ledger/Ledger.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import type { Settings } from '../config/Settings.ts'
import { isDead, type ProcessTable } from '../probe/ProcessTable.ts'
import { classifyVerdict } from '../report/countsAgainstRun.ts'
import type { AllowedFinding, BlindSpot, Finding, Report, RunInfo } from '../report/Report.ts'
import { countRun } from './countRun.ts'
import { takeSnapshot } from './takeSnapshot.ts'
import { packageVersion } from './packageVersion.ts'

export interface JudgeOptions {
  /** Journal directory of the run; it need not exist. */
  runDir: string
  settings: Settings
  probe: ProcessTable
  /** Milliseconds since the epoch. */
  now: () => number
  /** Waits without the event loop. */
  wait: (ms: number) => void
  /** `exit`: the root itself, as its last act. `run`: the wrapper, after its command. `sweep`: somebody else, for a root that is gone. */
  cause: 'exit' | 'run' | 'sweep'
  /** The program's own code; null when it is not known. */
  exitCode: number | null
  /** What could not be written to the journal, and other journals that are in memory only. */
  extra?: JournalFile[]
  /** What the caller knows that could not be inspected. */
  blind?: string[]
  /** Called once before waiting for processes that are still alive. */
  beforeGrace?: () => void
  /** The root, where no journal names it. */
  root?: { startedAt: number; argv: string[]; cwd: string }
}

/** Gives the verdict over a run. Waits for up to `settings.graceMs`, and only while something is alive that would be accused. */
export function judgeRun(options: JudgeOptions): Report {
  const { runDir, settings, probe, now } = options
  const { files, unreadable } = readRun(runDir)
  const journals = [...files, ...(options.extra ?? [])]
  let ledger = redactLedger(buildLedger(journals), settings.redact)
  const self = rootOf(runDir) ?? { pid: -1, start: null }
  const run = describeRun(options, ledger, self)
  const startedAt = Date.parse(run.startedAt)
  const look = (): RunView => viewRun(ledger, takeSnapshot(probe, { runDir, startedAt, ledger }, settings.redact), self)

  let view = waitForEnds(options, look)
  const ownRecords = new Set(ledger.children.map(({ id }) => id))
  // What runs inside of this one have left: their journals know the lines.
  const inner = new Set(view.live.flatMap(({ otherRun }) => otherRun ?? []))
  if (inner.size > 0) {
    const innerFiles = [...inner].flatMap((directory) => readRun(directory).files)
    ledger = redactLedger(buildLedger([...journals, ...innerFiles]), settings.redact)
    view = look()
  }
  const judgedAt = now()
  const findings: Finding[] = []
  const allowed: AllowedFinding[] = []
  for (const accusation of classifyRun(view, settings.graceMs)) {
    // A start that has failed inside of an inner run was that one's to report.
    if (accusation.process === null && accusation.origin && !ownRecords.has(accusation.origin.record.id)) continue
    const finding = describeAccusation(completeProcess(accusation, probe), judgedAt)
    if (accusation.allowed === undefined) findings.push(finding)
    else allowed.push({ finding, reason: accusation.allowed, by: 'program' })
  }
  const blind = findBlindSpots(options, ledger, view, unreadable)
  if (blind.length > 0) findings.push(blindFinding(blind))
  run.endedAt = new Date(judgedAt).toISOString()
  return {
    schemaVersion: 1,
    tool: { name: 'runtime-guard', version: packageVersion },
    verdict: classifyVerdict(findings, blind),
    run,
    stats: countRun(ledger, self),
    findings,
    blind,
    ...(allowed.length > 0 && { policy: { allowed, unused: [], expired: [] } }),
  }
}

/** The globs of a configuration file are known to the root alone: the journals do not follow them. */
function redactLedger(ledger: Ledger, globs: readonly string[]): Ledger {
  if (globs.length === 0) return ledger
  for (const record of [...ledger.children, ...ledger.threads]) record.argv = redactArgv(record.argv, globs)
  return ledger
}

/** Looks until nothing is left to accuse or the grace is over; the last look is a whole one, because processes fork. */
function waitForEnds({ probe, settings, wait, now, beforeGrace }: JudgeOptions, look: () => RunView): RunView {
  let view = look()
  const findAccused = (): Accusation[] => accuseProcesses(view).filter(({ allowed }) => allowed === undefined)
  let accused = findAccused()
  if (accused.length === 0) return view
  beforeGrace?.()
  // Waiting goes by a clock that nobody sets; only a kill is known by the other one.
  const { elapsed } = getNatives()
  const begunAt = now()
  const begun = elapsed()
  // What was told to end gets the time that it would get before a SIGKILL.
  const restOf = (at: number): number =>
    Math.min(settings.killGraceMs, Math.max(0, at + settings.killGraceMs - begunAt))
  const left = (): number =>
    Math.max(settings.graceMs, ...accused.map(({ kill }) => (kill ? restOf(kill.at) : 0))) - (elapsed() - begun)
  for (let step = 2; accused.length > 0 && left() > 0; step = Math.min(step * 2, 20)) {
    wait(Math.min(step, Math.max(1, left())))
    const isAnyAlive = accused.some(({ process }) => {
      const current = process ? probe.find(process.pid) : undefined
      return current !== undefined && current.start === process?.start && !isDead(current)
    })
    if (isAnyAlive) continue
    view = look()
    accused = findAccused()
  }
  return accused.length > 0 ? look() : view
}

function completeProcess(accusation: Accusation, probe: ProcessTable): Accusation {
  const { process } = accusation
  return process ? { ...accusation, process: { ...process, cwd: probe.readCwd(process.pid) ?? null } } : accusation
}

function describeRun(options: JudgeOptions, ledger: Ledger, self: Identity): RunInfo {
  const thread = ledger.threads.find((entry) => entry.role === 'root' && entry.pid === self.pid && entry.threadId === 0)
  const any = thread ?? ledger.threads[0]
  const startedAt = thread?.startedAt ?? options.root?.startedAt ?? any?.startedAt ?? options.now()
  const id = runIdOfDirectory(options.runDir)
  return {
    id: thread?.token ? `${id}-${thread.token}` : id,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: '',
    exitCode: options.exitCode,
    platform: any?.platform ?? process.platform,
    node: any?.node ?? process.version,
    root: {
      pid: self.pid,
      argv: thread?.argv ?? options.root?.argv ?? [],
      cwd: thread?.cwd ?? options.root?.cwd ?? '',
    },
  }
}

function findBlindSpots(options: JudgeOptions, ledger: Ledger, view: RunView, unreadable: string[]): BlindSpot[] {
  const reasons = [...(options.blind ?? []), ...ledger.blind]
  if (options.probe.limit !== null) reasons.push(options.probe.limit)
  if (unreadable.length > 0) reasons.push(`${unreadable.length} journal(s) of the run could not be read.`)
  // A writer that was killed in the middle of its last line loses that line only.
  if (ledger.torn > 0) reasons.push(`${ledger.torn} line(s) of the journals are torn: what they said is lost.`)
  const hidden = view.live.filter((process) => process.carriesCookie === null)
  if (hidden.length > 0)
    reasons.push(
      `The environment of ${hidden.length} process(es) of the run may not be read (pid ${hidden.map(({ pid }) => pid).join(', ')}).`,
    )
  return reasons.map((reason) => ({ reason }))
}

function blindFinding(blind: readonly BlindSpot[]): Finding {
  const { severity, hint, rule } = findDefinition('blind')
  return {
    code: 'blind',
    ...{ severity, hint, rule },
    message: `A part of the run could not be inspected: ${blind[0]?.reason ?? ''}`,
    ...{ child: null, site: null, stack: [], test: null, holders: [], descendants: [] },
  }
}
