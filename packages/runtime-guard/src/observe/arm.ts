import { findGuard, shareGuard, type Guard } from '../journal/guard.ts'
import { currentDirectory, type JournalOwner } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { formatParent, parseCookie } from '../journal/runCookie.ts'
import { readStat, type ProcessStat } from '../journal/readIdentity.ts'
import { parentsVariable, rootOf, runIdOf, runsDirectory, runVariable, type Identity } from '../journal/runDirectory.ts'
import { absoluteNodeOptions } from '../journal/absoluteNodeOptions.ts'
import { setOwnFiles } from './hideGuardFrames.ts'
import { hookExit } from './hookExit.ts'
import { needsReport } from './needsReport.ts'
import type { Observation } from './Observation.ts'
import { watchStarts, watchSyncCalls } from './watchStarts.ts'

/** What arming needs from the file that was preloaded. */
export interface ArmOptions {
  /** Absolute path of the preloaded file. */
  file: string
  /** Every file of the guard that can be on the stack of the program. */
  ownFiles: readonly string[]
  /** Loads what follows children; called at the first start, and at most once. */
  load: (guard: Guard, ownFiles: readonly string[]) => Observation
  /**
   * Gives the verdict over the run of a root; returns the exit code. `isIdle`: nothing was started, but a report is wanted.
   * Not called when there is nothing to judge and nothing to say.
   */
  judge: (guard: Guard, exitCode: number, isIdle: boolean) => number
  /** Loads what names the handles of the program; called at once, and only where that is asked for. */
  watchHandles: (guard: Guard, ownFiles: readonly string[]) => void
}

/** Arms the guard in this thread, once, whatever copy of it comes first. */
export function arm({ file, ownFiles, load, judge, watchHandles }: ArmOptions): void {
  const { env } = process
  if (findGuard() !== undefined || env.RUNTIME_GUARD_MODE === 'off') return
  // Functions that a worker thread lacks are marked so; `worker_threads` itself would be one more module to load.
  const isMainThread = (process.abort as { disabled?: boolean }).disabled !== true
  const self = readStat('self')
  const membership = isMainThread ? findRun(env, self) : findRunOfThread(env, self)
  const owner: JournalOwner = {
    runDir: membership.runDir,
    role: membership.role,
    parents: membership.parents,
    startedBy: membership.startedBy,
    pid: process.pid,
    start: self?.start ?? null,
    pgid: self?.pgid,
    threadId: isMainThread ? 0 : process.getBuiltinModule('node:worker_threads').threadId,
    startedAt: getNatives().now(),
  }
  setOwnFiles(ownFiles)
  if (isMainThread) setEnvironment(env, owner, file)

  let observation: Observation | undefined
  let loadFailure: string | null = null
  const guard: Guard = {
    owner,
    flush: (final) => observation?.flush(final),
    unwritten: () => observation?.unwritten() ?? [],
    failure: () => observation?.failure() ?? loadFailure,
    allow: (pid, reason) => {
      guard.allowedPids.add(pid)
      observation?.allow(pid, reason)
    },
    allowedPids: new Set(),
    noteKill: (pid, signal) => observation?.noteKill(pid, signal),
    closePipes: () => observation?.closePipes(),
    endTest: (scope) => observation?.endTest(scope),
    childrenOf: (scope) => observation?.childrenOf(scope) ?? [],
    blind: [],
    judged: false,
  }
  shareGuard(guard)
  const observe = (): Observation | undefined => {
    if (observation !== undefined || loadFailure !== null) return observation
    try {
      observation = load(guard, ownFiles)
    } catch (error) {
      loadFailure = (error as Error).message
    }
    return observation
  }
  if (isMainThread && /^(?:1|true)$/.test(env.RUNTIME_GUARD_HANDLES ?? '')) watchHandles(guard, ownFiles)
  watchStarts(observe)
  const blind = watchSyncCalls(observe)
  if (blind !== undefined) guard.blind.push(blind)
  hookExit((code) => {
    // A program that has started nothing can still end in the middle of a test.
    if (code === 0 && guard.tests?.findPending() !== undefined) observe()
    observation?.end(code)
    if (!isMainThread || owner.role !== 'root' || guard.judged) return code
    const isIdle = !mayHaveLeft(guard)
    if (isIdle && !needsReport(process.env, currentDirectory())) return code
    guard.judged = true
    return judge(guard, code, isIdle)
  })
}

type Membership = Pick<JournalOwner, 'runDir' | 'role' | 'parents' | 'startedBy'>

function findRun(env: NodeJS.ProcessEnv, self: ProcessStat | undefined): Membership {
  const me: Identity = { pid: process.pid, start: self?.start ?? null }
  const inherited = env[runVariable]
  const parents = (env[parentsVariable] ?? '').split(',').filter(Boolean)
  if (inherited) {
    const { runDir, startedBy } = parseCookie(inherited)
    const root = rootOf(runDir)
    // After `execve` the process is the root that its environment names.
    if (root && isSame(root, me)) return { runDir, role: 'root', parents, startedBy: null }
    if (root && isAlive(root)) return { runDir, role: 'member', parents, startedBy }
    if (root) parents.push(formatParent(inherited))
  }
  return { runDir: `${runsDirectory(env)}/${runIdOf(me)}`, role: 'root', parents: parents.slice(-8), startedBy: null }
}

/** A worker can be given an environment of its own: then the process's first one tells, or the process is the root. */
function findRunOfThread(env: NodeJS.ProcessEnv, self: ProcessStat | undefined): Membership {
  const first = env[runVariable] === undefined ? readFirstEnvironment() : env
  const { runDir, startedBy } = parseCookie(first[runVariable] ?? '')
  const root = rootOf(runDir)
  const me: Identity = { pid: process.pid, start: self?.start ?? null }
  if (root && isAlive(root)) return { runDir, role: 'member', parents: [], startedBy }
  return { runDir: `${runsDirectory(first)}/${runIdOf(me)}`, role: 'member', parents: [], startedBy: null }
}

/** The environment that the process was started with. */
function readFirstEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  try {
    for (const variable of getNatives().readFileSync('/proc/self/environ', 'utf8').split('\0')) {
      const equals = variable.indexOf('=')
      if (equals > 0) env[variable.slice(0, equals)] = variable.slice(equals + 1)
    }
  } catch {
    // Without it the defaults hold.
  }
  return env
}

function isSame(a: Identity, b: Identity): boolean {
  return a.pid === b.pid && a.start === b.start
}

function isAlive({ pid, start }: Identity): boolean {
  if (start !== null) {
    const stat = readStat(pid)
    return stat?.start === start && stat.state !== 'Z' && stat.state !== 'X'
  }
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function setEnvironment(
  env: NodeJS.ProcessEnv,
  { runDir, role, parents, startedBy }: JournalOwner,
  file: string,
): void {
  const options = absoluteNodeOptions(env.NODE_OPTIONS, file, ['runtime-guard'])
  if (options !== env.NODE_OPTIONS) env.NODE_OPTIONS = options
  // A program that compares its own environment with that of a Node child finds them alike.
  if (startedBy !== null) env[runVariable] = runDir
  if (role === 'member' || env.RUNTIME_GUARD_COOKIE === 'off') return
  env[runVariable] = runDir
  if (parents.length > 0) env[parentsVariable] = parents.join(',')
}

/**
 * False for the common process that started nothing: no journal of the run exists, and this process has no child that
 * was started past the guard (an addon that forks).
 */
function mayHaveLeft(guard: Guard): boolean {
  const { existsSync, readdirSync, readFileSync } = getNatives()
  if (guard.failure() !== null || existsSync(guard.owner.runDir)) return true
  try {
    return readdirSync('/proc/self/task').some(
      (thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8') !== '',
    )
  } catch {
    return false
  }
}
