import { afterAll, describe, expect, it } from 'vitest'
import { endProcess, removeDirectories, runProgram, type ProgramOptions, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

/** Runs the same program with and without the guard. */
async function runBoth(options: ProgramOptions): Promise<{ bare: ProgramResult; guarded: ProgramResult }> {
  const [bare, guarded] = await Promise.all([runProgram({ ...options, nodeArgs: [] }), runProgram(options)])
  return { bare, guarded }
}

function expectSame({ bare, guarded }: { bare: ProgramResult; guarded: ProgramResult }): void {
  const stable = (result: ProgramResult): string => result.stdout.replaceAll(result.directory, '<directory>')
  expect(bare.stdout).not.toBe('')
  expect(stable(guarded)).toBe(stable(bare))
  expect(guarded.code).toBe(bare.code)
}

describe('a program under the guard', { timeout: 60_000 }, () => {
  it.each([
    [
      'the method’s shape',
      `const { ChildProcess } = require('node:child_process')
require('node:child_process').spawn('true').on('close', () => {
  const { spawn } = ChildProcess.prototype
  console.log(spawn.name, spawn.length, typeof spawn, Object.keys(ChildProcess.prototype))
  console.log(Object.getOwnPropertyDescriptor(ChildProcess.prototype, 'spawn').enumerable)
})`,
    ],
    [
      'what a child looks like',
      `const { spawn } = require('node:child_process')
const { inspect } = require('node:util')
const child = spawn('true', { stdio: 'ignore' })
console.log(inspect(child, { depth: 1 }).replace(/\\d{2,}/g, 'n'), Object.keys(child), Object.keys(child._handle))
console.log(child.eventNames(), child.listenerCount('exit'), process.listenerCount('exit'), process.eventNames())`,
    ],
    [
      'the events of a child',
      `const { spawn } = require('node:child_process')
const child = spawn('sh', ['-c', 'echo out; echo err >&2; exit 3'])
for (const name of ['spawn', 'exit', 'close', 'error']) child.on(name, (...args) => console.log(name, args))
child.stdout.on('data', (data) => console.log('stdout', String(data)))`,
    ],
    [
      'synchronous results',
      `const { spawnSync, execSync, execFileSync } = require('node:child_process')
const { pid, ...rest } = spawnSync('sh', ['-c', 'echo a; exit 2'], { encoding: 'utf8' })
console.log(rest, execSync('echo b').toString(), execFileSync('echo', ['c']).toString())
console.log(spawnSync('no-such-command').error.code)
try { execSync('exit 4', { stdio: 'ignore' }) } catch (error) { console.log(error.status, error.message) }`,
    ],
    [
      'thrown errors and their stacks',
      `const { spawn } = require('node:child_process')
try { spawn('true', ['x'.repeat(3_000_000)]) } catch (error) { console.log(error.code, error.stack) }
try { spawn('') } catch (error) { console.log(error.code, error.stack) }
try { spawn('true', { uid: 'x' }) } catch (error) { console.log(error.code, error.stack) }`,
    ],
    [
      'stacks of listeners',
      `const { spawn } = require('node:child_process')
spawn('true').on('exit', () => console.log(new Error('exit').stack))
spawn('no-such-command').on('error', (error) => console.log(error.stack, new Error('error').stack))
process.on('custom', () => console.log(new Error('custom').stack))
process.emit('custom')
process.on('uncaughtException', (error) => console.log(error.stack))
setTimeout(() => { throw new Error('thrown') }, 100)`,
    ],
    [
      'what is assigned to process.emit',
      `const { emit } = process
const mine = function (...args) { if (args[0] === 'exit') console.log('exit', this === process, args.length); return emit.apply(this, args) }
process.emit = mine
console.log(process.emit === mine, Object.keys(process).includes('emit'))
const copy = Object.create(Object.getPrototypeOf(process), Object.getOwnPropertyDescriptors(process))
copy.emit = () => 'copy'
console.log(process.emit === mine, copy.emit(), Object.keys(process).includes('emit'))
process.on('exit', () => { process.emit = emit })`,
    ],
    [
      'promisified methods',
      `const { promisify } = require('node:util')
const { exec, execFile } = require('node:child_process')
const promise = promisify(exec)('echo a')
console.log(typeof promise.child)
promise.then((result) => console.log(result))
  .then(() => promisify(execFile)('sh', ['-c', 'exit 3'])).catch((error) => console.log(error.code, error.cmd))`,
    ],
    [
      'subclasses and mocks',
      `const childProcess = require('node:child_process')
const { ChildProcess } = childProcess
class Sub extends ChildProcess { spawn(options) { console.log('sub'); return super.spawn(options) } }
const sub = new Sub()
console.log(sub.spawn({ file: 'true', args: ['true'], stdio: 'ignore' }), typeof sub.pid)
const original = ChildProcess.prototype.spawn
ChildProcess.prototype.spawn = function (options) { console.log('mock', options.file); this.pid = 4_000_000; return 0 }
const mocked = childProcess.spawn('no-such-command')
console.log(mocked.pid)
ChildProcess.prototype.spawn = original
childProcess.spawn('echo', ['real'], { stdio: 'inherit' })`,
    ],
    [
      'an error property that limits stacks',
      `Error.stackTraceLimit = 0
const { spawn } = require('node:child_process')
spawn('true')
console.log(Error.stackTraceLimit, new Error('x').stack)
const marker = () => 'own format'
Error.prepareStackTrace = marker
Error.stackTraceLimit = 5
spawn('true')
console.log(Error.prepareStackTrace === marker, new Error('x').stack, Error.stackTraceLimit)
delete Error.prepareStackTrace
spawn('true')
console.log(Object.hasOwn(Error, 'prepareStackTrace'))`,
    ],
    [
      'signals and the message channel',
      `const { fork } = require('node:child_process')
if (process.argv[2] === 'child') {
  process.on('message', (message) => { process.send({ got: message }); process.disconnect() })
} else {
  const child = fork(__filename, ['child'])
  child.on('message', (message) => console.log(message))
  child.on('close', (...args) => console.log(args))
  child.send('hello')
}`,
    ],
    [
      'a cluster',
      `const cluster = require('node:cluster')
if (cluster.isPrimary) {
  const worker = cluster.fork()
  worker.on('exit', (code) => console.log('worker', code))
} else process.exit(2)`,
    ],
    [
      'binary output',
      `process.stdout.write(Buffer.from([0, 255, 254, 10, 13, 200]))
require('node:child_process').execSync('head -c 1000 /dev/zero', { stdio: 'inherit' })`,
    ],
  ])('is the same in %s', async (_, text) => {
    const both = await runBoth({ files: { 'main.js': text } })
    expectSame(both)
    expect(both.guarded.stderr).toBe(both.bare.stderr)
  })

  it('prints the same error when it crashes, and its own exit code stays', async () => {
    const { bare, guarded } = await runBoth({
      files: { 'main.js': `const { spawn } = require('node:child_process')\nspawn('no-such-command')\n` },
    })
    const stable = (text: string, directory: string): string => text.replaceAll(directory, '')
    expect(stable(guarded.stderr, guarded.directory)).toContain(stable(bare.stderr, bare.directory))
    expect([bare.code, guarded.code]).toEqual([1, 1])
  })

  it('shows no frame of the guard in an error that an exit listener throws', async () => {
    const { bare, guarded } = await runBoth({
      files: { 'main.js': `process.on('exit', () => { throw new Error('own') })\n` },
    })
    expect(guarded.stderr.replaceAll(guarded.directory, '')).toBe(bare.stderr.replaceAll(bare.directory, ''))
    expect(guarded.code).toBe(bare.code)
  })

  it('ends by itself: nothing of the guard keeps the loop alive', async () => {
    const result = await runProgram({
      files: {
        'main.js': `const child = require('node:child_process').spawn('true', { stdio: 'ignore' })
child.on('exit', () => setTimeout(() => console.log(process.getActiveResourcesInfo()), 50))
`,
      },
    })
    expect(result.stdout).toBe("[ 'Timeout' ]\n")
    expect(result.report?.verdict).toBe('clean')
  })

  it('is judged by the real clock and the real files when both are mocked', async () => {
    const result = await runProgram({
      files: {
        'main.js': `const fs = require('node:fs')
const child = require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' })
child.unref()
console.log(child.pid)
for (const name of ['readFileSync', 'openSync', 'writeSync', 'readdirSync', 'existsSync'])
  fs[name] = () => { throw new Error('mocked ' + name) }
Date.now = () => 0
globalThis.Date = class { static now() { return 0 } }
globalThis.setImmediate = () => { throw new Error('mocked') }
`,
      },
      env: { RUNTIME_GUARD_OUT: 'text' },
    })
    expect(result.stderr).toContain('error leaked-child')
    expect(result.stderr).toContain('main.js:2:45')
    endProcess(Number(result.stdout))
  })
})
