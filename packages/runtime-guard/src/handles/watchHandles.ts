import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { readSettings } from '../config/readSettings.ts'
import { programOf } from '../findings/programOf.ts'
import type { Guard } from '../journal/guard.ts'
import { currentDirectory } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import { kindsOfChildren } from '../observe/activeHandles.ts'
import { processHost } from '../output/OutputHost.ts'
import { renderHandles } from '../report/renderHandles.ts'
import { loadListing } from './loadListing.ts'
import { parseHandles } from './parseHandles.ts'

/** Of the time that a program that does nothing may use all the same: a timer that looks after something. */
const idleShare = 0.02

/** While children run, they are named first; the rest follows after so many times `HANG_AFTER_MS`. */
const turnsWithChildren = 3

/**
 * Names on stderr, once in a process, what keeps it running beside its children when it has done nothing for `HANG_AFTER_MS`, and no test
 * is pending that an adapter tells of. The list is why-is-node-running's, whose hooks see nothing that was made before they were
 * loaded, and make code full of promises five times slower (measured on Node 20 to 26): hence only with `RUNTIME_GUARD_HANDLES=1`.
 * @param guard of the main thread
 * @param ownFiles every file of the guard that can be on the stack of the program
 */
export function watchHandles(guard: Guard, ownFiles: readonly string[]): void {
  const cwd = currentDirectory()
  const isRoot = guard.owner.role === 'root'
  const settings = readSettings({ env: process.env, cwd, readFiles: isRoot, warn: () => undefined })
  const { hangAfterMs, mode, redact } = settings
  if (hangAfterMs === 0 || mode === 'off') return
  const { setTimeout, now } = getNatives()
  const host = processHost()
  let list: ReturnType<typeof loadListing>
  try {
    list = loadListing([join(cwd, 'package.json'), ...ownFiles])
  } catch (error) {
    // Its members would say it once each.
    if (isRoot) host.writeError(`runtime-guard: ${(error as Error).message}\n`)
    return
  }
  const intervalMs = hangAfterMs / 2
  let last = performance.eventLoopUtilization()
  let idleSince = now()

  const look = (): void => {
    const current = performance.eventLoopUtilization()
    const { active, idle } = performance.eventLoopUtilization(current, last)
    last = current
    const kinds = process.getActiveResourcesInfo()
    const isIdle = active <= idleShare * (active + idle) && guard.tests?.findPending() === undefined
    if (!isIdle) idleSince = now()
    const silentMs = now() - idleSince
    const patienceMs = hangAfterMs * (kinds.includes('ProcessWrap') ? turnsWithChildren : 1)
    if (silentMs < patienceMs || kinds.every((kind) => kindsOfChildren.has(kind))) {
      setTimeout(attempt, intervalMs).unref()
      return
    }
    const lines: string[] = []
    list({ error: (line) => lines.push(line) })
    const groups = parseHandles(lines, kinds, (file) => ownFiles.includes(resolve(cwd, file)))
    const program = programOf(redactArgv([...process.argv], redact))
    if (groups.length > 0) host.writeError(renderHandles({ program, pid: process.pid }, silentMs, groups))
  }
  const attempt = (): void => {
    try {
      look()
    } catch {
      // It is said once, or not at all.
    }
  }
  setTimeout(attempt, intervalMs).unref()
}
