import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceTape } from './choice-tape.ts'
import { compareVerdicts, createTally, describeFalseReport } from './compare-verdicts.ts'

// `run-fuzz.mjs` is the long run, over other programs each time; here they are the same in every run
const numRuns = 250

describe('the verdicts of the rules over random programs', () => {
  it('are borne out by executions', { timeout: 120_000 }, async () => {
    const tally = createTally()
    await fc.assert(
      fc.asyncProperty(choiceTape, async (tape) => {
        const [found] = await compareVerdicts(tape, tally)
        if (found) expect.fail(describeFalseReport(found))
      }),
      { numRuns, seed: 1 },
    )
    // The comparison must not be empty.
    expect(tally.executions).toBeGreaterThan(numRuns * 8)
    expect(tally.rules['require-error-listener'].noticed).toBeGreaterThan(numRuns / 10)
    expect(tally.rules['no-floating-child'].noticed).toBeGreaterThan(numRuns / 10)
    expect(tally.rules['no-undrained-pipe'].noticed).toBeGreaterThan(numRuns / 10)
  })
})
