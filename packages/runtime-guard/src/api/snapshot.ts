import { findGuard } from '../journal/guard.ts'
import { readRun } from '../journal/readJournal.ts'
import { findCallSite } from '../ledger/callSite.ts'
import { buildLedger, type ChildRecord } from '../ledger/Ledger.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { isDead, type ProcessTable } from '../probe/ProcessTable.ts'
import type { LiveChild } from './LiveChild.ts'

/** The guard is not loaded in this process, so nothing was observed. */
export class NotArmedError extends Error {
  override readonly name: string = 'NotArmedError'
  readonly code = 'ERR_RUNTIME_GUARD_NOT_ARMED'

  constructor() {
    super(
      'runtime-guard is not loaded in this process, so it has seen no child: start Node with --require runtime-guard, or the command with runtime-guard run.',
    )
  }
}

/**
 * The children of this process that are running now, of all its threads, oldest first. A child that has ended and only
 * waits to be reaped is not among them, nor is what a child has started.
 * Throws a NotArmedError when the guard is not loaded.
 */
export function snapshot(): LiveChild[] {
  const guard = findGuard()
  if (!guard) throw new NotArmedError()
  guard.flush(false)
  const { runDir, pid } = guard.owner
  const ledger = buildLedger([...readRun(runDir).files, { entries: guard.unwritten(), torn: 0 }])
  const probe = findProcessTable()
  const live = new Map<string, LiveChild>()
  for (const child of ledger.children)
    if (child.owner.pid === pid && child.pid !== null && isLive(child, child.pid, probe))
      live.set(child.id, describe(child, child.pid))
  return [...live.values()].sort((a, b) => a.startedAt - b.startedAt)
}

function isLive(child: ChildRecord, pid: number, probe: ProcessTable): boolean {
  if (child.exitedAt !== null || child.isSync) return false
  // Without a table the journal is all there is: it knows every end that Node has seen.
  if (probe.limit !== null) return true
  const process = probe.find(pid)
  return process !== undefined && (child.start === null || process.start === child.start) && !isDead(process)
}

function describe(child: ChildRecord, pid: number): LiveChild {
  const { id, method, argv, cwd, detached, shell, stack, owner, requestedAt } = child
  return {
    ...{ id, pid, method, argv, cwd, detached, shell, stack },
    startedAt: requestedAt,
    threadId: owner.threadId,
    site: findCallSite(stack) ?? null,
  }
}
