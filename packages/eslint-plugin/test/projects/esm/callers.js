import { spawn } from 'node:child_process'
import defaultStart, { start, startAll, startObserved } from './server.js'
import * as server from './server.js'
import { launch, servers } from './helpers/index.js'

export function throughEveryImport() {
  start('a').on('exit', console.log) // reports require-error-listener
  defaultStart('b').on('exit', console.log) // reports require-error-listener
  server.start('c').on('exit', console.log) // reports require-error-listener
  launch('d').on('exit', console.log) // reports require-error-listener
  servers.start('e').on('exit', console.log) // reports require-error-listener
}

export function withWhatIsOpen() {
  startObserved('a').kill() // reports require-error-listener
  start('b').on('error', console.error) // reports no-floating-child
  start('c', { stdio: 'pipe' }).on('error', console.error).on('exit', console.log) // reports no-undrained-pipe
  start('d').on('error', console.error).on('exit', console.log)
}

export async function withSeveral() {
  const { server: main, watcher } = await startAll(['a', 'b']) // reports require-error-listener
  main.on('exit', console.log)
  watcher.kill()
}

export const handedOn = () => start('a')

export function local() {
  // another function of that name
  const start = (name) => name
  start('a')
  spawn('true', { stdio: 'ignore' }).on('error', console.error).on('exit', console.log)
}
