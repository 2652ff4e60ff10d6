import type { HangEntry } from '../ledger/JournalEntry.ts'
import type { RunSettings } from './runSettings.ts'

/** The streams of one child as its owner has them. */
export interface StreamState {
  /** Id of its record. */
  id: string
  /** It runs, and the program has called `unref()` on it: what holds the loop is a pipe of it, or its channel. */
  isReleased: boolean
  /** Inodes of the child's ends by slot of its stdio; 0: none, or not known. */
  ends: readonly number[]
  isStdinOpen: boolean
  /** Of stdout and stderr: there is output, and the program does not read it. */
  unread: readonly [stdout: boolean, stderr: boolean]
}

/** Looks at children that nothing has happened to for a while; every call of it costs some milliseconds. */
export interface ExamineHang {
  /** Takes the processor times of what is below this process. */
  begin(): HangSample
  /** Says what hangs, and returns the entry for the journal; or why nothing does. */
  report(sample: HangSample, silence: Silence, streams: readonly StreamState[]): HangEntry | 'at work' | 'asleep'
  /** What the variables and the files say that the members of the run have to know. */
  readRunSettings(): RunSettings
  /** Names synchronous calls of other threads of the run that block for too long; true while there are such calls. */
  nameBlockedCalls(): boolean
}

/** What the thread that watches synchronous calls is given: plain data, because it has no environment and no guard. */
export interface CallWatchData {
  runDir: string
  /** The variables of the guard. */
  env: NodeJS.ProcessEnv
  /** As `Guard.stderr`. */
  stderr: string | undefined
  /** One cell: 1 while the thread that started this one is in a synchronous call. */
  state: SharedArrayBuffer
}

/** How long nothing has happened. */
export interface Silence {
  ms: number
  /** So long that even what sleeps is worth a message: nobody can tell a long sleep from one that is waited for in vain. */
  isLong: boolean
}

/** What processes have used up by then. */
export interface HangSample {
  /** Milliseconds since the epoch. */
  at: number
  /** By process: processor time, and how often it has gone to sleep. */
  processes: ReadonlyMap<string, { cpu: number; sleeps: number }>
}
