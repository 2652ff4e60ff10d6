/** A process of the machine as the findings need it: plain data, taken at one moment. */
export interface RunProcess {
  pid: number
  ppid: number
  pgid: number
  sid: number
  /** As in ps(1). */
  state: string
  start: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** It carries the cookie of the run; null: its environment may not be read. */
  carriesCookie: boolean | null
  /** Directory of the run whose cookie it carries, where that is another one; absent: it is this one, or there is none. */
  otherRun?: string
  /** Id of the record that it descends from, as its cookie says; null: it does not say. */
  startedBy: string | null
  /** Why it may stay, as its environment says (`RUNTIME_GUARD_KEEP`); absent: it does not say. */
  keep?: string
  /** Redacted. */
  argv: string[]
  cwd: string | null
  /** The kernel's ids of its threads; absent where nobody asked. */
  tids?: readonly number[]
  /** Inodes of its open sockets; absent where nobody asked. */
  sockets?: readonly number[]
}
