import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findRuns } from '../../src/journal/findRuns.ts'
import { appendLines, JournalWriter } from '../../src/journal/JournalWriter.ts'
import { openRun } from '../../src/journal/openRun.ts'
import { parseStat, readStat } from '../../src/journal/readIdentity.ts'
import { parseJournal, readRun } from '../../src/journal/readJournal.ts'
import { rootOf, runIdOf, runsDirectory } from '../../src/journal/runDirectory.ts'

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'guard-journal-'))
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

const end = '{"t":"end","at":1,"code":0}'

describe('parseJournal', () => {
  it('reads one entry per line', () => {
    expect(parseJournal(`${end}\n${end}\n`)).toEqual({
      entries: [
        { t: 'end', at: 1, code: 0 },
        { t: 'end', at: 1, code: 0 },
      ],
      torn: 0,
    })
  })

  it.each([
    ['a torn last line', `${end}\n{"t":"sp`],
    ['a line of another kind', `${end}\n{"t":"other"}\n`],
    ['a line that is no object', `${end}\nnull\n`],
  ])('counts %s', (_, text) => {
    expect(parseJournal(text)).toEqual({ entries: [{ t: 'end', at: 1, code: 0 }], torn: 1 })
  })

  it('understands no other version of the format', () => {
    expect(parseJournal(`{"t":"process","v":2}\n${end}\n`)).toEqual({ entries: [], torn: 2 })
  })
})

describe('JournalWriter', () => {
  const owner = { pid: 1, start: '2', threadId: 0, role: 'root' as const, startedAt: 5, parents: [], startedBy: null }

  it('makes nothing before the first entry, and then a directory and a file for this user alone', () => {
    const runDir = join(scratch(), 'runs', '1-2')
    const writer = new JournalWriter({ ...owner, runDir })
    expect(readRun(runDir)).toEqual({ files: [], unreadable: [] })
    expect(writer.append([{ t: 'end', at: 1, code: 0 }])).toBe(true)
    expect(statSync(runDir).mode & 0o777).toBe(0o700)
    expect(statSync(join(runDir, '..')).mode & 0o777).toBe(0o700)
    expect(statSync(writer.file).mode & 0o777).toBe(0o600)
    expect(readdirSync(runDir)).toEqual(['1-2-0.ndjson'])
    expect(readRun(runDir).files[0]?.entries.map(({ t }) => t)).toEqual(['process', 'end'])
  })

  it('says why it failed, once and for ever, and never throws', () => {
    const directory = scratch()
    writeFileSync(join(directory, 'file'), '')
    const writer = new JournalWriter({ ...owner, runDir: join(directory, 'file', '1-2') })
    expect(writer.append([{ t: 'end', at: 1, code: 0 }])).toBe(false)
    expect(writer.failure).toBe(`${join(directory, 'file')} is no directory of this user`)
    expect(writer.append([{ t: 'end', at: 1, code: 0 }])).toBe(false)
  })
})

describe('identities', () => {
  it.each([
    [
      '1 (init) S 0 1 1 0 -1 0 0 0 0 0 30 12 0 0 20 0 1 0 77 1',
      { pid: 1, state: 'S', ppid: 0, pgid: 1, sid: 1, start: '77', cpu: 42 },
    ],
    [
      '12 (a) b) (c) Z 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 1',
      { pid: 12, state: 'Z', ppid: 3, pgid: 4, sid: 5, start: '99', cpu: 0 },
    ],
  ])('are read from %s', (text, expected) => {
    expect(parseStat(text)).toEqual(expected)
  })

  it.each(['', '1 (x', '1 (x) S 0'])('are not read from %j', (text) => {
    expect(parseStat(text)).toBeUndefined()
  })

  it('of this process are those of the OS', () => {
    expect(readStat('self')).toMatchObject({ pid: process.pid, ppid: process.ppid })
  })

  it('are the names of runs', () => {
    expect(rootOf(`/x/${runIdOf({ pid: 7, start: '99' })}`)).toEqual({ pid: 7, start: '99' })
    expect(rootOf(`/x/${runIdOf({ pid: 7, start: null }, 2)}/`)).toEqual({ pid: 7, start: null })
    expect(rootOf('/x/other')).toBeUndefined()
  })
})

describe('runsDirectory', () => {
  const uid = process.getuid?.() ?? 'user'

  it.each([
    [{}, null, `/tmp/runtime-guard-${uid}`],
    [{ TMPDIR: '/var/t/' }, null, `/var/t/runtime-guard-${uid}`],
    [{ RUNTIME_GUARD_DIR: '/d' }, null, '/d'],
    [{ RUNTIME_GUARD_DIR: '/d' }, '/e', '/e'],
  ])('of %j and %j', (env, dir, expected) => {
    expect(runsDirectory(env, dir)).toBe(expected)
  })
})

describe('openRun', () => {
  it('gives the command the cookie, the preload and the run around it', () => {
    const dir = scratch()
    const outer = openRun({
      env: { A: '1' },
      preload: '/g/register.cjs',
      dir,
      cookie: 'inherit',
      policy: {},
      mode: 'report',
    })
    const inner = openRun({
      env: outer.env,
      preload: '/g/register.cjs',
      dir,
      cookie: 'inherit',
      policy: {},
      mode: 'report',
    })
    const [outerId, innerId] = [outer, inner].map(({ runDir }) => runDir.slice(dir.length + 1))
    const recordOf = (id = ''): string => id.replace(/-(\d+)$/, '.run.$1')
    expect(outer.env).toEqual({
      ...{ A: '1', NODE_OPTIONS: '--require /g/register.cjs' },
      RUNTIME_GUARD_RUN: `${outer.runDir}/${recordOf(outerId)}`,
    })
    expect(inner.env).toEqual({
      ...outer.env,
      RUNTIME_GUARD_RUN: `${inner.runDir}/${recordOf(innerId)}`,
      RUNTIME_GUARD_PARENT_RUNS: `${outerId}/${recordOf(outerId)}`,
    })
    expect(inner.runDir).not.toBe(outer.runDir)
  })

  it('is found while it is open, and gone after a clean end', () => {
    const dir = scratch()
    const run = openRun({ env: {}, preload: '/g/register.cjs', dir, cookie: 'inherit', policy: {}, mode: 'report' })
    run.recordStart({ pid: process.pid, argv: ['npm', 'test'], cwd: '/' })
    run.recordEnd({ code: 0, signal: null })
    expect(findRuns(dir).map(({ runDir, rootState }) => [runDir, rootState])).toEqual([[run.runDir, 'alive']])
    run.close('clean')
    expect(readdirSync(dir)).toEqual([])
  })
})

describe('findRuns', () => {
  it('tells a root that is gone from one of another machine', () => {
    const dir = scratch()
    const run = openRun({ env: {}, preload: '/g/register.cjs', dir, cookie: 'inherit', policy: {}, mode: 'report' })
    const [file] = readRun(run.runDir).files
    const [first] = file?.entries ?? []
    if (first?.t !== 'process') throw new Error('The first line names the thread')
    for (const [name, world] of [
      ['4194001-5', first.world],
      ['4194002-5', 'elsewhere'],
    ] as const) {
      const writer = new JournalWriter({
        ...{
          runDir: join(dir, name),
          pid: Number.parseInt(name),
          start: '5',
          threadId: 0,
          role: 'root',
          startedAt: 1,
          parents: [],
          startedBy: null,
        },
      })
      writer.append([])
      appendLines(writer.file, [{ t: 'judged', at: 1, verdict: 'leaks' }])
      if (world === 'elsewhere') writeFileSync(writer.file, `${JSON.stringify({ ...first, pid: 4194002, world })}\n`)
    }
    expect(
      Object.fromEntries(findRuns(dir).map(({ root, rootState, judged }) => [root.pid, [rootState, judged]])),
    ).toEqual({
      [process.pid]: ['alive', false],
      4194001: ['gone', true],
      4194002: ['elsewhere', false],
    })
  })
})
