/** A process as the OS shows it. */
export interface ProcessInfo {
  pid: number
  ppid: number
  /** Process group and session; 0 where the platform has none. */
  pgid: number
  sid: number
  /** `R` and so on as in ps(1); `Z` and `X` are dead. */
  state: string
  /** Start time as an opaque identity; comparable with that of a journal of the same machine. */
  start: string
  /** The same in milliseconds since the epoch, as exact as the OS tells it (10 ms on Linux). */
  startedAt: number
  /** Processor time that it has used, in units of the platform. */
  cpu: number
}

/** What a process that does nothing waits for. */
export interface ProcessWaits {
  /** Inodes of the sockets that it waits to read from, and to write to. */
  reads: number[]
  writes: number[]
  /** It listens for connections, or for changes of files: waiting is its work. */
  isService: boolean
  /** It waits for somebody outside of the run: it has a connection of its own, or reads from a terminal. */
  isOutside: boolean
  /** It goes on by itself: one of its threads sleeps for a limited time, or a timer of it runs; null: that cannot be told. */
  isTimed: boolean | null
}

/** The processes of a machine. One file per platform implements it. */
export interface ProcessTable {
  /** What it reads, for the report. */
  readonly tier: string
  /** Why it sees nothing, or only a part; null: it sees what this user may see. */
  readonly limit: string | null
  find(pid: number): ProcessInfo | undefined
  /** The moment that a start time means, in milliseconds since the epoch by the clock of now; undefined where it cannot be told. */
  timeOf(start: string): number | undefined
  list(): ProcessInfo[]
  /** The environment as `KEY=value` lines; `denied` when it may not be read, undefined when the process is gone. */
  readEnvironment(pid: number): string[] | 'denied' | undefined
  /** The command line; undefined when it is gone or hidden. */
  readArgv(pid: number): string[] | undefined
  /** True when it runs as the user of the calling process, in every respect (real, effective and saved id). */
  isOwn(pid: number): boolean
  readCwd(pid: number): string | undefined
  /** The kernel's ids of the threads of a process; undefined when they cannot be read. */
  readThreads(pid: number): number[] | undefined
  /** The inodes of the sockets that a process has open; undefined when they cannot be read. */
  readSockets(pid: number): number[] | undefined
  /** What a process waits for; undefined when it cannot be read. */
  readWaits(pid: number): ProcessWaits | undefined
  /** How often its main thread has gone to sleep by itself; 0 where it cannot be read. */
  countSleeps(pid: number): number
}

/** A zombie has ended, whatever `kill(pid, 0)` says. */
export function isDead({ state }: Pick<ProcessInfo, 'state'>): boolean {
  return state === 'Z' || state === 'X' || state === 'x'
}
