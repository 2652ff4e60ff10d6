/**
 * The JSON report, `schemaVersion` 1. This file is the one description of it: `schema.json` is generated from these
 * types and their comments, so a comment here is what a reader of the published schema sees.
 * Keys are stable: within `schemaVersion` 1 keys may be added, none is removed or changes its meaning.
 * Points in time are ISO 8601 in UTC with milliseconds, durations are in milliseconds.
 */

/** @asType integer */
type Integer = number

/** @format date-time */
type Timestamp = string

/** What the run comes to: `clean` (nothing left behind), `leaks` (at least one finding of severity error or warning), `blind` (nothing found, but a part of the run could not be inspected). */
export type Verdict = 'clean' | 'leaks' | 'blind'

/** How much a finding weighs: only an `error` can change the exit code of a run. */
export type Severity = 'error' | 'warning' | 'info'

/** What was found; `runtime-guard explain <code>` prints the page of a code. */
export type FindingCode =
  | 'thread-orphan'
  | 'kill-ineffective'
  | 'undrained-pipe'
  | 'unended-stdin'
  | 'open-ipc'
  | 'held-pipe'
  | 'undeclared-daemon'
  | 'orphan-descendant'
  | 'leaked-child'
  | 'zombie'
  | 'cross-test'
  | 'late-spawn'
  | 'spawn-storm'
  | 'unhandled-spawn-error'
  | 'silent-failure'
  | 'exit-in-test'
  | 'blind'

/** The last known state of a process; `lost` means that the pid no longer belongs to the process that was started. */
export type ChildState =
  | 'requested'
  | 'spawned'
  | 'failed'
  | 'running'
  | 'stopped'
  | 'signalled'
  | 'exited'
  | 'closed'
  | 'lingering'
  | 'disowned'
  | 'orphaned'
  | 'thread-orphaned'
  | 'zombie'
  | 'sync-running'
  | 'done'
  | 'timed-out'
  | 'survived'
  | 'lost'
  | 'unknown'

/** How sure a piece of evidence is: read from the kernel or the program (`exact`), or inferred (`likely`). */
export type Confidence = 'exact' | 'likely'

/** The tool that wrote the report. */
export interface ReportTool {
  name: 'runtime-guard'
  /** Version of the package. */
  version: string
}

/** The process at which the run began. */
export interface RunRoot {
  /** Process id on the machine of the run. */
  pid: Integer
  /** Command line, redacted; the first element is the program. */
  argv: string[]
  /** Working directory, absolute. */
  cwd: string
}

/** The run that was judged. */
export interface RunInfo {
  /** Identifies the run; unique across machines. */
  id: string
  /** When the root started. */
  startedAt: Timestamp
  /** When the verdict was given. */
  endedAt: Timestamp
  /** The program's own exit code (128 + n after signal n), before the guard changed it; null when it is not known, as for a root that was killed. */
  exitCode: Integer | null
  /** `process.platform` of the root. */
  platform: string
  /** `process.version` of the root. */
  node: string
  root: RunRoot
}

/** Counts over the whole run. */
export interface RunStats {
  /**
   * Guarded Node processes that took part, the root included.
   * @minimum 0
   */
  processes: Integer
  /**
   * Children started by guarded processes.
   * @minimum 0
   */
  spawned: Integer
  /**
   * The highest number of such children that were alive at one time.
   * @minimum 0
   */
  peakLive: Integer
  /** Children started, by the method of `node:child_process` that started them. */
  byMethod: Record<string, Integer>
}

/** The child process that a finding is about. */
export interface ReportedChild {
  /** Identifies the child within the run. */
  id: string
  /** Process id; null when the start failed. */
  pid: Integer | null
  /** Method of `node:child_process` that started it (`spawn`, `exec`, `execFile`, `fork`, `spawnSync` and so on), or how it was found when nobody in the run started it directly. */
  method: string
  /** The program as it was asked for. */
  file: string
  /** Command line, redacted; the first element is the program. */
  argv: string[]
  /** Working directory, absolute; null when it is not known. */
  cwd: string | null
  state: ChildState
  startedAt: Timestamp
  /**
   * Age in milliseconds when it was judged.
   * @minimum 0
   */
  ageMs: number
  /** Started with `detached: true`. */
  detached: boolean
  /** Started through a shell. */
  shell: boolean
  /** Parent process id when it was judged (1 or a subreaper once it is orphaned); null when it is not known. */
  ppid: Integer | null
  /** Process id of the guarded process that started it; null when it is not known. */
  ownerPid: Integer | null
  /**
   * `worker_threads.threadId` of the thread that started it; 0 is the main thread.
   * @minimum 0
   */
  threadId: Integer
}

/** The line of the program that started the child. */
export interface CallSite {
  /** Absolute path, or a `file:`, `node:` or other URL where there is no path. */
  file: string
  /**
   * Line, from 1.
   * @minimum 1
   */
  line: Integer
  /**
   * Column, from 1.
   * @minimum 1
   */
  column: Integer
  /** Name of the function; empty for code outside of one. */
  function: string
}

/** The test during which the child was started. */
export interface TestReference {
  /** Full name of the test. */
  name: string
  /** Absolute path of its file. */
  file: string
  /** How the test was found: through the asynchronous context (`exact`), from the stack of the call (`stack`), or because it was running then (`window`). */
  confidence: 'exact' | 'stack' | 'window'
}

/** A process that holds the other end of a pipe. */
export interface PipeHolder {
  /** Process id. */
  pid: Integer
  /** Command line, redacted. */
  argv: string[]
  confidence: Confidence
}

/** A process that descends from the child. */
export interface Descendant {
  /** Process id. */
  pid: Integer
  /** Command line, redacted. */
  argv: string[]
  /** Its state. */
  state: ChildState
}

/** One thing that the run left behind or did wrong: at most one finding per process. */
export interface Finding {
  code: FindingCode
  severity: Severity
  /** One sentence: what is wrong with which process. */
  message: string
  /** Null where the finding is not about one process (`blind`, `exit-in-test`, `spawn-storm`). */
  child: ReportedChild | null
  /** Null when the call site is not known. */
  site: CallSite | null
  /** Stack of the call, innermost frame first, without the frames of the guard; empty when it is not known. */
  stack: string[]
  /** Null when no test is known. */
  test: TestReference | null
  /** Who holds the pipe that is still open. */
  holders: PipeHolder[]
  /** Live processes behind the child. */
  descendants: Descendant[]
  /** The rule of `eslint-plugin-child-process` that reports this defect in the source; null when there is none. */
  rule: string | null
  /** One sentence: what to change. */
  hint: string
}

/** Something that could not be inspected. */
export interface BlindSpot {
  /** One sentence: what could not be seen, and why. */
  reason: string
}

/** A finding that the program itself, a rule or the baseline accepts: it does not count. */
export interface AllowedFinding {
  finding: Finding
  /** Why it is accepted, in the words of the rule, or of the program. */
  reason: string
  /** What accepted it. */
  by: 'program' | 'rule' | 'baseline'
}

/** A rule of the policy that needs attention. */
export interface RuleNotice {
  /** One sentence: which rule, and what is the matter with it. */
  message: string
}

/** What allow rules and the baseline changed; present only where there are some. */
export interface PolicyResult {
  /** Findings that were accepted, and are therefore not among `findings`. */
  allowed: AllowedFinding[]
  /** Rules and baseline entries that accepted nothing in this run. */
  unused: RuleNotice[]
  /** Rules whose `until` is over: they accept nothing any more. */
  expired: RuleNotice[]
}

/** A process that was ended after the verdict. */
export interface EndedProcess {
  /** Process id. */
  pid: Integer
  /** Command line, redacted. */
  argv: string[]
  /** The last signal that it was sent: `SIGKILL` where it did not answer the first one within the kill grace. */
  signal: string
}

/** A process that should have been ended and was not. */
export interface SurvivingProcess {
  /** Process id. */
  pid: Integer
  /** Command line, redacted. */
  argv: string[]
  /** Why not: the end of a sentence. */
  reason: string
}

/** What was done to the processes that were left; present only where that was asked for (mode `kill`, `sweep --kill`) and there were some. */
export interface KillReport {
  ended: EndedProcess[]
  survivors: SurvivingProcess[]
}

/** Verdict over one run of runtime-guard. */
export interface Report {
  schemaVersion: 1
  tool: ReportTool
  verdict: Verdict
  run: RunInfo
  stats: RunStats
  findings: Finding[]
  /** What could not be inspected. Empty: everything was. */
  blind: BlindSpot[]
  policy?: PolicyResult
  kill?: KillReport
}
