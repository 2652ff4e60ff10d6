import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, type writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src/config/settingDefinitions.ts'
import type { OutputTarget } from '../../src/config/Settings.ts'
import { concludeRun } from '../../src/output/concludeRun.ts'
import { emitReport } from '../../src/output/emitReport.ts'
import type { OutputHost } from '../../src/output/OutputHost.ts'
import { SourceLines } from '../../src/output/SourceLines.ts'
import { wantsColour } from '../../src/output/wantsColour.ts'
import { writeFully } from '../../src/output/writeFully.ts'
import type { Report } from '../../src/report/Report.ts'
import { blind, clean, oneLeak, samples, shellAndDaemon, withPolicy } from '../report/sampleReports.ts'

let directory: string
let said: string
let host: OutputHost
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'emit-'))
  said = ''
  host = {
    env: {},
    cwd: directory,
    columns: undefined,
    writeError: (text) => {
      said += text
    },
  }
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

function emit(report: Report, out: OutputTarget[], strict = false): void {
  emitReport(report, { ...defaultSettings(), out, strict }, host)
}

describe('stderr', () => {
  test.each([
    ['clean', clean, false, ''],
    ['clean under strict', clean, true, ''],
    ['blind', blind, false, ''],
    ['blind under strict', blind, true, 'runtime-guard  nothing found, but 1 part of the run could not be inspected'],
    ['a leak', oneLeak, false, 'runtime-guard  1 error from 1 call site'],
    ['notices of the policy', withPolicy, false, 'runtime-guard  nothing left behind'],
  ])('text of %s', (_what, report, strict, firstLine) => {
    emit(report, [{ format: 'text', path: null }], strict)
    expect(said.split('\n')[0]).toBe(firstLine)
  })

  test('who asks for JSON gets it for a clean run, too', () => {
    emit(clean, [{ format: 'json', path: null }])
    expect(JSON.parse(said)).toEqual(clean)
  })

  test('several targets come in their order', () => {
    emit(oneLeak, [
      { format: 'github', path: null },
      { format: 'text', path: null },
    ])
    expect(said.indexOf('::error file=')).toBe(0)
    expect(said.indexOf('\nruntime-guard  1 error')).toBeGreaterThan(0)
  })

  test('GitHub gets paths relative to its checkout', () => {
    host = { ...host, env: { GITHUB_WORKSPACE: '/repo' } }
    emit(oneLeak, [{ format: 'github', path: null }])
    expect(said.split(',')[0]).toBe('::error file=app/test/server.test.ts')
  })
})

describe('files', () => {
  test('a file is written for a clean run, and its directory is made', () => {
    const path = join(directory, 'deep', 'er', 'guard.json')
    emit(clean, [{ format: 'json', path }])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(clean)
    expect(said).toBe('')
  })

  test('a directory gets one file per root', () => {
    const path = `${directory}/out/`
    emit(clean, [{ format: 'json', path }])
    emit({ ...clean, run: { ...clean.run, id: 'other' } }, [{ format: 'text', path }])
    expect(readdirSync(path).sort()).toEqual(['20260301-100000-4000.json', 'other.txt'])
  })

  test('NDJSON is appended, everything else is replaced', () => {
    const path = join(directory, 'x')
    emit(oneLeak, [{ format: 'ndjson', path }])
    emit(clean, [{ format: 'ndjson', path }])
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => line.slice(0, 16)),
    ).toEqual(['{"type":"run","s', '{"type":"finding', '{"type":"run","s', ''])
    emit(clean, [{ format: 'json', path }])
    emit(clean, [{ format: 'json', path }])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(clean)
  })

  test('a file has no colours, whatever the terminal wants', () => {
    host = { ...host, env: { FORCE_COLOR: '1' }, columns: 80 }
    const path = join(directory, 'x.txt')
    emit(oneLeak, [
      { format: 'text', path },
      { format: 'text', path: null },
    ])
    expect(readFileSync(path, 'utf8')).not.toContain('\u001b')
    expect(said).toContain('\u001b[31m')
  })

  test('a path that cannot be written is one sentence', () => {
    mkdirSync(join(directory, 'taken'))
    writeFileSync(join(directory, 'file'), '')
    emit(clean, [
      { format: 'json', path: join(directory, 'taken') },
      { format: 'json', path: join(directory, 'file', 'x.json') },
      { format: 'json', path: join(directory, 'good.json') },
    ])
    expect(said).toBe(
      `runtime-guard: the report cannot be written to "${directory}/taken" (EISDIR).\n` +
        `runtime-guard: the report cannot be written to "${directory}/file/x.json" (ENOTDIR).\n`,
    )
    expect(readdirSync(directory)).toContain('good.json')
  })
})

describe('the step summary of GitHub', () => {
  const github: OutputTarget[] = [{ format: 'github', path: null }]

  test('is appended to, and keeps below its limit', () => {
    const path = join(directory, 'summary')
    host = { ...host, env: { GITHUB_STEP_SUMMARY: path } }
    writeFileSync(path, 'before\n')
    emit(oneLeak, github)
    expect(readFileSync(path, 'utf8').split('\n').slice(0, 4)).toEqual([
      'before',
      '### runtime-guard',
      '',
      '1 error, 0 warnings from 1 call site.',
    ])
    writeFileSync(path, 'x'.repeat(1024 * 1024 - 10))
    emit(oneLeak, github)
    expect(readFileSync(path).length).toBe(1024 * 1024 - 10)
  })

  test('gets nothing from a clean run, nor without the format', () => {
    const path = join(directory, 'summary')
    host = { ...host, env: { GITHUB_STEP_SUMMARY: path } }
    emit(clean, github)
    emit(oneLeak, [{ format: 'text', path: null }])
    expect(readdirSync(directory)).toEqual([])
  })

  test('that cannot be written is one sentence', () => {
    host = { ...host, env: { GITHUB_STEP_SUMMARY: directory } }
    emit(oneLeak, github)
    expect(said).toContain(`runtime-guard: the step summary cannot be written to "${directory}" (EISDIR).\n`)
  })
})

describe('the conclusion', () => {
  test.each([
    ['report', false, 0, oneLeak, 0],
    ['fail', false, 0, oneLeak, 70],
    ['fail', false, 3, oneLeak, 3],
    ['fail', false, 143, oneLeak, 143],
    ['fail', false, 0, clean, 0],
    ['fail', false, 0, blind, 0],
    ['fail', true, 0, blind, 70],
    ['fail', false, 0, { ...shellAndDaemon, findings: shellAndDaemon.findings.slice(0, 1) }, 0],
    ['fail', true, 0, { ...shellAndDaemon, findings: shellAndDaemon.findings.slice(0, 1) }, 70],
    ['off', true, 0, oneLeak, 0],
  ] as const)('mode %s, strict %s, own code %i: %#', (mode, strict, own, report, expected) => {
    expect(concludeRun(report, { ...defaultSettings(), mode, strict }, own, host).exitCode).toBe(expected)
  })

  test('the exit code can be chosen', () => {
    expect(concludeRun(oneLeak, { ...defaultSettings(), mode: 'fail', exitCode: 9 }, 0, host).exitCode).toBe(9)
  })

  test('an allowed finding does not fail the run, and is emitted as allowed', () => {
    const allow = join(directory, 'allow.json')
    writeFileSync(allow, JSON.stringify({ rules: [{ match: { code: 'leaked-child' }, reason: 'known' }] }))
    const { exitCode, report } = concludeRun(oneLeak, { ...defaultSettings(), mode: 'fail', allow }, 0, host)
    expect(exitCode).toBe(0)
    expect(report.policy?.allowed.length).toBe(1)
    expect(said).toBe('')
  })

  test('rules that cannot be read hide nothing', () => {
    const settings = { ...defaultSettings(), mode: 'fail' as const, allow: join(directory, 'none.json') }
    expect(concludeRun(oneLeak, settings, 0, host).exitCode).toBe(70)
    expect(said.split('\n')[0]).toBe(
      `runtime-guard: ${directory}/none.json cannot be read (ENOENT), so it accepts nothing.`,
    )
  })
})

describe('writing while the process exits', () => {
  const failing =
    (code: string): typeof writeSync =>
    () => {
      throw Object.assign(new Error(code), { code })
    }

  test('goes on after a full pipe, in pieces of any size', () => {
    let taken = ''
    let calls = 0
    const write = ((_fd: number, bytes: Buffer, offset: number) => {
      calls += 1
      if (calls % 2 === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' })
      taken += bytes.toString('latin1', offset, offset + 3)
      return Math.min(3, bytes.length - offset)
    }) as typeof writeSync
    expect(writeFully(2, 'runtime-guard', write)).toBe('written')
    expect(taken).toBe('runtime-guard')
  })

  test.each([
    ['EPIPE', 'closed'],
    ['EBADF', 'closed'],
    ['EIO', 'closed'],
  ])('%s ends it quietly', (code, result) => {
    expect(writeFully(2, 'x', failing(code))).toBe(result)
  })

  test('a reader that takes nothing is given up', () => {
    expect(writeFully(2, 'x', failing('EAGAIN'))).toBe('slow')
  })

  test('any other error is the caller’s', () => {
    expect(() => writeFully(2, 'x', failing('ENOSPC'))).toThrow('ENOSPC')
  })
})

test.each<[NodeJS.ProcessEnv, boolean, boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NODE_DISABLE_COLORS: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '' }, false, true],
  [{ FORCE_COLOR: '3', NO_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
])('colour: %j on a terminal (%s): %s', (env, isTerminal, expected) => {
  expect(wantsColour(env, isTerminal)).toBe(expected)
})

describe('source lines', () => {
  const site = { line: 2, column: 1, function: '' }

  test('are found by path, by URL, and in the checkout of another machine', () => {
    mkdirSync(join(directory, 'src'))
    writeFileSync(join(directory, 'src', 'a b.js'), 'one\r\ntwo\nthree')
    const sources = new SourceLines('/elsewhere/repo', directory)
    expect(sources.find({ ...site, file: join(directory, 'src', 'a b.js') })).toBe('two')
    expect(sources.find({ ...site, file: `file://${directory}/src/a%20b.js` })).toBe('two')
    expect(sources.find({ ...site, file: '/elsewhere/repo/src/a b.js' })).toBe('two')
  })

  test.each(['/no/such/file.js', 'node:internal/process', '/', 'relative.js', 'file://%00', 'https://host/x.js'])(
    'of %s there are none',
    (file) => {
      expect(new SourceLines('/', directory).find({ ...site, file })).toBeUndefined()
    },
  )

  test('beyond the end of a file there are none', () => {
    writeFileSync(join(directory, 'a.js'), 'one')
    expect(new SourceLines('/', directory).find({ ...site, file: join(directory, 'a.js') })).toBeUndefined()
  })
})

test('no sample throws in any format', () => {
  for (const report of Object.values(samples))
    for (const format of ['text', 'json', 'ndjson', 'github'] as const) emit(report, [{ format, path: null }])
  expect(said).not.toContain('cannot be written')
})
