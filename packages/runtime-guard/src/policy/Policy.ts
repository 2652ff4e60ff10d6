/** Which findings a rule accepts: every glob that is given must match. `*` stands for any characters, `?` for one. */
export interface AllowMatch {
  /** The finding code. */
  code?: string
  /** The program: as it was called, or the last part of its path. */
  argv0?: string
  /** The arguments, redacted, joined by spaces. */
  args?: string
  /** The file of the call site, relative to the directory of the run, with `/` on every platform. */
  site?: string
  /** The name of the test. */
  test?: string
}

/** Accepts findings for a reason. */
export interface AllowRule {
  match: AllowMatch
  reason: string
  /** Last day on which the rule holds, `YYYY-MM-DD` (UTC). */
  until?: string
}

/** Accepts up to `count` findings of one code from one function (or, without a call site, of one program). Lines are left out, because they move. */
export interface BaselineEntry {
  code: string
  /** Relative to the directory of the run, with `/`; null: no call site. */
  file: string | null
  /** Function of the call site; the program where there is no call site. */
  name: string
  count: number
}
