import type { HangEntry } from '../ledger/JournalEntry.ts'

export type Stall = HangEntry['stalls'][number]

/** The streams of a child as its owner has them; see `StreamState` of `observe`. */
interface OwnedStreams {
  id: string
  ends: readonly number[]
  isStdinOpen: boolean
  unread: readonly [stdout: boolean, stderr: boolean]
}

/** Inodes of the sockets that the child, or a process below it, waits to read from and to write to. */
interface Waiting {
  reads: ReadonlySet<number>
  writes: ReadonlySet<number>
}

/**
 * What a child waits for that only its owner can give: exact where the kernel names the pipe that one of its processes
 * sleeps on, likely where only the owner's own stream tells.
 */
export function findStall(
  { id, ends, isStdinOpen, unread }: OwnedStreams,
  { reads, writes }: Waiting,
): Stall | undefined {
  const [stdin = 0, ...outputs] = ends
  if (outputs.slice(0, 2).some((inode) => inode > 0 && writes.has(inode)))
    return { id, code: 'undrained-pipe', confidence: 'exact' }
  if (unread.includes(true) && writes.size > 0) return { id, code: 'undrained-pipe', confidence: 'likely' }
  if (isStdinOpen && stdin > 0 && reads.has(stdin)) return { id, code: 'unended-stdin', confidence: 'exact' }
  return undefined
}
