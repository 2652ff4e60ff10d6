import type { JournalEntry, PolicyFiles } from '../ledger/JournalEntry.ts'
import { redactArgv, redactText } from '../ledger/redactArgv.ts'
import { absoluteNodeOptions } from './absoluteNodeOptions.ts'
import { findGuard } from './guard.ts'
import { currentDirectory, JournalWriter } from './JournalWriter.ts'
import { getNatives } from './natives.ts'
import { readStat } from './readIdentity.ts'
import { formatCookie, formatParent } from './runCookie.ts'
import { parentsVariable, runIdOf, runsDirectory, runVariable } from './runDirectory.ts'

/** A run whose root is the calling process: a wrapper that starts a command, waits for it and then judges. */
export interface OpenedRun {
  runDir: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** The environment for the command: the one given, the cookie, and the preload by its absolute path. */
  env: NodeJS.ProcessEnv
  /** Records the command as the first child of the run. `pid` undefined: it could not be started. */
  recordStart(command: { pid: number | undefined; argv: string[]; cwd: string }): void
  recordEnd(end: { code: number | null; signal: string | null }): void
  /** Marks the run as judged; one without findings leaves nothing on disk. */
  close(verdict: string): void
  /** Why the journal could not be written; null when it could. */
  failure(): string | null
}

export interface OpenRunOptions {
  env: NodeJS.ProcessEnv
  /** Absolute path of the preload. */
  preload: string
  /** `settings.dir` */
  dir: string | null
  /** `settings.allow` and `settings.baseline`, for whoever judges in the place of a wrapper that was killed. */
  policy: PolicyFiles
  /** `settings.mode`, for the same. */
  mode: string
  /** `settings.cookie`; with `off` the members of the run do not know that they are. */
  cookie: 'inherit' | 'inject' | 'off'
}

let opened = 0

/** Opens a run. A run around this one stays linked. Never throws: a journal that cannot be written is said by `failure`. */
export function openRun({ env, preload, dir, cookie, policy, mode }: OpenRunOptions): OpenedRun {
  const { now, rmSync } = getNatives()
  const self = readStat('self')
  const start = self?.start ?? null
  const { pid } = process
  const guard = findGuard()
  const base = runsDirectory(env, dir)
  opened += 1
  // The preload of this process has the run without a serial number.
  const runDir = `${base}/${runIdOf({ pid, start }, opened)}`
  const outer = env[runVariable]
  const parents = (env[parentsVariable] ?? '').split(',').filter(Boolean)
  // A wrapper that was itself preloaded as a root gives one verdict, this one.
  if (guard?.owner.role === 'root') guard.judged = true
  else if (outer) parents.push(formatParent(outer))

  const startedAt = now()
  const owner = {
    runDir,
    pid,
    start,
    pgid: self?.pgid,
    threadId: 0,
    role: 'root' as const,
    startedAt,
    parents,
    startedBy: null,
    policy,
    mode,
  }
  const journal = new JournalWriter(owner)
  journal.append([])
  const id = `${pid}-${start ?? 'x'}.run.${opened}`
  const child: NodeJS.ProcessEnv = {
    ...env,
    NODE_OPTIONS: absoluteNodeOptions(env.NODE_OPTIONS, preload, ['runtime-guard']),
  }
  if (cookie === 'off') Reflect.deleteProperty(child, runVariable)
  else child[runVariable] = formatCookie(runDir, id)
  if (parents.length > 0) child[parentsVariable] = parents.slice(-8).join(',')
  return {
    ...{ runDir, startedAt, env: child },
    recordStart(command) {
      journal.append([describeCommand(id, now(), command)])
    },
    recordEnd({ code, signal }) {
      journal.append([{ t: 'exit', id, at: now(), code, signal }])
    },
    close(verdict) {
      try {
        if (verdict !== 'leaks') rmSync(runDir, { recursive: true, force: true })
        else journal.append([{ t: 'judged', at: now(), verdict }])
      } catch {
        // A later run prunes it.
      }
    },
    failure: () => journal.failure,
  }
}

function describeCommand(
  id: string,
  at: number,
  { pid, argv, cwd }: { pid: number | undefined; argv: string[]; cwd: string },
): JournalEntry {
  return {
    ...{ t: 'spawn', id, at, method: 'run', pid: pid ?? null },
    start: pid === undefined ? null : (readStat(pid)?.start ?? null),
    file: redactText(argv[0] ?? ''),
    argv: redactArgv(argv),
    cwd: cwd || currentDirectory(),
    ...{ detached: false, shell: false, stdio: ['inherit', 'inherit', 'inherit'], stack: [] },
  }
}
