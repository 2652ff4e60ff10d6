import { redactArgv } from '../ledger/redactArgv.ts'
import type { KillReport } from '../report/Report.ts'
import type { KillCandidate } from './KillCandidate.ts'
import type { KillOutcome } from './KillPlan.ts'

/** What a kill came to, as the report has it. */
export function describeOutcome({ ended, survivors }: KillOutcome, redact: readonly string[]): KillReport {
  const describe = ({ pid, argv }: KillCandidate): { pid: number; argv: string[] } => ({
    pid,
    argv: redactArgv(argv, redact),
  })
  return {
    ended: ended.map(({ process, signal }) => ({ ...describe(process), signal })),
    survivors: survivors.map(({ process, reason }) => ({ ...describe(process), reason })),
  }
}
