import { spawn } from 'node:child_process'
import { once } from 'node:events'

// The search index runs beside the tests, and ends with them.
export default function setup() {
  const index = spawn('node', ['src/search-index.js'], { stdio: 'ignore' })
  const ended = once(index, 'exit')
  return async () => {
    index.kill()
    await ended
  }
}
