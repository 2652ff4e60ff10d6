import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, untilItAnswers } from './free-port.js'

let server
let url

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}/notes`
  server = spawn('npm', ['start'], { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' })
  await untilItAnswers(url)
})

afterAll(() => {
  server.kill()
})

test('lists the notes', async () => {
  const response = await fetch(url)
  expect(await response.json()).toContain('buy milk')
})

test('adds a note', async () => {
  const response = await fetch(url, { method: 'POST', body: 'call mum' })
  expect(response.status).toBe(201)
})
