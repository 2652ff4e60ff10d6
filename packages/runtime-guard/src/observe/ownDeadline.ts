import type { NormalisedSpawnOptions } from './Observation.ts'

/**
 * Whether a child that was just started has a deadline of the program's own: a `timeout`, or the signal of `AbortSignal.timeout()`.
 * `exec` and `execFile` keep theirs to themselves and set a timer in the same step, by the name of `delayedKill` (lib/child_process.js of
 * Node 20 to 26); whoever asks later is told of that too. Timers of a library's own cannot be known.
 */
export function findOwnDeadline(options: NormalisedSpawnOptions, method: string): () => boolean {
  if (typeof options.timeout === 'number' && options.timeout > 0) return () => true
  if (isTimeLimit(options.signal)) return () => true
  if (method !== 'exec' && method !== 'execFile') return () => false
  let isLimited = false
  const hook = process.getBuiltinModule('node:async_hooks').createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'Timeout' && nameOfCallback(resource) === 'delayedKill') isLimited = true
    },
  })
  hook.enable()
  queueMicrotask(() => hook.disable())
  return () => isLimited
}

function isTimeLimit(signal: unknown): boolean {
  if (typeof signal !== 'object' || signal === null) return false
  return Object.getOwnPropertySymbols(signal).some(({ description }) => description === 'kTimeout')
}

function nameOfCallback(timer: object): string | undefined {
  return (timer as { _onTimeout?: { name?: string } | null })._onTimeout?.name
}
