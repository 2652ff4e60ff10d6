import { spawn } from 'node:child_process'

export function start(command, options = { stdio: ['ignore', 'inherit', 'inherit'] }) {
  return spawn(command, [], options)
}

export const startObserved = (command) => {
  const child = start(command)
  child.on('exit', (code) => console.log(command, code))
  return child
}

export const startAll = async (commands) => {
  const [first, second] = commands
  return { server: start(first), watcher: startObserved(second).on('error', console.error) }
}

export default start
