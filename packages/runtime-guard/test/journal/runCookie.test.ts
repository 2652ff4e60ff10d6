import { describe, expect, it } from 'vitest'
import { findCookieOf, formatCookie, formatParent, markCookie, parseCookie } from '../../src/journal/runCookie.ts'

const runDir = '/tmp/runtime-guard-0/100-1000'
const record = '100-1000.0.7'

describe('a cookie', () => {
  it.each([
    [runDir, { runDir, startedBy: null }],
    [`${runDir}/${record}`, { runDir, startedBy: record }],
    [`${runDir}-2/7-x.run.1`, { runDir: `${runDir}-2`, startedBy: '7-x.run.1' }],
    ['/tmp/a.b.c/1-2', { runDir: '/tmp/a.b.c/1-2', startedBy: null }],
    ['', { runDir: '', startedBy: null }],
  ])('%s is read', (value, expected) => {
    expect(parseCookie(value)).toEqual(expected)
  })

  it('of an outer run keeps the start without the directory', () => {
    expect(formatParent(formatCookie(runDir, record))).toBe(`100-1000/${record}`)
    expect(formatParent(runDir)).toBe('100-1000')
  })

  it.each([
    ['of the run', [`A=1`, `RUNTIME_GUARD_RUN=${runDir}`], { startedBy: null }],
    ['of a start', [`RUNTIME_GUARD_RUN=${runDir}/${record}`], { startedBy: record }],
    [
      'of a run inside',
      ['RUNTIME_GUARD_RUN=/tmp/x/5-6', `RUNTIME_GUARD_PARENT_RUNS=1-2,100-1000/${record}`],
      { startedBy: record },
    ],
    [
      'of another run',
      ['RUNTIME_GUARD_RUN=/tmp/runtime-guard-0/100-10001', 'RUNTIME_GUARD_PARENT_RUNS=1-2'],
      undefined,
    ],
    ['none', ['PATH=/bin'], undefined],
  ])('in an environment: %s', (_, environment, expected) => {
    const found = findCookieOf(runDir, environment)
    expect(found && { startedBy: found.startedBy }).toEqual(expected)
  })
})

describe('marking the cookie of a child', () => {
  const mark = (pairs: unknown, isInjected = false): (() => void) =>
    markCookie(pairs, { runDir, recordId: record, isInjected })

  it('changes that pair in its place, until it is taken back', () => {
    const pairs = ['A=1', `RUNTIME_GUARD_RUN=${runDir}`, 'B=2']
    const unmark = mark(pairs)
    expect(pairs).toEqual(['A=1', `RUNTIME_GUARD_RUN=${runDir}/${record}`, 'B=2'])
    pairs.push('NODE_CHANNEL_FD=3')
    unmark()
    expect(pairs).toEqual(['A=1', `RUNTIME_GUARD_RUN=${runDir}`, 'B=2', 'NODE_CHANNEL_FD=3'])
  })

  it('replaces the start that the cookie named before', () => {
    const pairs = [`RUNTIME_GUARD_RUN=${runDir}/1-2.0.3`]
    const unmark = mark(pairs)
    expect(pairs).toEqual([`RUNTIME_GUARD_RUN=${runDir}/${record}`])
    unmark()
    expect(pairs).toEqual([`RUNTIME_GUARD_RUN=${runDir}/1-2.0.3`])
  })

  it('adds it when it is injected, until it is taken back', () => {
    const pairs = ['A=1']
    const unmark = mark(pairs, true)
    expect(pairs).toEqual(['A=1', `RUNTIME_GUARD_RUN=${runDir}/${record}`])
    pairs.push('NODE_CHANNEL_FD=3')
    unmark()
    expect(pairs).toEqual(['A=1', 'NODE_CHANNEL_FD=3'])
  })

  it.each([
    ['without a cookie', ['A=1']],
    ['with the cookie of another run', ['RUNTIME_GUARD_RUN=/tmp/other/1-2']],
    ['with values that are no strings', [1, null]],
    ['that is frozen', Object.freeze([`RUNTIME_GUARD_RUN=${runDir}`])],
    ['that is none', undefined],
    ['that is an object', { length: 1, 0: `RUNTIME_GUARD_RUN=${runDir}` }],
  ])('leaves a list %s alone', (_, pairs) => {
    const before = JSON.stringify(pairs)
    const unmark = mark(pairs)
    expect(JSON.stringify(pairs)).toBe(before)
    unmark()
    expect(JSON.stringify(pairs)).toBe(before)
  })
})
