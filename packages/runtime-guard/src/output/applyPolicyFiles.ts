import type { Settings } from '../config/Settings.ts'
import { applyPolicy } from '../policy/applyPolicy.ts'
import { readAllowRules, readBaseline } from '../policy/readPolicyFile.ts'
import type { Report } from '../report/Report.ts'

/** Takes out of a report what the allow rules and the baseline of the settings accept; what is wrong with the files is said through `warn`. */
export function applyPolicyFiles(
  report: Report,
  settings: Pick<Settings, 'allow' | 'baseline'>,
  warn: (sentence: string) => void,
): Report {
  if (settings.allow === null && settings.baseline === null) return report
  const rules = settings.allow === null ? [] : readAllowRules(settings.allow, warn)
  const baseline = settings.baseline === null ? [] : readBaseline(settings.baseline, warn)
  // The report has the time of the judgement; the clock of a process under test may be a fake.
  return applyPolicy(report, rules, baseline, report.run.endedAt.slice(0, 10))
}
