import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { endMarkedProcesses, markVariable, waitForMarkedProcesses } from './marked-processes.mjs'
import { programEnvironment } from './program-environment.mjs'

/** How long a process may need to disappear after its program ended before it counts as left behind. */
const settleMs = 700

/** How long a program that was asked to end at its deadline may take for it. */
const lastWordsMs = 15_000

/**
 * @typedef {object} Program
 * @property {string[]} command argv; the first element is resolved through PATH
 * @property {string} cwd
 * @property {Record<string, string>} [environment] beside what every program gets
 * @property {number} deadlineMs
 * @property {NodeJS.Signals} [atDeadline] what the program gets when it is still running then; SIGKILL is the default and the last resort
 * @property {string} [readyLine] once stdout contains this text the program gets `atDeadline` without waiting for the deadline
 */

/**
 * @typedef {object} Outcome
 * @property {number | null} exitCode null: ended by a signal
 * @property {NodeJS.Signals | null} signal
 * @property {boolean} timedOut still running at its deadline
 * @property {Buffer} stdout
 * @property {string} stderr
 * @property {string[]} left command lines of the processes that outlived the program
 */

/**
 * Runs a program to its end, looks what it leaves behind, and ends that. Output goes to files: what a surviving process
 * holds open cannot hold us.
 * @param {Program} program
 * @returns {Promise<Outcome>}
 */
export async function runProgram({ command, cwd, environment = {}, deadlineMs, atDeadline = 'SIGKILL', readyLine }) {
  const [file = '', ...args] = command
  const mark = randomUUID()
  const folder = mkdtempSync(path.join(tmpdir(), 'e2e-'))
  const stdoutFile = path.join(folder, 'stdout')
  const stderrFile = path.join(folder, 'stderr')
  const stdout = openSync(stdoutFile, 'w')
  const stderr = openSync(stderrFile, 'w')
  try {
    const env = programEnvironment({ ...environment, [markVariable]: mark })
    let timedOut = false
    const { exitCode, signal } = await new Promise((resolve, reject) => {
      const child = spawn(file, args, { cwd, env, stdio: ['ignore', stdout, stderr] })
      /** @type {NodeJS.Timeout | undefined} */
      let lastResort
      const end = () => {
        clearTimeout(deadline)
        clearInterval(ready)
        child.kill(atDeadline)
        lastResort = setTimeout(() => child.kill('SIGKILL'), lastWordsMs)
      }
      const deadline = setTimeout(() => {
        timedOut = true
        end()
      }, deadlineMs)
      const ready = setInterval(() => {
        if (readyLine !== undefined && readFileSync(stdoutFile, 'utf8').includes(readyLine)) end()
      }, 100)
      const settle = () => {
        clearTimeout(deadline)
        clearInterval(ready)
        clearTimeout(lastResort)
      }
      child.once('error', (error) => {
        settle()
        reject(error)
      })
      child.once('exit', (exitCode, signal) => {
        settle()
        resolve({ exitCode, signal })
      })
    })
    const left = await waitForMarkedProcesses(mark, settleMs)
    return {
      exitCode,
      signal,
      timedOut,
      stdout: readFileSync(stdoutFile),
      stderr: readFileSync(stderrFile, 'utf8'),
      left: left.map(({ argv }) => argv.join(' ')),
    }
  } finally {
    await endMarkedProcesses(mark)
    closeSync(stdout)
    closeSync(stderr)
    rmSync(folder, { recursive: true, force: true })
  }
}
