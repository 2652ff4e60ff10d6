import { findInfrastructure } from './infrastructure.ts'
import type { RunProcess } from './RunProcess.ts'
import type { RunView } from './RunView.ts'

/**
 * True for a tool's own process, and for whatever it started. A process can write over its command line (vitest's watchdog
 * calls itself `vitest-watchdog`): what it was started as counts too.
 */
export function belongsToTool(view: RunView, process: RunProcess): boolean {
  for (let current: RunProcess | undefined = process, depth = 0; current && depth < 1000; depth++) {
    const record = view.recordOf(current)
    if (findInfrastructure(current) || (record && findInfrastructure(record))) return true
    current = view.parentOf(current)
  }
  return false
}
