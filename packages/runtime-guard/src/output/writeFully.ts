import { writeSync } from 'node:fs'

/** What became of a synchronous write: `closed` means that nobody reads any more, `slow` that the reader was given up. */
export type WriteResult = 'written' | 'closed' | 'slow'

/** A reader that takes nothing for this long, in milliseconds, is given up: an exiting program must not hang on its report. */
const patienceMs = 2000
const stepMs = 10

/**
 * Writes text to a descriptor before returning, as is needed while a process exits. A pipe that Node has made
 * non-blocking answers EAGAIN when it is full (20,000 times for 300 kB without the wait), so the loop sleeps between
 * tries, and gives up only after a time in which not one byte was taken.
 * Errors other than a closed or slow reader are thrown.
 */
export function writeFully(fd: number, text: string, write: typeof writeSync = writeSync): WriteResult {
  const bytes = Buffer.from(text)
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  let offset = 0
  let waitedMs = 0
  while (offset < bytes.length) {
    try {
      offset += write(fd, bytes, offset)
      waitedMs = 0
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EAGAIN') {
        if (waitedMs >= patienceMs) return 'slow'
        Atomics.wait(sleeper, 0, 0, stepMs)
        waitedMs += stepMs
      } else if (code === 'EPIPE' || code === 'EBADF' || code === 'EIO' || code === 'ECONNRESET') {
        // EBADF: the program closed its stderr. EIO: the terminal is gone.
        return 'closed'
      } else {
        throw error
      }
    }
  }
  return 'written'
}
