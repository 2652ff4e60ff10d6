import { readSettings } from '../config/readSettings.ts'
import type { Settings } from '../config/Settings.ts'
import type { KnownRun } from '../journal/findRuns.ts'
import { getNatives } from '../journal/natives.ts'
import type { PolicyFiles } from '../ledger/JournalEntry.ts'
import { applyPolicyFiles } from '../output/applyPolicyFiles.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { classifyVerdict } from '../report/countsAgainstRun.ts'
import { isLeft } from '../report/isLeft.ts'
import type { Report } from '../report/Report.ts'
import { judgeRun } from './judgeRun.ts'

export interface StaleRunOptions {
  settings: Settings
  /** Files that are used in the place of the run's own. */
  chosen: PolicyFiles
  probe: ProcessTable
  /** Is given a sentence for each file that is not understood. */
  warn: (sentence: string) => void
}

/**
 * The verdict over a run whose root is gone, after the policy that the root would have applied. What the run did is told only
 * as long as nobody has judged it; afterwards, what it has left now.
 */
export function judgeStaleRun(run: KnownRun, options: StaleRunOptions): Report {
  const { now, wait } = getNatives()
  const { settings, probe, warn } = options
  const judged = judgeRun({
    ...{ runDir: run.runDir, probe, now, wait, exitCode: null, cause: 'sweep' },
    // Its time of grace was over long ago.
    settings: { ...settings, graceMs: 0 },
  })
  const findings = run.judged ? judged.findings.filter(isLeft) : judged.findings
  const report = { ...judged, findings, verdict: classifyVerdict(findings, judged.blind) }
  const applied = applyPolicyFiles(report, findPolicy(run, options), warn)
  // A run that was killed proves of no rule that it is of no use.
  return applied.policy ? { ...applied, policy: { ...applied.policy, unused: [], expired: [] } } : applied
}

function findPolicy(run: KnownRun, { chosen, warn }: StaleRunOptions): Pick<Settings, 'allow' | 'baseline'> {
  const files = run.cwd === '' ? {} : readSettings({ env: {}, cwd: run.cwd, readFiles: true, warn: ignoreOthers(warn) })
  const { allow = null, baseline = null } = { ...files, ...run.policy, ...chosen }
  return { allow, baseline }
}

/** What is wrong with other settings of the run was said by its root. */
function ignoreOthers(warn: (sentence: string) => void): (sentence: string) => void {
  return (sentence) => {
    if (/: (?:allow|baseline) is /.test(sentence)) warn(sentence)
  }
}
