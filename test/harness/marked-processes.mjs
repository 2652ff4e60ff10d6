// The judge of the end-to-end tests: which processes of a program are still there, read from /proc by a mark in their
// environment. Independent of the guard on purpose. Linux only.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The variable that carries the mark of a run. */
export const markVariable = 'E2E_MARK'

/** @typedef {{pid: number, startTime: string, argv: string[]}} MarkedProcess */

/**
 * Live processes (neither zombie nor dead) that were started with this mark in their environment.
 * @param {string} mark
 * @returns {MarkedProcess[]}
 */
export function findMarkedProcesses(mark) {
  const found = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const marked = readMarkedProcess(Number(entry), mark)
    if (marked !== undefined) found.push(marked)
  }
  return found
}

/**
 * @param {number} pid
 * @param {string} mark
 * @returns {MarkedProcess | undefined}
 */
function readMarkedProcess(pid, mark) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
    if (!environment.split('\0').includes(`${markVariable}=${mark}`)) return undefined
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in field 2 may contain spaces and parentheses: the fields after it start behind the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    return { pid, startTime: fields[19] ?? '', argv }
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return undefined
  }
}

/**
 * Waits until no process with this mark is left, at most `limitMs`.
 * @param {string} mark
 * @param {number} limitMs
 * @returns {Promise<MarkedProcess[]>} who is still there
 */
export async function waitForMarkedProcesses(mark, limitMs) {
  const deadline = performance.now() + limitMs
  for (;;) {
    const left = findMarkedProcesses(mark)
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(50)
  }
}

/**
 * Ends every process with this mark, one by one, and returns when none is left.
 * @param {string} mark
 */
export async function endMarkedProcesses(mark) {
  for (let round = 0; round < 40; round++) {
    const left = findMarkedProcesses(mark)
    if (left.length === 0) return
    for (const { pid, startTime } of left) {
      if (readMarkedProcess(pid, mark)?.startTime !== startTime) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended between the look and the signal.
      }
    }
    await sleep(25)
  }
  throw new Error(`Processes with the mark ${mark} do not end: ${JSON.stringify(findMarkedProcesses(mark))}`)
}
