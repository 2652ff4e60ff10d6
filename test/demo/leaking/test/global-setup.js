import { spawn } from 'node:child_process'

// The search index runs beside the tests.
export default function setup() {
  const index = spawn('npm', ['run', 'index'], { detached: true, stdio: 'ignore' })
  index.unref()
}
