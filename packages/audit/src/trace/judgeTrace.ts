import type { Trace } from './Trace.ts'
import { isKept } from './traceChild.ts'

/**
 * What becomes of a child in the project:
 * - `ended` somebody sends it a signal, `waited` it is run to its end, `bounded` it has a time limit or a signal from its start
 * - `asked` it is told to end in a way that only it knows: a message, its input, its pid in other hands
 * - `letGo` it is meant to outlive the program
 * - `given` whoever uses the package gets it, `unseen` it goes where the audit does not see
 * - `local` it stays with the code that starts it, which is the linter's business
 * - `neverEnded` it is kept, all of that is in view, and nothing ends it
 */
export type Fate = 'asked' | 'bounded' | 'ended' | 'given' | 'letGo' | 'local' | 'neverEnded' | 'unseen' | 'waited'

/** The first that holds, from what is certain to what is not known. */
export function judgeTrace(trace: Trace): Fate {
  const { asks, ends, given, isLetGo, start, steps, unknown, waits } = trace
  if (ends.length > 0) return 'ended'
  if (waits.length > 0 || start.gives === 'promise' || start.isEndSeenTo) return 'waited'
  if (isLetGo) return 'letGo'
  if (asks.length > 0) return 'asked'
  if (start.mayBeBounded) return 'bounded'
  if (!steps.some(({ kind }) => isKept(kind))) return 'local'
  if (given.length > 0) return 'given'
  return unknown.length > 0 ? 'unseen' : 'neverEnded'
}
