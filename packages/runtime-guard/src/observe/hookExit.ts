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
 *
 * Clean-up that is not a listener has to come first too: signal-exit, and with it execa, puts a function of its own in the
 * place of `process.emit` and ends its children after the one that it found there has returned. So the property is an
 * accessor: whoever reads it gets what was assigned last, and Node, which reads it once more when the process exits,
 * gets a wrapper around that.
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

  let isOutermostAtWork = false
  const emitWhileExiting = (emit: Emit, receiver: NodeJS.Process, args: unknown[]): boolean => {
    // The stack of an error that a listener of `exit` threw; the process is about to print it.
    if (args[0] === 'uncaughtExceptionMonitor') hideGuardFrames(args[1])
    if (args[0] !== 'exit' || isOutermostAtWork) return Reflect.apply(emit, receiver, args)
    isOutermostAtWork = true
    let hasThrown = true
    try {
      const result = Reflect.apply(emit, receiver, args)
      hasThrown = false
      return result
    } finally {
      isOutermostAtWork = false
      // An error on its way out ends the process with a code of its own, which is not set yet.
      const given = Number(args[1] ?? 0)
      const code = hasThrown ? 1 : given === 0 ? Number(process.exitCode ?? 0) : given
      const wanted = end(code)
      if (!hasThrown && wanted !== code) process.exitCode = wanted
    }
  }
  // A program that defines the property anew, instead of assigning to it, still ends in this one, if it chains.
  const own = new Proxy(target.emit, {
    get apply() {
      return target._exiting ? emitWhileExiting : undefined
    },
  } as ProxyHandler<Emit>)
  let current = own
  const accessor: PropertyDescriptor & ThisType<object> = {
    configurable: true,
    enumerable: false,
    get() {
      return current !== own && this === target && target._exiting
        ? new Proxy(current, { apply: emitWhileExiting })
        : current
    },
    set(value: Emit) {
      const isOwn = this === target
      if (isOwn) current = value
      // Where a bare process gets an own property. Test runners copy `process` with its properties: what is assigned to
      // a copy is no business of this process.
      const plain = { configurable: true, enumerable: true, writable: true, value }
      Object.defineProperty(this, 'emit', isOwn ? { ...accessor, enumerable: true } : plain)
    },
  }
  Object.defineProperty(target, 'emit', accessor)

  const { reallyExit } = target
  if (typeof reallyExit !== 'function') return
  Object.defineProperty(target, 'reallyExit', {
    configurable: true,
    writable: true,
    enumerable: Object.getOwnPropertyDescriptor(target, 'reallyExit')?.enumerable ?? false,
    value: new Proxy(reallyExit, {
      apply(original, receiver: NodeJS.Process, [code = 0]: [number?]) {
        return Reflect.apply(original, receiver, [end(code)])
      },
    }),
  })
}
