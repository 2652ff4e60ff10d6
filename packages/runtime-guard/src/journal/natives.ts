import type * as fs from 'node:fs'

const fileFunctions = [
  'appendFileSync',
  'closeSync',
  'existsSync',
  'fstatSync',
  'lstatSync',
  'mkdirSync',
  'openSync',
  'readFileSync',
  'readdirSync',
  'readlinkSync',
  'rmSync',
  'statSync',
  'writeFileSync',
  'writeSync',
] as const

/**
 * The functions of Node and of the language that the guard needs, taken when it is armed: a program may put mocks or
 * fake timers in their place later. Nothing here loads a module that a bare Node has not loaded itself.
 */
export interface Natives extends Pick<typeof fs, (typeof fileFunctions)[number]> {
  Date: DateConstructor
  clearTimeout: typeof clearTimeout
  now: () => number
  /** Milliseconds of a clock that nobody can set. */
  elapsed: () => number
  setImmediate: typeof setImmediate
  setTimeout: typeof setTimeout
  /** As kill(2), past whatever is put around `process.kill`: 0, or a negative error number. */
  sendSignal: (pid: number, signal: number) => number
  wait: (ms: number) => void
}

const key = Symbol.for('runtime-guard.natives')

/** The same object for every copy of the guard in this thread. */
export function getNatives(): Natives {
  const holder = process as unknown as Record<symbol, Natives | undefined>
  const known = holder[key]
  if (known !== undefined) return known
  const natives = takeNatives()
  Object.defineProperty(process, key, { value: natives })
  return natives
}

function takeNatives(): Natives {
  const files = process.getBuiltinModule('node:fs')
  const taken = {} as Record<string, unknown>
  for (const name of fileFunctions) taken[name] = files[name]
  const { now } = Date
  const { wait } = Atomics
  const { hrtime } = process
  const { _kill: sendSignal } = process as unknown as { _kill: Natives['sendSignal'] }
  let cell: Int32Array | undefined
  return Object.assign(taken as unknown as Pick<Natives, (typeof fileFunctions)[number]>, {
    Date,
    clearTimeout,
    now,
    elapsed: () => {
      const time = hrtime()
      return time[0] * 1000 + time[1] / 1e6
    },
    setImmediate,
    setTimeout,
    sendSignal,
    wait: (ms: number) => {
      wait((cell ??= new Int32Array(new SharedArrayBuffer(4))), 0, 0, ms)
    },
  })
}

/** Source text that makes the file it is put before use the functions that were taken, whatever stands in their place by then. */
export const useNatives: string =
  "const { Date } = process[Symbol.for('runtime-guard.natives')];" +
  "require = (load => id => id === 'node:fs' ? process[Symbol.for('runtime-guard.natives')] : load(id))(require);"
