import type { FileInspection } from 'eslint-plugin-child-process/inspection'

export type Language = 'js' | 'ts'

/** What the editor asks of the linter's thread. */
export interface LintRequest {
  readonly id: number
  readonly code: string
  readonly language: Language
  /** Full names of the rules that are on. */
  readonly rules: Readonly<Record<string, unknown>>
}

/** A replacement of `[start, end)`, in UTF-16 code units. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface LintFinding {
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Without the namespace; `undefined`: the code does not parse, or a comment asks for what is not there. */
  readonly rule: string | undefined
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly messageId: string | undefined
  readonly suggestions: readonly {
    readonly text: string
    readonly messageId: string | undefined
    readonly edit: TextEdit
  }[]
}

export type LintResponse =
  | { readonly id: number; readonly findings: readonly LintFinding[]; readonly inspection: FileInspection }
  /** The linter itself failed. */
  | { readonly id: number; readonly failure: string }

/** A rule as the switches show it. */
export interface RuleSwitch {
  readonly name: string
  readonly description: string
  readonly tiers: readonly ('recommended' | 'strict')[]
}
