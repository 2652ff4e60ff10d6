import { afterAll, describe, expect, it } from 'vitest'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { absoluteNodeOptions } from '../../src/journal/absoluteNodeOptions.ts'
import { preload, removeDirectories, runProgram, summarise } from './guardedProgram.ts'

afterAll(removeDirectories)

const leak = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n`
const leakFound = ['error leaked-child at main.js:1:31: spawn sleep 30']
const fail = { RUNTIME_GUARD_MODE: 'fail' }

describe('loading', { timeout: 60_000 }, () => {
  it.each([
    ['--require', ['--require', preload]],
    ['--import', ['--import', preload]],
    ['both', ['--require', preload, '--import', preload]],
  ])('works through %s', async (_, nodeArgs) => {
    const result = await runProgram({ files: { 'main.js': leak }, env: fail, nodeArgs })
    expect(summarise(result)).toEqual(leakFound)
    expect(result.code).toBe(70)
    expect(result.stderr.match(/error leaked-child/g)).toHaveLength(1)
  })

  it('works through NODE_OPTIONS, twice', async () => {
    const env = { ...fail, NODE_OPTIONS: `--require ${preload} --require ${preload}` }
    const result = await runProgram({ files: { 'main.js': leak }, env, nodeArgs: [] })
    expect(summarise(result)).toEqual(leakFound)
    expect(result.stderr.match(/error leaked-child/g)).toHaveLength(1)
  })

  it('works through an import in the program', async () => {
    const text = `import ${JSON.stringify(preload)}\nimport { spawn } from 'node:child_process'\nspawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n`
    const result = await runProgram({ files: { 'main.mjs': text }, env: fail, nodeArgs: [] })
    expect(summarise(result)).toEqual(['error leaked-child at main.mjs:3:1: spawn sleep 30'])
  })

  it('acts as one when two copies are loaded, from a path with spaces', async () => {
    const copies = mkdtempSync(join(tmpdir(), 'guard copies '))
    for (const name of ['register.cjs', 'observe.cjs', 'judge.cjs'])
      copyFileSync(join(dirname(preload), name), join(copies, name))
    const copy = join(copies, 'register.cjs')
    const result = await runProgram({
      files: {
        'main.js': `const { execFileSync } = require('node:child_process')
console.log(execFileSync(process.execPath, ['-p', 'process.env.NODE_OPTIONS'], { encoding: 'utf8', cwd: '/' }))
${leak}`,
      },
      env: { ...fail, NODE_OPTIONS: `--require "${copy}"` },
      folder: 'a program',
    })
    rmSync(copies, { recursive: true })
    expect(summarise(result)).toEqual(['error leaked-child at main.js:3:31: spawn sleep 30'])
    expect(result.stderr.match(/error leaked-child/g)).toHaveLength(1)
    expect(result.stdout).toContain(`--require "${copy}"`)
  })

  it('reaches Node children of a program that was only started with --require, in any directory', async () => {
    const result = await runProgram({
      files: {
        'main.js': `require('node:child_process').execFileSync(process.execPath, [__dirname + '/member.js'], { cwd: '/' })\n`,
        'member.js': leak,
      },
      env: fail,
    })
    expect(summarise(result)).toEqual(['error leaked-child at member.js:1:31: spawn sleep 30'])
  })

  it('says one sentence on a Node that is too old, and the program runs', async () => {
    const result = await runProgram({
      files: {
        'pretend.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })\n`,
        'main.js': `console.log(require('node:child_process').execFileSync(process.execPath, ['--require', './pretend.cjs', '-p', '7']).toString())\n`,
      },
      env: { ...fail, NODE_OPTIONS: `--require ./pretend.cjs --require ${preload}` },
      nodeArgs: [],
    })
    expect(result.stdout).toBe('7\n\n')
    expect(result.stderr).toBe(
      'runtime-guard: Node 18.20.8 is not supported (Node ^20.19, ^22.13 or >=24 is); nothing is observed.\n',
    )
    expect(result.code).toBe(0)
  })

  it('loads no module of Node before it knows the version', () => {
    expect(readFileSync(preload, 'utf8')).not.toMatch(/\brequire\(["'`]/)
  })
})

describe('roles', { timeout: 60_000 }, () => {
  it('a member never judges: one verdict, by the root', async () => {
    const result = await runProgram({
      files: {
        'main.js': `const { spawn } = require('node:child_process')
const member = spawn(process.execPath, [__dirname + '/member.js'], { stdio: 'inherit' })
member.on('exit', (code) => console.log('member', code))
`,
        'member.js': leak,
      },
      env: fail,
    })
    expect(result.stdout).toBe('member 0\n')
    expect(result.stderr.match(/^error /gm)).toHaveLength(1)
    expect(result.code).toBe(70)
  })

  it('a process with the cookie of a root that is gone is a root, linked to that run', async () => {
    const result = await runProgram({
      files: { 'main.js': `console.log(process.env.RUNTIME_GUARD_PARENT_RUNS)\n${leak}` },
      env: { ...fail, RUNTIME_GUARD_RUN: '/nowhere/4194000-12' },
    })
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:31: spawn sleep 30'])
    expect(result.stdout).toBe('4194000-12\n')
  })

  it('two programs one after the other are two roots', async () => {
    const result = await runProgram({
      files: { 'main.js': leak },
      command: ['sh', '-c', `node main.js; echo $?; node main.js; echo $?`],
      env: {
        ...fail,
        RUNTIME_GUARD_OUT: 'text',
        NODE_OPTIONS: `--require ${preload}`,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      },
    })
    const pids = [...result.stderr.matchAll(/process +pid (\d+), running/g)].map((match) => Number(match[1]))
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(result.stdout).toBe('70\n70\n')
    expect(pids).toHaveLength(2)
  })

  it('COOKIE=inject gives the cookie to a child with an environment of its own', async () => {
    const text = `const { spawn } = require('node:child_process')
spawn('env', [], { stdio: 'inherit', env: { ONLY: '1' } })
`
    const plain = await runProgram({ files: { 'main.js': text } })
    const injected = await runProgram({ files: { 'main.js': text }, env: { RUNTIME_GUARD_COOKIE: 'inject' } })
    expect(plain.stdout).toBe('ONLY=1\n')
    expect(injected.stdout).toMatch(/^ONLY=1\nRUNTIME_GUARD_RUN=.+\n$/)
  })
})

describe('what cannot be inspected', { timeout: 60_000 }, () => {
  it('a journal that cannot be written: the verdict comes from memory and says so', async () => {
    const blocked = join(mkdtempSync(join(tmpdir(), 'guard-blocked-')), 'file')
    writeFileSync(blocked, '')
    const result = await runProgram({ files: { 'main.js': leak }, env: { ...fail, RUNTIME_GUARD_DIR: blocked } })
    rmSync(dirname(blocked), { recursive: true })
    expect(summarise(result)).toEqual([...leakFound, 'info blind at nowhere:'])
    expect(result.report?.blind.map(({ reason }) => reason)).toEqual([
      `The journal could not be written (${blocked} is no directory of this user): children that have ended are unknown.`,
    ])
    expect(result.code).toBe(70)
  })

  it('a directory of runs that belongs to somebody else is not used', async () => {
    const others = mkdtempSync(join(tmpdir(), 'guard-others-'))
    const runs = join(others, 'runs')
    mkdirSync(runs)
    chmodSync(runs, 0o500)
    const result = await runProgram({ files: { 'main.js': leak }, env: { ...fail, RUNTIME_GUARD_DIR: `${runs}/sub` } })
    chmodSync(runs, 0o700)
    rmSync(others, { recursive: true })
    expect(summarise(result)[0]).toBe(leakFound[0])
  })

  it('a program whose stderr is closed keeps its exit code and its output', async () => {
    const result = await runProgram({
      files: { 'main.js': `require('node:fs').closeSync(2)\nconsole.log('out')\n${leak}` },
      env: { RUNTIME_GUARD_MODE: 'report' },
    })
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 0, stdout: 'out\n' })
    expect(result.report?.verdict).toBe('leaks')
  })

  it('the report never goes to a file that the program opened in the place of stderr', async () => {
    const result = await runProgram({
      files: {
        'main.js': `const fs = require('node:fs')
${leak}fs.closeSync(2)
console.log(fs.openSync('own.txt', 'w'))
process.on('exit', () => fs.writeSync(2, 'own'))
`,
      },
    })
    expect(result.stdout).toBe('2\n')
    expect(readFileSync(join(result.directory, 'own.txt'), 'utf8')).toBe('own')
  })

  it('an unknown value of a setting is one line, and the program runs on', async () => {
    const result = await runProgram({ files: { 'main.js': leak }, env: { RUNTIME_GUARD_MODE: 'fial' } })
    expect(result.stderr.split('\n').filter((line) => line.includes('RUNTIME_GUARD_MODE'))).toHaveLength(1)
    expect(result.code).toBe(0)
  })
})

describe('NODE_OPTIONS', () => {
  const file = '/opt/runtime guard/register.cjs'
  const wanted = '--require "/opt/runtime guard/register.cjs"'

  it.each([
    [undefined, wanted],
    ['', wanted],
    ['--require runtime-guard', wanted],
    ['-r runtime-guard --max-old-space-size=100', `${wanted} --max-old-space-size=100`],
    ['--require=runtime-guard', wanted],
    ['--import runtime-guard', wanted],
    [`--import "file:///opt/runtime%20guard/register.cjs"`, wanted],
    ['--import tsx --require "./my setup.cjs"', `--import tsx --require "./my setup.cjs" ${wanted}`],
    ['--require runtime-guard --import tsx -r runtime-guard', `${wanted} --import tsx`],
    [wanted, wanted],
    [`${wanted} --title="a \\"b\\" c"`, `${wanted} --title="a \\"b\\" c"`],
    ['--require runtime-guard/api', `--require runtime-guard/api ${wanted}`],
  ])('%s', (given, expected) => {
    const once = absoluteNodeOptions(given, file, ['runtime-guard'])
    expect(once).toBe(expected)
    expect(absoluteNodeOptions(once, file, ['runtime-guard'])).toBe(expected)
  })
})
