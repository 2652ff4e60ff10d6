import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { audit } from '../audit/audit.ts'
import { packageVersion } from '../project/packageFiles.ts'
import { ProjectError } from '../project/ProjectError.ts'
import { renderJson } from '../report/renderJson.ts'
import { renderSarif } from '../report/renderSarif.ts'
import { renderText } from '../report/renderText.ts'
import type { AuditReport } from '../report/Report.ts'
import { formatSettings, writeSettingsFile } from '../settings/settingsFile.ts'
import { exitCodes } from './exitCodes.ts'
import { formatHelp } from './formatHelp.ts'
import { type Invocation, parseInvocation } from './parseInvocation.ts'
import { UsageError } from './UsageError.ts'

/** Where the command writes, and what its paths are relative to. */
export interface CliHost {
  readonly cwd: string
  readonly print: (text: string) => void
  readonly warn: (text: string) => void
}

/** Runs the command; returns the exit code. What is wrong with the call is one sentence on stderr. */
export function runCli(args: readonly string[], host: CliHost): number {
  try {
    return run(parseInvocation(args), host)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ProjectError)) throw error
    host.warn(`child-process-audit: ${error.message}\n`)
    return exitCodes.usage
  }
}

function run(invocation: Invocation, host: CliHost): number {
  if (invocation.asksFor === 'help') {
    host.print(formatHelp())
    return exitCodes.clean
  }
  if (invocation.asksFor === 'version') {
    host.print(`${packageVersion()}\n`)
    return exitCodes.clean
  }
  const settingsFile = path.resolve(host.cwd, invocation.settings)
  const { project } = invocation
  const report = audit({ cwd: host.cwd, settings: invocation.settings, ...(project !== undefined && { project }) })
  writeReport(render(report, invocation), invocation.output, host)
  const isOutdated = compareSettings(report, settingsFile, invocation, host)
  if (report.verdict === 'findings' || isOutdated) return exitCodes.findings
  return report.verdict === 'blind' ? exitCodes.blind : exitCodes.clean
}

function render(report: AuditReport, { format, isVerbose }: Invocation): string {
  switch (format) {
    case 'json':
      return renderJson(report)
    case 'sarif':
      return renderSarif(report)
    case 'text':
      return renderText(report, isVerbose)
  }
}

function writeReport(text: string, output: string | undefined, { cwd, print }: CliHost): void {
  if (output === undefined) {
    print(text)
    return
  }
  try {
    writeFileSync(path.resolve(cwd, output), text)
  } catch (error) {
    throw new UsageError(
      `--output ${output} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    )
  }
}

/** Writes the settings, or compares them; true when they are to be compared and differ. */
function compareSettings(
  { settings }: AuditReport,
  file: string,
  { checks, settings: name, writesSettings }: Invocation,
  { warn }: CliHost,
): boolean {
  const text = formatSettings(settings)
  if (writesSettings) writeSettingsFile(file, text)
  if (!checks) return false
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8').replaceAll('\r\n', '\n') === text
  if (!isCurrent) warn(`child-process-audit: ${name} is out of date: run child-process-audit --write-settings.\n`)
  return !isCurrent
}
