// Runs every generator of the repository; `--check` changes nothing and fails where a file is out of date.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** In the order in which they build on each other. */
const generators = [
  'scripts/generate-rules.mjs',
  'scripts/generate-settings.mjs',
  'scripts/generate-schema.mjs',
  'scripts/generate-readme.mjs',
  'scripts/generate-fuzz-table.mjs',
  'packages/docs/build/write-pages.mjs',
]

const root = fileURLToPath(new URL('..', import.meta.url))
let failed = 0
for (const generator of generators) {
  if (!existsSync(new URL(`../${generator}`, import.meta.url))) continue
  const result = spawnSync(process.execPath, [generator, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    timeout: 180_000,
    killSignal: 'SIGKILL',
  })
  if (result.status !== 0) {
    failed += 1
    console.error(`${generator} failed${result.error ? `: ${result.error.message}` : ''}`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
