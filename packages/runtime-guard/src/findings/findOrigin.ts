import type { ChildRecord } from '../ledger/Ledger.ts'
import { findNamingRecords, findRunningRecords } from './findNamingRecords.ts'
import type { RunProcess } from './RunProcess.ts'
import { findSessionRecord, type RunView } from './RunView.ts'

/** The record that a process descends from, and how sure that is. */
export interface Origin {
  record: ChildRecord
  confidence: 'exact' | 'likely'
}

/** Finds the record behind a process that nobody in the run started directly: by its cookie, its parents, its session, or its time. */
export function findOrigin(view: RunView, process: RunProcess): Origin | undefined {
  const named = process.startedBy === null ? undefined : view.findRecord(process.startedBy)
  if (named) return { record: named, confidence: 'exact' }
  for (
    let parent = view.parentOf(process), depth = 0;
    parent && depth < 1000;
    parent = view.parentOf(parent), depth++
  ) {
    const record = view.recordOf(parent)
    if (record) return { record, confidence: 'exact' }
  }
  const session = findSessionRecord(view.ledger, process)
  if (session) return { record: session, confidence: 'exact' }
  const record = findByTime(view, process)
  return record && { record, confidence: 'likely' }
}

/**
 * An orphan that has no cookie (`env -i`, an environment of its own) and no parents; what remains is that it started while the one it descends from was running, in most
 * cases as a word of that one's command.
 */
function findByTime(view: RunView, process: RunProcess): ChildRecord | undefined {
  const running = findRunningRecords(view.ledger, process)
  const naming = findNamingRecords(running, process)
  if (naming.length > 0) return youngest(naming)
  return youngest(running.filter((record) => record.shell)) ?? (running.length === 1 ? running[0] : undefined)
}

function youngest(records: readonly ChildRecord[]): ChildRecord | undefined {
  return records.reduce<ChildRecord | undefined>(
    (best, record) => (best === undefined || record.requestedAt >= best.requestedAt ? record : best),
    undefined,
  )
}
