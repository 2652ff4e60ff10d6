import type { ChildProcess } from 'node:child_process'
import { getNatives } from '../journal/natives.ts'
import type { ChildObserver } from './ChildObserver.ts'
import { hideGuardFrames } from './hideGuardFrames.ts'
import type { NormalisedSpawnOptions } from './Observation.ts'

type SpawnMethod = (this: ChildProcess, options: NormalisedSpawnOptions) => unknown

/**
 * Patches `ChildProcess.prototype.spawn`, which every asynchronous method calls, behind a child that was constructed and
 * not yet started.
 */
export function patchClassOf(child: unknown, observer: ChildObserver): boolean {
  const prototype = findPrototype(child, process.getBuiltinModule('node:events').prototype)
  if (prototype !== undefined) install(prototype, observer)
  return prototype !== undefined
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

function install(prototype: object, observer: ChildObserver): void {
  // A proxy has the name, the length and every property of the method, including those that are set on it later.
  const start = (original: SpawnMethod, child: ChildProcess, args: [NormalisedSpawnOptions]): unknown => {
    const [options] = args
    const id = observer.nextId()
    // What the child starts can be older than the return of the call.
    const at = getNatives().now()
    const unmark = observer.mark(options, id)
    let result: unknown
    try {
      result = Reflect.apply(original, child, args)
    } catch (error) {
      hideGuardFrames(error)
      throw error
    } finally {
      unmark()
    }
    try {
      observer.observeSpawn({ id, at }, child, options, result, start)
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
