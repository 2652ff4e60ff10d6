import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('a slow sync does not hold up the editor', async () => {
  const sync = run('node', ['src/sync.js'], { timeout: 500 })
  await expect(sync).rejects.toMatchObject({ killed: true })
})
