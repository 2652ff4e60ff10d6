/** A process of the machine as a kill needs it: plain data, taken at one moment. */
export interface KillCandidate {
  pid: number
  ppid: number
  /** 0 where the platform has none. */
  pgid: number
  sid: number
  /** As in ps(1). */
  state: string
  /** Start time: with the pid it is the identity. */
  start: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** It proves by itself that it is to be ended: it carries the mark, or is what was asked for. Journals prove nothing: anything of the user can write them. */
  isMarked: boolean
  /** It may stay, and so may what descends from it. */
  isSpared: boolean
  /** It runs as the user that kills. */
  isOwn: boolean
  /** Not redacted; empty where nobody asked. */
  argv: readonly string[]
}

/** Identifies a process for good; a pid alone is used again. */
export function identityOf({ pid, start }: Pick<KillCandidate, 'pid' | 'start'>): string {
  return `${pid}-${start}`
}
