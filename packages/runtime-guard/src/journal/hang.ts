import type { HangEntry } from '../ledger/JournalEntry.ts'

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
}

/** Processor time by process. */
export type HangSample = ReadonlyMap<string, number>
