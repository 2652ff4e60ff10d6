import { EventEmitter } from 'node:events'
import { Readable, Writable } from 'node:stream'
import type { VirtualTime, VirtualTimer } from './virtual-time.ts'

/**
 * The ways in which a child can end: it cannot be started; it succeeds, fails or is ended by a signal, and some of its
 * output comes after 'exit'; it fails without a word; it goes on until somebody stops it.
 */
export const ENDINGS = ['success', 'failedStart', 'failure', 'silence', 'signal', 'hang'] as const
export type Ending = (typeof ENDINGS)[number]

/** How one child lives. */
export interface Life {
  readonly ending: Ending
  /** It outlives what the program waits for otherwise. */
  readonly isSlow: boolean
}

export const EARLY_OUTPUT = 'early\n'
export const LATE_OUTPUT = 'late\n'

const STATUS: Readonly<Record<Ending, number | null>> = {
  success: 0,
  failedStart: -2,
  failure: 3,
  silence: 4,
  signal: null,
  hang: null,
}

/** Milliseconds; a slow child takes longer than several pieces of other work, and less than any time limit. */
const OUTPUT_AFTER = 5
const END_AFTER = 10
const SLOW_END_AFTER = 1_500

/** When something was done first: in the turn that started the child, or in a later one. */
export type Moment = 'atOnce' | 'later'

export type OutputName = 'stderr' | 'stdout'

/** What a program did with one child. */
export class ChildRecord {
  readonly time: VirtualTime
  /** The number in its command, which tells the call that started it. */
  readonly site: number
  readonly life: Life
  readonly startedInTurn: number
  errorListener: Moment | undefined
  /** Code that learns of the end: a listener of the child or of a stream that ends with it, or a look at the status. */
  endObserver: Moment | undefined
  /** An observer of the end that came before it. */
  isEndSeen = false
  readonly drained: Set<OutputName> = new Set<OutputName>()
  stdinWrittenInTurn: number | undefined
  /** `inTime`: before the turn of the first write is over. */
  stdinErrorListener: 'inTime' | 'late' | undefined
  isStdinEnded = false
  /** Its end was listened for first when it was over, as far as can be seen. */
  isEndMissed = false
  isKilled = false
  isUnreferenced = false
  /** Handed to code out of sight, which may do anything with it. */
  isEscaped = false
  endedAt: number | undefined
  /** Timers whose callbacks asked for the end of this child, whether it was there or not. */
  readonly killTimers: Set<VirtualTimer> = new Set<VirtualTimer>()
  /** Its promise rejected, and nobody was there. */
  isRejectionUnhandled = false
  /** A sync call that never came back. */
  isBlocking = false

  constructor(site: number, life: Life, time: VirtualTime) {
    this.site = site
    this.life = life
    this.time = time
    this.startedInTurn = time.turn
  }

  get moment(): Moment {
    return this.time.turn > this.startedInTurn ? 'later' : 'atOnce'
  }

  observeEnd(): void {
    if (this.endedAt !== undefined && !this.isEndSeen && !this.isEscaped) this.isEndMissed = true
    this.endObserver ??= this.moment
    if (this.endedAt === undefined) this.isEndSeen = true
  }

  escape(): void {
    this.isEscaped = true
  }
}

const LISTENING = ['on', 'addListener', 'prependListener'] as const

/** Tells `note` of every listener that is added, except by what runs inside `quietly`. */
function watchListeners(emitter: EventEmitter, note: (event: string) => void): (run: () => void) => void {
  let isQuiet = false
  for (const method of LISTENING) {
    const original = emitter[method].bind(emitter)
    emitter[method] = (event, listener) => {
      // `once` goes through `on`
      if (!isQuiet && typeof event === 'string') note(event)
      return original(event, listener)
    }
  }
  return (run) => {
    const before = isQuiet
    isQuiet = true
    try {
      run()
    } finally {
      isQuiet = before
    }
  }
}

class FakeOutput extends Readable {
  readonly record: ChildRecord
  readonly #name: OutputName
  readonly #quietly: (run: () => void) => void
  #isInternal = true

  constructor(name: OutputName, record: ChildRecord, onTouched: () => void) {
    super()
    this.setMaxListeners(0)
    this.record = record
    this.#name = name
    this.#quietly = watchListeners(this, (event) => {
      onTouched()
      if (event === 'data' || event === 'readable') record.drained.add(name)
      if (event === 'end' || event === 'close') record.observeEnd()
    })
    this.#isInternal = false
  }

  override _read(): void {
    // what the child writes is pushed
  }

  override resume(): this {
    if (!this.#isInternal) this.record.drained.add(this.#name)
    return super.resume()
  }

  override destroy(error?: Error): this {
    if (!this.#isInternal) this.record.drained.add(this.#name)
    return super.destroy(error)
  }

  override pipe<T extends NodeJS.WritableStream>(target: T, options?: { end?: boolean }): T {
    this.record.drained.add(this.#name)
    const attach = (): void => this.#quietly(() => super.pipe(target, options))
    if (target instanceof FakeInput) target.receive(attach, options)
    else attach()
    return target
  }

  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<unknown> {
    this.record.drained.add(this.#name)
    this.record.observeEnd()
    return super[Symbol.asyncIterator]() as NodeJS.AsyncIterator<unknown>
  }

  write(text: string): void {
    if (!this.destroyed) this.push(text)
  }

  /** As Node does at the end of a child: what nobody reads is thrown away, so that the stream can end. */
  finish(): void {
    if (this.destroyed) return
    this.#isInternal = true
    if (!this.isPaused() || this.listenerCount('readable') === 0) super.resume()
    // what happens to it from here on is Node's doing
    this.push(null)
  }
}

export class FakeInput extends Writable {
  readonly record: ChildRecord
  readonly #quietly: (run: () => void) => void

  constructor(record: ChildRecord, onTouched: () => void) {
    super()
    this.setMaxListeners(0)
    this.record = record
    this.#quietly = watchListeners(this, (event) => {
      onTouched()
      if (event === 'close') record.observeEnd()
      if (event !== 'error') return
      const { stdinWrittenInTurn: written } = record
      record.stdinErrorListener ??= written === undefined || written === record.time.turn ? 'inTime' : 'late'
    })
  }

  /** `pipe()` listens for errors too, only to let go of the target, and ends it when the source ends. */
  receive(attach: () => void, { end = true }: { end?: boolean } = {}): void {
    this.#quietly(attach)
    this.#noteWrite()
    if (end) this.record.isStdinEnded = true
  }

  // a write behind the end is another mistake than those that are looked for
  override write(...given: unknown[]): boolean {
    this.#noteWrite()
    return this.writableEnded || this.destroyed || super.write(...(given as [unknown]))
  }

  override end(...given: unknown[]): this {
    if (typeof given[0] === 'string') this.#noteWrite()
    return this.writableEnded || this.destroyed ? this : super.end(...(given as [unknown]))
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }

  #noteWrite(): void {
    this.record.stdinWrittenInTurn ??= this.record.time.turn
  }

  override _final(done: () => void): void {
    this.record.isStdinEnded = true
    done()
  }

  override destroy(error?: Error): this {
    this.record.isStdinEnded = true
    return super.destroy(error)
  }
}

/** What a program reads from elsewhere. */
export class FakeSource extends Readable {
  override _read(): void {
    this.push('input')
    this.push(null)
  }

  override pipe<T extends NodeJS.WritableStream>(target: T, options?: { end?: boolean }): T {
    if (target instanceof FakeInput) target.receive(() => void super.pipe(target, options), options)
    else super.pipe(target, options)
    return target
  }
}

/** Which slots are pipes; the rest are `null` on the child. */
export interface FakeStdio {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
}

/** A child that never was: it emits what a real one does, in the same order (see `docs/rules`), and records what is done to it. */
export class FakeChild extends EventEmitter {
  readonly record: ChildRecord
  readonly stdin: FakeInput | null
  readonly stdout: FakeOutput | null
  readonly stderr: FakeOutput | null
  readonly pid: number | undefined
  killed = false
  readonly #quietly: (run: () => void) => void
  readonly #isFork: boolean
  #exitCode: number | null = null
  #signalCode: string | null = null
  #isStarted = false
  #isOver = false

  /** @param onTouched is told of every listener */
  constructor(record: ChildRecord, stdio: FakeStdio, isFork: boolean, onTouched: () => void) {
    super()
    this.setMaxListeners(0)
    this.record = record
    this.#isFork = isFork
    this.pid = record.life.ending === 'failedStart' ? undefined : 4_000 + record.site
    this.stdin = stdio.stdin ? new FakeInput(record, onTouched) : null
    this.stdout = stdio.stdout ? new FakeOutput('stdout', record, onTouched) : null
    this.stderr = stdio.stderr ? new FakeOutput('stderr', record, onTouched) : null
    this.#quietly = watchListeners(this, (event) => {
      onTouched()
      if (event === 'error') record.errorListener ??= record.moment
      if (event === 'exit' || event === 'close' || (isFork && event === 'disconnect')) record.observeEnd()
    })
    this.#live(record.life)
  }

  get stdio(): readonly unknown[] {
    return [this.stdin, this.stdout, this.stderr]
  }

  get exitCode(): number | null {
    this.record.endObserver = 'atOnce'
    this.record.isEndSeen = true
    return this.#exitCode
  }

  get signalCode(): string | null {
    this.record.endObserver = 'atOnce'
    this.record.isEndSeen = true
    return this.#signalCode
  }

  /** For listeners that the API adds by itself. */
  listenQuietly(event: string, listener: (...given: never[]) => void): void {
    this.#quietly(() => this.on(event, listener as () => void))
  }

  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    const { record } = this
    const { currentTimer } = record.time
    if (currentTimer) record.killTimers.add(currentTimer)
    if (signal === 0) return !this.#isOver
    record.isKilled = true
    return this.#stop(typeof signal === 'string' ? signal : 'SIGTERM')
  }

  unref(): void {
    this.record.isUnreferenced = true
  }

  ref(): void {
    this.record.isUnreferenced = false
  }

  send(): boolean {
    return true
  }

  disconnect(): void {
    this.record.isStdinEnded = true
  }

  get connected(): boolean {
    return this.#isFork && !this.#isOver
  }

  [Symbol.dispose](): void {
    this.kill()
  }

  /** @param error of an aborted signal, or of a time limit that ran out */
  abort(error: Error | undefined): void {
    if (this.#stop('SIGTERM') && error) this.emit('error', error)
  }

  #stop(signal: string): boolean {
    if (this.#isOver || !this.#isStarted) return false
    this.killed = true
    // a child that handles the signal ends in its own way, as it would have otherwise
    if (STATUS[this.record.life.ending] === null) this.record.time.schedule(1, () => this.#end(null, signal))
    return true
  }

  #live({ ending, isSlow }: Life): void {
    const { time } = this.record
    if (ending === 'failedStart') {
      time.schedule(0, () => this.#failToStart())
      return
    }
    this.#isStarted = true
    time.schedule(0, () => {
      this.emit('spawn')
    })
    if (ending !== 'silence')
      time.schedule(OUTPUT_AFTER, () => {
        this.stdout?.write(EARLY_OUTPUT)
        this.stderr?.write(EARLY_OUTPUT)
        if (this.#isFork) this.emit('message', 'ready')
      })
    if (ending === 'hang') return
    time.schedule(isSlow ? SLOW_END_AFTER : END_AFTER, () =>
      this.#end(STATUS[ending], ending === 'signal' ? 'SIGKILL' : null, ending === 'silence' ? undefined : LATE_OUTPUT),
    )
  }

  #failToStart(): void {
    this.#isOver = true
    this.record.endedAt = this.record.time.now
    for (const output of [this.stdout, this.stderr]) output?.finish()
    this.#exitCode = -2
    const error = Object.assign(new Error(`spawn ENOENT`), { code: 'ENOENT', site: this.record.site })
    this.record.time.schedule(0, () => {
      this.emit('close', -2, null)
    })
    this.emit('error', error)
  }

  #end(code: number | null, signal: string | null, late?: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#exitCode = code
    this.#signalCode = signal
    const { time } = this.record
    this.record.endedAt = time.now
    time.schedule(1, () => {
      for (const output of [this.stdout, this.stderr]) {
        if (late !== undefined) output?.write(late)
        output?.finish()
      }
    })
    time.schedule(2, () => {
      this.emit('close', code, signal)
    })
    if (this.#isFork) time.schedule(1, () => this.emit('disconnect'))
    this.emit('exit', code, signal)
  }
}
