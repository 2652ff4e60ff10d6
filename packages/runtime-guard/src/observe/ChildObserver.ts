import type { ChildProcess } from 'node:child_process'
import type { ExamineHang } from '../journal/hang.ts'
import type { EnforcedChild, Enforcement } from '../journal/enforcement.ts'
import type { HandleEntry, JournalEntry, SpawnEntry, TestMark } from '../ledger/JournalEntry.ts'
import { redactArgv, redactText } from '../ledger/redactArgv.ts'
import type { Guard } from '../journal/guard.ts'
import { currentDirectory, type JournalOwner, type JournalWriter } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { OpenCalls } from '../journal/OpenCalls.ts'
import { markCookie } from '../journal/runCookie.ts'
import { readStat } from '../journal/readIdentity.ts'
import { signalName } from '../journal/signalName.ts'
import type { TestScope } from '../journal/TestScope.ts'
import { captureFrames } from './captureFrames.ts'
import {
  completeEnds,
  findChannel,
  findOpenPipes,
  isAnyKnown,
  readEnds,
  type ObservedChild,
  type ProcessHandle,
} from './childPipes.ts'
import { describeStdio } from './describeStdio.ts'
import { errorName } from './errorName.ts'
import { HeldLoop, type HeldChild } from './HeldLoop.ts'
import type { Boundary, NormalisedSpawnOptions } from './Observation.ts'
import { findOwnDeadline } from './ownDeadline.ts'
import { silenceReader } from './silenceReader.ts'
import { Watchdog } from './Watchdog.ts'
import { watchHandleKills } from './watchKills.ts'

interface LiveChild extends HeldChild {
  handle: ProcessHandle
  /** What the journal already says about the handle. */
  written: string
  enforced?: EnforcedChild
}

/** Follows the children of one thread from their start to their end. Nothing is kept of a child that has ended. */
export class ChildObserver {
  private readonly writer: JournalWriter
  private readonly guard: Guard
  private readonly owner: JournalOwner
  private readonly prefix: string
  /** Globs of arguments that are written nowhere. */
  readonly redact: readonly string[]
  /** Children with an environment of their own get the cookie too. */
  private readonly isInjecting: boolean
  private readonly live: Map<string, LiveChild>
  /** Children that have ended and have a pipe open: something else holds its other end, or nobody has read it to its end. */
  private readonly lingering: Set<LiveChild>
  /** Entries that may wait for the next turn of the loop. */
  private pending: (() => JournalEntry[])[]
  private isScheduled: boolean
  private serial: number
  private readonly loop: HeldLoop
  private readonly watchdog: Watchdog
  private readonly enforcement: Enforcement | undefined
  /** How many live children are worth an entry. */
  private crowd: number

  constructor(writer: JournalWriter, guard: Guard, examine: ExamineHang, enforcement: Enforcement | undefined) {
    const { owner } = guard
    this.writer = writer
    this.guard = guard
    this.owner = owner
    this.prefix = `${owner.pid}-${owner.start ?? 'x'}.${owner.threadId}`
    this.redact = (process.env.RUNTIME_GUARD_REDACT ?? '')
      .split(',')
      .map((glob) => glob.trim())
      .filter(Boolean)
    const { RUNTIME_GUARD_COOKIE: cookie } = process.env
    // What is to be ended must be found.
    this.isInjecting = cookie === 'inject' || (enforcement !== undefined && cookie !== 'off')
    this.enforcement = enforcement
    this.live = new Map()
    this.lingering = new Set()
    this.pending = []
    this.isScheduled = false
    this.serial = 0
    this.crowd = crowdLimit
    this.loop = new HeldLoop(() => this.listChildren(), writer, owner)
    const isMain = owner.threadId === 0
    const calls = isMain && owner.role === 'root' ? new OpenCalls(owner.runDir) : undefined
    this.watchdog = new Watchdog(this.loop, silenceReader(owner, examine), isMain ? examine : undefined, calls)
  }

  nextId(): string {
    return `${this.prefix}.${++this.serial}`
  }

  /** Records a start right after it; `at`: when it was asked for; `result` is what Node's method returned: 0, or a negative error number. */
  observeSpawn(
    { id, at }: { id: string; at: number },
    child: ChildProcess,
    options: NormalisedSpawnOptions,
    result: unknown,
    boundary: Boundary,
  ): void {
    const observed = child as ObservedChild
    const handle = observed._handle
    const pid = handle ? Number(handle.pid) : NaN
    const hasStarted = Number.isInteger(pid) && pid > 0
    // A mock of the method starts nothing and returns what it likes.
    if (!handle || (!hasStarted && !(typeof result === 'number' && result < 0))) return
    const { method, stack } = captureFrames(boundary, 'spawn')
    const test = this.markTest(stack)
    const entry: SpawnEntry = {
      t: 'spawn',
      id,
      at,
      method,
      pid: hasStarted ? pid : null,
      start: hasStarted ? (readStat(pid)?.start ?? null) : null,
      file: redactText(typeof options.file === 'string' ? options.file : child.spawnfile),
      argv: redactArgv(Array.isArray(options.args) ? options.args.map(String) : [], this.redact),
      cwd: typeof options.cwd === 'string' ? options.cwd : currentDirectory(),
      detached: Boolean(options.detached),
      shell: Boolean(options.shell),
      stdio: describeStdio(options.stdio),
      stack,
      ...(test && { test }),
    }
    this.writer.append([entry])
    const record: LiveChild = { entry, child: observed, handle, written: '' }
    this.live.set(entry.id, record)
    this.watchEnd(record, handle)
    if (hasStarted) {
      const enforced = this.enforce(record, pid, options)
      watchHandleKills(
        handle,
        pid,
        (target, signal) => {
          this.observeKill(target, signal)
        },
        (signal, send) => (enforced ? this.enforcement?.kill(enforced, signal, send) : send()),
      )
    }
    this.watchdog.arm()
    this.defer(() => (this.live.has(entry.id) ? this.describeHandle(record) : []))
  }

  private enforce(record: LiveChild, pid: number, options: NormalisedSpawnOptions): EnforcedChild | undefined {
    if (this.enforcement === undefined) return undefined
    const { entry, child, handle } = record
    const { id, start, stack } = entry
    const argv = Array.isArray(options.args) ? options.args.map(String) : []
    const enforced: EnforcedChild = {
      ...{ id, pid, start, argv, stack },
      isLive: () => this.live.has(id),
      isReleased: () =>
        entry.detached && handle.hasRef?.() === false && !child.connected && findOpenPipes(child).length === 0,
    }
    record.enforced = enforced
    this.enforcement.start(enforced, findOwnDeadline(options, entry.method))
    return enforced
  }

  /** Records a signal that ends a process, unless it is caught; others are messages. */
  observeKill(pid: number, signal: unknown): void {
    const name = signalName(signal)
    if (name === undefined) return
    const at = getNatives().now()
    const isByHook = this.guard.tests !== undefined && this.guard.tests.find([])?.scope.kind !== 'test'
    this.defer(() => [{ t: 'kill', at, pid, signal: name, ...(isByHook && { isByHook }) }])
  }

  /** Names the test that a call with this stack belongs to, in the journal too. Never throws. */
  markTest(stack: readonly string[]): TestMark | undefined {
    try {
      const found = this.guard.tests?.find(stack)
      if (found === undefined) return undefined
      this.writeTest(found.scope)
      const { confidence, scope } = found
      return { id: scope.id, confidence, ...(scope.isOver && scope.kind === 'test' && { isLate: true }) }
    } catch {
      return undefined
    }
  }

  /** Writes a test down before it is referred to. */
  writeTest(scope: TestScope): void {
    if (scope.isWritten) return
    scope.isWritten = true
    const { id, name, file, kind } = scope
    this.writer.append([{ t: 'test', at: getNatives().now(), id, name, file, kind }])
  }

  /** A test has ended, with its hooks: that is worth an entry only where a child of it is alive. */
  endTest(scope: TestScope): void {
    const { id } = scope
    const hasChild = [...this.live.values()].some(({ entry }) => entry.test?.id === id)
    if (hasChild) this.writer.append([{ t: 'test-end', at: getNatives().now(), id }])
  }

  childrenOf(scope: TestScope): string[] {
    return [...this.live.values()]
      .filter(({ entry, handle }) => entry.test?.id === scope.id && !(entry.detached && handle.hasRef?.() === false))
      .map(({ entry }) => entry.id)
  }

  /** Makes the cookie that a child is about to get say which start it is; call what is returned after the start. */
  mark(options: NormalisedSpawnOptions | undefined, recordId: string): () => void {
    const { runDir } = this.owner
    let pairs: unknown
    try {
      pairs = options?.envPairs
    } catch {
      // A getter of the program's that throws: it throws for Node too.
    }
    return markCookie(pairs, { runDir, recordId, isInjected: this.isInjecting })
  }

  /**
   * Node closes the handle of a process in the same step in which it learns that the process has ended, after it has
   * set `exitCode` and before it emits anything: an own `close` sees every end without a listener, and no frame of the
   * guard is on the stack while a listener runs.
   */
  private watchEnd(record: LiveChild, handle: ProcessHandle): void {
    const original = handle.close
    const onClose = (): void => {
      this.recordEnd(record)
    }
    Object.defineProperty(handle, 'close', {
      configurable: true,
      writable: true,
      value: function close(this: unknown, ...args: unknown[]): unknown {
        onClose()
        return Reflect.apply(original, this, args)
      },
    })
  }

  private recordEnd(record: LiveChild): void {
    try {
      const { entry, child } = record
      if (!this.live.delete(entry.id)) return
      const { id } = entry
      const at = getNatives().now()
      if (entry.pid === null) {
        const unhandled = child._events?.error === undefined
        const code = errorName(child.exitCode)
        this.writer.append([{ t: 'spawn-error', id, at, code, unhandled }])
        return
      }
      const { exitCode: code, signalCode: signal } = child
      const { exit, close } = child._events ?? {}
      const unobserved = (code !== 0 || signal !== null) && exit === undefined && close === undefined
      if (record.enforced) this.enforcement?.end(record.enforced, code)
      this.lingering.add(record)
      this.defer(() => [{ t: 'exit', id, at, code, signal, ...(unobserved && { unobserved }) }])
    } catch {
      // The program made the handle unreadable: its business.
    }
  }

  private describeHandle(record: LiveChild): HandleEntry[] {
    const { child, handle, entry } = record
    if (entry.pid === null) return []
    const at = getNatives().now()
    const ref = handle.hasRef?.() ?? true
    const pipes = findOpenPipes(child).length
    const ipc = child.connected
    const written = `${ref} ${pipes} ${ipc}`
    if (written === record.written) return []
    record.written = written
    const isNew = record.ends === undefined
    const ends = (record.ends ??= pipes > 0 ? readEnds(entry) : [])
    return [{ t: 'handle', id: entry.id, at, ref, pipes, ipc, ...(isNew && isAnyKnown(ends) && { ends }) }]
  }

  /** A child that has ended and whose pipes have not: where nobody has read the ends, the owner's own tell them. */
  private describeLingering({ child, entry, ends: read }: LiveChild): HandleEntry {
    const pipes = findOpenPipes(child).length
    const areEndsLikely = read === undefined || !isAnyKnown(read)
    const ends = areEndsLikely ? completeEnds(child, []) : read
    return {
      ...{ t: 'handle', id: entry.id, at: getNatives().now(), ref: false, pipes, ipc: false, ends },
      ...(areEndsLikely && { areEndsLikely }),
    }
  }

  private defer(entries: () => JournalEntry[]): void {
    this.loop.noteActivity()
    this.pending.push(entries)
    if (this.isScheduled) return
    this.isScheduled = true
    getNatives()
      .setImmediate(() => {
        this.flush(false)
      })
      .unref()
  }

  /** Writes what has waited; `final` says how each live child is held at the end of the thread. */
  flush(final: boolean): void {
    this.isScheduled = false
    const { pending } = this
    this.pending = []
    const entries: JournalEntry[] = this.describeCrowd()
    for (const read of pending) {
      try {
        entries.push(...read())
      } catch {
        // A mock of a child: nothing can be said of it.
      }
    }
    this.forgetClosed()
    if (final) {
      for (const record of this.live.values()) entries.push(...this.describeHandle(record))
      for (const record of this.lingering) entries.push(this.describeLingering(record))
    }
    if (entries.length > 0) this.writer.append(entries)
  }

  /** The children that are alive, and those that have ended and have a pipe open. */
  private listChildren(): LiveChild[] {
    this.forgetClosed()
    return [...this.live.values(), ...this.lingering]
  }

  private forgetClosed(): void {
    for (const record of this.lingering) if (findOpenPipes(record.child).length === 0) this.lingering.delete(record)
  }

  /** Those that have ended by now are not counted any more: the loop has turned since their starts. */
  private describeCrowd(): JournalEntry[] {
    const live = this.live.size
    if (live <= this.crowd) return []
    this.crowd = Math.ceil(live * 1.5)
    return [{ t: 'crowd', at: getNatives().now(), live }]
  }

  /** What the disk did not take of the children that are alive. */
  unwritten(): JournalEntry[] {
    if (this.writer.failure === null) return []
    return [...this.live.values()].flatMap((record) => {
      record.written = ''
      return [record.entry, ...this.describeHandle(record)]
    })
  }

  /** Closes this side of every pipe and channel to a live child. */
  closePipes(): void {
    for (const { child } of [...this.live.values(), ...this.lingering]) {
      for (const stream of child.stdio) closeHandle((stream as { _handle?: unknown } | null)?._handle)
      closeHandle(findChannel(child))
    }
  }
}

function closeHandle(handle: unknown): void {
  try {
    ;(handle as { close?: () => void } | null | undefined)?.close?.()
  } catch {
    // Closed already.
  }
}

/** Children of one thread that may be alive at a time before the report says that they were many. */
const crowdLimit = 256
