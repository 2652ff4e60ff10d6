import { getNatives } from '../journal/natives.ts'
import type { HangEntry } from '../ledger/JournalEntry.ts'
import type { OpenCalls } from '../journal/OpenCalls.ts'
import type { ExamineHang, HangSample, StreamState } from '../journal/hang.ts'

/** What the watchdog asks about the children of its thread. */
export interface Watched {
  /** Milliseconds since the epoch. */
  lastActivity(): number
  hasChildren(): boolean
  /** Bytes that have gone through the pipes and channels of the children that it still has. */
  countBytes(): number
  /** Nothing but children and their pipes keeps the loop alive; not so for a wrapper that only waits for its one child. */
  isHeldByChildrenAlone(): boolean
  /** What the streams of the children say of who waits for whom. */
  describeStreams(): StreamState[]
  /** Nothing has happened for half of that time: whoever waits for this process wants to know. */
  noteSilence(): void
  recordHang(entry: HangEntry): void
}

/** A sleep is said when nothing has happened for so many times `HANG_AFTER_MS`. */
const longSilences = 6

/**
 * Notices that a program hangs on its children: nothing else keeps its loop alive, nothing was read, written, started or
 * ended for as long as `HANG_AFTER_MS` says, and no process below it has used the processor in the second half of that time.
 * Its timer never keeps the loop alive, and there is none while there are no children.
 */
export class Watchdog {
  private readonly watched: Watched
  private readonly examine: ExamineHang | undefined
  private readonly readSilence: () => number
  private silenceMs: number
  private readonly calls: OpenCalls | undefined
  private isArmed: boolean
  private sample: HangSample | undefined
  private bytes: number
  private changedAt: number
  /** The state that was said, so that it is said once. */
  private saidAt: number

  /**
   * @param readSilence `HANG_AFTER_MS`; 0: never. Asked again as long as the watchdog is awake: a member can be faster than its root
   * @param calls those of the whole run, for who looks at them from outside of the threads that they block
   */
  constructor(watched: Watched, readSilence: () => number, examine: ExamineHang | undefined, calls?: OpenCalls) {
    this.watched = watched
    this.readSilence = readSilence
    this.calls = calls
    this.silenceMs = 0
    this.examine = examine
    this.isArmed = false
    this.sample = undefined
    this.bytes = -1
    this.changedAt = 0
    this.saidAt = -1
  }

  /** Call it when a child was started. */
  arm(): void {
    if (this.isArmed || this.examine === undefined) return
    this.isArmed = true
    this.silenceMs = this.readSilence()
    if (this.silenceMs > 0) this.wait(this.silenceMs / 2)
  }

  private wait(ms: number): void {
    const timer = getNatives().setTimeout(() => {
      try {
        this.look()
      } catch {
        this.isArmed = false
      }
    }, ms)
    timer.unref()
  }

  private look(): void {
    const { watched, examine } = this
    if (!watched.hasChildren() || examine === undefined) {
      this.isArmed = false
      this.sample = undefined
      return
    }
    const now = getNatives().now()
    const bytes = watched.countBytes()
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.changedAt = now
    }
    const since = Math.max(watched.lastActivity(), this.changedAt)
    const silentMs = now - since
    this.silenceMs = this.readSilence()
    if (this.silenceMs === 0) return
    const half = this.silenceMs / 2
    if (this.calls !== undefined && this.calls.find().length > 0 && examine.nameBlockedCalls()) {
      // What waits for a process that is blocked has its reason there.
      this.sample = undefined
      this.wait(half)
      return
    }
    if (silentMs >= half) watched.noteSilence()
    if (since === this.saidAt || silentMs < half || !watched.isHeldByChildrenAlone()) {
      this.sample = undefined
      this.wait(half)
    } else if (this.sample === undefined || silentMs < this.silenceMs) {
      this.sample ??= examine.begin()
      this.wait(half)
    } else {
      const silence = { ms: silentMs, isLong: silentMs >= longSilences * this.silenceMs }
      const found = examine.report(this.sample, silence, watched.describeStreams())
      this.sample = undefined
      if (found === 'at work') {
        // Something below is at work: a program that waits for it does something for that long.
        this.changedAt = now
      } else if (found !== 'asleep') {
        this.saidAt = since
        watched.recordHang(found)
      }
      this.wait(half)
    }
  }
}
