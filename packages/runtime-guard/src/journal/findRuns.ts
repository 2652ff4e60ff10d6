import type { PolicyFiles } from '../ledger/JournalEntry.ts'
import { buildLedger } from '../ledger/Ledger.ts'
import { getNatives } from './natives.ts'
import { readStat, readWorld } from './readIdentity.ts'
import { readRun } from './readJournal.ts'
import { rootOf, type Identity } from './runDirectory.ts'

/** A run whose journal lies on this machine. */
export interface KnownRun {
  runDir: string
  root: Identity
  /** `elsewhere`: its pids are of another boot, container or machine and mean nothing here. */
  rootState: 'alive' | 'gone' | 'elsewhere'
  /** Its verdict was given, or a later run has spoken of it. */
  judged: boolean
  /** Milliseconds since the epoch; 0 when its root has not written. */
  startedAt: number
  argv: string[]
  /** Where its root was started; empty when it has not written. */
  cwd: string
  policy: PolicyFiles
  /** The mode that a variable, or its wrapper, named; null: none. */
  mode: string | null
  /** When something was last written, in milliseconds since the epoch. */
  changedAt: number
}

/** The runs of this user below a directory of runs, oldest first. */
export function findRuns(runsDir: string): KnownRun[] {
  const { readdirSync } = getNatives()
  let names: string[]
  try {
    names = readdirSync(runsDir)
  } catch {
    return []
  }
  const world = readWorld()
  return names
    .map((name) => describeRun(`${runsDir}/${name}`, world))
    .filter((run) => run !== undefined)
    .sort((a, b) => a.changedAt - b.changedAt)
}

function describeRun(runDir: string, world: string): KnownRun | undefined {
  const root = rootOf(runDir)
  if (root === undefined) return undefined
  let changedAt: number
  try {
    const stats = getNatives().lstatSync(runDir)
    if (!stats.isDirectory()) return undefined
    changedAt = stats.mtimeMs
  } catch {
    return undefined
  }
  if (isAlive(root))
    return {
      ...{ runDir, root, rootState: 'alive', judged: false, startedAt: 0, argv: [], cwd: '', policy: {}, mode: null },
      changedAt,
    }
  const ledger = buildLedger(readRun(runDir).files)
  const thread = ledger.threads.find(({ pid, role }) => pid === root.pid && role === 'root')
  const isElsewhere = ledger.threads.some((entry) => entry.world !== world)
  return {
    ...{ runDir, root, changedAt },
    rootState: isElsewhere ? 'elsewhere' : 'gone',
    judged: ledger.judged,
    startedAt: thread?.startedAt ?? 0,
    argv: thread?.argv ?? [],
    cwd: thread?.cwd ?? '',
    policy: thread?.policy ?? {},
    mode: thread?.mode ?? null,
  }
}

function isAlive({ pid, start }: Identity): boolean {
  const stat = readStat(pid)
  return stat !== undefined && (start === null || stat.start === start) && stat.state !== 'Z' && stat.state !== 'X'
}
