import { setTimeout as delay } from 'node:timers/promises'
import { getNatives } from '../journal/natives.ts'
import { countNoun } from '../report/countNoun.ts'
import { describeSite } from '../report/describeFindings.ts'
import { formatCommand } from '../report/formatCommand.ts'
import { formatDuration } from '../report/formatDuration.ts'
import { findExceptions } from './exceptions.ts'
import type { LiveChild } from './LiveChild.ts'
import { snapshot } from './snapshot.ts'

export interface VerifyOptions {
  /** How long, in milliseconds, children may take to end; 300 unless given. */
  grace?: number
}

/** Children are still running. The message lists them with the lines that started them. */
export class LiveChildrenError extends Error {
  override readonly name: string = 'LiveChildrenError'
  readonly code = 'ERR_RUNTIME_GUARD_LIVE_CHILDREN'
  readonly children: LiveChild[]

  /** @param occasion what the message begins with */
  constructor(children: LiveChild[], occasion = '') {
    super(occasion + describeChildren(children))
    this.children = children
  }
}

/**
 * Resolves when no child of this process is running any more, apart from those that `ignoreCurrent` and `allow` except.
 * Rejects with a LiveChildrenError when some are after the grace, with a NotArmedError when the guard is not loaded.
 */
export async function verifyNone(options: VerifyOptions = {}): Promise<void> {
  await verifyNoneBut(() => false, options)
}

/** Children started while it is open must have ended when it is closed. */
export interface Scope extends AsyncDisposable {
  /** As `verifyNone`, for the children that were started since. */
  verify(): Promise<void>
}

/**
 * A part of a program that must end its own children: `await using children = scope()`, or `await children.verify()`.
 * Throws a NotArmedError when the guard is not loaded.
 */
export function scope(options: VerifyOptions = {}): Scope {
  const earlier = new Set(snapshot().map(({ id }) => id))
  const verify = (): Promise<void> => verifyNoneBut(({ id }) => earlier.has(id), options)
  return { verify, [Symbol.asyncDispose]: verify }
}

async function verifyNoneBut(isExcepted: (child: LiveChild) => boolean, { grace = 300 }: VerifyOptions): Promise<void> {
  if (!Number.isFinite(grace) || grace < 0) throw new RangeError('grace must be a number of milliseconds from 0.')
  const { now } = getNatives()
  const deadline = now() + grace
  for (let step = 1; ; step = Math.min(step * 2, 50)) {
    const { ignored, allowed } = findExceptions()
    const live = snapshot().filter((child) => !ignored.has(child.id) && !allowed.has(child.pid) && !isExcepted(child))
    if (live.length === 0) return
    const left = deadline - now()
    if (left <= 0) throw new LiveChildrenError(live)
    await delay(Math.min(step, left))
  }
}

const commandLength = 100

function describeChildren(children: LiveChild[]): string {
  const now = getNatives().now()
  const cwd = process.cwd()
  const lines = children.map(({ argv, pid, method, startedAt, site }) => {
    const place = site ? `\n    at ${describeSite(site, cwd)}` : ''
    const age = formatDuration(Math.max(0, now - startedAt))
    return `  ${formatCommand(argv, commandLength)} (pid ${pid}, started with ${method} ${age} ago)${place}`
  })
  const verb = children.length === 1 ? 'is' : 'are'
  return `${countNoun(children.length, 'child process', 'child processes')} ${verb} still running:\n${lines.join('\n')}`
}
