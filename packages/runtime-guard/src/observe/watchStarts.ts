import type { NormalisedSpawnOptions, Observation, SyncResult } from './Observation.ts'

/**
 * Watches for the first asynchronous start of this thread, through whichever method. `node:child_process` publishes each
 * new ChildProcess before it starts it, which is early enough to patch its class for that very child, and spares every
 * program that starts none the loading of the module.
 */
export function watchStarts(observe: () => Observation | undefined): void {
  const channels = process.getBuiltinModule('node:diagnostics_channel')
  const onChild = (message: unknown): void => {
    try {
      const observation = observe()
      if (observation === undefined || observation.patchClassOf((message as { process?: unknown }).process))
        channels.unsubscribe('child_process', onChild)
    } catch {
      // Unobserved is better than a program whose start fails.
    }
  }
  channels.subscribe('child_process', onChild)
}

interface SyncBinding {
  spawn: (options: NormalisedSpawnOptions) => SyncResult
}

/**
 * Watches `spawnSync`, `execSync` and `execFileSync` of this thread at the binding that all three end in; it is the only
 * common point, and reaching it loads no module. Does nothing, and returns why, where it cannot be reached without a warning or an error
 * that the program would see (`--pending-deprecation`, the permission model).
 */
export function watchSyncCalls(observe: () => Observation | undefined): string | undefined {
  const source = process as unknown as { binding?: (name: string) => SyncBinding; permission?: unknown }
  const { NODE_OPTIONS = '', NODE_PENDING_DEPRECATION } = process.env
  if (source.permission !== undefined) return unseen('the permission model is on')
  if (typeof source.binding !== 'function') return unseen('Node does not offer the place to look at')
  const isWarning = NODE_OPTIONS.includes('--pending-deprecation') || NODE_PENDING_DEPRECATION === '1'
  if (isWarning || process.execArgv.includes('--pending-deprecation')) return unseen('--pending-deprecation is on')
  let binding: SyncBinding
  try {
    binding = source.binding('spawn_sync')
  } catch {
    return unseen('Node does not offer the place to look at')
  }
  const start = (original: SyncBinding['spawn'], receiver: unknown, args: [NormalisedSpawnOptions]): SyncResult => {
    const finish = observe()?.beginSync(args[0], start)
    let result: SyncResult | undefined
    try {
      return (result = Reflect.apply(original, receiver, args))
    } finally {
      finish?.(result)
    }
  }
  binding.spawn = new Proxy(binding.spawn, { apply: start })
  return undefined
}

function unseen(reason: string): string {
  return `Synchronous calls were not seen: ${reason}.`
}
