import type { Report } from '../report/Report.ts'

/** The processes that the program, a rule or the baseline accepts: no kill touches them, or what descends from them. */
export function acceptedPids({ policy }: Report): Set<number> {
  const processes = (policy?.allowed ?? []).flatMap(({ finding }) => [finding.child, ...finding.descendants])
  return new Set(processes.flatMap((process) => (process?.pid ? [process.pid] : [])))
}
