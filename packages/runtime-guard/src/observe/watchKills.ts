import type { Enforcement } from '../journal/enforcement.ts'

/** Tells of a signal that was sent: to a process, or with a minus to a process group. */
type OnKill = (pid: number, signal: unknown) => void

type Kill = (this: unknown, ...args: unknown[]) => unknown

/**
 * Watches `process.kill()` of this thread at the function of the binding that it calls: that one returns an error number
 * and never throws, so that no stack of an error shows the guard, and `process.kill` itself stays what it is.
 */
export function watchProcessKills(onKill: OnKill, enforcement: Enforcement | undefined): void {
  const descriptor = Object.getOwnPropertyDescriptor(process, '_kill')
  if (typeof descriptor?.value !== 'function' || descriptor.configurable === false) return
  const value = new Proxy(descriptor.value as Kill, {
    apply(kill, receiver, args: unknown[]) {
      const send = (): unknown => Reflect.apply(kill, receiver, args)
      const [pid, signal] = args
      const child = typeof pid === 'number' ? enforcement?.findChild(Math.abs(pid)) : undefined
      const error = child ? enforcement?.kill(child, signal, send, Number(pid) < 0 ? child.pid : undefined) : send()
      report(onKill, error, args[0], args[1])
      return error
    },
  })
  Object.defineProperty(process, '_kill', { ...descriptor, value })
}

/** Watches the native handle of a child, which `child.kill()`, a `timeout`, an aborted `signal` and `using` end in. */
export function watchHandleKills(
  handle: object,
  pid: number,
  onKill: OnKill,
  enforce: (signal: unknown, send: () => unknown) => unknown,
): void {
  const { kill: original } = handle as { kill?: unknown }
  if (typeof original !== 'function') return
  Object.defineProperty(handle, 'kill', {
    configurable: true,
    writable: true,
    value: function kill(this: unknown, ...args: unknown[]): unknown {
      const error = enforce(args[0], () => Reflect.apply(original as Kill, this, args))
      report(onKill, error, pid, args[0])
      return error
    },
  })
}

function report(onKill: OnKill, error: unknown, pid: unknown, signal: unknown): void {
  try {
    if (error === 0 && typeof pid === 'number') onKill(pid, signal)
  } catch {
    // What cannot be recorded must not disturb the call.
  }
}
