import { spawn } from 'node:child_process'
import { start } from './first.mjs'
import * as self from './second.mjs'
export * from './first.mjs'

export const watch = (child) => (child.pid ? self.watch(child) : start('again'))

export function run() {
  spawn('own', { stdio: 'ignore' }).on('close', run)
}
