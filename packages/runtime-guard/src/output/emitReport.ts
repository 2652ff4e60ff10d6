import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { OutputTarget, Settings } from '../config/Settings.ts'
import { countsAgainstRun } from '../report/countsAgainstRun.ts'
import type { Report } from '../report/Report.ts'
import { renderJson } from '../report/renderJson.ts'
import { renderNdjson } from '../report/renderNdjson.ts'
import { writeFully } from './writeFully.ts'

/**
 * Renders a report to every target of the settings, before returning, so that it can run while the process exits.
 * Never throws: what cannot be written costs one sentence on stderr, and the exit code is not its business.
 * Stderr gets nothing from a run without findings.
 */
export function emitReport(report: Report, settings: Settings): void {
  for (const target of settings.out) {
    if (target.path === null) {
      const isQuiet = report.findings.length === 0 && !countsAgainstRun(report, settings.strict)
      if (!isQuiet) say(render(report, target))
    } else {
      writeTarget(report, target, target.path)
    }
  }
}

function render(report: Report, target: OutputTarget): string {
  return target.format === 'ndjson' ? renderNdjson(report) : renderJson(report)
}

function writeTarget(report: Report, target: OutputTarget, path: string): void {
  try {
    const isDirectory = /[/\\]$/.test(path)
    const file = isDirectory ? join(path, `${report.run.id}.${target.format}`) : path
    mkdirSync(isDirectory ? path : dirname(path), { recursive: true })
    if (target.format === 'ndjson') appendFileSync(file, render(report, target))
    else writeFileSync(file, render(report, target))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    say(`runtime-guard: the report cannot be written to ${path} (${code}).\n`)
  }
}

function say(text: string): void {
  try {
    writeFully(2, text)
  } catch {
    // Nothing is left to say it on.
  }
}
