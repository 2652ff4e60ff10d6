import type { JournalEntry } from '../ledger/JournalEntry.ts'
import type { JournalOwner } from './JournalWriter.ts'
import type { TestScope, TestScopes } from './TestScope.ts'

/** What the guard of a thread offers to the code that judges, and to other copies of itself. */
export interface Guard {
  owner: JournalOwner
  /** Device and inode of stderr when the first child was started: a program can close it and open a file in its place. */
  stderr?: string | undefined
  /** Writes what is pending; `final` adds how every live child is held now. */
  flush(final: boolean): void
  /** Entries about this thread that could not be written to disk: children that are still alive. */
  unwritten(): JournalEntry[]
  /** Why this thread could not write; null when it could. */
  failure(): string | null
  /** Writes that a child may stay, and why. */
  allow(pid: number, reason: string): void
  /** Writes that a process was sent a signal that ends it. */
  noteKill(pid: number, signal: string): void
  /** Pids of children that may stay. */
  allowedPids: Set<number>
  /** Closes this thread's ends of the pipes and channels to its children, as the kernel does when the process is gone. */
  closePipes(): void
  /** The tests of this thread; undefined where no adapter tells of any. */
  tests?: TestScopes
  /** Call it when a test and its hooks have ended. */
  endTest(scope: TestScope): void
  /** Ids of the records of the children that were started by a test and are alive, those let go of excepted. */
  childrenOf(scope: TestScope): string[]
  /** What this thread cannot see, a sentence each. */
  blind: string[]
  /** Set once the verdict was given. */
  judged: boolean
}

const key = Symbol.for('runtime-guard')

/** The guard of this thread, whichever copy armed it; undefined when there is none. */
export function findGuard(): Guard | undefined {
  const own = (process as unknown as Record<symbol, Guard | undefined>)[key]
  if (own !== undefined) return own
  // Inside of jest `process` is a copy without what symbols name.
  const real = process.getBuiltinModule('node:process') as unknown as Record<symbol, Guard | undefined>
  return real[key]
}

export function shareGuard(guard: Guard): void {
  Object.defineProperty(process, key, { value: guard })
}
