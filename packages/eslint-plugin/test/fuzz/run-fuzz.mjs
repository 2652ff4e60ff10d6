// The long run of the fuzzer: lints random programs, runs them, and counts for each rule what the executions bear out.
// Usage: FUZZ_RUNS=50000 [FUZZ_SEED=1] node packages/eslint-plugin/test/fuzz/run-fuzz.mjs [--write]
// --write stores the counts in results.json, from which `pnpm update` makes the table of README.md. Exits with 1 where a report is false.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import fc from 'fast-check'
import '../../../../scripts/load-typescript.mjs'

const { choiceTape } = await import('./choice-tape.ts')
const { compareVerdicts, createTally, describeFalseReport } = await import('./compare-verdicts.ts')

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 0x7fffffff)
/** How long a false report is made smaller, in milliseconds. */
const SHRINKING_TIME = 20_000

console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`)
const tally = createTally()
/** The first program of each kind of false report, by its place in the run. */
const places = new Map()
let place = 0
await fc.assert(
  fc.asyncProperty(choiceTape, async (tape) => {
    for (const { report } of await compareVerdicts(tape, tally)) {
      const kind = `${report.rule} ${report.messageId}`
      if (!places.has(kind)) places.set(kind, place)
    }
    place += 1
    if (place % 5000 === 0) console.log(`${place} programs, ${places.size} kinds of false reports`)
  }),
  { numRuns, seed },
)
console.log(`${tally.programs} programs, ${tally.executions} executions`)
console.table(tally.rules)

for (const [kind, path] of places) {
  let smallest = ''
  const end = Date.now() + SHRINKING_TIME
  const isKind = (/** @type {{ report: { rule: string, messageId: string } }} */ { report }) =>
    `${report.rule} ${report.messageId}` === kind
  await fc.check(
    fc.asyncProperty(choiceTape, async (tape) => {
      if (Date.now() > end) return true
      const found = (await compareVerdicts(tape, createTally())).find(isKind)
      if (found) smallest = describeFalseReport(found)
      return !found
    }),
    { seed, path: String(path), numRuns: 1 },
  )
  console.log(`\nFalse, program ${path}: ${smallest}`)
}

if (process.argv.includes('--write')) {
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify({ seed, ...tally }, undefined, 2)}\n`)
}
process.exitCode = places.size === 0 ? 0 : 1
