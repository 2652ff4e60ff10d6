import { afterAll, describe, expect, it } from 'vitest'
import { existsSync, readdirSync } from 'node:fs'
import { endProcess, removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

async function runMain(text: string, mode = 'fail', files: Record<string, string> = {}): Promise<ProgramResult> {
  return await runProgram({ files: { 'main.js': text, ...files }, env: { RUNTIME_GUARD_MODE: mode } })
}

/** On a machine that is busy a Node child takes its time to end; the verdict comes as soon as it has. */
async function runClean(text: string, files: Record<string, string>): Promise<ProgramResult> {
  const env = { RUNTIME_GUARD_MODE: 'fail', RUNTIME_GUARD_GRACE_MS: '20000', RUNTIME_GUARD_KILL_GRACE_MS: '20000' }
  return await runProgram({ files: { 'main.js': text, ...files }, env })
}

const leak = `const { spawn } = require('node:child_process')
const child = spawn('sleep', ['30'], { stdio: 'ignore' })
`

describe('the verdict at the end of a root', { timeout: 60_000 }, () => {
  it.each([
    ['a natural end', `child.unref()`, 70],
    ['process.exit', `process.exit()`, 70],
    ['process.exit with a code', `process.exit(3)`, 3],
    ['an exit code that was set', `child.unref(); process.exitCode = 4`, 4],
    ['process.exit in an exit listener', `process.on('exit', () => process.exit(0)); process.exit()`, 70],
    ['process.exit with a code in an exit listener', `process.on('exit', () => process.exit(5)); process.exit()`, 5],
    ['process.reallyExit', `process.reallyExit(0)`, 70],
    ['process.reallyExit with a code', `process.reallyExit(6)`, 6],
    ['removed exit listeners', `process.removeAllListeners('exit'); process.exit()`, 70],
    ['an uncaught error', `setImmediate(() => { throw new Error('own') })`, 1],
    ['an unhandled rejection', `Promise.reject(new Error('own'))`, 1],
    ['an exit listener that throws', `process.on('exit', () => { throw new Error('own') }); process.exit()`, 1],
  ])('finds the child after %s', async (_, end, code) => {
    const result = await runMain(`${leak}${end}\n`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:15: spawn sleep 30'])
    expect(result.code).toBe(code)
  })

  it('keeps the exit code in mode report', async () => {
    const result = await runMain(`${leak}child.unref()\n`, 'report')
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:15: spawn sleep 30'])
    expect(result.code).toBe(0)
  })

  it('does nothing in mode off', async () => {
    const result = await runMain(
      `${leak}child.unref()
console.log(Object.keys(process.env).filter((name) => /RUNTIME_GUARD_RUN|NODE_OPTIONS/.test(name)).length, child.pid)
`,
      'off',
    )
    const [variables, pid] = result.stdout.trim().split(' ')
    endProcess(Number(pid))
    expect(variables).toBe('0')
    expect({ report: result.report, stderr: result.stderr, code: result.code }).toEqual({
      report: undefined,
      stderr: '',
      code: 0,
    })
  })

  it('lets the clean-up of exit listeners win', async () => {
    const result = await runMain(`${leak}process.on('exit', () => child.kill())\nprocess.exit()\n`)
    expect({ code: result.code, verdict: result.report?.verdict, stderr: result.stderr }).toEqual({
      code: 0,
      verdict: 'clean',
      stderr: '',
    })
  })

  it.each([
    ['process.exit', 'process.exit()'],
    ['a natural end', 'child.unref()'],
    ['an uncaught error', `setImmediate(() => { throw new Error('own') })`],
  ])('lets the clean-up around process.emit win, as signal-exit has it, after %s', async (_, end) => {
    const wrap = `const { emit } = process
process.emit = function (name, ...args) {
  const result = emit.call(this, name, ...args)
  if (name === 'exit') child.kill()
  return result
}`
    const result = await runMain(`${leak}${wrap}\n${end}\n`)
    expect({ verdict: result.report?.verdict, stderr: result.stderr.replace(/^[^]*Error: own[^]*$/, '') }).toEqual({
      verdict: 'clean',
      stderr: '',
    })
    expect(summarise(await runMain(`${leak}${wrap.replace('child.kill()', '')}\n${end}\n`))).toEqual([
      'error leaked-child at main.js:2:15: spawn sleep 30',
    ])
  })

  it('still sees the end of a program that defines process.emit anew', async () => {
    const wrap = `const { emit } = process
Object.defineProperty(process, 'emit', { configurable: true, value: (...args) => emit.apply(process, args) })`
    const result = await runMain(`${leak}${wrap}\nprocess.exit()\n`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:15: spawn sleep 30'])
    expect(result.code).toBe(70)
  })

  it('gives a child that was told to end the grace to do so', async () => {
    const result = await runClean(
      `const { spawn } = require('node:child_process')
const child = spawn(process.execPath, [__dirname + '/slow.js'], { stdio: ['ignore', 'pipe', 'inherit'] })
child.stdout.once('data', () => process.exit())
process.on('exit', () => child.kill())
`,
      {
        'slow.js': `process.on('SIGTERM', () => setTimeout(() => process.exit(), 100)); console.log('up'); setTimeout(() => {}, 30_000)`,
      },
    )
    expect({ code: result.code, verdict: result.report?.verdict }).toEqual({ code: 0, verdict: 'clean' })
  })

  it.each([
    ['at the end of its input', `spawn('cat').stdout.resume()`],
    ['when its channel closes', `fork(__dirname + '/listens.js')`],
  ])('does not accuse a child that ends %s', async (_, start) => {
    const result = await runClean(
      `const { spawn, fork } = require('node:child_process')\n${start}\nsetTimeout(() => process.exit(), 200)\n`,
      { 'listens.js': `process.on('message', () => {})` },
    )
    expect({ code: result.code, verdict: result.report?.verdict }).toEqual({ code: 0, verdict: 'clean' })
  })

  it('does not accuse what the program killed earlier', async () => {
    const result = await runMain(`${leak}setTimeout(() => child.kill('SIGKILL'), 50)\n`)
    expect({ code: result.code, verdict: result.report?.verdict }).toEqual({ code: 0, verdict: 'clean' })
  })

  it('says which line started what could not be started', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')\n\nspawn('no-such-command', ['--token=abc'])\n`,
    )
    expect(summarise(result)).toEqual([
      'error unhandled-spawn-error at main.js:3:1: spawn no-such-command --token=[redacted]',
    ])
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('Error: spawn no-such-command ENOENT')
    expect(result.report?.findings[0]?.message).toBe(
      "`no-such-command --token=[redacted]` could not be started (ENOENT), and nobody listened for the 'error' event.",
    )
  })

  it('says it too when the program goes on', async () => {
    const result = await runMain(
      `process.on('uncaughtException', () => {})\nrequire('node:child_process').spawn('no-such-command')\n`,
    )
    expect(summarise(result)).toEqual(['error unhandled-spawn-error at main.js:2:31: spawn no-such-command'])
    expect(result.code).toBe(70)
  })

  it.each([
    ['a listener', `spawn('no-such-command').on('error', () => {})`],
    ['once', `require('node:events').once(spawn('no-such-command'), 'exit').catch(() => {})`],
    ['a callback', `execFile('no-such-command', () => {})`],
    ['execFile without a callback', `execFile('no-such-command')`],
  ])('is silent when %s takes the failed start', async (_, start) => {
    const result = await runMain(`const { spawn, execFile } = require('node:child_process')\n${start}\n`)
    expect({ code: result.code, verdict: result.report?.verdict }).toEqual({ code: 0, verdict: 'clean' })
  })

  it('leaves no journal of a clean run', async () => {
    const result = await runMain(`require('node:child_process').spawnSync('true')\n`)
    expect(result.report?.verdict).toBe('clean')
    expect(readdirSync(result.runsDirectory)).toEqual([])
  })

  it('writes nothing at all for a program that starts nothing', async () => {
    const result = await runProgram({
      files: { 'main.js': `console.log('done')\n` },
      env: { RUNTIME_GUARD_MODE: 'fail', RUNTIME_GUARD_OUT: 'text' },
    })
    expect({ code: result.code, stdout: result.stdout, stderr: result.stderr, report: result.report }).toEqual({
      code: 0,
      stdout: 'done\n',
      stderr: '',
      report: undefined,
    })
    expect(existsSync(result.runsDirectory)).toBe(false)
  })
})

describe('a root that is killed', { timeout: 60_000 }, () => {
  it('is spoken of once by the next run, with the number of processes it left', async () => {
    const killed = await runProgram({
      files: { 'main.js': `${leak}console.log(child.pid)\nsetImmediate(() => process.kill(process.pid, 'SIGKILL'))\n` },
    })
    expect({ signal: killed.signal, report: killed.report }).toEqual({ signal: 'SIGKILL', report: undefined })
    const next = {
      files: { 'main.js': `require('node:child_process').spawnSync('true')\n` },
      env: { RUNTIME_GUARD_DIR: killed.runsDirectory },
    }
    const first = await runProgram(next)
    const second = await runProgram(next)
    endProcess(Number(killed.stdout))
    expect(first.stderr).toMatch(
      /^runtime-guard: an earlier run of process \d+ \(.*\) was killed before its verdict and left 1 process behind; `npx runtime-guard sweep` shows them\.\n$/,
    )
    expect(second.stderr).toBe('')
    expect(first.code).toBe(0)
  })
})
