import { journalVersion, type JournalEntry, type PolicyFiles, type ProcessEntry } from '../ledger/JournalEntry.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import { getNatives } from './natives.ts'
import { readThreadId, readWorld, type ProcessStat } from './readIdentity.ts'
import { makeRunDirectory, type Identity } from './runDirectory.ts'

/** The thread that writes, and the run it writes for. */
export interface JournalOwner extends Identity {
  runDir: string
  threadId: number
  role: 'root' | 'member'
  startedAt: number
  /** Process group; absent where it cannot be read. */
  pgid?: number | undefined
  parents: string[]
  /** Id of the record of the start that this process descends from; null: not known. */
  startedBy: string | null
  /** Files that the wrapper was told to use; where it was not, the variables tell. */
  policy?: PolicyFiles
  /** The mode of the wrapper; where there is none, a variable tells. */
  mode?: string
}

/**
 * The journal of one thread. Nothing exists on disk before the first entry. Each batch opens the file, appends and
 * closes it again: a descriptor kept open could be closed by the program and then belong to one of its files.
 * Never throws: after a failure the entries go nowhere and `failure` says why.
 */
export class JournalWriter {
  failure: string | null
  readonly file: string
  /** True once something was written. */
  isOpen: boolean
  /** Called before anything is written. */
  onOpen: () => void
  /** What this thread cannot see, a sentence each; written with the first line. */
  blind: readonly string[]
  private readonly owner: JournalOwner

  constructor(owner: JournalOwner) {
    // Assigned here, because a field initialiser costs a helper in the old syntax of the preload.
    this.failure = null
    this.isOpen = false
    this.onOpen = () => undefined
    this.blind = []
    this.owner = owner
    this.file = `${owner.runDir}/${owner.pid}-${owner.start ?? 'x'}-${owner.threadId}.ndjson`
  }

  append(entries: readonly JournalEntry[]): boolean {
    if (this.failure !== null) return false
    if (!this.isOpen) this.onOpen()
    try {
      if (!this.isOpen) this.open()
      appendLines(this.file, entries)
      return true
    } catch (error) {
      this.failure = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      return false
    }
  }

  private open(): void {
    makeRunDirectory(this.owner.runDir)
    const at = this.owner.startedAt
    const blind = this.blind.map((reason): JournalEntry => ({ t: 'blind', at, reason }))
    appendLines(this.file, [describeThread(this.owner), ...blind])
    this.isOpen = true
  }
}

/** Appends each entry as one line with one `write`, so that lines of several writers never mix. Throws as `fs` does. */
export function appendLines(file: string, entries: readonly JournalEntry[]): void {
  const { openSync, writeSync, closeSync } = getNatives()
  const descriptor = openSync(file, 'a', 0o600)
  try {
    for (const entry of entries) writeSync(descriptor, `${JSON.stringify(entry)}\n`)
  } finally {
    closeSync(descriptor)
  }
}

/** The first line of a journal. */
export function describeThread(owner: JournalOwner, stat?: ProcessStat): ProcessEntry {
  const { pid, start, threadId, role, startedAt, startedBy, pgid } = owner
  const isRoot = role === 'root' && threadId === 0
  const mode = owner.mode ?? process.env.RUNTIME_GUARD_MODE
  const tid = threadId > 0 ? readThreadId() : undefined
  return {
    t: 'process',
    v: journalVersion,
    at: startedAt,
    ...{ pid, start, threadId, role, startedBy },
    ...(tid !== undefined && { tid }),
    ppid: stat?.ppid ?? process.ppid,
    ...(pgid !== undefined && { pgid }),
    argv: redactArgv([...process.argv]),
    cwd: currentDirectory(),
    node: process.version,
    platform: process.platform,
    world: readWorld(),
    ...(isRoot && {
      parents: owner.parents,
      token: Math.random().toString(36).slice(2, 10),
      policy: owner.policy ?? readPolicyFiles(),
      ...(mode && { mode }),
    }),
  }
}

function readPolicyFiles(): PolicyFiles {
  const { RUNTIME_GUARD_ALLOW: allow, RUNTIME_GUARD_BASELINE: baseline } = process.env
  const path = process.getBuiltinModule('node:path')
  return {
    ...(allow && { allow: path.resolve(currentDirectory(), allow) }),
    ...(baseline && { baseline: path.resolve(currentDirectory(), baseline) }),
  }
}

export function currentDirectory(): string {
  try {
    return process.cwd()
  } catch {
    // The directory was removed.
    return '/'
  }
}
