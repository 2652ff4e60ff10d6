import type { StaticPrimitive } from '../ast/static-value.ts'

/** Classes of values that tests tell apart. */
export const UNDEFINED = 1
export const NULL = 2
export const OTHER_FALSY = 4
export const TRUTHY = 8
export const ANY = 15

/** What is known of a value: its possible classes, and the literal that it is, or those that it is not. */
export interface ValueSet {
  readonly classes: number
  readonly is?: string
  readonly isNot?: readonly string[]
}

export const ANYTHING: ValueSet = { classes: ANY }

/** More exclusions than this are forgotten; a `switch` over one variable has as many as it has cases. */
const MAX_EXCLUSIONS = 64

export function classOf(value: StaticPrimitive): number {
  if (value === undefined) return UNDEFINED
  if (value === null) return NULL
  return value ? TRUTHY : OTHER_FALSY
}

export function literalOf(value: StaticPrimitive): ValueSet {
  const classes = classOf(value)
  return classes & (UNDEFINED | NULL) ? { classes } : { classes, is: keyOfLiteral(value) }
}

export function notLiteralOf(value: StaticPrimitive): ValueSet {
  const classes = classOf(value)
  return classes & (UNDEFINED | NULL) ? { classes: ANY & ~classes } : { classes: ANY, isNot: [keyOfLiteral(value)] }
}

function keyOfLiteral(value: StaticPrimitive): string {
  return `${typeof value}:${value}`
}

/** The values in both, `undefined` if there are none. */
export function intersect(a: ValueSet, b: ValueSet): ValueSet | undefined {
  const classes = a.classes & b.classes
  if (!classes || (a.is && b.is && a.is !== b.is)) return undefined
  const is = a.is ?? b.is
  const isNot = a.isNot && b.isNot ? [...new Set([...a.isNot, ...b.isNot])].sort() : (a.isNot ?? b.isNot)
  if (is) return isNot?.includes(is) ? undefined : { classes, is }
  return isNot && isNot.length <= MAX_EXCLUSIONS ? { classes, isNot } : { classes }
}

export function printValueSet({ classes, is, isNot }: ValueSet): string {
  return `${classes}${is ? `=${is}` : ''}${isNot ? `!${isNot.join('|')}` : ''}`
}
