import { journalVersion, type JournalEntry } from '../ledger/JournalEntry.ts'
import type { JournalFile } from '../ledger/Ledger.ts'
import { isJournalEntry } from './isJournalEntry.ts'
import { getNatives } from './natives.ts'
import { readRegularFile } from './readRegularFile.ts'

/** The entries of one journal. A line that is no entry, as the last one of a killed writer, is counted. */
export function parseJournal(text: string): JournalFile {
  const lines = text.split('\n').filter((line) => line !== '')
  if (isOtherVersion(lines[0] ?? '')) return { entries: [], torn: lines.length }
  const entries = lines.map(parseLine).filter((entry) => entry !== undefined)
  return { entries, torn: lines.length - entries.length }
}

/** What the lines of another version hold is not known, so that this is asked before they are looked at. */
function isOtherVersion(line: string): boolean {
  try {
    const first = JSON.parse(line) as { t?: unknown; v?: unknown } | null
    return first?.t === 'process' && first.v !== journalVersion
  } catch {
    return false
  }
}

function parseLine(line: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isJournalEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The journals of a run, and the names of those that cannot be read. A run that wrote nothing has none. */
export function readRun(runDir: string): { files: JournalFile[]; unreadable: string[] } {
  const { readdirSync } = getNatives()
  const files: JournalFile[] = []
  const unreadable: string[] = []
  let names: string[]
  try {
    names = readdirSync(runDir)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') unreadable.push(runDir)
    return { files, unreadable }
  }
  for (const name of names) {
    if (!name.endsWith('.ndjson')) continue
    try {
      files.push(parseJournal(readRegularFile(`${runDir}/${name}`)))
    } catch {
      unreadable.push(name)
    }
  }
  return { files, unreadable }
}
