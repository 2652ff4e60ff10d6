// One cell of the matrix with ESLint: `node lint-with-eslint.mjs <job.json>` prints the verdicts of the cases as JSON.
import { readFileSync } from 'node:fs'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- experimental, and the only way on Node 20
import { createRequire, register } from 'node:module'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

register('../../../../scripts/load-typescript.mjs', import.meta.url)
const { lintCases } = await import('./lint-cases.ts')

/** @type {{ cases: string, cwd: string, eslint: string, parser?: string, plugin: string, project?: string }} */
const job = JSON.parse(process.argv[2])
const { Linter } = createRequire(`${job.eslint}/`)('eslint')
const parser = job.parser && createRequire(`${job.parser}/`)('@typescript-eslint/parser')
const { default: plugin } = await import(pathToFileURL(job.plugin).href)
const verdicts = lintCases(JSON.parse(readFileSync(job.cases, 'utf8')), {
  Linter,
  plugin,
  parser,
  cwd: job.cwd,
  project: job.project,
})
process.stdout.write(JSON.stringify({ verdicts, version: Linter.version }))
