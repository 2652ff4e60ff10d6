import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Written by `write-runs.mjs`. */
export const runsFile = fileURLToPath(new URL('runs.json', import.meta.url))

/** @returns {Record<string, import('./run-suites.mjs').SuiteRun>} by the name of the suite */
export function readRuns() {
  return JSON.parse(readFileSync(runsFile, 'utf8'))
}
