// The threats that SECURITY.md names, one by one. The journal directory that somebody else planted: roles.test.ts and
// hostileDisk.test.ts; markup and escape sequences in every format: report/golden.test.ts.
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../src/config/settingDefinitions.ts'
import { endRun } from '../../src/kill/endRun.ts'
import { linuxProcessTable } from '../../src/probe/linux.ts'
import { clean } from '../report/sampleReports.ts'
import { endProcess, preload, removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

const isRoot = process.getuid?.() === 0
const kill = { RUNTIME_GUARD_MODE: 'kill', RUNTIME_GUARD_KILL_GRACE_MS: '500' }

async function runMain(text: string, env: Record<string, string> = {}): Promise<ProgramResult> {
  return await runProgram({ files: { 'main.cjs': text }, env })
}

/** Statements with which a program adds a line to its own journal. */
const forge = (entry: string): string => `const { spawn } = require('node:child_process')
const { appendFileSync, readdirSync, readFileSync } = require('node:fs')
const child = spawn('sleep', ['30'], { stdio: 'ignore' })
child.unref()
setTimeout(() => {
  const run = process.env.RUNTIME_GUARD_RUN
  const file = run + '/' + readdirSync(run).find((name) => name.endsWith('.ndjson'))
  const { id } = JSON.parse(readFileSync(file, 'utf8').split('\\n').find((line) => line.includes('"spawn"')))
  appendFileSync(file, ${entry} + '\\n')
  process.exit()
}, 200)
`

describe('a child that forges the journal', { timeout: 60_000 }, () => {
  it('so that it looks as if it had ended is found all the same', async () => {
    const result = await runMain(
      forge(`JSON.stringify({ t: 'exit', id, at: Date.now(), code: 0, signal: null })`),
      kill,
    )
    expect(result.report?.findings.map(({ code, child }) => [code, child?.argv])).toEqual([
      ['orphan-descendant', ['sleep', '30']],
    ])
    expect(result.report?.kill?.ended.map(({ argv }) => argv)).toEqual([['sleep', '30']])
  })

  it('so that it looks allowed is listed as accepted', async () => {
    const result = await runMain(
      forge(`JSON.stringify({ t: 'allow', at: Date.now(), pid: child.pid, reason: 'forged' })`),
    )
    expect(result.report?.policy?.allowed.map(({ by, reason }) => [by, reason])).toEqual([['program', 'forged']])
    for (const { finding } of result.report?.policy?.allowed ?? []) endProcess(finding.child?.pid ?? 0)
  })

  it('with what is no entry makes the report blind, not clean', async () => {
    const result = await runMain(
      forge(`'{"t":"spawn","id":7}\\n{"t":"exit"}\\n[]\\n{"t":"process","v":1}\\nnull\\n{"t":"nothing"'`),
    )
    expect(result.report?.blind.length).toBeGreaterThan(0)
    expect(result.report?.findings.map(({ code }) => code)).toContain('leaked-child')
  })

  it('by putting a pipe in the place of a journal does not stop the verdict', async () => {
    const result = await runMain(`const { spawn, execFileSync } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore' }).unref()
execFileSync('mkfifo', [process.env.RUNTIME_GUARD_RUN + '/9-9-0.ndjson'])
process.exit()
`)
    expect(summarise(result)[0]).toBe('error leaked-child at main.cjs:2:1: spawn sleep 30')
    expect(result.report?.blind.map(({ reason }) => reason)).toEqual(['1 journal(s) of the run could not be read.'])
  })
})

describe('a cookie', () => {
  it.each(['', '/', '/tmp', '/tmp/runtime-guard-0/', 'x'])('%j names no run, so that nothing is ended', (runDir) => {
    const settings = { ...defaultSettings(), killGraceMs: 0 }
    const end = (): unknown => endRun({ runDir, report: clean, probe: linuxProcessTable(), settings, isRoot: false })
    expect(end).toThrow('names no run')
  })

  it('that a child gives itself marks only itself', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')
const cookie = process.env.RUNTIME_GUARD_RUN
spawn('sleep', ['30'], { stdio: 'ignore', env: { RUNTIME_GUARD_RUN: cookie.slice(0, -1) + '/' } }).unref()
spawn('sleep', ['31'], { stdio: 'ignore', env: { RUNTIME_GUARD_RUN: cookie + '/1-1.0.1' } }).unref()
process.exit()
`,
      kill,
    )
    expect(result.report?.kill).toMatchObject({ survivors: [] })
    expect(result.report?.kill?.ended.map(({ argv }) => argv[1]).sort()).toEqual(['30', '31'])
  })
})

describe('what an argument or a variable holds', { timeout: 60_000 }, () => {
  it('is neither a secret nor a command of the terminal in any output', async () => {
    const result = await runProgram({
      files: {
        'main.cjs': `const { spawn } = require('node:child_process')
spawn('sh', ['-c', 'sleep 30; true', '--password=hunter2', '\\u001b[2J\\u001b]0;title\\u0007', '::error::forged', '<b>'], { stdio: 'ignore', env: { ...process.env, SECRET: 'hunter3' } }).unref()
setTimeout(() => process.exit(), 300)
`,
      },
      env: { ...kill, RUNTIME_GUARD_ENFORCE: 'deadline:100', SECRET_OF_ROOT: 'hunter4' },
    })
    expect(result.stderr).toContain('was still running after the deadline of 100 ms')
    const journals = readdirSync(result.runsDirectory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => readFileSync(join(result.runsDirectory, name), 'utf8'))
    const everything = [result.stderr, JSON.stringify(result.report), ...journals].join('\n')
    expect(everything).not.toMatch(/hunter\d/)
    expect(result.stderr).not.toMatch(/[^\P{C}\n]/u)
    expect(result.stderr.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([])
  })

  it('of a root that was killed does not steer the terminal of the next run', async () => {
    const first = await runMain(`const { spawn } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore' })
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)
`)
    const [run = ''] = readdirSync(first.runsDirectory)
    const journal = join(first.runsDirectory, run, readdirSync(join(first.runsDirectory, run))[0] ?? '')
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"argv":["', String.raw`"argv":["\u001b[2J`))
    const second = await runMain(`require('node:child_process').spawn('true')`, {
      ...kill,
      RUNTIME_GUARD_DIR: first.runsDirectory,
    })
    const child = /"pid":(\d+),"start":"\d+","file":"sleep"/.exec(readFileSync(journal, 'utf8'))
    endProcess(Number(child?.[1] ?? 0))
    expect(second.stderr).toContain('was killed before its verdict')
    expect(second.stderr).not.toMatch(/[^\P{C}\n]/u)
  })
})

describe.runIf(isRoot)('on a machine with other users', { timeout: 60_000 }, () => {
  it('a child that runs as another one is named, and not ended', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore', uid: 65534, gid: 65534, cwd: '/' }).unref()
setTimeout(() => process.exit(), 200)
`,
      kill,
    )
    expect(result.report?.kill?.ended).toEqual([])
    expect(result.report?.kill?.survivors.map(({ argv, reason }) => [argv, reason])).toEqual([
      [['sleep', '30'], 'it runs as another user'],
    ])
  })

  it('PID 1 of a namespace judges, and ends what it has left', async () => {
    const canUnshare =
      spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { timeout: 20_000 }).status === 0
    if (!canUnshare) return
    const result = await runProgram({
      files: {
        'main.cjs': `const { spawn } = require('node:child_process')
spawn('sh', ['-c', 'setsid sleep 30 & sleep 31'], { stdio: 'ignore' }).unref()
console.log(process.pid)
setTimeout(() => process.exit(), 300)
`,
      },
      command: ['unshare', '--pid', '--fork', '--mount-proc', process.execPath, '--require', preload, 'main.cjs'],
      env: { ...kill, RUNTIME_GUARD_HANG_AFTER_MS: '0' },
    })
    expect(result.stdout.trim()).toBe('1')
    expect(result.report?.kill?.survivors).toEqual([])
    expect(result.report?.kill?.ended.map(({ argv }) => argv.join(' ')).sort()).toEqual([
      'sh -c setsid sleep 30 & sleep 31',
      'sleep 30',
      'sleep 31',
    ])
  })
})

describe('a clock that is set while a program runs', { timeout: 60_000 }, () => {
  it.each([-3_600_000, 3_600_000])('by %i ms hides nothing, and nothing waits for it', async (shift) => {
    const result = await runProgram({
      files: {
        'clock.cjs': `const { now } = Date; globalThis.shift = 0; Date.now = () => now() + globalThis.shift`,
        'main.cjs': `const { spawn } = require('node:child_process')
spawn('sh', ['-c', 'sleep 30; true'], { stdio: 'ignore' }).unref()
setTimeout(() => { globalThis.shift = ${shift}; process.exit() }, 300)
`,
      },
      nodeArgs: ['--require', './clock.cjs', '--require', preload],
      env: kill,
    })
    expect(result.report?.findings.map(({ code }) => code)).toEqual(['leaked-child', 'orphan-descendant'])
    expect(result.report?.kill?.ended.map(({ argv }) => argv[0])).toEqual(['sh', 'sleep'])
  })
})
