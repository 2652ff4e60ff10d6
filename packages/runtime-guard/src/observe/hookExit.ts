import { hideGuardFrames } from './hideGuardFrames.ts'

type Emit = (this: NodeJS.Process, ...args: unknown[]) => boolean
type ReallyExit = (this: NodeJS.Process, code?: number) => never

interface Hookable {
  emit: Emit
  reallyExit?: ReallyExit
  _exiting?: boolean
}

/**
 * Calls `onEnd` once, after every `exit` listener of the program has run, with the code the process is about to end
 * with; what it returns becomes that code. No listener is added. As long as the process is not exiting, the proxy around
 * `process.emit` forwards without a frame of its own, so that no stack of a listener shows it.
 */
export function hookExit(onEnd: (code: number) => number): void {
  const target = process as unknown as Hookable
  let hasEnded = false
  const end = (code: number): number => {
    if (hasEnded) return code
    hasEnded = true
    try {
      return onEnd(code)
    } catch {
      return code
    }
  }

  const emitWhileExiting = (emit: Emit, receiver: NodeJS.Process, args: unknown[]): boolean => {
    // The stack of an error that a listener of `exit` threw; the process is about to print it.
    if (args[0] === 'uncaughtExceptionMonitor') hideGuardFrames(args[1])
    if (args[0] !== 'exit') return Reflect.apply(emit, receiver, args)
    let hasThrown = true
    try {
      const result = Reflect.apply(emit, receiver, args)
      hasThrown = false
      return result
    } finally {
      // An error on its way out ends the process with a code of its own, which is not set yet.
      const given = Number(args[1] ?? 0)
      const code = hasThrown ? 1 : given === 0 ? Number(process.exitCode ?? 0) : given
      const wanted = end(code)
      if (!hasThrown && wanted !== code) process.exitCode = wanted
    }
  }
  const emitHandler = {
    get apply() {
      return target._exiting ? emitWhileExiting : undefined
    },
  }
  define('emit', new Proxy(target.emit, emitHandler as ProxyHandler<Emit>))

  const { reallyExit } = target
  if (typeof reallyExit !== 'function') return
  const exitHandler: ProxyHandler<ReallyExit> = {
    apply(original, receiver: NodeJS.Process, [code = 0]: [number?]) {
      return Reflect.apply(original, receiver, [end(code)])
    },
  }
  define('reallyExit', new Proxy(reallyExit, exitHandler))

  function define(name: 'emit' | 'reallyExit', value: unknown): void {
    const known = Object.getOwnPropertyDescriptor(target, name)
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      enumerable: known?.enumerable ?? false,
      value,
    })
  }
}
