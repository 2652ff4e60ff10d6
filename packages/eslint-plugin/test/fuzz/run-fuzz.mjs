// The long run of the fuzzer: lints random programs, runs them, and counts for each rule what the executions bear out.
// Usage: FUZZ_RUNS=50000 [FUZZ_SEED=1] node packages/eslint-plugin/test/fuzz/run-fuzz.mjs [--write]
// FUZZ_MINUTES=10 stops then. --write stores the counts in results.json, from which `pnpm update` makes the table of README.md;
// --add adds them to those of other seeds. Exits with 1 where a report is false.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import fc from 'fast-check'
import '../../../../scripts/load-typescript.mjs'

const { choiceTape } = await import('./choice-tape.ts')
const { compareVerdicts, createTally, describeFalseReport } = await import('./compare-verdicts.ts')

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 0x7fffffff)
const end = Date.now() + Number(process.env['FUZZ_MINUTES'] ?? Infinity) * 60_000
/** How long a false report is made smaller, in milliseconds. */
const SHRINKING_TIME = 20_000

console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`)
const tally = createTally()
/** The first program of each kind of false report, by its place in the run. */
const places = new Map()
let place = 0
await fc.assert(
  fc.asyncProperty(choiceTape, async (tape) => {
    if (Date.now() > end) return
    for (const { report } of await compareVerdicts(tape, tally)) {
      const kind = `${report.rule} ${report.messageId}`
      if (places.has(kind)) continue
      places.set(kind, place)
      console.log(`False, program ${place}: ${kind}`)
    }
    place += 1
    if (place % 1000 === 0) console.log(`${place} programs`)
  }),
  { numRuns, seed },
)
console.log(`${tally.programs} programs, ${tally.executions} executions`)
console.table(tally.rules)

for (const [kind, path] of places) {
  let smallest = ''
  const last = Date.now() + SHRINKING_TIME
  const isKind = (/** @type {{ report: { rule: string, messageId: string } }} */ { report }) =>
    `${report.rule} ${report.messageId}` === kind
  await fc.check(
    fc.asyncProperty(choiceTape, async (tape) => {
      if (Date.now() > last) return true
      const found = (await compareVerdicts(tape, createTally())).find(isKind)
      if (found) smallest = describeFalseReport(found)
      return !found
    }),
    { seed, path: String(path), numRuns: 1 },
  )
  console.log(`\nProgram ${path}, ${smallest}`)
}

const results = new URL('results.json', import.meta.url)
if (process.argv.includes('--write')) store([seed], tally)
if (process.argv.includes('--add')) {
  const { seeds, ...stored } = JSON.parse(readFileSync(results, 'utf8'))
  store([...seeds, seed], addCounts(stored, tally))
}

/** @typedef {number | { [name: string]: Counts }} Counts */

/**
 * @param {number[]} seeds
 * @param {Counts} counts
 */
function store(seeds, counts) {
  writeFileSync(results, `${JSON.stringify({ seeds, .../** @type {object} */ (counts) }, undefined, 2)}\n`)
}

/**
 * @param {Counts | undefined} one
 * @param {Counts | undefined} other
 * @returns {Counts}
 */
function addCounts(one = 0, other = 0) {
  if (typeof one === 'number' && typeof other === 'number') return one + other
  const [a, b] = [Object(one), Object(other)]
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => [name, addCounts(a[name], b[name])]),
  )
}
process.exitCode = places.size === 0 ? 0 : 1
