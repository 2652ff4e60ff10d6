import { exec } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(exec)

test('a slow sync does not hold up the editor', async () => {
  const first = await Promise.race([run('node src/sync.js'), sleep(500, 'still syncing')])
  expect(first).toBe('still syncing')
})
