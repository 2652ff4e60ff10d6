import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { removeDirectories, runProgram, summarise } from './guardedProgram.ts'

afterAll(removeDirectories)

const idle = { files: { 'main.js': `console.log('done')\n` } }

describe('a root that started nothing', { timeout: 60_000 }, () => {
  it('writes the file that was asked for, and nothing else', async () => {
    const { report, stderr, runsDirectory } = await runProgram(idle)
    expect([report?.verdict, report?.stats]).toEqual(['clean', { processes: 1, spawned: 0, peakLive: 0, byMethod: {} }])
    expect(stderr).toBe('')
    expect(existsSync(runsDirectory)).toBe(false)
  })

  it('writes the file that a configuration asks for', async () => {
    const config = JSON.stringify({ out: 'json:clean.json' })
    const files = { ...idle.files, 'runtime-guard.config.json': config }
    const { directory } = await runProgram({ files, env: { RUNTIME_GUARD_OUT: undefined } })
    expect(existsSync(`${directory}/clean.json`)).toBe(true)
  })

  it('says nothing when everything is as it should be', async () => {
    const env = { RUNTIME_GUARD_OUT: 'text', RUNTIME_GUARD_MODE: 'fail', RUNTIME_GUARD_GRACE_MS: '100' }
    const { code, stderr, report } = await runProgram({ ...idle, env })
    expect([code, stderr, report]).toEqual([0, '', undefined])
  })

  it.each([
    ['RUNTIME_GUARD_MODEE', 'fail', /^runtime-guard: RUNTIME_GUARD_MODEE is not a setting .*\n$/],
    ['RUNTIME_GUARD_MODE', 'fial', /^runtime-guard: RUNTIME_GUARD_MODE is "fial", expected .*\n$/],
    ['RUNTIME_GUARD_GRACE_MS', 'soon', /^runtime-guard: RUNTIME_GUARD_GRACE_MS is "soon", expected .*\n$/],
  ])('says once that %s=%s is not understood', async (name, value, expected) => {
    const { code, stderr, stdout } = await runProgram({ ...idle, env: { RUNTIME_GUARD_OUT: 'text', [name]: value } })
    expect(stderr).toMatch(expected)
    expect([code, stdout]).toEqual([0, 'done\n'])
  })
})

describe('synchronous calls', { timeout: 60_000 }, () => {
  it('are counted by method', async () => {
    const text = `const c = require('node:child_process')
c.spawnSync('true'); c.execFileSync('true'); c.execSync('true'); c.execSync('true')`
    const { report } = await runProgram({ files: { 'main.js': text } })
    expect([report?.verdict, report?.stats.byMethod]).toEqual(['clean', { spawnSync: 1, execFileSync: 1, execSync: 2 }])
  })

  it('are named by their line when they outlive the program that waits for them', async () => {
    const text = `const { spawn } = require('node:child_process')
const waiting = spawn(process.execPath, [__dirname + '/waiting.js'], { stdio: ['ignore', 'pipe', 'inherit'] })
waiting.stdout.once('data', () => setTimeout(() => waiting.kill('SIGKILL'), 1000))
waiting.on('exit', () => process.exit())`
    const waiting = `require('node:fs').writeSync(1, 'up'); require('node:child_process').execFileSync('sleep', ['30'])\n`
    const result = await runProgram({ files: { 'main.js': text, 'waiting.js': waiting } })
    expect(summarise(result)).toEqual(['error leaked-child at waiting.js:1:70: execFileSync sleep 30'])
  })

  it('that time out behind a shell are the origin of what is left', async () => {
    const text = `const { execSync } = require('node:child_process')
try { execSync('sleep 30; true', { timeout: 200, stdio: 'ignore' }) } catch {}`
    expect(summarise(await runProgram({ files: { 'main.js': text } }))).toEqual([
      'error kill-ineffective at main.js:2:7: descendant sleep 30',
    ])
  })
})

describe('what cannot be seen', { timeout: 60_000 }, () => {
  it('is said of synchronous calls under --pending-deprecation, and leaves no journal behind', async () => {
    const text = `require('node:child_process').spawn('true')\n`
    const env = { RUNTIME_GUARD_MODE: 'fail', NODE_PENDING_DEPRECATION: '1' }
    const { code, report, stderr, runsDirectory } = await runProgram({ files: { 'main.js': text }, env })
    expect([code, report?.verdict, report?.blind, stderr]).toEqual([
      0,
      'blind',
      [{ reason: 'Synchronous calls were not seen: --pending-deprecation is on.' }],
      '',
    ])
    expect(readdirSync(runsDirectory)).toEqual([])
  })

  it('hides arguments that a setting names, in the journal and in the report', async () => {
    const text = `const { spawn } = require('node:child_process')
const child = spawn('sh', ['-c', 'sleep 30; true', 'customer-17'], { stdio: 'ignore' })
setTimeout(() => process.exit(), 100)`
    const env = { RUNTIME_GUARD_REDACT: 'customer-*' }
    const { report, runsDirectory } = await runProgram({ files: { 'main.js': text }, env })
    expect(report?.findings[0]?.child?.argv).toEqual(['sh', '-c', 'sleep 30; true', '[redacted]'])
    const journals = readdirSync(runsDirectory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => readFileSync(`${runsDirectory}/${name}`, 'utf8'))
    expect(journals.join('')).toContain('[redacted]')
    expect(journals.join('')).not.toContain('customer-17')
  })
})

describe('a directory for temporary files that does not exist', { timeout: 60_000 }, () => {
  it('is not made, and what is alive is found from memory', async () => {
    const text = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n`
    const env = { RUNTIME_GUARD_DIR: undefined, TMPDIR: '/tmp/no-such-directory-of-runtime-guard' }
    const result = await runProgram({ files: { 'main.js': text }, env })
    expect(summarise(result)).toContain('error leaked-child at main.js:1:31: spawn sleep 30')
    expect(result.report?.blind).toEqual([
      { reason: 'The journal could not be written (ENOENT): children that have ended are unknown.' },
    ])
    expect(existsSync(env.TMPDIR)).toBe(false)
  })
})
