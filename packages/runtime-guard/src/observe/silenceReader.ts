import type { ExamineHang } from '../journal/hang.ts'
import { currentDirectory, type JournalOwner } from '../journal/JournalWriter.ts'
import { readRunSettings, runSettingKeys, writeRunSettings } from '../journal/runSettings.ts'
import { mentionsSetting } from './mentionsSetting.ts'

const defaultSilenceMs = 10_000

/**
 * How long nothing may happen, in milliseconds, before what hangs is named: what the environment says, else the files of the root. A
 * root hands on to its members what its files say, before it starts the first of them; where they say nothing, and that is
 * nearly always, this costs a look at the names of files.
 */
export function silenceReader(owner: JournalOwner, examine: ExamineHang): () => number {
  const given = process.env.RUNTIME_GUARD_HANG_AFTER_MS
  const isGiven = given !== undefined && /^\d{1,9}$/.test(given.trim())
  if (isGiven && owner.role === 'member') return () => Number(given)
  if (owner.role === 'member') {
    let known: number | undefined
    return () => (known ??= readRunSettings(owner.runDir)?.hangAfterMs) ?? defaultSilenceMs
  }
  const ms = readFiles(owner, examine)
  return () => (isGiven ? Number(given) : ms)
}

function readFiles({ runDir }: JournalOwner, examine: ExamineHang): number {
  try {
    if (!mentionsSetting(currentDirectory(), runSettingKeys)) return defaultSilenceMs
    const settings = examine.readRunSettings()
    writeRunSettings(runDir, settings)
    return settings.hangAfterMs
  } catch {
    // A journal that cannot be written is said by the report.
    return defaultSilenceMs
  }
}
