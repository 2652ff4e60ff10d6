import { identityOf, type KillCandidate } from './KillCandidate.ts'
import { selectTargets, sortFromTop } from './selectTargets.ts'

/** A signal that a kill sends. */
export interface KillSignal {
  pid: number
  /** Compared with the process table right before the signal is sent. */
  start: string
  signal: NodeJS.Signals
}

/** What to do next. After it, look at the process table and ask again. */
export type KillStep =
  | { kind: 'send'; signals: KillSignal[] }
  /** Sleep; with `until`, no longer than until all of those have ended. */
  | { kind: 'wait'; ms: number; until: readonly KillCandidate[] }
  | { kind: 'done'; outcome: KillOutcome }

export interface KillOutcome {
  /** What has ended, and the last signal that it was sent. */
  ended: { process: KillCandidate; signal: NodeJS.Signals }[]
  /** What could not be ended; `reason` is the end of a sentence. */
  survivors: { process: KillCandidate; reason: string }[]
}

export interface KillPlanOptions {
  /** Pid of the process that kills. */
  self: number
  /** What asks for an end; null: nothing is asked, SIGKILL comes at once. */
  signal: NodeJS.Signals | null
  /** How long, in milliseconds, what was asked may take to end before SIGKILL. */
  graceMs: number
  /** The platform can stop a process: Windows cannot. */
  canStop: boolean
}

type Phase = 'freeze' | 'ask' | 'grace' | 'freeze again' | 'force' | 'reap'

/** Looks at the table while processes are stopped, at most; a storm that outruns them is met with SIGKILL, again and again. */
const mostFreezeLooks = 60
/** How long, in milliseconds, the kernel may take to end what got SIGKILL. */
const reapMs = 3000
const longestPauseMs = 20

/**
 * Ends process trees: a state machine on process tables that are given to it, without a clock and without signals of its
 * own. Everything that can fork is stopped first, until two looks agree and show it stopped: one pass would miss forks. Then
 * all are asked to end and let go, and what is left after the grace is stopped again and killed, until nothing is left or the
 * kernel has had its time.
 */
export class KillPlan {
  private readonly options: KillPlanOptions
  private phase: Phase
  private readonly known: Map<string, KillCandidate>
  private readonly lastSignal: Map<string, NodeJS.Signals>
  private readonly stopped: Set<string>
  private readonly failures: Map<string, string>
  private readonly refused: Map<string, { process: KillCandidate; reason: string }>
  private isEmpty: boolean
  private previous: string
  private looks: number
  private pauseMs: number
  private deadline: number
  private forwarded: NodeJS.Signals | undefined
  private outcome: KillOutcome | undefined

  constructor(options: KillPlanOptions) {
    this.options = options
    this.phase = 'freeze'
    this.known = new Map()
    this.lastSignal = new Map()
    this.stopped = new Set()
    this.failures = new Map()
    this.refused = new Map()
    this.isEmpty = false
    this.previous = ''
    this.looks = 0
    this.pauseMs = 1
    this.deadline = Infinity
    this.forwarded = undefined
    this.outcome = undefined
  }

  /** True once everything was asked to end, or got SIGKILL: what remains is to wait. */
  get isWaiting(): boolean {
    return this.phase === 'grace' || this.phase === 'reap'
  }

  get isDone(): boolean {
    return this.outcome !== undefined
  }

  /** The grace is over. */
  hasten(): void {
    if (this.phase === 'grace') this.deadline = -Infinity
  }

  /** Sends one more signal to all that are still there. */
  forward(signal: NodeJS.Signals): void {
    this.forwarded = signal
  }

  /** Says that a signal could not be sent, `ESRCH` apart: that one means that the process has ended. */
  noteFailure({ pid, start }: KillSignal, code: string): void {
    this.failures.set(identityOf({ pid, start }), code)
  }

  /** What was stopped and not let go of, for whoever gives up in the middle. */
  findStopped(): KillCandidate[] {
    return [...this.known.values()].filter((process) => this.stopped.has(identityOf(process)))
  }

  /** `now` in milliseconds, of any clock that does not jump. */
  next(table: readonly KillCandidate[], now: number): KillStep {
    if (this.outcome !== undefined) return { kind: 'done', outcome: this.outcome }
    const { targets, refused } = selectTargets(table, this.options.self, this.known)
    for (const entry of refused) this.refused.set(identityOf(entry.process), entry)
    for (const process of targets) this.learn(process)
    if (targets.length === 0) return this.lookAgain()
    this.isEmpty = false
    switch (this.phase) {
      case 'freeze':
      case 'freeze again':
        return this.freeze(targets, now)
      case 'ask':
        return this.ask(targets, now)
      case 'grace':
        return this.waitForEnds(targets, now)
      case 'force':
        return this.force(targets, now)
      case 'reap':
        return this.reap(targets, now)
    }
  }

  private learn(process: KillCandidate): void {
    const identity = identityOf(process)
    // A process that is on its way out has no command line any more.
    const argv = process.argv.length > 0 ? process.argv : (this.known.get(identity)?.argv ?? [])
    this.known.set(identity, { ...process, argv })
  }

  /** Reading the table takes time: what was started meanwhile by a process that has ended since is seen by the second look only. */
  private lookAgain(): KillStep {
    if (this.isEmpty || this.known.size === 0) return this.finish([])
    this.isEmpty = true
    return { kind: 'wait', ms: 1, until: [] }
  }

  private freeze(targets: readonly KillCandidate[], now: number): KillStep {
    if (!this.options.canStop) return this.proceed(targets, now)
    this.looks += 1
    const moving = targets.filter((process) => !this.stopped.has(identityOf(process)) && this.canReach(process))
    const picture = targets.map(identityOf).sort().join()
    const isStill = targets.every((process) => /[TtD]/.test(process.state) || !this.canReach(process))
    const isAgreed = moving.length === 0 && isStill && picture === this.previous
    this.previous = picture
    if (!isAgreed && this.looks < mostFreezeLooks) {
      if (moving.length === 0) return this.pause([])
      for (const process of moving) this.stopped.add(identityOf(process))
      return { kind: 'send', signals: sortFromTop(moving).map((process) => signalTo(process, 'SIGSTOP')) }
    }
    return this.proceed(targets, now)
  }

  private proceed(targets: readonly KillCandidate[], now: number): KillStep {
    this.looks = 0
    this.previous = ''
    this.pauseMs = 1
    const isAsking = this.phase === 'freeze' && this.options.signal !== null
    this.phase = isAsking ? 'ask' : 'force'
    return isAsking ? this.ask(targets, now) : this.force(targets, now)
  }

  private ask(targets: readonly KillCandidate[], now: number): KillStep {
    const { signal, graceMs } = this.options
    this.phase = 'grace'
    this.deadline = now + graceMs
    this.stopped.clear()
    const sorted = sortFromTop(targets)
    return {
      kind: 'send',
      signals: [
        ...sorted.map((process) => this.remember(process, signal ?? 'SIGTERM')),
        // Children first: when the last parent outside of a process group ends, the kernel sends SIGHUP to what is stopped in it.
        ...(this.options.canStop ? sorted.reverse().map((process) => signalTo(process, 'SIGCONT')) : []),
      ],
    }
  }

  private waitForEnds(targets: readonly KillCandidate[], now: number): KillStep {
    const { forwarded } = this
    if (forwarded !== undefined) {
      this.forwarded = undefined
      return { kind: 'send', signals: sortFromTop(targets).map((process) => signalTo(process, forwarded)) }
    }
    if (now < this.deadline) return { kind: 'wait', ms: this.deadline - now, until: targets }
    this.phase = 'freeze again'
    return this.freeze(targets, now)
  }

  private force(targets: readonly KillCandidate[], now: number): KillStep {
    this.phase = 'reap'
    this.deadline = now + reapMs
    this.stopped.clear()
    return { kind: 'send', signals: sortFromTop(targets).map((process) => this.remember(process, 'SIGKILL')) }
  }

  private reap(targets: readonly KillCandidate[], now: number): KillStep {
    if (now >= this.deadline) return this.finish(targets)
    const fresh = targets.filter((process) => this.lastSignal.get(identityOf(process)) !== 'SIGKILL')
    if (fresh.length > 0)
      return { kind: 'send', signals: sortFromTop(fresh).map((process) => this.remember(process, 'SIGKILL')) }
    return targets.some((process) => this.canReach(process)) ? this.pause(targets) : this.finish(targets)
  }

  private pause(until: readonly KillCandidate[]): KillStep {
    const ms = this.pauseMs
    this.pauseMs = Math.min(longestPauseMs, ms * 2)
    return { kind: 'wait', ms, until }
  }

  private remember(process: KillCandidate, signal: NodeJS.Signals): KillSignal {
    this.lastSignal.set(identityOf(process), signal)
    return signalTo(process, signal)
  }

  private canReach(process: KillCandidate): boolean {
    return !this.failures.has(identityOf(process))
  }

  private finish(left: readonly KillCandidate[]): KillStep {
    const live = new Set(left.map(identityOf))
    const outcome: KillOutcome = { ended: [], survivors: [] }
    for (const [identity, process] of this.known) {
      const signal = this.lastSignal.get(identity)
      if (live.has(identity)) outcome.survivors.push({ process, reason: this.explain(process) })
      // What was never asked has ended by itself.
      else if (signal !== undefined) outcome.ended.push({ process, signal })
    }
    for (const [identity, entry] of this.refused) if (!this.known.has(identity)) outcome.survivors.push(entry)
    this.outcome = outcome
    return { kind: 'done', outcome }
  }

  private explain(process: KillCandidate): string {
    const failure = this.failures.get(identityOf(process))
    if (failure !== undefined) return `the signal was refused (${failure})`
    return process.state === 'D'
      ? 'it waits in the kernel and cannot be interrupted'
      : 'it is still there after SIGKILL'
  }
}

function signalTo({ pid, start }: KillCandidate, signal: NodeJS.Signals): KillSignal {
  return { pid, start, signal }
}
