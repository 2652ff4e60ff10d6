import type { TSESTree } from '@typescript-eslint/utils'
import { isFunctionNode } from '../ast/function-node.ts'
import { type FileHost, type FileStamp, getFileHost } from '../project/file-host.ts'
import { isJsonObject, joinPath, type JsonObject } from '../project/project-files.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** What the runtime guard found about the children of one call, when the program ran. */
export interface ObservedLeak {
  /** Of the finding that weighs most: the first one. */
  readonly code: string
  /** Findings of that code. */
  readonly count: number
  /** The name of the test that started the first of them. */
  readonly test: string | undefined
  /** When the verdict was given, as ISO 8601; `undefined` where the report does not tell. */
  readonly endedAt: string | undefined
}

/** A finding of the report that names a line. */
interface Finding {
  readonly code: string
  readonly method: string | undefined
  readonly test: string | undefined
  /** With forward slashes. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

interface Report {
  /** The working directory of the run, with forward slashes. */
  readonly cwd: string | undefined
  readonly endedAt: string | undefined
  readonly findings: readonly Finding[]
}

export interface ReportResult {
  /** `undefined`: there is no report, or it cannot be used. */
  readonly report?: Report
  /** What is wrong with it, in one sentence. */
  readonly problem?: string
}

/** Codes of findings about a child that was left behind; the others are about its start, its end or its failure. */
const LEFT = new Set([
  'thread-orphan',
  'kill-ineffective',
  'undrained-pipe',
  'unended-stdin',
  'open-ipc',
  'held-pipe',
  'undeclared-daemon',
  'orphan-descendant',
  'leaked-child',
  'zombie',
  'cross-test',
])

const NONE: ReportResult = {}

interface Entry {
  readonly stamp: FileStamp
  readonly result: ReportResult
}

/** By the settings, which all files of a configuration share; an entry holds while the file has its time and size. */
const known = new WeakMap<object, Map<string, Entry>>()

/**
 * Reads the JSON report of the runtime guard, schema version 1. None that is there is no mistake: it is written by a run.
 *
 * @param path absolute, or relative to the working directory
 */
export function readReport(path: string, { cwd, settings }: SourceUnit): ReportResult {
  const host = getFileHost()
  const file = joinPath(toSlashes(cwd), toSlashes(path))
  const stamp = host?.stat(file)
  if (!host || !stamp) return NONE
  let entries = known.get(settings)
  if (!entries) known.set(settings, (entries = new Map<string, Entry>()))
  const entry = entries.get(file)
  if (entry?.stamp.mtimeMs === stamp.mtimeMs && entry.stamp.size === stamp.size) return entry.result
  const result = parseReport(path, file, host)
  entries.set(file, { stamp: { mtimeMs: stamp.mtimeMs, size: stamp.size }, result })
  return result
}

function parseReport(path: string, file: string, host: FileHost): ReportResult {
  const fail = (reason: string): ReportResult => ({
    problem: `The option \`report\` of \`child-process/observed-leak\` names \`${path}\`, which ${reason}.`,
  })
  const text = host.read(file)
  if (text === undefined) return fail('cannot be read')
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return fail('is not JSON')
  }
  if (!isJsonObject(value) || !Array.isArray(value.findings))
    return fail('is no JSON report of runtime-guard: it has no list of `findings`')
  if (value.schemaVersion !== 1)
    return fail(`has the \`schemaVersion\` ${describeValue(value.schemaVersion)}, where 1 is understood`)
  const findings: Finding[] = []
  for (const [index, entry] of (value.findings as unknown[]).entries()) {
    const finding = readFinding(entry)
    if (finding === 'malformed') return fail(`has a malformed \`findings[${String(index)}]\``)
    if (finding) findings.push(finding)
  }
  const run = isJsonObject(value.run) ? value.run : {}
  const root = isJsonObject(run.root) ? run.root : {}
  const cwd = typeof root.cwd === 'string' ? toSlashes(root.cwd) : undefined
  return { report: { cwd, endedAt: readText(run.endedAt), findings } }
}

function readFinding(entry: unknown): Finding | 'malformed' | undefined {
  if (!isJsonObject(entry) || typeof entry.code !== 'string') return 'malformed'
  const { child, code, site, test } = entry
  if (site === null || site === undefined) return undefined
  if (!isJsonObject(site) || typeof site.file !== 'string' || !isPosition(site.line) || !isPosition(site.column))
    return 'malformed'
  if (!LEFT.has(code)) return undefined
  return {
    code,
    method: readField(child, 'method'),
    test: readField(test, 'name'),
    file: readPath(site.file),
    line: site.line,
    column: site.column,
  }
}

function describeValue(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}

function readField(object: unknown, name: string): string | undefined {
  return isJsonObject(object) ? readText((object satisfies JsonObject)[name]) : undefined
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isPosition(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1
}

/**
 * What was observed of the child of a site. The report may be older than the file: it counts where a site of the file still encloses
 * the position, or is the only one of its line, and starts its child by the same function.
 *
 * @param sites all sites of the file
 */
export function findObservedLeak(
  site: SpawnSite,
  sites: readonly SpawnSite[],
  report: Report,
  unit: SourceUnit,
): ObservedLeak | undefined {
  const own = report.findings.filter(
    (finding) => isSameFile(finding, report, unit) && isSameMethod(finding, site) && findSite(finding, sites) === site,
  )
  const [first] = own
  if (!first) return undefined
  const count = own.filter(({ code }) => code === first.code).length
  return { code: first.code, count, test: first.test, endedAt: report.endedAt }
}

/** By the absolute path, or as seen from the working directories of the run and of the linter: it may have run on another machine. */
function isSameFile({ file }: Finding, { cwd }: Report, unit: SourceUnit): boolean {
  const own = toSlashes(unit.filename)
  if (isSamePath(file, own)) return true
  const relative = cwd === undefined ? undefined : findRelative(file, cwd)
  return relative !== undefined && relative === findRelative(own, toSlashes(unit.cwd))
}

function findRelative(file: string, folder: string): string | undefined {
  const start = folder.endsWith('/') ? folder : `${folder}/`
  return isSamePath(file.slice(0, start.length), start) ? file.slice(start.length) : undefined
}

/** Windows does not tell cases apart, and drive letters come in both. */
function isSamePath(a: string, b: string): boolean {
  return a === b || (/^[a-z]:\//i.test(a) && a.toLowerCase() === b.toLowerCase())
}

const METHOD = /^(?:exec|execFile|fork|spawn)(?:Sync)?$/

/**
 * A call of another function of `child_process` than the one that ran may have come into its place. Of a process that nobody started
 * directly, as one behind a shell, the report tells how it was found instead.
 */
function isSameMethod({ method }: Finding, { contract, callee, unit }: SpawnSite): boolean {
  if (method === undefined || !METHOD.test(method) || unit.resolveOrigin(callee)?.module !== 'child_process')
    return true
  return method === `${contract.like}${contract.isSync ? 'Sync' : ''}`
}

/** The innermost site of the file that encloses the position, or the only one of the line. */
function findSite({ column, line }: Finding, sites: readonly SpawnSite[]): SpawnSite | undefined {
  const starts = sites.filter(({ handedBack }) => handedBack === undefined)
  const at = { line, column: column - 1 }
  const enclosing = starts.filter((site) => isWithin(at, site.node) && !isInNestedCode(at, site))
  const inner = enclosing.find((site) => enclosing.every((other) => isInside(site.node, other.node)))
  if (inner) return inner
  const [only, ...others] = starts.filter(({ callee }) => callee.loc.end.line === line)
  return others.length === 0 ? only : undefined
}

function isWithin({ column, line }: TSESTree.Position, { loc: { end, start } }: TSESTree.Node): boolean {
  const isAfterStart = line > start.line || (line === start.line && column >= start.column)
  return isAfterStart && (line < end.line || (line === end.line && column < end.column))
}

/** Code of a callback among the arguments runs by itself; there the line of the call has become another one. */
function isInNestedCode(at: TSESTree.Position, { node, callee }: SpawnSite): boolean {
  if (isWithin(at, callee)) return false
  const given = node.type === 'CallExpression' ? node.arguments : []
  return given.some((argument) => isFunctionNode(argument) && isWithin(at, argument))
}

function isInside(inner: TSESTree.Node, outer: TSESTree.Node): boolean {
  return inner.range[0] >= outer.range[0] && inner.range[1] <= outer.range[1]
}

/** A path, of a `file:` URL as well. */
function readPath(file: string): string {
  if (!file.startsWith('file:')) return toSlashes(file)
  try {
    const { host, pathname } = new URL(file)
    const path = decodeURIComponent(pathname)
    return /^\/[a-z]:\//i.test(path) ? path.slice(1) : host === '' ? path : `//${host}${path}`
  } catch {
    return file
  }
}

function toSlashes(path: string): string {
  return path.replaceAll('\\', '/')
}
