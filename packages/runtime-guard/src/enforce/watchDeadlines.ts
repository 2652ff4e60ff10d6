import { endProcesses } from '../kill/endProcesses.ts'
import { KillPlan } from '../kill/KillPlan.ts'
import { lookForTargets } from '../kill/lookForTargets.ts'
import { treeMarks } from '../kill/treeMarks.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { headBytes, type LimitedCall, type SyncDeadlineData } from './SyncDeadline.ts'

/** The whole life of the thread that makes the time limits of synchronous calls hold. */
export function watchDeadlines({ runDir, killGraceMs, shared }: SyncDeadlineData): void {
  const head = new Int32Array(shared, 0, 2)
  for (;;) {
    Atomics.wait(head, 0, 0)
    const serial = Atomics.load(head, 0)
    if (serial === 0) continue
    const call = readCall(shared)
    if (call === undefined) return
    if (Atomics.wait(head, 0, serial, call.limitMs + killGraceMs) === 'timed-out') endCall(runDir, call)
    Atomics.wait(head, 0, serial)
  }
}

function readCall(shared: SharedArrayBuffer): LimitedCall | undefined {
  const length = new Int32Array(shared, 0, 2)[1] ?? 0
  try {
    return JSON.parse(new TextDecoder().decode(new Uint8Array(shared, headBytes, length).slice())) as LimitedCall
  } catch {
    return undefined
  }
}

function endCall(runDir: string, { recordId }: LimitedCall): void {
  const probe = findProcessTable()
  const startedAt = probe.find(process.pid)?.startedAt ?? 0
  const marks = treeMarks({ identity: null, cookie: { runDir, recordId }, startedAt })
  // It was asked to end when its time was over.
  const plan = new KillPlan({ self: process.pid, signal: null, graceMs: 0, canStop: process.platform !== 'win32' })
  try {
    endProcesses({ plan, probe, look: () => lookForTargets(probe, marks) })
  } catch {
    // The process table cannot be read: the call goes on.
  }
}
