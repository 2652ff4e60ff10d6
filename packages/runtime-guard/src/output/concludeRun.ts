import type { Settings } from '../config/Settings.ts'
import { countsAgainstRun } from '../report/countsAgainstRun.ts'
import type { KillReport, Report } from '../report/Report.ts'
import { isLeft } from '../report/isLeft.ts'
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
 * @param end in mode `kill`, or when the end of the owner is enforced: ends what the report, after the policy, says is left; may throw
 * @param programCode the program's own exit code, 128 + n after signal n
 */
export function concludeRun(
  judged: Report,
  settings: Settings,
  programCode: number,
  host: OutputHost = processHost(),
  end?: (report: Report) => KillReport,
): Conclusion {
  if (settings.mode === 'off') return { report: judged, exitCode: programCode }
  const warn = (sentence: string): void => {
    host.writeError(`runtime-guard: ${sentence}\n`)
  }
  const applied = applyPolicyFiles(judged, settings, warn)
  const report = isEnding(settings) && end ? endLeft(applied, end, warn) : applied
  emitReport(report, settings, host)
  const fails = settings.mode !== 'report' && countsAgainstRun(report, settings.strict)
  return { report, exitCode: programCode === 0 && fails ? settings.exitCode : programCode }
}

/** True when what is left is to be ended. */
function isEnding({ mode, enforce }: Settings): boolean {
  return mode === 'kill' || enforce.exit
}

/** Ends what is left and puts into the report what came of it. A kill that is refused is said through `warn`. Never throws. */
export function endLeft(report: Report, end: (report: Report) => KillReport, warn: (sentence: string) => void): Report {
  if (!report.findings.some(isLeft)) return report
  try {
    return { ...report, kill: end(report) }
  } catch (error) {
    warn(`nothing was ended: ${(error as Error).message}.`)
    return report
  }
}
