import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Expectation } from './Fixture.ts'

/** The part of the guard's JSON report (`schemaVersion` 1) that the tests read. */
export interface GuardReport {
  readonly schemaVersion: 1
  readonly verdict: 'clean' | 'leaks' | 'blind'
  readonly run: { readonly exitCode: number | null; readonly root: { readonly argv: readonly string[] } }
  readonly stats: { readonly spawned: number }
  readonly findings: readonly {
    readonly code: string
    readonly severity: 'error' | 'warning' | 'info'
    readonly message: string
    readonly rule: string | null
    readonly site: { readonly file: string; readonly line: number } | null
    readonly child: { readonly argv: readonly string[] } | null
  }[]
  readonly blind: readonly { readonly reason: string }[]
}

export function readGuardReport(file: string): GuardReport {
  if (!existsSync(file)) throw new Error(`The guard wrote no report to ${file}.`)
  return JSON.parse(readFileSync(file, 'utf8')) as GuardReport
}

/** Findings as expectations; one whose call site is elsewhere than in `program` says so. */
export function findingsAtLines(report: GuardReport, program: string): Expectation[] {
  return report.findings.map(({ code, site }) => {
    if (site === null) return { line: 0, name: `${code} without a call site` }
    return path.basename(site.file) === program
      ? { line: site.line, name: code }
      : { line: site.line, name: `${code} in ${site.file}` }
  })
}
