/** What the guard does with what it finds. */
export type Mode = 'report' | 'fail' | 'kill' | 'off'

/** How a report is rendered. */
export type OutputFormat = 'text' | 'json' | 'ndjson' | 'github'

/** One place a report goes to. */
export interface OutputTarget {
  format: OutputFormat
  /** Absolute path; one that ends in a separator is a directory that gets one file per root. Null: stderr. */
  path: string | null
}

/** What the guard makes good for the program (all off unless asked for). */
export interface Enforcement {
  /** The program's own `timeout`, `signal` and `kill()` reach the whole process tree. */
  tree: boolean
  /** Bound, in milliseconds, for children that have no deadline of their own; null: none. */
  deadlineMs: number | null
  /** End what lives when its owner ends. */
  exit: boolean
}

/** The settings of a run: plain data, so that a root can hand them to its members as JSON. Paths are absolute. */
export interface Settings {
  mode: Mode
  out: OutputTarget[]
  strict: boolean
  handles: boolean
  cookie: 'inherit' | 'inject' | 'off'
  enforce: Enforcement
  attribution: 'auto' | 'on' | 'off'
  /** A test fails in its framework's report whose children are alive when it has ended. */
  failTests: boolean
  /** Directory of the journals; null: `runtime-guard-<uid>` in the directory for temporary files. */
  dir: string | null
  /** Globs: an argument that matches one is redacted. */
  redact: string[]
  graceMs: number
  killGraceMs: number
  hangAfterMs: number
  /** File of allow rules; null: none. */
  allow: string | null
  /** Baseline file; null: none. */
  baseline: string | null
  exitCode: number
}
