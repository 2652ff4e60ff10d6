import { linuxProcessTable } from './linux.ts'
import type { ProcessTable } from './ProcessTable.ts'

/** The process table of this machine; on a platform without one, a table that sees nothing and says so. */
export function findProcessTable(platform: string = process.platform): ProcessTable {
  return platform === 'linux' ? linuxProcessTable() : blindProcessTable(platform)
}

/** For a run in which nothing was started: there is nothing to look for. */
export const emptyProcessTable: ProcessTable = { ...blindProcessTable(''), limit: null }

function blindProcessTable(platform: string): ProcessTable {
  return {
    tier: 'none',
    limit: `The process table of ${platform} cannot be read by this version: only what the journals say is known.`,
    find: () => undefined,
    timeOf: () => undefined,
    list: () => [],
    readEnvironment: () => undefined,
    readArgv: () => undefined,
    isOwn: () => false,
    readCwd: () => undefined,
    readThreads: () => undefined,
    readSockets: () => undefined,
    readWaits: () => undefined,
    countSleeps: () => 0,
  }
}
