import { hideGuardFrames } from './hideGuardFrames.ts'

/** Tells of a signal that was sent: to a process, or with a minus to a process group. */
type OnKill = (pid: number, signal: unknown) => void

type Kill = (this: unknown, ...args: unknown[]) => unknown

/**
 * Puts a proxy around a method that sends signals; `readTarget` tells from its receiver and its arguments to whom and
 * which. Name, length and properties stay, and no frame of the guard stays on the stack of what it throws.
 */
function watchKill(
  holder: object,
  onKill: OnKill,
  readTarget: (receiver: unknown, args: readonly unknown[]) => { pid: unknown; signal: unknown },
): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, 'kill')
  if (typeof descriptor?.value !== 'function' || descriptor.configurable === false) return
  Object.defineProperty(holder, 'kill', {
    ...descriptor,
    value: new Proxy(descriptor.value as Kill, {
      apply(kill, receiver, args: unknown[]) {
        let isSent: unknown
        try {
          isSent = Reflect.apply(kill, receiver, args)
        } catch (error) {
          hideGuardFrames(error)
          throw error
        }
        try {
          const { pid, signal } = readTarget(receiver, args)
          if (isSent === true && typeof pid === 'number') onKill(pid, signal)
        } catch {
          // What cannot be recorded must not disturb the call.
        }
        return isSent
      },
    }),
  })
}

/** `child.kill()`, which a `timeout`, an aborted `signal` and the end of a `using` call as well (measured on 20, 22, 24 and 26). */
export function watchChildKills(prototype: object, onKill: OnKill): void {
  watchKill(prototype, onKill, (receiver, [signal]) => ({ pid: (receiver as { pid?: unknown }).pid, signal }))
}

/** `process.kill()` of this thread. */
export function watchProcessKills(onKill: OnKill): void {
  watchKill(process, onKill, (_receiver, [pid, signal]) => ({ pid, signal }))
}
