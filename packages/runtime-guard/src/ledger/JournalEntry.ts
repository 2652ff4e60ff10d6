/** What a journal holds: one JSON object per line, discriminated by `t`. `at` is milliseconds since the epoch. */
export type JournalEntry =
  | ProcessEntry
  | SpawnEntry
  | HandleEntry
  | ExitEntry
  | SpawnErrorEntry
  | KillEntry
  | HangEntry
  | CrowdEntry
  | AllowEntry
  | TestEntry
  | TestEndEntry
  | ExitInTestEntry
  | SyncEntry
  | SyncEndEntry
  | EndEntry
  | BlindEntry
  | JudgedEntry

/** Version of the journal's format; a reader skips files of a version it does not know. */
export const journalVersion = 1

/** First line of every file: the thread that writes it. */
export interface ProcessEntry {
  t: 'process'
  v: number
  at: number
  pid: number
  /** Start time as the OS tells it (an opaque identity together with the pid); null where it cannot be read. */
  start: string | null
  ppid: number
  /** Process group; absent where it cannot be read. */
  pgid?: number
  threadId: number
  /** The kernel's id of a worker thread; absent in the main thread, and where it cannot be read. */
  tid?: number
  role: 'root' | 'member'
  argv: string[]
  cwd: string
  node: string
  platform: string
  /** Namespace of the pids and boot of the machine: a pid means nothing outside of both. */
  world: string
  /** Runs around this one, outermost first (only in a root's line). */
  parents?: string[]
  /** Id of the record of the start that this process descends from; null: not known. */
  startedBy: string | null
  /** Makes the id of a run unique across machines (only in a root's line). */
  token?: string
  /** Files that a variable, or an option of the wrapper, names for the policy (only in a root's line). */
  policy?: PolicyFiles
  /** The mode that a variable, or the wrapper, names (only in a root's line). */
  mode?: string
}

/** Absolute paths. */
export interface PolicyFiles {
  allow?: string
  baseline?: string
}

/** A start that was asked for; written in the same step, because the process may be killed in the next one. */
export interface SpawnEntry {
  t: 'spawn'
  id: string
  at: number
  method: string
  /** Null: the start failed. */
  pid: number | null
  start: string | null
  file: string
  argv: string[]
  cwd: string | null
  detached: boolean
  shell: boolean
  /** Kind of each stdio slot as Node normalised it: `pipe`, `ignore`, `inherit`, `fd`, `wrap`, `ipc`. */
  stdio: string[]
  /** Innermost frame first, as `function (file:line:column)`. */
  stack: string[]
  test?: TestMark
}

/** Which test or hook a start belongs to. */
export interface TestMark {
  /** Id of the `TestEntry`. */
  id: string
  confidence: 'exact' | 'stack' | 'window'
  /** The test was already over. */
  isLate?: true
}

/** A test or a hook; written before the first start of it. */
export interface TestEntry {
  t: 'test'
  id: string
  at: number
  name: string
  file: string
  kind: 'test' | 'hook'
}

/** A test has ended, with its hooks, while a child of it was alive. */
export interface TestEndEntry {
  t: 'test-end'
  id: string
  at: number
}

/** The program ended itself with code 0 while tests were pending. */
export interface ExitInTestEntry {
  t: 'exit-in-test'
  at: number
  /** Id of the `TestEntry`. */
  test: string
  stack: string[]
}

/** How the owner holds a child that is live, or whose pipes outlive it. */
export interface HandleEntry {
  t: 'handle'
  id: string
  at: number
  /** The handle keeps the loop alive. */
  ref: boolean
  /** Pipes to the child that are open in the owner. */
  pipes: number
  /** An IPC channel to the child is open. */
  ipc: boolean
  /** Inodes of the child's ends of its pipes, by slot of its stdio; 0: none, or not known. */
  ends?: number[]
  /** The ends were not read: they are the inodes after those of the owner's ends, because the kernel makes both in one step. */
  areEndsLikely?: boolean
}

export interface ExitEntry {
  t: 'exit'
  id: string
  at: number
  code: number | null
  signal: string | null
  /** It failed, and nobody listened for its end. */
  unobserved?: true
}

/** A start that failed asynchronously. */
export interface SpawnErrorEntry {
  t: 'spawn-error'
  id: string
  at: number
  /** `ENOENT`, `EACCES` and so on. */
  code: string
  /** Nobody listened for `'error'` when it was emitted. */
  unhandled: boolean
}

/** A signal that ends a process, unless it is caught, was sent. */
export interface KillEntry {
  t: 'kill'
  at: number
  /** As for kill(2): a process, or with a minus a process group. */
  pid: number
  signal: string
  /** By a hook, or by code outside of any test, of a file of tests. */
  isByHook?: true
}

/** The program says that a child may stay. */
export interface AllowEntry {
  t: 'allow'
  at: number
  pid: number
  reason: string
}

/** More children of the thread were alive than is good for a machine; again for each further half of them. */
export interface CrowdEntry {
  t: 'crowd'
  at: number
  live: number
}

/** Nothing but children kept the thread alive, and nothing had happened for as long as the settings say. */
export interface HangEntry {
  t: 'hang'
  at: number
  /** Children that wait for the thread itself, and for what. */
  stalls: { id: string; code: 'undrained-pipe' | 'unended-stdin'; confidence: 'exact' | 'likely' }[]
}

/** A synchronous call that begins; its pid is not known before it returns. */
export interface SyncEntry {
  t: 'sync'
  id: string
  at: number
  method: string
  file: string
  argv: string[]
  cwd: string | null
  shell: boolean
  /** Kind of each stdio slot: `pipe`, `ignore`, `fd` (that of the caller, or a file), `inherit`. */
  stdio: string[]
  /** Milliseconds; null: it may take for ever. */
  timeout: number | null
  stack: string[]
  test?: TestMark
}

/** A synchronous call that has returned. */
export interface SyncEndEntry {
  t: 'sync-end'
  id: string
  at: number
  ms: number
  pid: number | null
  code: number | null
  signal: string | null
  /** Error name of libuv (`ETIMEDOUT`, `ENOBUFS`, …); null: none. */
  error: string | null
}

/** The thread ended in a way that let it say so. */
export interface EndEntry {
  t: 'end'
  at: number
  code: number
}

/** Something that this thread could not see or write. */
export interface BlindEntry {
  t: 'blind'
  at: number
  reason: string
}

/** The verdict over the run was given. */
export interface JudgedEntry {
  t: 'judged'
  at: number
  verdict: string
}
