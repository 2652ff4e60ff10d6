import { getNatives } from './natives.ts'
import { readRegularFile } from './readRegularFile.ts'
import type { Identity } from './runDirectory.ts'

const nameOf = (runDir: string, { pid, start }: Identity): string => `${runDir}/${pid}-${start ?? 'x'}.inert`

/**
 * A member that waits for its own children says so, time and again, to whoever waits for it: from outside, the timers that keep
 * nothing alive (the watchdog's own among them) look like those that a program waits for. One small file, written over: a
 * journal would grow for as long as the member waits. Never throws.
 */
export function writeInertMark(runDir: string, self: Identity): void {
  const { now, writeFileSync } = getNatives()
  try {
    writeFileSync(nameOf(runDir, self), String(now()), { mode: 0o600 })
  } catch {
    // The run is over, or the disk takes nothing: then the member is taken for one that goes on by itself.
  }
}

/** When the member last said so, in milliseconds since the epoch; undefined: never. */
export function readInertMark(runDir: string, member: Identity): number | undefined {
  try {
    const at = Number(readRegularFile(nameOf(runDir, member)))
    return Number.isFinite(at) ? at : undefined
  } catch {
    return undefined
  }
}
