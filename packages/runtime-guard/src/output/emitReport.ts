import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { OutputTarget, Settings } from '../config/Settings.ts'
import { makeDirectory } from '../journal/makeDirectory.ts'
import { countsAgainstRun } from '../report/countsAgainstRun.ts'
import type { Report } from '../report/Report.ts'
import { renderMarkdown } from '../report/renderMarkdown.ts'
import { processHost, type OutputHost } from './OutputHost.ts'
import { renderReport } from './renderReport.ts'

/** GitHub drops the whole summary of a step that exceeds this. */
const summaryBytes = 1024 * 1024

/**
 * Renders a report to every target of the settings, before returning, so that it can run while the process exits.
 * Never throws: what cannot be written costs one sentence on stderr, and the exit code is not its business.
 * Formats for people stay off stderr when there is nothing to say.
 */
export function emitReport(report: Report, settings: Settings, host: OutputHost = processHost()): void {
  const worthSaying = isWorthSaying(report, settings.strict)
  for (const target of settings.out) {
    if (target.path !== null) writeTarget(report, target, target.path, host)
    else if (worthSaying || target.format === 'json' || target.format === 'ndjson')
      host.writeError(renderReport(report, target.format, host, host.columns))
  }
  if (worthSaying && settings.out.some((target) => target.format === 'github')) appendStepSummary(report, host)
}

/** False for a run about which a person need not be told anything. */
export function isWorthSaying(report: Report, strict: boolean): boolean {
  const { findings, policy } = report
  return (
    countsAgainstRun(report, strict) ||
    findings.some((finding) => finding.severity !== 'info') ||
    (policy !== undefined && policy.expired.length + policy.unused.length > 0)
  )
}

function writeTarget(report: Report, target: OutputTarget, path: string, host: OutputHost): void {
  try {
    const isDirectory = /[/\\]$/.test(path)
    const file = isDirectory ? join(path, `${report.run.id}.${fileExtensions[target.format]}`) : path
    makeDirectory(dirname(file))
    const text = renderReport(report, target.format, { ...host, env: withoutColour(host.env) }, undefined)
    if (target.format === 'ndjson') appendFileSync(file, text)
    else writeFileSync(file, text)
  } catch (error) {
    sayUnwritable('the report', path, error, host)
  }
}

const fileExtensions: Record<OutputTarget['format'], string> = {
  text: 'txt',
  json: 'json',
  ndjson: 'ndjson',
  github: 'txt',
}

/** FORCE_COLOR is meant for the log that a person reads, not for files. */
function withoutColour(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, FORCE_COLOR: '0' }
}

function appendStepSummary(report: Report, host: OutputHost): void {
  const path = host.env.GITHUB_STEP_SUMMARY
  if (!path) return
  try {
    const used = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    appendFileSync(path, renderMarkdown(report, report.run.root.cwd, summaryBytes - used))
  } catch (error) {
    sayUnwritable('the step summary', path, error, host)
  }
}

function sayUnwritable(what: string, path: string, error: unknown, host: OutputHost): void {
  const reason = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error))
  host.writeError(`runtime-guard: ${what} cannot be written to ${JSON.stringify(path)} (${reason}).\n`)
}
