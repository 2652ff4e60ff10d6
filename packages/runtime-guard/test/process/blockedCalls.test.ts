import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { preload, removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const heading = 'runtime-guard: process N, `node main.js`, has been blocked for a while by a synchronous call:'
const fix = "    fix: Give the call a `timeout`, and `killSignal: 'SIGKILL'`, or start the command asynchronously."

interface Blocking {
  files?: Record<string, string>
  silenceMs?: number
  nodeArgs?: string[]
  command?: string[]
}

/** Every command of these programs ends by itself, so that what blocks is over some time. */
async function runBlocking(text: string, options: Blocking = {}): Promise<ProgramResult> {
  const { files = {}, silenceMs = 1000, nodeArgs, command } = options
  return await runProgram({
    files: {
      'main.js': `const { exec, execFile, execFileSync, execSync, spawnSync } = require('node:child_process')\n${text}\n`,
      ...files,
    },
    env: { RUNTIME_GUARD_HANG_AFTER_MS: String(silenceMs), RUNTIME_GUARD_MODE: 'report' },
    ...(nodeArgs && { nodeArgs }),
    ...(command && { command }),
  })
}

/** The message without what differs from run to run. */
function readMessage({ stderr }: Pick<ProgramResult, 'stderr'>): string[] {
  return stderr
    .replace(/^runtime-guard {2}[^]*/m, '')
    .split('\n')
    .filter(Boolean)
    .map((line) =>
      line
        .replace(/\b(process|pid|thread) \d+/g, '$1 N')
        .replace(/for [\d.]+ m?s/, 'for a while')
        .replace(/kill [\d ]+$/, (pids) => pids.replace(/\d+/g, 'N')),
    )
}

describe.concurrent('a synchronous call that does not return', { timeout: 60_000 }, () => {
  it('is named with its line while it blocks, once', async () => {
    const result = await runBlocking(`execFileSync('sleep', ['8'])\nconsole.log('done')`)
    expect(readMessage(result)).toEqual([
      heading,
      '  execFileSync waits for `sleep 8`, which does nothing.',
      '    at main.js:2:1',
      '    pid N: `sleep 8`',
      fix,
      '    to end it now: kill N',
    ])
    expect(result.stdout).toBe('done\n')
    expect(result.code).toBe(0)
  })

  it('is named with everything that has to be ended behind a shell', async () => {
    const lines = readMessage(await runBlocking(`execSync('sleep 8; true')`))
    expect(lines.slice(1)).toEqual([
      '  execSync waits for `sleep 8; true` (in sh), which does nothing.',
      '    at main.js:2:1',
      '    pid N: `sleep 8; true` (in sh)',
      '    pid N: `sleep 8`',
      fix,
      '    to end it now: kill N N',
    ])
  })

  it('is named when the command has exited and something holds its output', async () => {
    const lines = readMessage(await runBlocking(`execSync('sleep 8 & true')`))
    expect(lines.slice(1, 4)).toEqual([
      '  execSync waits for the end of the output of `sleep 8 & true` (in sh), which has exited, and what it started holds it.',
      '    at main.js:2:1',
      '    pid N: `sleep 8`',
    ])
  })

  it('is named when the child has an environment of its own', async () => {
    const lines = readMessage(await runBlocking(`spawnSync('sleep', ['8'], { env: {} })`))
    expect(lines.slice(1, 4)).toEqual([
      '  spawnSync waits for `sleep 8`, which does nothing.',
      '    at main.js:2:1',
      '    pid N: `sleep 8`',
    ])
  })

  it('is named when its time limit is over', async () => {
    const text = `execFileSync('true')\nexecSync('trap "" TERM; sleep 14; true', { timeout: 200 })`
    const lines = readMessage(await runBlocking(`try { ${text} } catch {}`))
    expect(lines).toContain(
      "    fix: Its limit of 200 ms is over, and something ignores the signal, or holds the output: set `killSignal: 'SIGKILL'`, and have no shell in between.",
    )
  })

  it('is named in the thread that it blocks', async () => {
    const text = `new (require('node:worker_threads').Worker)(__dirname + '/worker.js')`
    const files = { 'worker.js': `require('node:child_process').execFileSync('sleep', ['8'])` }
    const lines = readMessage(await runBlocking(text, { files }))
    expect(lines.slice(0, 3)).toEqual([
      'runtime-guard: worker thread N of process N, `node worker.js`, has been blocked for a while by a synchronous call:',
      '  execFileSync waits for `sleep 8`, which does nothing.',
      '    at worker.js:1:31',
    ])
  })

  it('is named by the root in a process of the run, and the wait for that process is not', async () => {
    const files = { 'member.js': `require('node:child_process').execFileSync('sleep', ['8'])` }
    const expected = [
      'runtime-guard: process N, `node member.js`, has been blocked for a while by a synchronous call:',
      '  execFileSync waits for `sleep 8`, which does nothing.',
      '    at member.js:1:31',
    ]
    const outer = await Promise.all(
      [
        `execFile(process.execPath, ['member.js'], () => {}); setTimeout(() => {}, 4000)`,
        `execFileSync(process.execPath, ['member.js'])`,
      ].map((text) => runBlocking(text, { files })),
    )
    for (const result of outer) {
      const lines = readMessage(result)
      expect(lines.slice(0, 3)).toEqual(expected)
      expect(lines).toHaveLength(6)
    }
  })

  it('is named by the wrapper, which needs no thread in the program', async () => {
    const text = `execFileSync('sleep', ['8'])\nconsole.log(new (require('node:worker_threads').Worker)('', { eval: true }).threadId)`
    const result = await runBlocking(text, {
      command: [process.execPath, cli, 'run', '--', process.execPath, 'main.js'],
    })
    expect(readMessage(result).slice(0, 3)).toEqual([
      heading,
      '  execFileSync waits for `sleep 8`, which does nothing.',
      '    at main.js:2:1',
    ])
    expect(result.stdout).toBe('1\n')
  })
})

describe.concurrent('a synchronous call that is well', { timeout: 60_000 }, () => {
  it.each([
    {
      what: 'it has a time limit that is not over',
      text: `execFileSync('true'); spawnSync('sleep', ['9'], { timeout: 3000 })`,
    },
    { what: 'its command computes', text: `spawnSync('timeout', ['3', 'sh', '-c', 'while :; do :; done'])` },
    {
      what: 'its command serves',
      text: `spawnSync(process.execPath, ['server.js'])`,
      files: {
        'server.js': `const server = require('node:http').createServer().listen(0); setTimeout(() => server.close(), 8000)`,
      },
      // a busy machine needs a second until it listens
      silenceMs: 3000,
    },
    { what: 'it only waits for a command that has its stdio', text: `spawnSync('sleep', ['3'], { stdio: 'inherit' })` },
    { what: 'each of many is short', text: `for (let n = 0; n < 20; n++) execFileSync('sleep', ['0.1'])` },
    { what: 'the setting says never', text: `execFileSync('sleep', ['3'])`, silenceMs: 0 },
  ])('is not named: $what', async ({ text, ...options }) => {
    expect(readMessage(await runBlocking(text, options))).toEqual([])
  })

  it('shows the program no thread but in the number of its next one', async () => {
    const text = `const seen = []
process.on('worker', (worker) => seen.push(worker.threadId))
execFileSync('true')
setTimeout(() => {
  const { Worker } = require('node:worker_threads')
  const own = new Worker('', { eval: true })
  const { threadId } = own
  own.on('exit', () => {
    const streams = [process.stdout, process.stderr].map((stream) => stream.eventNames())
    console.log(JSON.stringify({ seen, own: threadId, handles: process._getActiveHandles().length, resources: process.getActiveResourcesInfo(), streams }))
  })
}, 200)`
    const [bare, guarded] = await Promise.all([runBlocking(text, { nodeArgs: [] }), runBlocking(text)])
    const read = ({ stdout }: ProgramResult): { seen: number[]; own: number } =>
      JSON.parse(stdout) as { seen: number[]; own: number }
    expect({ ...read(guarded), seen: [1], own: 1 }).toEqual(read(bare))
    expect(read(guarded)).toMatchObject({ seen: [2], own: 2 })
  })
})

describe('a synchronous call of a program that is killed', { timeout: 60_000 }, () => {
  it('is found by the sweep, with its line', async () => {
    const untilChild = 'until grep -q . /proc/$pid/task/$pid/children; do sleep 0.2; done; sleep 0.5'
    const result = await runBlocking(`execFileSync('sleep', ['31'])`, {
      files: { 'killer.js': '' },
      command: [
        'sh',
        '-c',
        `"${process.execPath}" --require "${preload}" main.js & pid=$!; ${untilChild}; kill -9 $pid`,
      ],
      silenceMs: 30_000,
    })
    const run = (): string => {
      try {
        return execFileSync(process.execPath, [cli, 'sweep', '--format', 'json', '--dir', result.runsDirectory], {
          encoding: 'utf8',
          timeout: 30_000,
        })
      } catch (error) {
        return (error as { stdout: string }).stdout
      }
    }
    const report = JSON.parse(run()) as NonNullable<ProgramResult['report']>
    for (const { child } of report.findings) if (child?.pid) process.kill(child.pid, 'SIGKILL')
    expect(summarise({ ...result, report })).toEqual(['error leaked-child at main.js:2:1: execFileSync sleep 31'])
  })
})
