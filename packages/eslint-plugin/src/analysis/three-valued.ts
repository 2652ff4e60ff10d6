/**
 * What the source says about a value: `known` (with it), `absent` (not given, so the API's default holds), or `unknown`.
 * Every judgement treats `unknown` as "could be fine".
 */
export type ThreeValued<T> = Known<T> | typeof ABSENT | typeof UNKNOWN

export interface Known<T> {
  readonly is: 'known'
  readonly value: T
}

export const ABSENT = { is: 'absent' } as const
export const UNKNOWN = { is: 'unknown' } as const

export function known<T>(value: T): Known<T> {
  return { is: 'known', value }
}

/** Known to have this very value. */
export function isKnownAs<T>(fact: ThreeValued<T>, value: T): boolean {
  return fact.is === 'known' && fact.value === value
}
