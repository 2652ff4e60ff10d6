import { exec } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(exec)
let isSynced = false

async function sync() {
  await run('node src/sync.js')
  isSynced = true
}

test('a slow sync does not hold up the editor', async () => {
  void sync()
  await sleep(500)
  expect(isSynced).toBe(false)
})
