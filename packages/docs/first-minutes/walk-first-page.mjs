// Does what the site's first page says, in an empty folder with the packed tarballs, and compares what is printed with the page.
// Usage: node packages/docs/first-minutes/walk-first-page.mjs
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { packPackages } from '../../../test/harness/installed-packages.mjs'
import { toolEnvironment } from '../../../test/harness/program-environment.mjs'
import { runProgram } from '../../../test/harness/run-program.mjs'
import { readFirstSteps } from './first-steps.mjs'

/** An installation over a slow network takes its time; everything else ends within seconds. */
const deadlineMs = 180_000

/** @typedef {import('./first-steps.mjs').Step} Step */

/**
 * @typedef {object} Walked
 * @property {string} what the command, or the name of the file
 * @property {number} atMs since the folder was empty
 * @property {string} printed by the command; empty for a file
 * @property {string | undefined} expected what the page says that the command prints; undefined: the page says nothing of it
 * @property {number | null} exitCode
 */

/**
 * What differs from run to run, and where a line is broken because of it.
 * @param {string} text
 */
function withoutChance(text) {
  return text
    .replaceAll(/\d+(?:\.\d+)? m?s\b/g, 'TIME')
    .replaceAll(/\b(pid|parent now) \d+/g, '$1 PID')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/**
 * @param {Walked} walked
 * @returns {boolean} whether it printed what the page says
 */
export function isAsWritten({ expected, printed }) {
  return expected === undefined || withoutChance(printed) === withoutChance(expected)
}

/**
 * The words of a command. What npm installs comes from the tarballs: before a release the packages are nowhere else.
 * @param {string} command
 * @param {Record<string, string>} tarballs
 */
function toArgv(command, tarballs) {
  const words = command.split(' ')
  return words[0] === 'npm' ? words.map((word) => tarballs[word] ?? word) : words
}

/**
 * @param {(walked: Walked) => void} [onStep] called after each step
 * @returns {Promise<Walked[]>}
 */
export async function walkFirstPage(onStep) {
  const steps = await readFirstSteps()
  const tarballs = packPackages()
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'first-minutes-')))
  const started = performance.now()
  /** @type {Walked[]} */
  const walk = []
  /** @param {Omit<Walked, 'atMs'>} step */
  const arrive = (step) => {
    const walked = { ...step, atMs: Math.round(performance.now() - started) }
    walk.push(walked)
    onStep?.(walked)
  }
  try {
    for (const step of steps) {
      if ('file' in step) {
        writeFileSync(path.join(folder, step.file), step.content)
        arrive({ what: step.file, printed: '', expected: undefined, exitCode: 0 })
        continue
      }
      const command = toArgv(step.command, tarballs)
      const { exitCode, stderr, stdout } = await runProgram({
        command,
        cwd: folder,
        // Only the package manager may need to know how the machine reaches its registry.
        environment: command[0] === 'npm' ? toolEnvironment() : {},
        deadlineMs,
      })
      // the runner's own report is no part of what the page shows
      const printed = step.command.includes('runtime-guard') ? stderr : `${stdout}${stderr}`
      arrive({
        what: step.command,
        printed: printed.replaceAll(`${folder}${path.sep}`, ''),
        expected: step.output,
        exitCode,
      })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return walk
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const walk = await walkFirstPage((walked) => {
    const ok = isAsWritten(walked)
    console.log(
      `${(walked.atMs / 1000).toFixed(1).padStart(6)} s  ${ok ? 'as written ' : 'NOT AS WRITTEN'}  ${walked.what}`,
    )
    if (!ok) console.log(`${walked.printed}\n── the page says:\n${walked.expected}`)
  })
  process.exitCode = walk.every(isAsWritten) ? 0 : 1
}
