import { makeDirectory } from './makeDirectory.ts'
import { getNatives } from './natives.ts'

/** Names the run that a process belongs to: the absolute path of its journal directory. Inherited by every descendant. */
export const runVariable = 'RUNTIME_GUARD_RUN'
/** Ids of the runs around that one, outermost first, separated by commas. */
export const parentsVariable = 'RUNTIME_GUARD_PARENT_RUNS'

/** In the environment of a child: it may stay, for the reason that is the value. */
export const keepVariable = 'RUNTIME_GUARD_KEEP'

/** A process: a pid alone is reused. */
export interface Identity {
  pid: number
  /** Start time as the OS tells it; null where it cannot be read. */
  start: string | null
}

/** Where the runs of this user are kept: `RUNTIME_GUARD_DIR`, else a directory of the user's own among the temporary files. */
export function runsDirectory(env: NodeJS.ProcessEnv, dir: string | null = null): string {
  const chosen = dir ?? env.RUNTIME_GUARD_DIR
  const path = process.getBuiltinModule('node:path')
  if (chosen) return path.resolve(chosen)
  const temporary = process.platform === 'win32' ? (env.TEMP ?? env.TMP ?? 'C:\\Windows\\Temp') : (env.TMPDIR ?? '/tmp')
  const base = path.isAbsolute(temporary) ? temporary : path.resolve(temporary || '/tmp')
  return `${base.endsWith('/') ? base.slice(0, -1) : base}/${ownDirectory()}`
}

function ownDirectory(): string {
  return `runtime-guard-${process.getuid?.() ?? 'user'}`
}

/** The id of the run of a root; `start` makes it unique on this machine since it booted. */
export function runIdOf({ pid, start }: Identity, serial = 0): string {
  return `${pid}-${start ?? 'x'}${serial === 0 ? '' : `-${serial}`}`
}

/** The root that the path of a run names; undefined when it is none. */
export function rootOf(runDir: string): Identity | undefined {
  const match = /(?:^|[/\\])(\d+)-(\d+|x)(?:-\d+)?[/\\]?$/.exec(runDir)
  if (!match) return undefined
  return { pid: Number(match[1]), start: match[2] === 'x' ? null : (match[2] ?? null) }
}

/** The last element of the path of a run. */
export function runIdOfDirectory(runDir: string): string {
  return /[^/\\]+(?=[/\\]?$)/.exec(runDir)?.[0] ?? runDir
}

/**
 * Makes the directory of a run, for this user alone. Throws when that is impossible, or when somebody else owns the
 * directory around it: names below a shared directory for temporary files can be taken in advance.
 */
export function makeRunDirectory(runDir: string): void {
  const { lstatSync, mkdirSync } = getNatives()
  const path = process.getBuiltinModule('node:path')
  const base = path.dirname(runDir)
  if (path.basename(base) === ownDirectory()) {
    // A directory for temporary files that does not exist is a mistake to be said, not one to be made.
    try {
      mkdirSync(base, 0o700)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  } else {
    makeDirectory(base, 0o700)
  }
  const stats = lstatSync(base)
  const uid = process.getuid?.()
  if (!stats.isDirectory() || (uid !== undefined && stats.uid !== uid && stats.uid !== 0))
    throw new Error(`${base} is no directory of this user`)
  makeDirectory(runDir, 0o700)
}
