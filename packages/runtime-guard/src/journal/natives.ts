import type * as fs from 'node:fs'

/**
 * The functions of Node and of the language that the guard needs, taken when it is armed: a program may put mocks or
 * fake timers in their place later. Nothing here loads a module that a bare Node has not loaded itself.
 */
export interface Natives {
  openSync: typeof fs.openSync
  writeSync: typeof fs.writeSync
  closeSync: typeof fs.closeSync
  readFileSync: typeof fs.readFileSync
  readdirSync: typeof fs.readdirSync
  readlinkSync: typeof fs.readlinkSync
  mkdirSync: typeof fs.mkdirSync
  lstatSync: typeof fs.lstatSync
  existsSync: typeof fs.existsSync
  fstatSync: typeof fs.fstatSync
  rmSync: typeof fs.rmSync
  now: () => number
  setImmediate: typeof setImmediate
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
  const { openSync, writeSync, closeSync, readFileSync, readdirSync, readlinkSync, mkdirSync, lstatSync } = files
  const { existsSync, fstatSync, rmSync } = files
  const { now } = Date
  const { wait } = Atomics
  let cell: Int32Array | undefined
  return {
    ...{ openSync, writeSync, closeSync, readFileSync, readdirSync, readlinkSync, mkdirSync, lstatSync },
    ...{ existsSync, fstatSync, rmSync, now, setImmediate },
    wait: (ms) => {
      wait((cell ??= new Int32Array(new SharedArrayBuffer(4))), 0, 0, ms)
    },
  }
}
