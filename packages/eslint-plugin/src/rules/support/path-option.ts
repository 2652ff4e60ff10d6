import type { PathScope } from '../../analysis/life-verdict.ts'

/** The option that the rules share which ask whether something happens on every path. */
export interface PathOption {
  readonly paths: PathScope
}

export const pathProperty = {
  description:
    "Which paths are judged: only what no path does (`'never'`), every path without exceptions (`'normal'`), or the paths that an exception takes as well (`'all'`).",
  enum: ['never', 'normal', 'all'],
} as const

export const commandsProperty = {
  description:
    'Commands that are exempt, by base name, as written, or with the first argument (`git log`); `*` stands for any text.',
  type: 'array',
  items: { type: 'string' },
  uniqueItems: true,
} as const
