import { nextState, type RecordedState } from './childState.ts'
import type {
  AllowEntry,
  CrowdEntry,
  ExitInTestEntry,
  HandleEntry,
  HangEntry,
  JournalEntry,
  KillEntry,
  PolicyFiles,
  ProcessEntry,
  SpawnErrorEntry,
  SyncEndEntry,
  TestEntry,
  TestMark,
} from './JournalEntry.ts'

/** A thread of a guarded Node process. */
export interface ThreadRecord {
  pid: number
  start: string | null
  threadId: number
  /** The kernel's id of a worker thread; null in the main thread, and where it is not known. */
  tid: number | null
  ppid: number
  /** Process group; null where it is not known. */
  pgid: number | null
  role: 'root' | 'member'
  startedAt: number
  argv: string[]
  cwd: string
  node: string
  platform: string
  world: string
  parents: string[]
  token: string | null
  /** Files that a variable, or an option of the wrapper, names for the policy. */
  policy: PolicyFiles
  /** The mode that a variable, or the wrapper, names; null: none. */
  mode: string | null
  /** The record of the start that its process descends from, as its cookie says; null: not known. */
  startedBy: string | null
  /** Null while it runs, and for ever when it was killed. */
  endedAt: number | null
}

/** A test or a hook that started children. */
export interface TestRecord extends Pick<TestEntry, 'name' | 'file' | 'kind'> {
  /** When it ended, if a child of it was alive then; null: none was, or it has not ended. */
  endedAt: number | null
}

/** A child that a guarded thread started, or tried to. */
export interface ChildRecord {
  id: string
  owner: ThreadRecord
  state: RecordedState
  method: string
  pid: number | null
  start: string | null
  file: string
  argv: string[]
  cwd: string | null
  detached: boolean
  shell: boolean
  stdio: string[]
  stack: string[]
  requestedAt: number
  exitedAt: number | null
  exitCode: number | null
  signal: string | null
  /** How the owner held it when it was last seen; null: not seen since the start. */
  handle: Pick<HandleEntry, 'ref' | 'pipes' | 'ipc'> | null
  /** Inodes of the child's ends of its pipes by slot of its stdio (0: none, or not known), and how sure they are. */
  ends: { inodes: readonly number[]; confidence: 'exact' | 'likely' }
  /** It failed, and nobody listened for its end. */
  isUnobserved: boolean
  /** What it waited for when its owner did nothing any more; null: it was never seen to. */
  stall: HangEntry['stalls'][number] | null
  error: SpawnErrorEntry | null
  /** Started by a synchronous method. */
  isSync: boolean
  /** Time limit of a synchronous call in milliseconds; null: none. */
  timeout: number | null
  /** The test or hook that started it; null: none is known. */
  test: (Pick<TestMark, 'confidence'> & { record: TestRecord; isLate: boolean }) | null
  /** How the synchronous call ended; null while it lasts, and for the asynchronous methods. */
  syncEnd: SyncEndEntry | null
}

/** Everything that the journals of a run say. */
export interface Ledger {
  threads: ThreadRecord[]
  children: ChildRecord[]
  /** Children that the program says may stay. */
  allowances: AllowEntry[]
  /** Moments at which a thread had many children. */
  crowds: (CrowdEntry & { owner: ThreadRecord })[]
  /** Signals that end a process, in the order of each journal. */
  kills: KillEntry[]
  /** Ends of the program in the middle of its tests. */
  earlyExits: (Pick<ExitInTestEntry, 'at' | 'stack'> & { owner: ThreadRecord; test: TestRecord | null })[]
  /** Lines that could not be read: the last line of a killed writer. */
  torn: number
  blind: string[]
  judged: boolean
}

/** The lines of one journal file, in order. */
export interface JournalFile {
  entries: JournalEntry[]
  torn: number
}

/** Reads the journals of a run into one picture. Files without a first line that names their thread are only counted. */
export function buildLedger(files: readonly JournalFile[]): Ledger {
  const ledger: Ledger = {
    threads: [],
    children: [],
    allowances: [],
    crowds: [],
    kills: [],
    earlyExits: [],
    torn: 0,
    blind: [],
    judged: false,
  }
  for (const file of files) addJournal(ledger, file)
  return ledger
}

function addJournal(ledger: Ledger, file: JournalFile): void {
  ledger.torn += file.torn
  let owner: ThreadRecord | undefined
  const children = new Map<string, ChildRecord>()
  const tests = new Map<string, TestRecord>()
  for (const entry of file.entries) {
    if (entry.t === 'process') {
      // `execve` replaces the program and keeps the identity: the first line stays the owner.
      if (owner === undefined) ledger.threads.push((owner = threadOf(entry)))
    } else if (entry.t === 'judged') {
      ledger.judged = true
    } else if (entry.t === 'blind') {
      if (!ledger.blind.includes(entry.reason)) ledger.blind.push(entry.reason)
    } else if (entry.t === 'allow') {
      ledger.allowances.push(entry)
    } else if (entry.t === 'kill') {
      ledger.kills.push(entry)
    } else if (entry.t === 'test') {
      const { name, file, kind } = entry
      tests.set(entry.id, { name, file, kind, endedAt: null })
    } else if (entry.t === 'test-end') {
      const test = tests.get(entry.id)
      if (test) test.endedAt = entry.at
    } else if (entry.t === 'exit-in-test') {
      const { at, stack } = entry
      if (owner) ledger.earlyExits.push({ at, stack, owner, test: tests.get(entry.test) ?? null })
    } else if (owner !== undefined) {
      applyEntry(ledger, owner, { children, tests }, entry)
    }
  }
}

type ThreadEntry = Exclude<
  JournalEntry,
  { t: 'process' | 'judged' | 'blind' | 'kill' | 'allow' | 'test' | 'test-end' | 'exit-in-test' }
>

/** What the journal of one thread has named so far, by id. */
interface Named {
  children: Map<string, ChildRecord>
  tests: Map<string, TestRecord>
}

function applyEntry(ledger: Ledger, owner: ThreadRecord, { children, tests }: Named, entry: ThreadEntry): void {
  if (entry.t === 'end') {
    owner.endedAt = entry.at
    return
  }
  if (entry.t === 'crowd') {
    ledger.crowds.push({ ...entry, owner })
    return
  }
  if (entry.t === 'hang') {
    for (const child of children.values()) child.stall = entry.stalls.find(({ id }) => id === child.id) ?? null
    return
  }
  if (entry.t === 'spawn' || entry.t === 'sync') {
    const child = childOf(owner, entry, tests)
    children.set(child.id, child)
    ledger.children.push(child)
    return
  }
  const child = children.get(entry.id)
  if (child === undefined) return
  switch (entry.t) {
    case 'handle':
      child.handle = { ref: entry.ref, pipes: entry.pipes, ipc: entry.ipc }
      if (entry.ends) child.ends = { inodes: entry.ends, confidence: entry.areEndsLikely ? 'likely' : 'exact' }
      child.state = nextState(child.state, isReleased(child) ? 'disowned' : 'held')
      break
    case 'exit':
      child.exitedAt = entry.at
      child.exitCode = entry.code
      child.signal = entry.signal
      child.isUnobserved = entry.unobserved === true
      child.state = nextState(child.state, 'exited')
      break
    case 'sync-end':
      child.syncEnd = entry
      child.pid = entry.pid
      child.exitedAt = entry.at
      child.exitCode = entry.code
      child.signal = entry.signal
      child.state = nextState(child.state, entry.pid === null ? 'failed' : 'exited')
      break
    case 'spawn-error':
      child.error = entry
      break
  }
}

/** The documented way to let go of a child: detached, unref'd, and nothing that joins it to its parent. */
function isReleased({ detached, handle }: ChildRecord): boolean {
  return detached && handle !== null && !handle.ref && handle.pipes === 0 && !handle.ipc
}

function threadOf(entry: ProcessEntry): ThreadRecord {
  const { pid, start, threadId, ppid, role, at, argv, cwd, node, platform, world } = entry
  const parents = entry.parents ?? []
  const { token = null, tid = null, pgid = null, policy = {}, mode = null, startedBy } = entry
  return {
    ...{
      pid,
      start,
      threadId,
      tid,
      ppid,
      pgid,
      role,
      startedAt: at,
      argv,
      cwd,
      node,
      platform,
      world,
      parents,
      token,
      policy,
      mode,
      startedBy,
    },
    endedAt: null,
  }
}

function childOf(
  owner: ThreadRecord,
  entry: Extract<JournalEntry, { t: 'spawn' | 'sync' }>,
  tests: Named['tests'],
): ChildRecord {
  const { id, method, file, argv, cwd, shell, stack } = entry
  const isSync = entry.t === 'sync'
  const pid = isSync ? null : entry.pid
  const test = entry.test && tests.get(entry.test.id)
  return {
    ...{ id, owner, method, pid, file, argv, cwd, shell, stack, isSync },
    state: isSync ? 'requested' : nextState('requested', pid === null ? 'failed' : 'spawned'),
    start: isSync ? null : entry.start,
    detached: !isSync && entry.detached,
    stdio: entry.stdio,
    requestedAt: entry.at,
    exitedAt: null,
    exitCode: null,
    signal: null,
    handle: null,
    ends: { inodes: [], confidence: 'likely' },
    isUnobserved: false,
    stall: null,
    error: null,
    timeout: isSync ? entry.timeout : null,
    test:
      entry.test && test
        ? { record: test, confidence: entry.test.confidence, isLate: entry.test.isLate === true }
        : null,
    syncEnd: null,
  }
}
