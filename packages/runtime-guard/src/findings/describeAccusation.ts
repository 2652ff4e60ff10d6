import { findCallSite } from '../ledger/callSite.ts'
import type { ChildRecord } from '../ledger/Ledger.ts'
import type { ChildState, Descendant, Finding, FindingCode, ReportedChild, TestReference } from '../report/Report.ts'
import { findDefinition } from './catalog.ts'
import type { Accusation } from './classifyRun.ts'
import type { FailedKill } from './findKill.ts'
import type { Origin } from './findOrigin.ts'
import type { Storm } from './findStorms.ts'
import { programOf } from './programOf.ts'
import type { RunProcess } from './RunProcess.ts'

/** Puts an accusation into the words of the report. `now`: milliseconds since the epoch. */
export function describeAccusation(accusation: Accusation, now: number): Finding {
  const { code, start, process, holds, kill, descendants, exit } = accusation
  const stack = exit?.stack ?? start?.record.stack ?? []
  const { severity, hint, rule } = findDefinition(code)
  return {
    code,
    severity,
    message: describe(accusation),
    // Many starts are not about one process.
    child: accusation.storm || exit ? null : describeChild(accusation, now),
    site: (exit ? findCallSite(stack) : start?.site) ?? null,
    stack,
    test: describeTest(accusation),
    holders: process && holds ? [{ pid: process.pid, argv: process.argv, confidence: holds }] : [],
    descendants: descendants.map(describeDescendant),
    // A signal that reached the process itself was caught there: that is no matter of shells.
    rule: kill?.isDirect ? 'child-process/require-kill-escalation' : rule,
    hint,
  }
}

function describeTest({ start, exit }: Accusation): TestReference | null {
  if (exit?.test) return { name: exit.test.name, file: exit.test.file, confidence: 'exact' }
  if (!start?.test) return null
  const { record, confidence } = start.test
  return { name: record.name, file: record.file, confidence }
}

function describe({ code, process, origin, start, kill, storm, exit }: Accusation): string {
  if (exit)
    return 'The program ended itself with code 0 while tests were pending, which their runner takes for success.'
  const record = origin?.record
  // A zombie has no command line any more.
  const name = programOf(process && process.argv.length > 0 ? process.argv : (record?.argv ?? []))
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
  if (code === 'late-spawn') return `${name} was started by a test that was already over.`
  if (code === 'cross-test') return `${name} was still running when the test that started it ended.`
  if (kill) return `${name} is still running after ${describeKill(kill)}.`
  if (storm) return `${name} ${describeStorm(storm)}.`
  if (code === 'silent-failure')
    return `${name} ended with ${record?.signal ?? `code ${record?.exitCode ?? '?'}`}, and nobody listened for its end.`
  if (code === 'undrained-pipe' || code === 'unended-stdin') return `${name} ${describeStall(code, origin)}.`
  if (code === 'held-pipe')
    return `${name} is still running and holds a pipe of ${programOf(record?.argv ?? [])}, which has exited.`
  if (code === 'zombie')
    return `${name} has ended and stays a zombie: its new parent, process ${process?.ppid ?? '?'}, does not wait for it.`
  const behind = record === start?.record ? '' : `; it was started behind ${programOf(start?.record.argv ?? [])}`
  if (process?.state === 'Z')
    return `${name} has ended and stays a zombie, because worker thread ${record?.owner.threadId ?? '?'} of process ${record?.owner.pid ?? '?'}, which started it, has ended before${behind}.`
  if (code === 'open-ipc')
    return `${name} is still running with an open IPC channel although process ${record?.owner.pid ?? '?'}, which started it, has ended${behind}.`
  if (record && record.owner.threadId > 0)
    return `${name} is still running although worker thread ${record.owner.threadId} of process ${record.owner.pid}, which started it, has ended${behind}.`
  return `${name} is still running although process ${record?.owner.pid ?? '?'}, which started it, has ended${behind}.`
}

function describeStorm(storm: Storm): string {
  switch (storm.kind) {
    case 'refused':
      return `could not be started (${storm.code}${storm.count > 1 ? `, ${storm.count} times` : ''}): the system has no room for another process`
    case 'crowd':
      return `is one of ${storm.live} children of one thread that were alive at the same time`
    case 'loop':
      return `failed ${storm.count} times in a row, and was started again at once each time`
  }
}

function describeStall(code: 'undrained-pipe' | 'unended-stdin', origin: Origin | null): string {
  const likely = origin?.record.stall?.confidence === 'likely' ? ' (likely)' : ''
  const owner = `process ${origin?.record.owner.pid ?? '?'}`
  return code === 'undrained-pipe'
    ? `waited for its output to be read${likely}, and ${owner} did nothing any more`
    : `waited for the end of its input${likely}, and ${owner} did nothing any more`
}

function describeKill({ signal, timeout, isDirect, record }: FailedKill): string {
  if (timeout !== null)
    return `the time limit of ${timeout} ms, which ended only ${programOf(record?.argv ?? [])}, the child it descends from`
  if (isDirect || record === null) return signal
  return `${signal} was sent to ${programOf(record.argv)}, the child it descends from`
}

/** The start inside of a package that stands between the process and the user's own. */
function describeInner(inner: ChildRecord, outer: ChildRecord | undefined): string {
  const site = inner === outer ? undefined : findCallSite(inner.stack)
  if (site === undefined) return ''
  const place = site.file.replace(/^.*[/\\]node_modules[/\\]/, '').replaceAll('\\', '/')
  return ` (by way of ${place}:${site.line})`
}

function describeChild({ code, process, origin }: Accusation, now: number): ReportedChild | null {
  const record = origin?.record
  if (process === null) return record ? describeRecord(record, stateOfRecord(code), now) : null
  // The pid of a synchronous call is not in the record as long as it lasts.
  const isRecord = record !== undefined && (record.pid === process.pid || (record.isSync && code === 'leaked-child'))
  const state = stateOf(code, process)
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

function stateOf(code: FindingCode, process: RunProcess): ChildState {
  if (process.state === 'Z') return 'zombie'
  if (isStopped(process)) return 'stopped'
  switch (code) {
    case 'undeclared-daemon':
      return 'disowned'
    case 'kill-ineffective':
      return 'signalled'
    case 'thread-orphan':
      return 'thread-orphaned'
    default:
      return 'running'
  }
}

function stateOfRecord(code: FindingCode): ChildState {
  return code === 'unhandled-spawn-error' ? 'failed' : code === 'silent-failure' ? 'exited' : 'lost'
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
