import type { Settings } from '../config/Settings.ts'
import { countsAgainstRun } from '../report/countsAgainstRun.ts'
import type { Report } from '../report/Report.ts'
import { applyPolicyFiles } from './applyPolicyFiles.ts'
import { emitReport } from './emitReport.ts'
import { processHost, type OutputHost } from './OutputHost.ts'

export interface Conclusion {
  /** The report after allow rules and baseline, as it was emitted. */
  report: Report
  /** The code to exit with: the program's own unless it is 0 and the mode fails the run. */
  exitCode: number
}

/**
 * The end of every judged run: applies allow rules and baseline, emits the report to all targets, decides the exit
 * code. Synchronous; never throws.
 * @param programCode the program's own exit code, 128 + n after signal n
 */
export function concludeRun(
  judged: Report,
  settings: Settings,
  programCode: number,
  host: OutputHost = processHost(),
): Conclusion {
  if (settings.mode === 'off') return { report: judged, exitCode: programCode }
  const report = applyPolicyFiles(judged, settings, (sentence) => {
    host.writeError(`runtime-guard: ${sentence}\n`)
  })
  emitReport(report, settings, host)
  const fails = settings.mode !== 'report' && countsAgainstRun(report, settings.strict)
  return { report, exitCode: programCode === 0 && fails ? settings.exitCode : programCode }
}
