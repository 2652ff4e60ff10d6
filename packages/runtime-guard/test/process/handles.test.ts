import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { removeDirectories, runProgram, type ProgramOptions, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Every program ends by itself, so that a test does. */
async function runHeld(text: string, options: Partial<ProgramOptions> = {}): Promise<ProgramResult> {
  return await runProgram({
    files: { 'main.js': text },
    ...options,
    env: { RUNTIME_GUARD_HANDLES: '1', RUNTIME_GUARD_HANG_AFTER_MS: '1000', ...options.env },
  })
}

/** The message about handles, without what differs from run to run. */
function readMessage({ stderr }: ProgramResult): string[] {
  return stderr
    .replace(/^runtime-guard {2}[^]*/m, '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/process \d+/, 'process N').replace(/for [\d.]+ m?s/, 'for a while'))
}

const heading = 'runtime-guard: process N, `node main.js`, has done nothing for a while, and is kept running by:'
const server = `const server = require('node:net').createServer().listen(0)\nsetTimeout(() => server.close(), 8000)`
const lines = [
  heading,
  '  TCPSERVERWRAP',
  "    at main.js:1: const server = require('node:net').createServer().listen(0)",
  '  Timeout',
  '    at main.js:2: setTimeout(() => server.close(), 8000)',
]

describe.concurrent('what keeps a program running beside its children', { timeout: 60_000 }, () => {
  it('is named on request, with the lines that made it', async () => {
    const result = await runHeld(server)
    expect(readMessage(result)).toEqual(lines)
    expect(result).toMatchObject({ code: 0, stdout: '' })
  })

  it('is named in every process of a run of the wrapper', async () => {
    const result = await runHeld(server, {
      command: [process.execPath, cli, 'run', '--handles', '--', process.execPath, 'main.js'],
      env: { RUNTIME_GUARD_HANDLES: undefined },
    })
    expect(readMessage(result)).toEqual(lines)
  })

  it('is not named unless that is asked for', async () => {
    expect(readMessage(await runHeld(server, { env: { RUNTIME_GUARD_HANDLES: '0' } }))).toEqual([])
  })

  it('is not named while the program is at work', async () => {
    const busy = `const timer = setInterval(() => { for (const end = Date.now() + 50; Date.now() < end;); }, 100)
setTimeout(() => clearInterval(timer), 4000)`
    expect(readMessage(await runHeld(busy))).toEqual([])
  })

  it('is left to the message about children where those alone hold it', async () => {
    const text = `require('node:child_process').spawn('sleep', ['4'])`
    expect(readMessage(await runHeld(text)).filter((line) => line === heading)).toEqual([])
  })
})
