import type { Settings } from '../config/Settings.ts'
import type { EnforcedChild, Enforcement, SyncCallEnd } from '../journal/enforcement.ts'
import type { Guard } from '../journal/guard.ts'
import { getNatives } from '../journal/natives.ts'
import { signalName } from '../journal/signalName.ts'
import { advance, endProcesses, endProcessesLater, type KillWork } from '../kill/endProcesses.ts'
import { KillPlan, type KillOutcome } from '../kill/KillPlan.ts'
import { lookForTargets, type KillMarks } from '../kill/lookForTargets.ts'
import { treeMarks, type TreeRoot } from '../kill/treeMarks.ts'
import { findCallSite } from '../ledger/callSite.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import { processHost } from '../output/OutputHost.ts'
import { isDead, type ProcessTable } from '../probe/ProcessTable.ts'
import { describeSite } from '../report/describeFindings.ts'
import { formatCommand } from '../report/formatCommand.ts'
import { parseKillCommand } from './parseKillCommand.ts'
import { SyncDeadline } from './SyncDeadline.ts'

/** A kill that has begun: what remains of it goes on beside the program. */
interface OpenKill {
  work: KillWork
  child: EnforcedChild
}

/** Signals after which a program is expected to be gone; after SIGHUP many go on, with their files read again. */
const finalSignals: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL'])
/** Children that have ended are remembered up to this number: a kill of one that has ended is a kill of what is behind it. */
const mostRemembered = 1000
const commandLength = 60

export class Enforcer implements Enforcement {
  private readonly guard: Guard
  private readonly settings: Settings
  private readonly probe: ProcessTable
  /** Nothing below this process is older, by the clock of the table. */
  private readonly since: number
  private readonly live: Map<number, EnforcedChild>
  private readonly ended: Map<number, EnforcedChild>
  private readonly open: Set<OpenKill>
  private readonly timers: Map<EnforcedChild, NodeJS.Timeout>
  private readonly syncDeadline: SyncDeadline

  constructor(guard: Guard, settings: Settings, probe: ProcessTable, judgement: string) {
    this.guard = guard
    this.settings = settings
    this.probe = probe
    this.since = probe.find(process.pid)?.startedAt ?? 0
    this.live = new Map()
    this.ended = new Map()
    this.open = new Set()
    this.timers = new Map()
    this.syncDeadline = new SyncDeadline(guard.owner.runDir, settings.killGraceMs, judgement)
  }

  start(child: EnforcedChild, hasOwnDeadline: () => boolean): void {
    this.live.set(child.pid, child)
    const { deadlineMs } = this.settings.enforce
    if (deadlineMs === null) return
    const timer = getNatives().setTimeout(() => {
      if (!hasOwnDeadline()) this.endAtDeadline(child, deadlineMs)
    }, deadlineMs)
    this.timers.set(child, timer.unref())
  }

  end(child: EnforcedChild, code: number | null): void {
    this.followCommand(child.argv, code)
    const { clearTimeout } = getNatives()
    clearTimeout(this.timers.get(child))
    this.timers.delete(child)
    if (this.live.get(child.pid) === child) this.live.delete(child.pid)
    this.ended.delete(child.pid)
    this.ended.set(child.pid, child)
    for (const oldest of this.ended.keys()) {
      if (this.ended.size <= mostRemembered) break
      this.ended.delete(oldest)
    }
  }

  findChild(pid: number): EnforcedChild | undefined {
    return this.live.get(pid) ?? this.ended.get(pid)
  }

  /** Another program may do the killing: when it has, the rest of the tree follows. */
  private followCommand(argv: readonly string[], code: number | null): void {
    const command = code === 0 && this.settings.enforce.tree ? parseKillCommand(argv) : undefined
    for (const pid of command?.pids ?? []) {
      const child = this.findChild(Math.abs(pid))
      if (child && command) this.kill(child, command.signal, () => 0, pid < 0 ? child.pid : undefined)
    }
  }

  kill(child: EnforcedChild, signal: unknown, send: () => unknown, group?: number): unknown {
    const name = signalName(signal)
    if (!this.settings.enforce.tree || name === undefined || !finalSignals.has(name)) return send()
    // Its pid is somebody else's by now, who may be meant.
    if (!child.isLive() && this.probe.find(child.pid) !== undefined) return send()
    const sent: { result?: unknown } = {}
    const sendOnce = (): unknown => {
      if (!('result' in sent)) sent.result = send()
      return sent.result
    }
    const deliver: KillWork['deliver'] = ({ pid, signal }, pgid) => {
      if (signal !== name) return undefined
      const isReached = group === undefined ? pid === child.pid : pgid === group
      return isReached ? Number(sendOnce()) : undefined
    }
    try {
      const known = [...this.open].find((kill) => kill.child.id === child.id)
      if (known) this.killAgain(known, name, deliver)
      else this.endTree(child, name, deliver)
    } catch {
      // The process table cannot be read: the program's own call is all there is.
    }
    return sendOnce()
  }

  /** A second signal while the first one has its time: SIGKILL ends that, any other one goes to all as well. */
  private killAgain({ work }: OpenKill, name: NodeJS.Signals, deliver: KillWork['deliver']): void {
    if (name === 'SIGKILL') work.plan.hasten()
    else work.plan.forward(name)
    settle(work, deliver)
  }

  private endTree(child: EnforcedChild, name: NodeJS.Signals, deliver: KillWork['deliver']): void {
    const work = this.workFor(treeMarks(this.rootOf(child)), name)
    settle(work, deliver)
    this.follow({ work, child })
  }

  private rootOf(child: EnforcedChild): TreeRoot {
    const { pid, start, id } = child
    return {
      identity: start !== null && child.isLive() ? { pid, start } : null,
      cookie: { runDir: this.guard.owner.runDir, recordId: id },
      startedAt: (start === null ? undefined : this.probe.timeOf(start)) ?? this.since,
    }
  }

  private workFor(marks: KillMarks, name: NodeJS.Signals): KillWork {
    const plan = new KillPlan({
      self: process.pid,
      signal: name === 'SIGKILL' ? null : name,
      graceMs: this.settings.killGraceMs,
      canStop: process.platform !== 'win32',
    })
    return { plan, probe: this.probe, look: () => lookForTargets(this.probe, marks) }
  }

  /** What remains goes on beside the program, and is finished when that ends first. */
  private follow(kill: OpenKill): void {
    if (kill.work.plan.isDone) return
    this.open.add(kill)
    void endProcessesLater(kill.work, { ref: false })
      .catch(() => undefined)
      .finally(() => this.open.delete(kill))
  }

  private endAtDeadline(child: EnforcedChild, deadlineMs: number): void {
    this.timers.delete(child)
    try {
      if (!child.isLive() || child.isReleased() || this.guard.allowedPids.has(child.pid)) return
      this.guard.noteKill(child.pid, 'SIGTERM')
      this.say(
        `${describe(child, this.settings.redact)} was still running after the deadline of ${deadlineMs} ms and is being ended`,
        child,
      )
      this.endTree(child, 'SIGTERM', undefined)
    } catch {
      // The process table cannot be read: it goes on.
    }
  }

  beginSync(options: { timeout?: unknown; args?: unknown }, recordId: string): (end: SyncCallEnd) => void {
    const argv = Array.isArray(options.args) ? options.args.map(String) : []
    const finish = this.limitSync(options, recordId)
    return ({ isCut, code }) => {
      finish(isCut)
      this.followCommand(argv, code)
    }
  }

  private limitSync(options: { timeout?: unknown }, recordId: string): (isCut: boolean) => void {
    const { tree, deadlineMs } = this.settings.enforce
    const own = typeof options.timeout === 'number' && options.timeout > 0 ? options.timeout : null
    if (own === null && deadlineMs !== null) options.timeout = deadlineMs
    const limitMs = own ?? deadlineMs
    if (!tree && (own !== null || limitMs === null)) return () => undefined
    if (limitMs !== null) this.syncDeadline.begin({ recordId, limitMs })
    return (isCut) => {
      this.syncDeadline.end()
      if (!isCut) return
      try {
        const cookie = { runDir: this.guard.owner.runDir, recordId }
        endProcesses(this.workFor(treeMarks({ identity: null, cookie, startedAt: this.since }), 'SIGTERM'))
      } catch {
        // The process table cannot be read.
      }
    }
  }

  close(): void {
    for (const { work } of this.open) tryTo(() => endProcesses(work))
    this.open.clear()
    const { owner, judged } = this.guard
    const isJudging = owner.role === 'root' && owner.threadId === 0 && !judged
    // A root names what it has left, and ends it then.
    if (this.settings.enforce.exit && !isJudging) tryTo(() => this.endOwn())
  }

  /** Ends what this thread has started and has not let go of. */
  private endOwn(): void {
    const left = [...this.live.values()].filter(
      (child) => !child.isReleased() && !this.guard.allowedPids.has(child.pid),
    )
    if (left.length === 0) return
    this.guard.closePipes()
    this.waitForEnds(left)
    const roots = left.map((child) => treeMarks(this.rootOf(child)))
    const work = this.workFor(
      {
        since: this.since,
        isMarked: (process, environment) => roots.some((root) => root.isMarked(process, environment)),
        isSpared: () => false,
      },
      'SIGTERM',
    )
    const outcome = endProcesses(work)
    for (const child of left) this.sayEnd(child, outcome)
  }

  /** A child that ends at the end of its input is given the time to. */
  private waitForEnds(left: readonly EnforcedChild[]): void {
    const { elapsed, wait } = getNatives()
    const end = elapsed() + this.settings.graceMs
    const isLeft = ({ pid, start }: EnforcedChild): boolean => {
      const current = this.probe.find(pid)
      return current?.start === start && !isDead(current)
    }
    for (let step = 2; left.some(isLeft) && elapsed() < end; step = Math.min(step * 2, 20)) wait(step)
  }

  private sayEnd(child: EnforcedChild, { ended }: KillOutcome): void {
    if (!ended.some(({ process }) => process.pid === child.pid)) return
    this.say(
      `${describe(child, this.settings.redact)} outlived process ${process.pid}, which had started it, and was ended`,
      child,
    )
  }

  private say(sentence: string, { stack }: EnforcedChild): void {
    const host = processHost(this.guard.stderr)
    const site = findCallSite(stack)
    host.writeError(`runtime-guard: ${sentence}${site ? ` (started at ${describeSite(site, host.cwd)})` : ''}.\n`)
  }
}

/** Takes a kill as far as it goes at once: until everything has been asked to end, or got SIGKILL. */
function settle(work: KillWork, deliver: KillWork['deliver']): void {
  const step: KillWork = { ...work, ...(deliver && { deliver }) }
  for (;;) {
    const next = advance(step)
    if ('ended' in next || work.plan.isWaiting) return
    getNatives().wait(next.ms)
  }
}

function describe({ argv, pid }: EnforcedChild, redact: readonly string[]): string {
  return `${formatCommand(redactArgv(argv, redact), commandLength)} (pid ${pid})`
}

function tryTo(action: () => unknown): void {
  try {
    action()
  } catch {
    // The process table cannot be read: the program ends without it.
  }
}
