import type { SyncEntry } from '../ledger/JournalEntry.ts'
import { getNatives } from './natives.ts'
import { parseJournal } from './readJournal.ts'
import { readRegularFile } from './readRegularFile.ts'

/**
 * The synchronous calls of a run that have not returned, seen from outside: a thread that is blocked writes nothing more, so
 * that its call is the last line of its journal. A journal is read again only when it has changed.
 */
export class OpenCalls {
  private readonly runDir: string
  private readonly known: Map<string, { version: string; call: SyncEntry | undefined }>

  constructor(runDir: string) {
    this.runDir = runDir
    this.known = new Map()
  }

  /** Calls of threads that may be gone by now, longest first. */
  find(): SyncEntry[] {
    const { readdirSync } = getNatives()
    const calls: SyncEntry[] = []
    try {
      for (const name of readdirSync(this.runDir)) {
        const call = name.endsWith('.ndjson') ? this.read(name) : undefined
        if (call) calls.push(call)
      }
    } catch {
      // Nothing was written yet, or the run is over.
    }
    return calls.sort((a, b) => a.at - b.at)
  }

  private read(name: string): SyncEntry | undefined {
    const { statSync } = getNatives()
    try {
      const file = `${this.runDir}/${name}`
      const { mtimeMs, size } = statSync(file)
      const version = `${mtimeMs} ${size}`
      const known = this.known.get(name)
      if (known?.version === version) return known.call
      const last = parseJournal(readRegularFile(file)).entries.at(-1)
      const call = last?.t === 'sync' ? last : undefined
      this.known.set(name, { version, call })
      return call
    } catch {
      // It was removed meanwhile.
      return undefined
    }
  }
}
