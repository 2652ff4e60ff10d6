import type { ChildProcess } from 'node:child_process'
import { getNatives } from '../journal/natives.ts'
import { readSocketInode } from '../journal/readIdentity.ts'
import type { SpawnEntry } from '../ledger/JournalEntry.ts'

/** The native handle of a child process. */
export interface ProcessHandle {
  pid?: unknown
  close: (...args: unknown[]) => unknown
  hasRef?: () => boolean
}

/** A ChildProcess with what the guard reads of its inside. */
export type ObservedChild = ChildProcess & { _handle?: ProcessHandle | null; _events?: Record<string, unknown> }

type Stream = ObservedChild['stdio'][number]

/** The streams to a child that this side has not closed. */
export function findOpenPipes(child: ObservedChild): (Stream & object)[] {
  return child.stdio.filter((stream): stream is Stream & object => Boolean(stream && !stream.destroyed))
}

/** The inodes of the child's ends of its pipes, by slot of its stdio; 0: none, or it has ended since. Three readings, 12 µs in all. */
export function readEnds({ pid, stdio }: SpawnEntry): number[] {
  return stdio.map((kind, slot) => (kind === 'pipe' && pid !== null ? (readSocketInode(pid, slot) ?? 0) : 0))
}

/** The same where some, or all, were not read in time. The kernel numbers both ends of a pair in one step, this side's first (Linux 6, measured). */
export function completeEnds(child: ObservedChild, ends: readonly number[]): number[] {
  return child.stdio.map((stream, slot) => {
    const known = ends[slot] ?? 0
    return known > 0 ? known : guessEnd(stream)
  })
}

function guessEnd(stream: Stream | null): number {
  const { fd } = ((stream as { _handle?: unknown } | null)?._handle ?? {}) as { fd?: unknown }
  if (typeof fd !== 'number' || fd < 0) return 0
  try {
    return getNatives().fstatSync(fd).ino + 1
  } catch {
    return 0
  }
}

export function isAnyKnown(ends: readonly number[]): boolean {
  return ends.some((inode) => inode > 0)
}

/** The native handle of the IPC channel to a child, or of this process to its parent; undefined without one. */
export function findChannel(child: ObservedChild | NodeJS.Process): unknown {
  const symbol = Object.getOwnPropertySymbols(child).find(({ description }) => description === 'kChannelHandle')
  return symbol && (child as unknown as Record<symbol, unknown>)[symbol]
}
