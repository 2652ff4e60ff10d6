import { getNatives } from './natives.ts'
import { readRegularFile } from './readRegularFile.ts'
import { makeRunDirectory } from './runDirectory.ts'

/** What the members of a run must know of the files that only its root reads. */
export interface RunSettings {
  /** Milliseconds. */
  hangAfterMs: number
  graceMs: number
  attribution: 'auto' | 'on' | 'off'
  failTests: boolean
}

/** Matches the keys of these settings in a configuration file. */
export const runSettingKeys = '(?:hangAfterMs|graceMs|attribution|failTests)'

const nameOf = (runDir: string): string => `${runDir}/settings.json`

/** Throws as `fs` does. */
export function writeRunSettings(runDir: string, settings: RunSettings): void {
  makeRunDirectory(runDir)
  getNatives().writeFileSync(nameOf(runDir), JSON.stringify(settings), { mode: 0o600 })
}

/** Undefined: the files of the root say nothing, or it has not read them yet. */
export function readRunSettings(runDir: string): RunSettings | undefined {
  const { existsSync } = getNatives()
  try {
    if (!existsSync(nameOf(runDir))) return undefined
    const settings = JSON.parse(readRegularFile(nameOf(runDir))) as Partial<RunSettings>
    return typeof settings.hangAfterMs === 'number' ? (settings as RunSettings) : undefined
  } catch {
    return undefined
  }
}
