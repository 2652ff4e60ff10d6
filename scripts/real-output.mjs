// What both halves really say about a program, as README.md and the site show it.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import childProcess from '../packages/eslint-plugin/dist/index.js'
import { runProgram } from '../test/harness/run-program.mjs'

const guard = fileURLToPath(new URL('../packages/runtime-guard/dist/cli.js', import.meta.url))

/** How long a program that does not end by itself runs before it is ended, as a person would with Ctrl-C. */
const patienceMs = 60_000

/**
 * Replaces what differs from run to run: process ids by small ones in the order in which they appear, ages and times by round ones.
 * @param {unknown} value part of a report
 * @param {Map<number, number>} pids
 * @param {string} [key]
 * @returns {unknown}
 */
function withoutChance(value, pids, key = '') {
  const smallPid = (/** @type {number} */ pid) => {
    const small = pids.get(pid) ?? 4001 + pids.size
    pids.set(pid, small)
    return small
  }
  if (typeof value === 'number' && /^(?:pid|ownerPid)$/.test(key) && value > 1) return smallPid(value)
  if (key === 'message' && typeof value === 'string')
    return value.replaceAll(/\b(process|pid) (\d+)/g, (_, word, pid) => `${word} ${smallPid(Number(pid))}`)
  if (key === 'ageMs') return 400
  // An orphan goes to PID 1, or to a subreaper where the machine has one.
  if (key === 'ppid') return 1
  if (key === 'startedAt') return '2026-01-01T12:00:00.000Z'
  if (key === 'endedAt') return '2026-01-01T12:00:00.500Z'
  if (Array.isArray(value)) return value.map((element) => withoutChance(element, pids))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutChance(member, pids, name)]))
  return value
}

/**
 * What `npx eslint` says about a program with `recommended`.
 * @param {string} folder absolute; paths below it are printed relative
 * @param {string} program file name
 */
export async function lintProgram(folder, program) {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [childProcess.configs.recommended],
  })
  const results = await eslint.lintFiles([program])
  const stylish = await eslint.loadFormatter('stylish')
  return (await stylish.format(results, {})).replaceAll(`${folder}${path.sep}`, '').trim()
}

/**
 * @typedef {object} GuardedRun
 * @property {string} text what the guard prints
 * @property {number | null} exitCode null: ended by a signal
 * @property {{code: string}[]} findings
 * @property {string} stderr all that was printed there, by the program too
 */

/**
 * What the guard says about a run. The report is taken from the run and rendered by the guard once chance is out of it: line
 * breaks depend on the length of what is printed. What the program leaves behind is ended.
 * @param {string} folder absolute, real path; nothing else may be written there meanwhile
 * @param {string[]} command such as `['node', 'program.mjs']`
 * @param {{environment?: Record<string, string>, deadlineMs?: number}} [how] a program that is running at the deadline gets SIGTERM
 * @returns {Promise<GuardedRun>}
 */
export async function runUnderGuard(folder, command, { environment = {}, deadlineMs = patienceMs } = {}) {
  const reportFile = path.join(folder, 'report.json')
  const { exitCode, stderr } = await runProgram({
    command: [process.execPath, guard, 'run', '--', ...command],
    cwd: folder,
    environment: { TMPDIR: folder, RUNTIME_GUARD_OUT: `json:${reportFile}`, ...environment },
    deadlineMs,
    atDeadline: 'SIGTERM',
  })
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  writeFileSync(reportFile, JSON.stringify(withoutChance(report, new Map())))
  const rendered = spawnSync(process.execPath, [guard, 'report', reportFile], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  if (rendered.status !== 0 && rendered.status !== 1)
    throw new Error(`runtime-guard report failed:\n${rendered.stdout}${rendered.stderr}`)
  const text = rendered.stdout.replaceAll(`${folder}${path.sep}`, '').replaceAll(folder, '.').trim()
  return { text, exitCode, findings: report.findings, stderr }
}
