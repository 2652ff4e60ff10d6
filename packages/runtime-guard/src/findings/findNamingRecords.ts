import type { ChildRecord, Ledger } from '../ledger/Ledger.ts'
import type { RunProcess } from './RunProcess.ts'

/** Clocks of the journal and of the process table differ by less than this, in milliseconds. */
const slackMs = 50

/** The children that were running when a process started. */
export function findRunningRecords(ledger: Ledger, { startedAt }: RunProcess): ChildRecord[] {
  return ledger.children.filter(
    (record) =>
      record.pid !== null &&
      record.requestedAt - slackMs <= startedAt &&
      (record.exitedAt === null || startedAt <= record.exitedAt + slackMs),
  )
}

/** Those among them whose command has the program of the process as a word. */
export function findNamingRecords(running: readonly ChildRecord[], process: RunProcess): ChildRecord[] {
  const program = baseName(process.argv[0] ?? '')
  if (program === '') return []
  return running.filter((record) =>
    record.argv.slice(1).some((argument) => argument.split(/[\s;&|()"'`]+/).some((word) => baseName(word) === program)),
  )
}

/** The last part of a path. */
export function baseName(path: string): string {
  return /[^/\\]+$/.exec(path)?.[0] ?? path
}
