import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import { getNatives } from '../journal/natives.ts'
import { isDead, type ProcessTable } from '../probe/ProcessTable.ts'
import type { KillCandidate } from './KillCandidate.ts'
import type { KillOutcome, KillPlan, KillSignal } from './KillPlan.ts'

/** A plan, and the machine that it is carried out on. */
export interface KillWork {
  plan: KillPlan
  probe: ProcessTable
  /** The processes of the machine now. */
  look: () => KillCandidate[]
  /** Sends a signal in the place of the kill, and returns the error number of kill(2); undefined: it does not. */
  deliver?: (signal: KillSignal, pgid: number) => number | undefined
}

/** A pause of a plan: over when the time is, or when all of `until` have ended. */
interface Pause {
  ms: number
  until: readonly KillCandidate[]
}

/** How often, in milliseconds, to look whether processes have ended. */
const longestPollMs = 20

/** Carries a plan out without the event loop. Throws when the process table cannot be read; what was stopped then goes on. */
export function endProcesses(work: KillWork): KillOutcome {
  const { wait } = getNatives()
  for (;;) {
    const next = advance(work)
    if ('ended' in next) return next
    for (const ms of pollTimes(work.probe, next)) wait(ms)
  }
}

/** The same beside the event loop, which it does not keep alive. */
export async function endProcessesLater(work: KillWork, options: { ref: boolean }): Promise<KillOutcome> {
  for (;;) {
    const next = advance(work)
    if ('ended' in next) return next
    for (const ms of pollTimes(work.probe, next)) await delay(ms, undefined, options)
  }
}

/** Takes steps of a plan until it wants to wait, or is done. */
export function advance(work: KillWork): Pause | KillOutcome {
  const { plan, look } = work
  const { elapsed } = getNatives()
  try {
    for (;;) {
      const table = look()
      // An empty table would look like a kill that has reached everything.
      if (!table.some(({ pid }) => pid === process.pid)) throw new Error('the process table cannot be read')
      const step = plan.next(table, elapsed())
      if (step.kind === 'done') return step.outcome
      if (step.kind === 'wait') return step
      for (const signal of step.signals) send(work, signal)
    }
  } catch (error) {
    for (const { pid, start } of plan.findStopped()) send(work, { pid, start, signal: 'SIGCONT' })
    throw error
  }
}

/** The identity is checked in the same step: what has its pid now may be anybody. */
function send({ plan, probe, deliver }: KillWork, signal: KillSignal): void {
  const { pid, start } = signal
  if (pid <= 1 || pid === process.pid) return
  const current = probe.find(pid)
  if (current?.start !== start || isDead(current)) return
  const result = deliver?.(signal, current.pgid) ?? getNatives().sendSignal(pid, constants.signals[signal.signal])
  if (result < 0) {
    const code = getSystemErrorName(result)
    if (code !== 'ESRCH') plan.noteFailure(signal, code)
  }
}

function* pollTimes(probe: ProcessTable, { ms, until }: Pause): Generator<number> {
  const { elapsed } = getNatives()
  const end = elapsed() + ms
  const isAnyLeft = (): boolean =>
    until.length === 0 ||
    until.some(({ pid, start }) => {
      const current = probe.find(pid)
      return current?.start === start && !isDead(current)
    })
  for (let step = 1; isAnyLeft(); step = Math.min(step * 2, longestPollMs)) {
    const left = end - elapsed()
    if (left <= 0) return
    yield Math.min(step, Math.max(1, left))
  }
}
