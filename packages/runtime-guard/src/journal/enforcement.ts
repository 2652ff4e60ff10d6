/** A child of this thread, as enforcement needs it. */
export interface EnforcedChild {
  /** Id of the record of its start. */
  id: string
  pid: number
  /** Start time as the OS tells it; null where it could not be read. */
  start: string | null
  /** As it was given: never to be written. */
  argv: readonly string[]
  stack: readonly string[]
  /** False once Node has heard of its end: then its pid may be somebody else's. */
  isLive: () => boolean
  /** The program has let go of it in the documented way. */
  isReleased: () => boolean
}

export interface SyncCallEnd {
  /** It has not ended by itself: a limit of time or output was exceeded. */
  isCut: boolean
  code: number | null
}

/** What `RUNTIME_GUARD_ENFORCE` asks for, in one thread. Nothing here throws. */
export interface Enforcement {
  /**
   * Carries out a kill of the program's, for everything behind the child too. `signal` as `kill` takes it; `send` is the
   * program's own call, made at the right moment, and its result is what is returned. `group`: the call reaches the members of this process group.
   */
  kill(child: EnforcedChild, signal: unknown, send: () => unknown, group?: number): unknown
  /** A child was started; `hasOwnDeadline` is asked when ours is over. */
  start(child: EnforcedChild, hasOwnDeadline: () => boolean): void
  /** Node has heard of the end of a child: what is behind it stays known for a later kill. */
  end(child: EnforcedChild, code: number | null): void
  /** The child that a pid means, although it may have ended; undefined: none of this thread's. */
  findChild(pid: number): EnforcedChild | undefined
  /** Before a synchronous call: gives it the deadline. Call what is returned after it. */
  beginSync(options: { timeout?: unknown; args?: unknown }, recordId: string): (end: SyncCallEnd) => void
  /** The thread ends: finishes what has begun, and ends what lives, if that was asked for. */
  close(): void
}
