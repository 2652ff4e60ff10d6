/** The report of an audit, schema version 1. */
export interface AuditReport {
  schemaVersion: 1
  tool: { name: 'child-process-audit'; version: string }
  /** `blind`: no finding, but a part of the project could not be inspected. */
  verdict: 'blind' | 'clean' | 'findings'
  project: {
    /** Absolute. */
    root: string
    /** The configuration, relative to the root; null when the files of the folder were read. */
    config: string | null
    files: number
    /** Blank ones included. */
    lines: number
  }
  /** How many children there are of each fate. */
  summary: Record<AuditFate, number>
  findings: AuditFinding[]
  /** The asynchronous children, in the order of their files. */
  children: AuditChild[]
  /** What the functions of the project do with children, as `settings.childProcess` of the ESLint plugin takes it. */
  settings: AuditSettings
  /** Files that could not be inspected. */
  problems: AuditProblem[]
}

/** What becomes of a child; see the documentation of the audit. */
export type AuditFate = 'asked' | 'bounded' | 'ended' | 'given' | 'letGo' | 'local' | 'neverEnded' | 'unseen' | 'waited'

export interface AuditSite {
  /** Relative to the root, with forward slashes. */
  file: string
  /** From 1. */
  line: number
  /** From 1, in UTF-16 code units. */
  column: number
}

export interface AuditFinding {
  code: 'never-ended'
  severity: 'error'
  /** One sentence. */
  message: string
  /** Where the child is started. */
  site: AuditSite
  /** The hand-overs of the child, nearest first. */
  chain: AuditStep[]
  hint: string
}

/** A hand-over of a child. */
export interface AuditStep {
  kind: 'argument' | 'field' | 'registry' | 'return' | 'variable'
  /** What takes the child: `Server.child`, `children`, `stop()`. */
  name: string
  site: AuditSite
}

export interface AuditChild {
  /** The call: `spawn`. */
  call: string
  /** The program, where the source tells it. */
  command: string | null
  site: AuditSite
  fate: AuditFate
  /** The hand-overs of the child, nearest first. */
  chain: AuditStep[]
  /** Where it is ended, waited for, told to end, or lost from sight, as its fate says; each with the hand-overs that lead there. */
  places: AuditPlace[]
}

export interface AuditPlace {
  site: AuditSite
  through: AuditStep[]
}

export interface AuditSettings {
  factories: AuditFactory[]
  observers: AuditFunction[]
  drainers: AuditFunction[]
  killers: AuditFunction[]
  neverReturns: AuditFunction[]
}

export interface AuditFunction {
  /** A file of the project, relative to the root (`./src/run.ts`), or a package. */
  from?: string
  name: string
}

export interface AuditFactory extends AuditFunction {
  like?: string
}

export interface AuditProblem {
  file: string
  line: number
  message: string
}
