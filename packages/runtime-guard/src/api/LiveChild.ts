import type { CallSite } from '../report/Report.ts'

/** A child process of this process that is running now. */
export interface LiveChild {
  /** Identifies the child within the run. */
  id: string
  /** Process id. */
  pid: number
  /** Method of `node:child_process` that started it. */
  method: string
  /** Command line, redacted; the first element is the program. */
  argv: string[]
  /** Working directory; null when it is not known. */
  cwd: string | null
  /** When it was started, in milliseconds since the epoch. */
  startedAt: number
  /** Started with `detached: true`. */
  detached: boolean
  /** Started through a shell. */
  shell: boolean
  /** `worker_threads.threadId` of the thread that started it; 0 is the main thread. */
  threadId: number
  /** The line that started it; null when it is not known. */
  site: CallSite | null
  /** Stack of that call, innermost frame first. */
  stack: string[]
}
