import { parentsVariable, runIdOfDirectory, runVariable } from './runDirectory.ts'

/** What the cookie of a process says. */
export interface RunCookie {
  runDir: string
  /** Id of the record of the start that it descends from; null: the cookie names the run alone. */
  startedBy: string | null
}

/** `<pid>-<start>.<thread>.<serial>`; the id of a run has no dots. */
const recordPattern = /^([^]*)[/\\](\d+-(?:\d+|x)\.(?:\d+|run)\.\d+)$/

/**
 * The value of the cookie that a child gets: the run, and which start of it this is. Every descendant inherits it, through
 * setsid, nohup and double forks, so that an orphan names the call that it comes from.
 */
export function formatCookie(runDir: string, recordId: string): string {
  return `${runDir}/${recordId}`
}

export function parseCookie(value: string): RunCookie {
  const match = recordPattern.exec(value)
  return match ? { runDir: match[1] ?? '', startedBy: match[2] ?? null } : { runDir: value, startedBy: null }
}

/** An element of the list of outer runs: what the cookie of an outer run says, without its directory. */
export function formatParent(cookie: string): string {
  const { runDir, startedBy } = parseCookie(cookie)
  return startedBy === null ? runIdOfDirectory(runDir) : `${runIdOfDirectory(runDir)}/${startedBy}`
}

/**
 * What an environment says of a run: `startedBy` as in the cookie. Undefined: the process does not carry the cookie of
 * the run, nor of a run inside it.
 */
export function findCookieOf(runDir: string, environment: readonly string[]): Pick<RunCookie, 'startedBy'> | undefined {
  const id = runIdOfDirectory(runDir)
  const cookie = `${runVariable}=`
  const parents = `${parentsVariable}=`
  let outer: RunCookie | undefined
  for (const line of environment) {
    if (line.startsWith(cookie)) {
      const own = parseCookie(line.slice(cookie.length))
      if (own.runDir === runDir) return own
    } else if (line.startsWith(parents)) {
      outer ??= line
        .slice(parents.length)
        .split(',')
        .map(parseCookie)
        .find((parent) => parent.runDir === id)
    }
  }
  return outer
}

/** The directory of the run that an environment names, if it is another one. */
export function findOtherRun(runDir: string, environment: readonly string[]): string | undefined {
  const cookie = `${runVariable}=`
  const value = environment.find((line) => line.startsWith(cookie))?.slice(cookie.length)
  if (!value) return undefined
  const other = parseCookie(value).runDir
  return other === runDir ? undefined : other
}

/**
 * Writes the id of a record into the cookie among the `KEY=value` pairs of a child that is about to be started. Call what
 * is returned after the start: the list is then as before, apart from what the start added to it, because it can belong to
 * the program. A list that cannot be written (frozen), a cookie of another run, and an environment without one are left
 * alone; `isInjected` gives the cookie to the last kind too. Never throws.
 */
export function markCookie(
  pairs: unknown,
  { runDir, recordId, isInjected }: { runDir: string; recordId: string; isInjected: boolean },
): () => void {
  if (!Array.isArray(pairs)) return leaveAlone
  const list = pairs as unknown[]
  const cookie = `${runVariable}=`
  const marked = cookie + formatCookie(runDir, recordId)
  try {
    const position = list.findIndex((pair) => typeof pair === 'string' && pair.startsWith(cookie))
    const original = list[position]
    if (position < 0) {
      if (!isInjected) return leaveAlone
      list.push(marked)
      return () => {
        const added = list.lastIndexOf(marked)
        if (added >= 0) list.splice(added, 1)
      }
    }
    if (parseCookie(String(original).slice(cookie.length)).runDir !== runDir) return leaveAlone
    list[position] = marked
    return () => {
      if (list[position] === marked) list[position] = original
    }
  } catch {
    return leaveAlone
  }
}

function leaveAlone(): void {
  // The list was not changed.
}
