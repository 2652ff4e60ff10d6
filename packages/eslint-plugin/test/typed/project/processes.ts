import * as cp from 'node:child_process'
import { promisify } from 'node:util'

export { spawn, spawn as start, fork } from 'node:child_process'
export { cp }
export const run = promisify(cp.exec)
export const inferred = cp.spawn
export const wrapped: typeof cp.spawn = ((...args: Parameters<typeof cp.spawn>) =>
  cp
    .spawn(...args)
    .on('error', console.error)
    .on('close', console.log)) as typeof cp.spawn
export function launch(command: string): cp.ChildProcess {
  return cp.spawn(command)
}
let current: cp.ChildProcess | undefined
export function getCurrent(): cp.ChildProcess | undefined {
  return current
}
export function setCurrent(child: cp.ChildProcess): void {
  current = child
}
export class Tools {
  readonly execute = promisify(cp.execFile)
  readonly own: typeof cp.spawn
  readonly either = Math.random() > 0.5 ? cp.spawn : cp.fork
  constructor(own: typeof cp.spawn) {
    this.own = own
  }
}
export const untyped = JSON.parse('{}')
