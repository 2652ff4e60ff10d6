// Writes what the suites of the guides really print into `runs.json`, from where the site takes it. `--check` changes nothing and
// fails where a run came out otherwise.
// Usage: node packages/docs/frameworks/write-runs.mjs [--check]
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import prettier from 'prettier'
import { readRuns, runsFile } from './read-runs.mjs'
import { runSuite } from './run-suites.mjs'
import { suites } from './suites.mjs'

const isCheck = process.argv.includes('--check')
/** @type {Record<string, import('./run-suites.mjs').SuiteRun>} */
const stored = isCheck ? readRuns() : {}
/** @type {typeof stored} */
const runs = {}
for (const name of Object.keys(suites)) {
  const run = await runSuite(name)
  runs[name] = run
  const isAsStored = JSON.stringify(stored[name]) === JSON.stringify(run)
  console.log(
    `${name}: exit code ${run.bareExitCode} bare, ${run.exitCode} under the guard${isCheck ? `, ${isAsStored ? 'as stored' : 'NOT AS STORED'}` : ''}`,
  )
  if (!isCheck || isAsStored) continue
  console.log(run.text)
  process.exitCode = 1
}
if (!isCheck)
  writeFileSync(
    runsFile,
    await prettier.format(JSON.stringify(runs), { ...(await prettier.resolveConfig(runsFile)), parser: 'json' }),
  )
