import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'

test('the worker writes reminders', async () => {
  const output = join(mkdtempSync(join(tmpdir(), 'notes-')), 'reminders')
  const worker = spawn('node', ['src/worker.js', output])
  worker.on('error', (error) => console.error(error))

  await vi.waitFor(() => expect(existsSync(output)).toBe(true), { timeout: 4_000 })
})
