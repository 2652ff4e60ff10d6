import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'

test('the worker writes reminders', async () => {
  const output = join(mkdtempSync(join(tmpdir(), 'notes-')), 'reminders')
  const worker = spawn('node', ['src/worker.js', output], { stdio: 'ignore' })
  const ended = once(worker, 'exit')

  try {
    await vi.waitFor(() => expect(existsSync(output)).toBe(true), { timeout: 4_000 })
  } finally {
    worker.kill()
    await ended
  }
})
