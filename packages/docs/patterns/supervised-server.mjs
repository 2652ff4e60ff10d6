import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

const server = `
  require('node:http').createServer((request, response) => {
    if (request.url === '/crash') process.exit(3)
    response.end('ok')
  }).listen(Number(process.env.PORT), '127.0.0.1')`

/** Keeps a server running: waits until it answers, starts it again when it dies, waits longer each time, and gives up in the end. */
export class SupervisedServer {
  #url
  #port
  #maxRestarts
  #stopping = new AbortController()
  #running = Promise.resolve()

  constructor({ port, maxRestarts = 5 }) {
    this.#port = port
    this.#url = `http://127.0.0.1:${port}/`
    this.#maxRestarts = maxRestarts
  }

  async start() {
    this.#running = this.#supervise()
    // a supervisor that gives up before the server is healthy is a start that failed
    const givesUp = this.#running.then(() => {
      throw new Error('The server does not start.')
    })
    await Promise.race([this.#waitUntilHealthy(), givesUp])
  }

  /** Resolves when the server is gone. */
  async stop() {
    this.#stopping.abort()
    await this.#running
  }

  async #supervise() {
    const { signal } = this.#stopping
    for (let restarts = 0; restarts <= this.#maxRestarts; restarts += 1) {
      const startedAt = performance.now()
      await this.#runOnce()
      if (signal.aborted) return
      // one that ran well for a while starts from zero again
      if (performance.now() - startedAt > 60_000) restarts = 0
      await delay(Math.min(100 * 2 ** restarts, 10_000), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
    }
  }

  /** One life of the server, from start to end, whatever the end. */
  async #runOnce() {
    const { signal } = this.#stopping
    const child = spawn(process.execPath, ['-e', server], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PORT: String(this.#port) },
    })
    const stop = () => {
      child.kill()
      lastResort = setTimeout(() => child.kill('SIGKILL'), 2_000)
    }
    let lastResort
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      const [code, killedBy] = await once(child, 'exit')
      if (!signal.aborted) console.log(`the server ended with ${code ?? killedBy}`)
    } catch (error) {
      console.error(error.message)
    } finally {
      clearTimeout(lastResort)
      signal.removeEventListener('abort', stop)
    }
  }

  async #waitUntilHealthy() {
    const limit = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(30_000)])
    while (!limit.aborted) {
      const answer = await fetch(this.#url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
      if (answer?.ok) return
      await delay(50)
    }
    throw new Error('The server does not answer.')
  }
}

const port = 20_000 + (process.pid % 20_000)
const supervised = new SupervisedServer({ port })
await supervised.start()
console.log('healthy')
await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {})
for (let attempt = 0; attempt < 200; attempt += 1) {
  const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
  if (answer?.ok) break
  await delay(50)
}
console.log('healthy again')
await supervised.stop()
console.log('stopped')
