import { countNoun } from '../report/countNoun.ts'
import { classifyVerdict } from '../report/countsAgainstRun.ts'
import { relativePath } from '../report/relativePath.ts'
import type { AllowedFinding, Finding, Report, RuleNotice } from '../report/Report.ts'
import { matchesGlob } from './matchesGlob.ts'
import type { AllowRule, BaselineEntry } from './Policy.ts'

/**
 * Takes the findings that rules or the baseline accept out of a report and lists them under `policy`, with the rules that
 * accepted nothing and those that are over. The first rule that matches takes a finding; the baseline comes after them.
 * @param today `YYYY-MM-DD` (UTC)
 */
export function applyPolicy(
  report: Report,
  rules: readonly AllowRule[],
  baseline: readonly BaselineEntry[],
  today: string,
): Report {
  const { cwd } = report.run.root
  const live = rules.map((rule, index) => ({ rule, index, used: 0 })).filter(({ rule }) => !isOver(rule, today))
  const quotas = baseline.map((entry) => ({ entry, left: entry.count }))
  const allowed: AllowedFinding[] = [...(report.policy?.allowed ?? [])]
  const findings = report.findings.filter((finding) => {
    const match = live.find(({ rule }) => accepts(rule, finding, cwd))
    if (match) {
      match.used += 1
      allowed.push({ finding, reason: match.rule.reason, by: 'rule' })
      return false
    }
    const quota = quotas.find(({ entry, left }) => left > 0 && isSameEntry(entry, baselineEntry(finding, cwd)))
    if (!quota) return true
    quota.left -= 1
    allowed.push({ finding, reason: 'The finding is in the baseline.', by: 'baseline' })
    return false
  })
  return {
    ...report,
    verdict: classifyVerdict(findings, report.blind),
    findings,
    policy: {
      allowed,
      unused: [
        ...live
          .filter(({ used }) => used === 0)
          .map(({ rule, index }) => ({ message: `Allow rule ${index + 1} ("${rule.reason}") accepted nothing.` })),
        ...quotas.filter(({ left }) => left > 0).map(describeQuota),
      ],
      expired: rules.flatMap((rule, index) =>
        isOver(rule, today)
          ? [{ message: `Allow rule ${index + 1} ("${rule.reason}") ended on ${rule.until ?? ''}.` }]
          : [],
      ),
    },
  }
}

/** The baseline that accepts exactly the findings of a report. */
export function createBaseline(report: Report): BaselineEntry[] {
  const entries: BaselineEntry[] = []
  for (const finding of report.findings) {
    // What could not be inspected has nothing to accept.
    if (finding.code === 'blind') continue
    const entry = baselineEntry(finding, report.run.root.cwd)
    const known = entries.find((candidate) => isSameEntry(candidate, entry))
    if (known) known.count += 1
    else entries.push(entry)
  }
  return entries
}

function isOver(rule: AllowRule, today: string): boolean {
  return rule.until !== undefined && rule.until < today
}

function accepts({ match }: AllowRule, finding: Finding, cwd: string): boolean {
  const [program = '', ...args] = finding.child?.argv ?? []
  return (
    fits(match.code, [finding.code]) &&
    fits(match.argv0, finding.child ? [program, baseName(program)] : []) &&
    fits(match.args, finding.child ? [args.join(' ')] : []) &&
    fits(match.site, finding.site ? [portablePath(finding.site.file, cwd)] : []) &&
    fits(match.test, finding.test ? [finding.test.name] : [])
  )
}

function fits(pattern: string | undefined, texts: string[]): boolean {
  return pattern === undefined || texts.some((text) => matchesGlob(text, pattern))
}

function baselineEntry(finding: Finding, cwd: string): BaselineEntry {
  const { code, site, child } = finding
  return site
    ? { code, file: portablePath(site.file, cwd), name: site.function, count: 1 }
    : { code, file: null, name: baseName(child?.argv[0] ?? ''), count: 1 }
}

function isSameEntry(a: BaselineEntry, b: BaselineEntry): boolean {
  return a.code === b.code && a.file === b.file && a.name === b.name
}

function describeQuota({ entry, left }: { entry: BaselineEntry; left: number }): RuleNotice {
  const place = [entry.file, entry.name].filter(Boolean).join(' ')
  return { message: `The baseline has ${countNoun(left, 'finding')} ${entry.code} of ${place} too many.` }
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '')
}

function portablePath(path: string, cwd: string): string {
  return relativePath(path, cwd).replaceAll('\\', '/')
}
