import { writeInertMark } from '../journal/inertMark.ts'
import type { StreamState } from '../journal/hang.ts'
import type { JournalOwner, JournalWriter } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import type { HangEntry, SpawnEntry } from '../ledger/JournalEntry.ts'
import { areHandlesOf } from './activeHandles.ts'
import { completeEnds, findChannel, findOpenPipes, type ObservedChild } from './childPipes.ts'
import type { Watched } from './Watchdog.ts'

/** A child that can keep the loop of its thread alive: it is, or one of its pipes is open. */
export interface HeldChild {
  entry: SpawnEntry
  child: ObservedChild
  /** Inodes of the child's ends of its pipes; undefined as long as nobody has read them. */
  ends?: number[]
}

/** Whether children alone keep the loop of this thread alive, and what they wait for. */
export class HeldLoop implements Watched {
  private readonly list: () => readonly HeldChild[]
  private readonly writer: JournalWriter
  private readonly owner: JournalOwner
  private activeAt: number

  constructor(list: () => readonly HeldChild[], writer: JournalWriter, owner: JournalOwner) {
    this.list = list
    this.writer = writer
    this.owner = owner
    this.activeAt = getNatives().now()
  }

  /** Call it when something has happened to a child. */
  noteActivity(): void {
    this.activeAt = getNatives().now()
  }

  lastActivity(): number {
    return this.activeAt
  }

  hasChildren(): boolean {
    return this.list().length > 0
  }

  countBytes(): number {
    let bytes = 0
    for (const { child } of this.list())
      for (const stream of [...findOpenPipes(child), findChannel(child)]) {
        const { bytesRead = 0, bytesWritten = 0 } = (stream ?? {}) as { bytesRead?: number; bytesWritten?: number }
        bytes += bytesRead + bytesWritten
      }
    return bytes
  }

  isHeldByChildrenAlone(): boolean {
    const [only, ...others] = this.list()
    if (only === undefined) return false
    // A wrapper that only waits for its one child, and shares its stdio with it, may wait as long as it likes.
    if (others.length === 0 && !only.entry.stdio.includes('pipe') && !only.child.connected) return false
    return areHandlesOf([only.child, ...others.map(({ child }) => child)])
  }

  noteSilence(): void {
    const { runDir, role } = this.owner
    // Nobody of the run waits for a root.
    if (
      role === 'member' &&
      areHandlesOf(
        this.list().map(({ child }) => child),
        true,
      )
    )
      writeInertMark(runDir, this.owner)
  }

  describeStreams(): StreamState[] {
    return this.list().map(({ entry, child, ends = [] }) => {
      const { stdin, stdout, stderr } = child
      return {
        id: entry.id,
        isReleased: child._handle?.hasRef?.() === false,
        ends: completeEnds(child, ends),
        isStdinOpen: Boolean(stdin && !stdin.writableEnded && !stdin.destroyed),
        unread: [stdout, stderr].map((stream) =>
          Boolean(stream && !stream.destroyed && !stream.readableFlowing && stream.readableLength > 0),
        ) as [boolean, boolean],
      }
    })
  }

  recordHang(entry: HangEntry): void {
    this.writer.append([entry])
  }
}
