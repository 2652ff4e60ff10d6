import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const pollMs = 200

/** How long another process may hold the lock: an install with a cold cache takes a minute or two. */
const limitMs = 600_000

/**
 * Does `work` while no other process does, in whichever terminal it runs. A lock whose holder is gone is taken over.
 * @template T
 * @param {string} lock path of a folder that exists while the lock is held
 * @param {() => T} work synchronous
 * @returns {T}
 */
export function exclusively(lock, work) {
  const deadline = performance.now() + limitMs
  mkdirSync(path.dirname(lock), { recursive: true })
  while (!take(lock)) {
    if (performance.now() > deadline) throw new Error(`${lock} is held by another process for too long.`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** @param {string} lock */
function take(lock) {
  const holder = path.join(lock, 'pid')
  try {
    mkdirSync(lock)
    writeFileSync(holder, String(process.pid))
    return true
  } catch {
    if (isHolderGone(holder)) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

/** @param {string} file */
function isHolderGone(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}
