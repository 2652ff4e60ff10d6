import { fstatSync } from 'node:fs'
import { isatty } from 'node:tty'
import { writeFully } from './writeFully.ts'

/** What rendering and writing need to know of the process they run in. */
export interface OutputHost {
  env: NodeJS.ProcessEnv
  /** Absolute; where the sources of a run from another machine are looked for. */
  cwd: string
  /** Columns of the terminal behind stderr; undefined where there is none. */
  columns: number | undefined
  /** Writes to stderr before it returns; never throws. */
  writeError(text: string): void
}

/**
 * Device and inode of stderr; undefined when it is closed. Taken early and given to `processHost`, it keeps a
 * report out of a file of the program's that was opened on descriptor 2 after the program had closed its stderr.
 */
function identifyStderr(): string | undefined {
  try {
    const { dev, ino } = fstatSync(2, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

/** The process as it is. `stderrAtStart`: what `identifyStderr` said when the process began, where that is known. */
export function processHost(stderrAtStart?: string): OutputHost {
  return {
    env: process.env,
    cwd: currentDirectory(),
    columns: isTerminal(2) ? terminalWidth() : undefined,
    writeError(text) {
      try {
        if (stderrAtStart === undefined || identifyStderr() === stderrAtStart) writeFully(2, text)
      } catch {
        // Nothing is left to say it on.
      }
    },
  }
}

function currentDirectory(): string {
  try {
    return process.cwd()
  } catch {
    // The directory was removed.
    return '/'
  }
}

function isTerminal(fd: number): boolean {
  try {
    return isatty(fd)
  } catch {
    return false
  }
}

function terminalWidth(): number {
  // The stream exists only where it is a terminal: making one for a pipe would change that pipe's mode.
  return process.stderr.columns > 0 ? process.stderr.columns : 80
}
