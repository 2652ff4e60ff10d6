import { describe, expect, it } from 'vitest'
import { runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

/** The program ends itself after a while, by a timer that does not keep it running. */
async function runHanging(
  text: string,
  ms: number,
  files: Record<string, string> = {},
  silenceMs = 1000,
): Promise<ProgramResult> {
  const main = `const { exec, fork, spawn } = require('node:child_process')
setTimeout(() => process.exit(), ${ms}).unref()
${text}
`
  const env = { RUNTIME_GUARD_HANG_AFTER_MS: String(silenceMs), RUNTIME_GUARD_MODE: 'report' }
  return await runProgram({ files: { 'main.js': main, ...files }, env })
}

/** The message without what differs from run to run. */
function readMessage({ stderr }: ProgramResult): string[] {
  return stderr
    .replace(/^runtime-guard {2}[^]*/m, '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/\b(process|pid|kill) \d+/g, '$1 N').replace(/for [\d.]+ m?s/, 'for a while'))
}

const heading =
  'runtime-guard: process N, `node main.js`, has done nothing for a while, and only its children keep it running:'
const endInput = "    fix: Call `child.stdin.end()`, or start the child with stdin 'ignore'."
const readOutput = "    fix: Read the stream, or start the child with stdio 'ignore' or 'inherit' for it."
const writer = `process.stdout.write('x'.repeat(1e6), () => {}); setInterval(() => {}, 1e4)`

describe.concurrent('a program that only its children keep running', { timeout: 60_000 }, () => {
  it.each([
    {
      what: 'input that nobody ends',
      text: `spawn('cat').stdin.write('x')`,
      message: ['  `cat`, pid N, waits for the end of its input.', endInput],
      code: 'unended-stdin',
    },
    {
      what: 'input that nobody ends, in a program with an event loop',
      text: `spawn(process.execPath, ['-e', 'process.stdin.resume()'])`,
      message: ['  `node process.stdin.resume()`, pid N, waits for the end of its input.', endInput],
      code: 'unended-stdin',
    },
    {
      what: 'output that nobody reads',
      text: `spawn('yes')`,
      message: ['  `yes`, pid N, waits for its output to be read.', readOutput],
      code: 'undrained-pipe',
    },
    {
      what: 'output that nobody reads, behind a shell',
      text: `spawn('yes; true', { shell: true })`,
      message: ['  `yes; true` (in sh), pid N, waits for its output to be read.', readOutput],
      code: 'undrained-pipe',
    },
    {
      what: 'output that nobody reads, in a program with an event loop',
      text: `spawn(process.execPath, ['writer.js'], { stdio: ['ignore', 'inherit', 'pipe'] }).stderr.resume()
spawn(process.execPath, ['writer.js'])`,
      files: { 'writer.js': writer.replaceAll('stdout', 'stderr') },
      message: ['  `node writer.js`, pid N, waits for its output to be read.', readOutput],
      code: 'undrained-pipe',
      line: 4,
      others: 1,
    },
  ])('is told of $what', async ({ text, files = {}, message, code, line = 3, others = 0 }) => {
    const result = await runHanging(text, 9000, files)
    const lines = readMessage(result)
    expect(lines[0]).toBe(heading)
    const at = lines.indexOf(message[0] ?? '')
    expect(lines.slice(at, at + 4)).toEqual([
      message[0],
      `    at main.js:${line}:1`,
      message[1],
      '    to end it now: kill N',
    ])
    expect(lines).toHaveLength(5 + others * 3)
    expect(summarise(result).filter((text) => text.startsWith(`error ${code} at main.js:${line}:1`))).toHaveLength(1)
    expect(result.code).toBe(0)
  })

  it('is told who holds the pipe of a child that has exited', async () => {
    const result = await runHanging(`exec('sleep 30 & echo started', () => {})`, 9000)
    expect(readMessage(result)).toEqual([
      heading,
      '  `sleep 30`, pid N, holds a pipe of `sleep 30 & echo started` (in sh), which has exited.',
      '    at main.js:3:1',
      '    fix: End the process that holds the pipe, or do not let it inherit the stdio of the child.',
      '    to end it now: kill N',
    ])
    expect(summarise(result)).toEqual(['error held-pipe at main.js:3:1: descendant sleep 30'])
  })

  it('is told of an open channel', async () => {
    const files = { 'worker.js': `process.on('message', () => {})` }
    const lines = readMessage(await runHanging(`fork('worker.js')`, 9000, files))
    expect(lines.slice(0, 3)).toEqual([
      heading,
      '  `node worker.js`, pid N, does nothing, and its IPC channel is open.',
      '    at main.js:3:1',
    ])
  })

  it('is told once per state', async () => {
    const text = `const child = spawn('cat')
child.stdin.write('x')
setTimeout(() => child.stdin.write('y'), 6000).unref()`
    const lines = readMessage(await runHanging(text, 14_000))
    expect(lines.filter((line) => line === heading)).toHaveLength(2)
  })

  it('is not accused of what it got over', async () => {
    const text = `const child = spawn('cat')
child.stdin.write('x')
setTimeout(() => child.stdin.end(), 6000).unref()`
    const result = await runHanging(text, 20_000)
    expect(readMessage(result)[0]).toBe(heading)
    expect(result.report?.verdict).toBe('clean')
  })
})

describe.concurrent('a program whose children wait for children of their own', { timeout: 60_000 }, () => {
  const forked = `fork('./worker.js')`

  it('is told of the one that is stuck, and of its line', async () => {
    const worker = `process.on('message', () => {})\nrequire('node:child_process').spawn('cat').stdin.write('x')\n`
    const result = await runHanging(forked, 12_000, { 'worker.js': worker })
    expect(readMessage(result)).toEqual([
      heading,
      '  `cat`, pid N, waits for the end of its input.',
      '    at worker.js:2:31',
      endInput,
      '    to end it now: kill N',
    ])
  })

  it('is told nothing while one of them sleeps, as a test does that awaits a child', async () => {
    const idle = `process.on('message', () => {})\n`
    const worker = `${idle}const { spawn } = require('node:child_process')
spawn('sleep', ['30'])
spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3e4)'])
setTimeout(() => {}, 2 ** 30).unref()\n`
    const result = await runHanging(
      `${forked}; fork('./idle.js')`,
      14_000,
      { 'worker.js': worker, 'idle.js': idle },
      4000,
    )
    expect(readMessage(result)).toEqual([])
  })

  it('is told nothing while one of them waits for a timer of its own', async () => {
    const worker = `require('node:child_process').spawn('cat').stdin.write('x'); setTimeout(() => {}, 3e4)\n`
    expect(readMessage(await runHanging(forked, 14_000, { 'worker.js': worker }, 4000))).toEqual([])
  })
})

describe.concurrent('a program whose child sleeps', { timeout: 60_000 }, () => {
  it('is told so when that takes very long', async () => {
    expect(readMessage(await runHanging(`spawn('sleep', ['40'])`, 9000, {}, 800))).toEqual([
      heading,
      '  `sleep 40`, pid N, sleeps.',
      '    at main.js:3:1',
      '    to end it now: kill N',
    ])
  })

  it('is told nothing when the child wakes up now and then', async () => {
    const files = { 'clock.js': `setInterval(() => {}, 150)` }
    expect(readMessage(await runHanging(`spawn(process.execPath, ['clock.js'])`, 9000, files, 800))).toEqual([])
  })

  it('is told at once when the program has let go of the child, and its pipes keep it running', async () => {
    expect(readMessage(await runHanging(`spawn('sleep', ['40']).unref()`, 9000))).toEqual([
      heading,
      '  `sleep 40`, pid N, was let go of with `unref()`, and its pipes are open.',
      '    at main.js:3:1',
      "    fix: Start it with stdio 'ignore', or call `unref()` on its streams too.",
      '    to end it now: kill N',
    ])
  })

  it('is told at once of a timer that only keeps the child running', async () => {
    const files = { 'worker.js': `process.on('message', () => {}); setInterval(() => {}, 2 ** 30)` }
    expect(readMessage(await runHanging(`fork('./worker.js')`, 9000, files))[1]).toBe(
      '  `node worker.js`, pid N, does nothing, and its IPC channel is open.',
    )
  })
})

describe.concurrent('a test runner', { timeout: 60_000 }, () => {
  const worker = `require('node:child_process').spawn('sleep', ['40'], { stdio: 'inherit' })\nprocess.exit()\n`
  const watchdog = `process.title = 'watchdog'\nprocess.on('message', () => {})\n`

  it('is told who holds the output of a worker that has gone, and by which line of the worker', async () => {
    const result = await runHanging(
      `fork('./worker.js', { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }).stdout.resume()`,
      9000,
      { 'worker.js': worker },
    )
    expect(readMessage(result)).toEqual([
      heading,
      '  `sleep 40`, pid N, holds a pipe of `node worker.js`, which has exited.',
      '    at worker.js:1:31',
      '    fix: End the process that holds the pipe, or do not let it inherit the stdio of the child.',
      '    to end it now: kill N',
    ])
    expect(result.report?.findings.map(({ site }) => site?.line)).toEqual([1])
  })

  it('is not told of a process of its own, which calls itself by another name', async () => {
    const result = await runHanging(
      `fork('./vitest/dist/workers/watchdog.js', { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })`,
      6000,
      { 'vitest/dist/workers/watchdog.js': watchdog },
    )
    expect(readMessage(result)).toEqual([])
    expect(result.report?.verdict).toBe('clean')
  })
})

describe.concurrent('a program that is well', { timeout: 60_000 }, () => {
  it.each([
    {
      what: 'its child is a server',
      text: `spawn(process.execPath, ['server.js']).stdout.resume()`,
      files: { 'server.js': `require('node:http').createServer().listen(0, () => console.log('up'))` },
    },
    {
      what: 'its child watches files',
      text: `spawn(process.execPath, ['-e', 'require("node:fs").watch(".")']).stdout.resume()`,
    },
    {
      what: 'its child computes',
      text: `spawn('sh', ['-c', 'timeout 15 sh -c "while :; do :; done"'])`,
    },
    {
      what: 'its child says something now and then',
      text: `spawn('sh', ['-c', 'for i in 1 2 3 4 5 6 7 8 9; do echo; sleep 1.5; done']).stdout.resume()`,
    },
    { what: 'it only waits for one child that shares its stdio', text: `spawn('sleep', ['30'], { stdio: 'inherit' })` },
    { what: 'a timer of its own is running', text: `spawn('cat'); setInterval(() => {}, 1000)` },
    { what: 'it is a server itself', text: `spawn('cat'); require('node:net').createServer().listen(0)` },
    { what: 'the children are unref’d', text: `spawn('sleep', ['30'], { stdio: 'ignore' }).unref()` },
  ])('is told nothing: $what', async ({ text, files = {} }) => {
    expect(readMessage(await runHanging(text, 12_000, files, 4000))).toEqual([])
  })
})
