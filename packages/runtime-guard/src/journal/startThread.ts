/**
 * Starts a thread of the guard's own, which keeps nothing alive. It has no environment and no options, so that no preload, no
 * coverage and no profile of the program's applies to it; the program's own threads are numbered from 2. False where threads are not allowed (the permission
 * model), or there is no memory for one.
 */
export function startThread({ source, data, onError }: { source: string; data: object; onError: () => void }): boolean {
  try {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const worker = new Worker(source, {
      eval: true,
      env: {},
      execArgv: [],
      // Piping them would make the program's own streams, and put listeners on them.
      stdout: true,
      stderr: true,
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    })
    worker.unref()
    worker.on('error', onError)
    hideEvent(worker)
    return true
  } catch {
    return false
  }
}

/** Takes the thread out of what a program hears that listens for new threads: `process` tells of it in the next tick. */
function hideEvent(worker: unknown): void {
  if (process.listenerCount('worker') === 0) return
  const descriptor = Object.getOwnPropertyDescriptor(process, 'emit')
  const original = Reflect.get(process, 'emit') as (this: NodeJS.Process, ...args: unknown[]) => boolean
  const quiet = (...args: unknown[]): boolean => {
    if (args[0] !== 'worker' || args[1] !== worker) return Reflect.apply(original, process, args)
    if ((process.emit as unknown) === quiet) {
      if (descriptor) Object.defineProperty(process, 'emit', descriptor)
      else Reflect.deleteProperty(process, 'emit')
    }
    return true
  }
  Object.defineProperty(process, 'emit', { configurable: true, writable: true, enumerable: false, value: quiet })
}
