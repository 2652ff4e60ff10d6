import { spawn } from 'node:child_process'

// The search index runs beside the tests.
export default function setup() {
  const index = spawn('node', ['src/search-index.js'], { detached: true, stdio: 'ignore' })
  index.unref()
}
