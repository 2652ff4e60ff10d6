import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

/** The children of this program that run now, each with the promise of its end. */
const children = new Map()

/** Starts a child that is ended with the program. */
export function startChild(file, args) {
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit').finally(() => children.delete(child))
  children.set(child, ended)
  return { child, ended }
}

/** Asks every child to end, insists after `graceMs`, and resolves when all of them are gone. */
export async function stopChildren(graceMs = 2_000) {
  const waits = [...children].map(async ([child, ended]) => {
    child.kill('SIGTERM')
    const lastResort = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended.catch((error) => console.error(error.message))
    clearTimeout(lastResort)
  })
  await Promise.all(waits)
}

// one listener per program, not per child; a second Ctrl-C while it stops ends the program at once
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await stopChildren()
    process.exit(128 + constants.signals[signal])
  })
}
// what no signal announces: an uncaught error, or `process.exit()` somewhere; only a synchronous kill is possible now
process.on('exit', () => {
  for (const child of children.keys()) child.kill('SIGKILL')
})

const { ended } = startChild(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"])
ended.catch((error) => console.error(error.message))
await stopChildren(300)
console.log(`${children.size} children left`)
