import type { ChildProcess } from 'node:child_process'
import { hideGuardFrames } from './captureFrames.ts'
import type { ChildObserver, NormalisedSpawnOptions } from './ChildObserver.ts'

type SpawnMethod = (this: ChildProcess, options: NormalisedSpawnOptions) => unknown

/** `KEY=value` pairs that every child gets even when the program gives it an environment of its own. */
export type InjectedPairs = () => string[]

/**
 * Observes every asynchronous start of this thread, through whichever method. `node:child_process` publishes each new
 * ChildProcess before it starts it, which is early enough to patch the prototype for that very child, and spares every
 * program that starts none the loading of the module.
 */
export function patchSpawn(observer: ChildObserver, injected: InjectedPairs): void {
  const channels = process.getBuiltinModule('node:diagnostics_channel')
  const events = process.getBuiltinModule('node:events')
  const onChild = (message: unknown): void => {
    const { process: child } = message as { process?: unknown }
    const prototype = findPrototype(child, events.prototype)
    if (prototype === undefined) return
    channels.unsubscribe('child_process', onChild)
    install(prototype, observer, injected)
  }
  channels.subscribe('child_process', onChild)
}

/** The prototype of ChildProcess itself, below those of the program's subclasses. */
function findPrototype(child: unknown, emitter: object): object | undefined {
  for (let object: unknown = child; typeof object === 'object' && object !== null;) {
    const parent: unknown = Object.getPrototypeOf(object)
    if (parent === emitter) return Object.hasOwn(object, 'spawn') ? object : undefined
    object = parent
  }
  return undefined
}

function install(prototype: object, observer: ChildObserver, injected: InjectedPairs): void {
  // A proxy has the name, the length and every property of the method, including those that are set on it later.
  const start = (original: SpawnMethod, child: ChildProcess, args: [NormalisedSpawnOptions]): unknown => {
    const [options] = args
    inject(options, injected)
    let result: unknown
    try {
      result = Reflect.apply(original, child, args)
    } catch (error) {
      hideGuardFrames(error)
      throw error
    }
    try {
      observer.observeSpawn(child, options, result, start)
    } catch {
      // What cannot be recorded must not disturb the start.
    }
    return result
  }
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'spawn')
  Object.defineProperty(prototype, 'spawn', {
    ...descriptor,
    value: new Proxy(descriptor?.value as SpawnMethod, { apply: start }),
  })
}

function inject(options: NormalisedSpawnOptions | undefined, injected: InjectedPairs): void {
  const pairs = options?.envPairs
  if (!Array.isArray(pairs)) return
  for (const pair of injected()) {
    const start = pair.slice(0, pair.indexOf('=') + 1)
    if (!pairs.some((known) => typeof known === 'string' && known.startsWith(start))) pairs.push(pair)
  }
}
