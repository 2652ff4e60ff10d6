import { findCallSite } from '../ledger/callSite.ts'
import type { ChildRecord } from '../ledger/Ledger.ts'
import type { ChildState, Descendant, Finding, ReportedChild } from '../report/Report.ts'
import { findDefinition } from './catalog.ts'
import type { Accusation } from './classifyRun.ts'
import type { RunProcess } from './RunProcess.ts'

/** Puts an accusation into the words of the report. `now`: milliseconds since the epoch. */
export function describeAccusation(accusation: Accusation, now: number): Finding {
  const { code, start, descendants } = accusation
  const { severity, hint, rule } = findDefinition(code)
  return {
    code,
    severity,
    message: describe(accusation),
    child: describeChild(accusation, now),
    site: start?.site ?? null,
    stack: start?.record.stack ?? [],
    test: null,
    holders: [],
    descendants: descendants.map(describeDescendant),
    rule,
    hint,
  }
}

function describe({ code, process, origin, start }: Accusation): string {
  const record = origin?.record
  const name = programOf(process?.argv ?? record?.argv ?? [])
  if (code === 'unhandled-spawn-error')
    return `${name} could not be started (${record?.error?.code ?? 'unknown error'}), and nobody listened for the 'error' event.`
  if (code === 'undeclared-daemon')
    return `${name} was detached and let go of, and is still running at the end of the run.`
  if (code === 'orphan-descendant') {
    if (!origin) return `${name} is still running, and no guarded process of the run started it.`
    const likely = origin.confidence === 'likely' ? ' (likely, by the time of its start)' : ''
    const by = describeInner(origin.record, start?.record)
    return `${name} is still running behind ${programOf((start ?? origin).record.argv)}, the child it descends from${by}${likely}.`
  }
  const behind = record === start?.record ? '' : `; it was started behind ${programOf(start?.record.argv ?? [])}`
  if (record && record.owner.threadId > 0)
    return `${name} is still running although worker thread ${record.owner.threadId} of process ${record.owner.pid}, which started it, has ended${behind}.`
  return `${name} is still running although process ${record?.owner.pid ?? '?'}, which started it, has ended${behind}.`
}

/** The start inside of a package that stands between the process and the user's own. */
function describeInner(inner: ChildRecord, outer: ChildRecord | undefined): string {
  const site = inner === outer ? undefined : findCallSite(inner.stack)
  if (site === undefined) return ''
  const place = site.file.replace(/^.*[/\\]node_modules[/\\]/, '').replaceAll('\\', '/')
  return ` (by way of ${place}:${site.line})`
}

/** The command in a few words: its program, and for an interpreter or a shell what it runs. */
function programOf(argv: readonly string[]): string {
  const [file = 'The process', first, second] = argv
  const name = baseName(file)
  if (/^(?:ba|da|z|k|a)?sh$|^cmd(?:\.exe)?$/i.test(name) && first !== undefined && second !== undefined)
    return `\`${shorten(second)}\` (in ${name})`
  if (/^(?:node|python[\d.]*|ruby|perl|deno|bun)(?:\.exe)?$/i.test(name)) {
    const script = findScript(argv.slice(1))
    if (script !== undefined) return `\`${name} ${shorten(baseName(script))}\``
  }
  return `\`${shorten([name, ...argv.slice(1)].join(' '))}\``
}

/** The first word that is neither an option nor the value of one that preloads. */
function findScript(args: readonly string[]): string | undefined {
  const preloads = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/
  return args.find((word, position) => !word.startsWith('-') && !preloads.test(args[position - 1] ?? ''))
}

function baseName(path: string): string {
  return /[^/\\]+$/.exec(path)?.[0] ?? path
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function describeChild({ code, process, origin }: Accusation, now: number): ReportedChild | null {
  const record = origin?.record
  if (process === null) return record ? describeRecord(record, 'failed', now) : null
  // The pid of a synchronous call is not in the record as long as it lasts.
  const isRecord = record !== undefined && (record.pid === process.pid || (record.isSync && code === 'leaked-child'))
  const state: ChildState = code === 'undeclared-daemon' ? 'disowned' : isStopped(process) ? 'stopped' : 'running'
  return {
    id: isRecord ? record.id : `${process.pid}-${process.start}`,
    pid: process.pid,
    method: isRecord ? record.method : 'descendant',
    file: isRecord ? record.file : (process.argv[0] ?? ''),
    argv: isRecord ? record.argv : process.argv,
    cwd: process.cwd ?? (isRecord ? record.cwd : null),
    state,
    startedAt: new Date(process.startedAt).toISOString(),
    ageMs: Math.max(0, Math.round(now - process.startedAt)),
    detached: isRecord && record.detached,
    shell: isRecord && record.shell,
    ppid: process.ppid,
    ownerPid: record?.owner.pid ?? null,
    threadId: record?.owner.threadId ?? 0,
  }
}

function describeRecord(record: ChildRecord, state: ChildState, now: number): ReportedChild {
  const { id, pid, method, file, argv, cwd, detached, shell, requestedAt, owner } = record
  return {
    ...{ id, pid, method, file, argv, cwd, state, detached, shell },
    startedAt: new Date(requestedAt).toISOString(),
    ageMs: Math.max(0, Math.round(now - requestedAt)),
    ppid: null,
    ownerPid: owner.pid,
    threadId: owner.threadId,
  }
}

function describeDescendant(process: RunProcess): Descendant {
  return { pid: process.pid, argv: process.argv, state: isStopped(process) ? 'stopped' : 'running' }
}

function isStopped({ state }: RunProcess): boolean {
  return state === 'T' || state === 't'
}
