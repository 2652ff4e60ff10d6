import type { ChildProcess } from 'node:child_process'
import type { HandleEntry, JournalEntry, SpawnEntry, SyncEndEntry, SyncEntry } from '../ledger/JournalEntry.ts'
import { redactArgv, redactText } from '../ledger/redactArgv.ts'
import { currentDirectory, type JournalOwner, type JournalWriter } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { markCookie } from '../journal/runCookie.ts'
import { readStat } from '../journal/readIdentity.ts'
import type { Boundary, FinishSync, NormalisedSpawnOptions, SyncResult } from './Observation.ts'
import { captureFrames } from './captureFrames.ts'

interface ProcessHandle {
  pid?: unknown
  close: (...args: unknown[]) => unknown
  hasRef?: () => boolean
}

type ObservedChild = ChildProcess & { _handle?: ProcessHandle | null; _events?: Record<string, unknown> }

interface LiveChild {
  entry: SpawnEntry
  child: ObservedChild
  handle: ProcessHandle
  /** What the journal already says about the handle. */
  written: string
}

/** Follows the children of one thread from their start to their end. Nothing is kept of a child that has ended. */
export class ChildObserver {
  private readonly writer: JournalWriter
  private readonly owner: JournalOwner
  private readonly prefix: string
  /** Globs of arguments that are written nowhere. */
  private readonly redact: string[]
  /** Children with an environment of their own get the cookie too. */
  private readonly isInjecting: boolean
  private readonly live: Map<string, LiveChild>
  /** Entries that may wait for the next turn of the loop. */
  private pending: (() => JournalEntry[])[]
  private isScheduled: boolean
  private serial: number

  constructor(writer: JournalWriter, owner: JournalOwner) {
    this.writer = writer
    this.owner = owner
    this.prefix = `${owner.pid}-${owner.start ?? 'x'}.${owner.threadId}`
    this.redact = (process.env.RUNTIME_GUARD_REDACT ?? '')
      .split(',')
      .map((glob) => glob.trim())
      .filter(Boolean)
    this.isInjecting = process.env.RUNTIME_GUARD_COOKIE === 'inject'
    this.live = new Map()
    this.pending = []
    this.isScheduled = false
    this.serial = 0
  }

  nextId(): string {
    return `${this.prefix}.${++this.serial}`
  }

  /** Records a start right after it; `result` is what Node's method returned: 0, or a negative error number. */
  observeSpawn(
    id: string,
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
    const { now } = getNatives()
    const { method, stack } = captureFrames(boundary, 'spawn')
    const entry: SpawnEntry = {
      t: 'spawn',
      id,
      at: now(),
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
    }
    this.writer.append([entry])
    const record: LiveChild = { entry, child: observed, handle, written: '' }
    this.live.set(entry.id, record)
    this.watchEnd(record, handle)
    this.defer(() => (this.live.has(entry.id) ? this.describeHandle(record) : []))
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
   * Call it right before a synchronous call, and what it returns right after. The start is written before: what blocks for
   * ever, or outlives a program that is killed, has its line all the same.
   */
  beginSync(options: NormalisedSpawnOptions | undefined, boundary: Boundary): FinishSync {
    const { now } = getNatives()
    const id = this.nextId()
    const at = now()
    try {
      this.writer.append([this.describeSync(id, at, options ?? {}, boundary)])
    } catch {
      // What cannot be recorded must not disturb the call.
    }
    const unmark = this.mark(options, id)
    return (result) => {
      unmark()
      try {
        if (result !== undefined) this.writer.append([describeSyncEnd(id, at, now(), result)])
      } catch {
        // As above.
      }
    }
  }

  private describeSync(id: string, at: number, options: NormalisedSpawnOptions, boundary: Boundary): SyncEntry {
    const { method, stack } = captureFrames(boundary, 'spawnSync')
    return {
      ...{ t: 'sync', id, at, method, stack },
      file: redactText(typeof options.file === 'string' ? options.file : ''),
      argv: redactArgv(Array.isArray(options.args) ? options.args.map(String) : [], this.redact),
      cwd: typeof options.cwd === 'string' ? options.cwd : currentDirectory(),
      shell: Boolean(options.shell),
      timeout: typeof options.timeout === 'number' && options.timeout > 0 ? options.timeout : null,
    }
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

  private recordEnd({ entry, child }: LiveChild): void {
    try {
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
      this.defer(() => [{ t: 'exit', id, at, code, signal }])
    } catch {
      // The program made the handle unreadable: its business.
    }
  }

  private describeHandle(record: LiveChild): HandleEntry[] {
    const { child, handle, entry } = record
    if (entry.pid === null) return []
    const at = getNatives().now()
    const ref = handle.hasRef?.() ?? true
    const pipes = child.stdio.filter((stream) => stream && !stream.destroyed).length
    const ipc = child.connected
    const written = `${ref} ${pipes} ${ipc}`
    if (written === record.written) return []
    record.written = written
    return [{ t: 'handle', id: entry.id, at, ref, pipes, ipc }]
  }

  private defer(entries: () => JournalEntry[]): void {
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
    const entries: JournalEntry[] = []
    for (const read of pending) {
      try {
        entries.push(...read())
      } catch {
        // A mock of a child: nothing can be said of it.
      }
    }
    if (final) for (const record of this.live.values()) entries.push(...this.describeHandle(record))
    if (entries.length > 0) this.writer.append(entries)
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
    for (const { child } of this.live.values()) {
      for (const stream of child.stdio) closeHandle((stream as { _handle?: unknown } | null)?._handle)
      const holder = child as unknown as Record<symbol, unknown>
      for (const symbol of Object.getOwnPropertySymbols(child))
        if (symbol.description === 'kChannelHandle') closeHandle(holder[symbol])
    }
  }
}

function describeSyncEnd(
  id: string,
  at: number,
  now: number,
  { pid, status, signal, error }: SyncResult,
): SyncEndEntry {
  return {
    ...{ t: 'sync-end', id, at: now, ms: now - at },
    pid: typeof pid === 'number' && pid > 0 ? pid : null,
    code: typeof status === 'number' ? status : null,
    signal: typeof signal === 'string' ? signal : null,
    error: typeof error === 'number' && error < 0 ? errorName(error) : null,
  }
}

function closeHandle(handle: unknown): void {
  try {
    ;(handle as { close?: () => void } | null | undefined)?.close?.()
  } catch {
    // Closed already.
  }
}

function describeStdio(stdio: unknown): string[] {
  if (typeof stdio === 'string') return [stdio, stdio, stdio]
  if (!Array.isArray(stdio)) return []
  return stdio.slice(0, 16).map((slot: unknown) => {
    const { type, ipc } = (slot ?? {}) as { type?: unknown; ipc?: unknown }
    return ipc === true ? 'ipc' : String(type ?? slot)
  })
}

function errorName(exitCode: number | null): string {
  try {
    return process.getBuiltinModule('node:util').getSystemErrorName(exitCode ?? 0)
  } catch {
    return `error ${exitCode}`
  }
}
