// Runs every check of the repository in order and closes with one line of counts.
// Usage: node scripts/test.mjs [step ...]   (no step: all of them; --list prints their names)
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', '.bin', name)
const scratch = mkdtempSync(path.join(tmpdir(), 'child-process-tools-'))
const vitestReport = path.join(scratch, 'vitest.json')

/**
 * A step is a list of commands that run one after the other; each command is one check in the closing count,
 * except the test run, which counts its tests and itself (its exit code carries the guard's verdict on our own suite).
 * @type {Record<string, string[][]>}
 */
const steps = {
  build: [[process.execPath, 'scripts/build.mjs']],
  types: [[process.execPath, 'scripts/typecheck.mjs']],
  generated: [[process.execPath, 'scripts/generate.mjs', '--check']],
  lint: [[bin('eslint'), '.', '--max-warnings=0']],
  format: [[bin('prettier'), '--check', '--log-level=warn', '.']],
  unused: [[bin('knip')]],
  packages: [[process.execPath, 'scripts/check-packages.mjs']],
  tests: [
    [
      process.execPath,
      'packages/runtime-guard/dist/cli.js',
      'run',
      '--',
      bin('vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ],
  ],
}

/**
 * @param {string[]} command
 * @returns {Promise<number>} exit code; a signal is mirrored as 128+n
 */
function run([file, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(/** @type {string} */ (file), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/** @returns {{passed: number, failed: number, skipped: number}} of the test run; a report that is missing counts as one failure */
function readTestCounts() {
  try {
    const report = JSON.parse(readFileSync(vitestReport, 'utf8'))
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch (error) {
    console.error(`The test run left no report: ${/** @type {Error} */ (error).message}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

const wanted = process.argv.slice(2)
if (wanted.includes('--list')) {
  console.log(Object.keys(steps).join('\n'))
  process.exit(0)
}
const unknown = wanted.find((name) => !(name in steps))
if (unknown !== undefined) {
  console.error(`Unknown step '${unknown}'; expected some of: ${Object.keys(steps).join(', ')}.`)
  process.exit(2)
}

const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
for (const [name, commands] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n── ${name}`)
  for (const command of commands) {
    const started = performance.now()
    const code = await run(command)
    total[code === 0 ? 'passed' : 'failed'] += 1
    if (code !== 0) failures.push(`${name}: exit code ${code}`)
    console.log(
      `── ${name}: ${code === 0 ? 'ok' : `failed (${code})`} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    )
  }
  if (name === 'tests') {
    const counts = readTestCounts()
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  if (name === 'build' && failures.length > 0) break
}
rmSync(scratch, { recursive: true, force: true })
process.exitCode = failures.length > 0 || total.failed > 0 ? 1 : 0
console.log(failures.length > 0 ? `\nFailed steps:\n  ${failures.join('\n  ')}\n` : '')
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
