import fc from 'fast-check'

const LENGTH = 160

/** A list of numbers that decides everything about a program. A shorter list, and smaller numbers, make a simpler program. */
export const choiceTape: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 0xffff }), {
  maxLength: LENGTH,
  minLength: 0,
  size: 'max',
})

/** Reads a tape from its start; at its end, the first of every list of choices is taken. */
export class Choices {
  readonly #tape: readonly number[]
  #next = 0

  constructor(tape: readonly number[]) {
    this.#tape = tape
  }

  below(limit: number): number {
    return (this.#tape[this.#next++] ?? 0) % limit
  }

  one<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)]!
  }

  /** True once in `times`; never at the end of the tape. */
  rarely(times: number): boolean {
    return this.below(times) === times - 1
  }

  /** One of the entries, as often as their weights say. The first one is taken at the end of the tape. */
  weighted<T>(entries: readonly (readonly [weight: number, value: T])[]): T {
    const total = entries.reduce((sum, [weight]) => sum + weight, 0)
    let at = this.below(total)
    for (const [weight, value] of entries) {
      if (at < weight) return value
      at -= weight
    }
    throw new Error('No choices')
  }
}
