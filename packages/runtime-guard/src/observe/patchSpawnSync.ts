import type { ChildObserver, NormalisedSpawnOptions } from './ChildObserver.ts'

interface SyncBinding {
  spawn: (options: NormalisedSpawnOptions) => SyncResult
}

/** What the binding returns, before `node:child_process` makes an Error of it. */
export interface SyncResult {
  pid?: unknown
  status?: unknown
  signal?: unknown
  /** Negative error number. */
  error?: unknown
}

/**
 * Observes `spawnSync`, `execSync` and `execFileSync` of this thread at the binding that all three end in; it is the
 * only common point, and reaching it loads no module. Returns false where it cannot be reached without a warning or an
 * error that the program would see (`--pending-deprecation`, the permission model).
 */
export function patchSpawnSync(observer: ChildObserver): boolean {
  const source = process as unknown as { binding?: (name: string) => SyncBinding; permission?: unknown }
  const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`
  if (typeof source.binding !== 'function' || source.permission !== undefined) return false
  if (options.includes('--pending-deprecation') || process.env.NODE_PENDING_DEPRECATION === '1') return false
  let binding: SyncBinding
  try {
    binding = source.binding('spawn_sync')
  } catch {
    return false
  }
  const start = (original: SyncBinding['spawn'], receiver: unknown, args: [NormalisedSpawnOptions]): SyncResult => {
    const finish = observer.beginSync()
    const result = Reflect.apply(original, receiver, args)
    try {
      finish(args[0], result, start)
    } catch {
      // What cannot be recorded must not disturb the call.
    }
    return result
  }
  binding.spawn = new Proxy(binding.spawn, { apply: start })
  return true
}
