// What a user can get wrong, from the installed tarballs: one clear sentence each, or silence, and the program goes on unharmed.
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Linter } from 'eslint'
import { describe, expect, inject, test } from 'vitest'
import { readGuardReport } from './harness/guardReport.ts'
import { createLinter, eslintConfigSource, lintFile } from './harness/lintFixture.ts'
import { runProgram } from './harness/run-program.mjs'
import type { Outcome } from './harness/run-program.mjs'

const consumer = inject('consumer')
const deadlineMs = 60_000
const guardCommand = path.join(consumer.root, 'node_modules', '.bin', 'runtime-guard')

let folders = 0
/** A new folder inside the consumer, so that the packages resolve from it. */
function newFolder(): string {
  folders += 1
  const folder = path.join(consumer.scratch, `bad-input-${folders}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A program that starts a child in the orderly way, prints, and has an exit code of its own. */
const orderly = `
const { spawn } = require('node:child_process')
const child = spawn('true', { stdio: 'ignore' })
child.on('error', (error) => { throw error })
child.on('close', (code) => console.log('child ended with', code))
process.exitCode = 3
`
const orderlyOutput = 'child ended with 0\n'

/** A program that leaves one process behind. */
const leaking = `
const { spawn } = require('node:child_process')
spawn('sleep', ['40'], { stdio: 'ignore' }).unref()
console.log('done')
`

interface GuardedRun {
  readonly source: string
  readonly environment?: Record<string, string>
  readonly flags?: readonly string[]
  readonly node?: string
  readonly cwd?: string
}

function runGuarded(run: GuardedRun): Promise<Outcome> {
  const { source, environment = {}, flags = ['--require', 'runtime-guard'], node = process.execPath } = run
  const cwd = run.cwd ?? newFolder()
  writeFileSync(path.join(cwd, 'program.cjs'), source)
  return runProgram({
    command: [node, ...flags, 'program.cjs'],
    cwd,
    environment: { TMPDIR: consumer.scratch, ...environment },
    deadlineMs,
  })
}

/** Lines of stderr that are not empty. */
const linesOf = ({ stderr }: Outcome): string[] => stderr.split('\n').filter((line) => line.trim() !== '')

/** The program did what it does without the guard. */
function expectUnharmed(outcome: Outcome): void {
  expect(outcome.exitCode, outcome.stderr).toBe(3)
  expect(String(outcome.stdout)).toBe(orderlyOutput)
}

describe('guard: settings', () => {
  test.for([
    ['an unknown name', { RUNTIME_GUARD_MOED: 'fail' }, 'RUNTIME_GUARD_MOED'],
    ['an unknown mode', { RUNTIME_GUARD_MODE: 'explode' }, 'RUNTIME_GUARD_MODE'],
    ['an unknown format', { RUNTIME_GUARD_OUT: 'xml:report.xml' }, 'RUNTIME_GUARD_OUT'],
    ['a duration that is none', { RUNTIME_GUARD_GRACE_MS: 'soon' }, 'RUNTIME_GUARD_GRACE_MS'],
    ['an exit code out of range', { RUNTIME_GUARD_EXIT_CODE: '4711' }, 'RUNTIME_GUARD_EXIT_CODE'],
    ['a flag that is none', { RUNTIME_GUARD_STRICT: 'maybe' }, 'RUNTIME_GUARD_STRICT'],
    ['an allow file that is not there', { RUNTIME_GUARD_ALLOW: 'nowhere.json' }, 'nowhere.json'],
  ] satisfies [string, Record<string, string>, string][])('%s', async ([, environment, named]) => {
    const outcome = await runGuarded({ source: orderly, environment })
    expectUnharmed(outcome)
    expect(linesOf(outcome)).toEqual([expect.stringContaining(named)])
  })

  test('an empty value is how a shell unsets a variable', async () => {
    const outcome = await runGuarded({ source: orderly, environment: { RUNTIME_GUARD_MODE: '' } })
    expectUnharmed(outcome)
    expect(outcome.stderr).toBe('')
  })

  test.for([
    ['broken JSON', '{ "mode": '],
    ['no object', '[]'],
    ['an unknown key', '{ "moed": "fail" }'],
    ['a value of the wrong type', '{ "graceMs": "soon" }'],
  ] as const)('a configuration file with %s', async ([, text]) => {
    const cwd = newFolder()
    writeFileSync(path.join(cwd, 'runtime-guard.config.json'), text)
    const outcome = await runGuarded({ source: orderly, cwd })
    expectUnharmed(outcome)
    expect(linesOf(outcome)).toEqual([expect.stringContaining('runtime-guard.config.json')])
  })
})

describe('guard: places that cannot be written', () => {
  const file = path.join(consumer.scratch, 'a-file')
  writeFileSync(file, '')

  test.for([
    ['below a file', path.join(file, 'report.json')],
    ['on a full disk', '/dev/full'],
    ['where a directory is', consumer.scratch],
  ] as const)('a report %s', async ([, target]) => {
    const outcome = await runGuarded({ source: orderly, environment: { RUNTIME_GUARD_OUT: `json:${target}` } })
    expectUnharmed(outcome)
    expect(linesOf(outcome)).toEqual([expect.stringContaining(target)])
  })

  test.for([
    ['is a file', file],
    ['does not exist', path.join(consumer.scratch, 'nowhere', 'tmp')],
    ['is read-only', '/proc'],
  ] as const)('a temp directory that %s: the run is not called clean', async ([, TMPDIR]) => {
    const report = path.join(newFolder(), 'report.json')
    const outcome = await runGuarded({ source: orderly, environment: { TMPDIR, RUNTIME_GUARD_OUT: `json:${report}` } })
    expectUnharmed(outcome)
    expect(linesOf(outcome).length).toBeLessThanOrEqual(1)
    const { verdict, blind } = readGuardReport(report)
    expect(verdict).not.toBe('clean')
    expect(blind.length).toBeGreaterThan(0)
  })

  test('a temp directory without the right to write', async () => {
    const TMPDIR = newFolder()
    chmodSync(TMPDIR, 0o500)
    const outcome = await runGuarded({ source: orderly, environment: { TMPDIR } })
    expectUnharmed(outcome)
    expect(linesOf(outcome).length).toBeLessThanOrEqual(1)
  })
})

describe('guard: loaded more than once', () => {
  test.for([
    ['by two flags', ['--require', 'runtime-guard', '--import', 'runtime-guard'], {}],
    ['by a flag and NODE_OPTIONS', ['--require', 'runtime-guard'], { NODE_OPTIONS: '--require runtime-guard' }],
  ] satisfies [string, string[], Record<string, string>][])('%s it is one guard', async ([, flags, environment]) => {
    const report = path.join(newFolder(), 'report.json')
    const outcome = await runGuarded({
      source: leaking,
      flags,
      environment: { ...environment, RUNTIME_GUARD_OUT: `json:${report}` },
    })
    expect(outcome.stderr).toBe('')
    expect(readGuardReport(report).findings.map(({ code }) => code)).toEqual(['leaked-child'])
    expect(readGuardReport(report).stats.spawned).toBe(1)
  })

  test('two copies of it are one guard', async () => {
    const cwd = newFolder()
    cpSync(path.join(consumer.root, 'node_modules', 'runtime-guard'), path.join(cwd, 'copy'), {
      recursive: true,
      dereference: true,
    })
    const report = path.join(cwd, 'report.json')
    const outcome = await runGuarded({
      source: leaking,
      cwd,
      flags: ['--require', 'runtime-guard', '--require', './copy/dist/register.cjs'],
      environment: { RUNTIME_GUARD_OUT: `json:${report}` },
    })
    expect(outcome.stderr).toBe('')
    expect(readGuardReport(report).findings.map(({ code }) => code)).toEqual(['leaked-child'])
    expect(readGuardReport(report).stats.spawned).toBe(1)
  })
})

describe('guard: a Node that is too old', () => {
  test.for([
    ['--require', ['--require', 'runtime-guard'], {}],
    ['NODE_OPTIONS', [], { NODE_OPTIONS: '--require runtime-guard' }],
  ] satisfies [string, string[], Record<string, string>][])('says so once, %s', async ([, flags, environment]) => {
    const outcome = await runGuarded({ source: orderly, node: consumer.nodes[16], flags, environment })
    expectUnharmed(outcome)
    expect(linesOf(outcome)).toEqual([expect.stringMatching(/runtime-guard.*v?16\./)])
  })
})

describe('guard: stderr that is not there', () => {
  test.for([
    ['closed at the start', 'exec "$@" 2>&-'],
    ['a pipe that nobody reads any more', '{ "$@" 3>&-; } 2>&1 >&3 3>&- | true'],
  ])('%s', async ([, script]) => {
    for (const source of [orderly, leaking]) {
      const cwd = newFolder()
      writeFileSync(path.join(cwd, 'program.cjs'), source)
      const run = (flags: string[]): Promise<Outcome> =>
        runProgram({
          command: ['sh', '-c', `{ ${script}; } 3>&1; echo "code $?"`, 'sh', process.execPath, ...flags, 'program.cjs'],
          cwd,
          environment: { TMPDIR: consumer.scratch },
          deadlineMs,
        })
      const bare = await run([])
      const guarded = await run(['--require', 'runtime-guard'])
      expect(String(guarded.stdout)).toBe(String(bare.stdout))
    }
  })

  test('closed by the program', async () => {
    const source = `require('node:fs').closeSync(2)\n${leaking}process.exitCode = 3`
    const outcome = await runGuarded({ source })
    expect(outcome.exitCode).toBe(3)
    expect(String(outcome.stdout)).toBe('done\n')
  })
})

describe('guard: the command', () => {
  const runCommand = (...args: string[]): Promise<Outcome> =>
    runProgram({
      command: [guardCommand, ...args],
      cwd: newFolder(),
      environment: { TMPDIR: consumer.scratch },
      deadlineMs,
    })

  test.for([
    ['an unknown command', ['frobnicate'], 'frobnicate'],
    ['an unknown option', ['run', '--frobnicate', '--', 'true'], 'frobnicate'],
    ['nothing to run', ['run', '--'], 'run'],
  ] satisfies [string, string[], string][])('%s is a mistake in usage', async ([, args, named]) => {
    const outcome = await runCommand(...args)
    expect(outcome.exitCode).toBe(2)
    expect(outcome.stderr).toContain(named)
    expect(outcome.stderr).not.toMatch(/^\s+at /m)
    expect(String(outcome.stdout)).toBe('')
  })

  test('a program that is not there ends like in a shell', async () => {
    const outcome = await runCommand('run', '--', 'program-of-nobody')
    expect(outcome.exitCode).toBe(127)
    expect(linesOf(outcome)).toEqual([expect.stringContaining('program-of-nobody')])
  })

  test('an unknown setting does not keep the program from running', async () => {
    const outcome = await runProgram({
      command: [guardCommand, 'run', '--', process.execPath, '-e', 'console.log("ran"); process.exitCode = 3'],
      cwd: newFolder(),
      environment: { TMPDIR: consumer.scratch, RUNTIME_GUARD_MODE: 'explode' },
      deadlineMs,
    })
    expect(outcome.exitCode).toBe(3)
    expect(String(outcome.stdout)).toBe('ran\n')
    expect(linesOf(outcome)).toEqual([expect.stringContaining('RUNTIME_GUARD_MODE')])
  })
})

describe('plugin', () => {
  const floating = "import { spawn } from 'node:child_process'\nspawn('make', { stdio: 'ignore' })\n"

  async function lint(name: string, rest: string, source = floating): Promise<Linter.LintMessage[]> {
    const file = path.join(newFolder(), 'file.mjs')
    writeFileSync(file, source)
    return lintFile(createLinter(consumer, `bad-input-${name}`, eslintConfigSource('recommended', rest)), file)
  }

  test('a file that does not parse gets the message of the parser alone', async () => {
    const messages = await lint('syntax', '', `${floating}spawn(`)
    expect(messages.map(({ fatal, ruleId, line }) => ({ fatal, ruleId, line }))).toEqual([
      { fatal: true, ruleId: null, line: 3 },
    ])
  })

  test.for([
    [
      'an unknown option',
      "{ rules: { 'child-process/no-floating-child': ['error', { frobnicate: true }] } },",
      'frobnicate',
    ],
    [
      'an unknown value',
      "{ rules: { 'child-process/no-floating-child': ['error', { paths: 'sometimes' }] } },",
      'sometimes',
    ],
    ['an unknown rule', "{ rules: { 'child-process/no-frobnication': 'error' } },", 'no-frobnication'],
  ] satisfies [string, string, string][])('%s of a rule: ESLint names it', async ([name, rest, named]) => {
    await expect(lint(name.replaceAll(' ', '-'), rest)).rejects.toThrow(named)
  })

  test.for([
    ['text instead of an object', "'yes'"],
    ['a list that is none', '{ factories: 5 }'],
    ['an element that is none', '{ observers: [{}] }'],
    ['an unknown key', '{ frobnicate: [] }'],
  ] as const)('settings.childProcess with %s: one report at the start of the file', async ([name, value]) => {
    const messages = await lint(`settings-${name.replaceAll(' ', '-')}`, `{ settings: { childProcess: ${value} } },`)
    const aboutSettings = messages.filter(({ message }) => message.includes('settings.childProcess'))
    expect(aboutSettings.map(({ line, column, fatal }) => ({ line, column, fatal }))).toEqual([
      { line: 1, column: 1, fatal: undefined },
    ])
    expect(messages.length).toBeGreaterThanOrEqual(aboutSettings.length)
  })

  test('a file without a child gets no report about the settings', async () => {
    expect(await lint('settings-idle', "{ settings: { childProcess: 'yes' } },", 'export const answer = 42\n')).toEqual(
      [],
    )
  })
})
