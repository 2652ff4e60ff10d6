import type { HangEntry } from '../ledger/JournalEntry.ts'
import type { RunSettings } from './runSettings.ts'

/** The streams of one child as its owner has them. */
export interface StreamState {
  /** Id of its record. */
  id: string
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
  /** Says what hangs, unless something has used the processor since, or waits as its work. Returns the entry for the journal. */
  report(sample: HangSample, silentMs: number, streams: readonly StreamState[]): HangEntry | undefined
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

/** Processor time by process. */
export type HangSample = ReadonlyMap<string, number>
