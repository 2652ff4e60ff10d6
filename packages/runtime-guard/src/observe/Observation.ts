import type { TestScope } from '../journal/TestScope.ts'
import type { JournalEntry } from '../ledger/JournalEntry.ts'

/** The options of `ChildProcess.prototype.spawn` and of the synchronous binding, as `node:child_process` normalises them. */
export interface NormalisedSpawnOptions {
  file?: unknown
  args?: unknown
  cwd?: unknown
  detached?: unknown
  shell?: unknown
  stdio?: unknown
  timeout?: unknown
  envPairs?: unknown
  signal?: unknown
}

/** What the synchronous binding returns, before `node:child_process` makes an Error of it. */
export interface SyncResult {
  pid?: unknown
  status?: unknown
  signal?: unknown
  /** Negative error number. */
  error?: unknown
}

/** A function of the guard on the stack of a call: the frames above it, and its own, are not the program's. */
export type Boundary = (...args: never[]) => unknown

/** Call it when a synchronous call has returned, or without a result when it has thrown. Never throws. */
export type FinishSync = (result?: SyncResult) => void

/** The part of the guard that follows children; it is loaded when a thread starts its first one. */
export interface Observation {
  /** Patches the class of a new ChildProcess, early enough for this one; true when that is done for good. */
  patchClassOf(child: unknown): boolean
  /** Records that a synchronous call begins. Never throws. */
  beginSync(options: NormalisedSpawnOptions | undefined, boundary: Boundary): FinishSync
  flush(final: boolean): void
  unwritten(): JournalEntry[]
  failure(): string | null
  allow(pid: number, reason: string): void
  noteKill(pid: number, signal: string): void
  closePipes(): void
  endTest(scope: TestScope): void
  childrenOf(scope: TestScope): string[]
  /** The last entry of the thread. */
  end(code: number): void
}
