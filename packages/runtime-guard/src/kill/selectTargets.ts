import { identityOf, type KillCandidate } from './KillCandidate.ts'

/** What is to be ended, and what would be but must not. */
export interface Selection {
  targets: KillCandidate[]
  refused: { process: KillCandidate; reason: string }[]
}

/** Start times are read with a resolution of 10 ms; a parent that is younger than its child is another process with its pid. */
const msPerReading = 20

/**
 * Chooses from a process table what a kill may reach: marked processes, what descends from one, and what was known to
 * before its parents ended. Never pid 0 or 1, never the process that kills or one of its ancestors, never another user's,
 * never what is spared. Pure.
 * @param self pid of the process that kills
 * @param known targets of earlier looks at the table, by identity
 */
export function selectTargets(
  table: readonly KillCandidate[],
  self: number,
  known: ReadonlyMap<string, KillCandidate>,
): Selection {
  const alive = new Map<number, KillCandidate>()
  for (const process of table) if (!/[ZXx]/.test(process.state)) alive.set(process.pid, process)
  const parentOf = ({ ppid, pid, startedAt }: KillCandidate): KillCandidate | undefined => {
    const parent = alive.get(ppid)
    return parent && parent.pid !== pid && parent.startedAt <= startedAt + msPerReading ? parent : undefined
  }
  const ancestors = new Set<number>()
  for (let pid: number | undefined = self; pid !== undefined && !ancestors.has(pid); pid = alive.get(pid)?.ppid)
    ancestors.add(pid)

  const leaders = [...known.values()].filter(({ pid, sid }) => pid === sid)
  /**
   * Whoever is in the session of a leader descends from it (a group can be joined, a session cannot), and the kernel gives the
   * leader's pid to nobody as long as the session has a member.
   */
  const isLedBy = (process: KillCandidate): boolean =>
    leaders.some(
      (leader) =>
        leader.pid === process.sid &&
        leader.startedAt <= process.startedAt + msPerReading &&
        (alive.get(leader.pid)?.start ?? leader.start) === leader.start,
    )

  const spared = remember((process, ask): boolean => {
    const parent = parentOf(process)
    return process.isSpared || (parent !== undefined && ask(parent))
  })
  const reached = remember((process, ask): boolean => {
    if (process.isMarked || known.has(identityOf(process)) || isLedBy(process)) return true
    const parent = parentOf(process)
    // What a spared process has started is its business.
    return parent !== undefined && !ancestors.has(parent.pid) && ask(parent)
  })

  const selection: Selection = { targets: [], refused: [] }
  for (const process of alive.values()) {
    if (process.pid <= 1 || ancestors.has(process.pid) || !reached(process) || spared(process)) continue
    if (process.isOwn) selection.targets.push(process)
    else selection.refused.push({ process, reason: 'it runs as another user' })
  }
  return selection
}

/** Asks about each process once; a circle of parents (pids that were used again) answers false. */
function remember(
  decide: (process: KillCandidate, ask: (parent: KillCandidate) => boolean) => boolean,
): (process: KillCandidate) => boolean {
  const answers = new Map<number, boolean>()
  const ask = (process: KillCandidate): boolean => {
    const known = answers.get(process.pid)
    if (known !== undefined) return known
    answers.set(process.pid, false)
    const answer = decide(process, ask)
    answers.set(process.pid, answer)
    return answer
  }
  return ask
}

/** Parents before their children. */
export function sortFromTop(targets: readonly KillCandidate[]): KillCandidate[] {
  const byPid = new Map(targets.map((process) => [process.pid, process]))
  const depthOf = (process: KillCandidate): number => {
    let depth = 0
    for (let parent = byPid.get(process.ppid); parent && depth < targets.length; parent = byPid.get(parent.ppid))
      depth++
    return depth
  }
  return targets
    .map((process) => ({ process, depth: depthOf(process) }))
    .sort((a, b) => a.depth - b.depth || a.process.startedAt - b.process.startedAt)
    .map(({ process }) => process)
}
