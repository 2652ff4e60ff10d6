import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { applyPolicy, createBaseline } from '../../src/policy/applyPolicy.ts'
import { matchesGlob } from '../../src/policy/matchesGlob.ts'
import type { AllowMatch } from '../../src/policy/Policy.ts'
import { formatBaseline, readAllowRules, readBaseline } from '../../src/policy/readPolicyFile.ts'
import { blind, clean, manyFromOneLine, oneLeak, shellAndDaemon } from '../report/sampleReports.ts'

const today = '2026-03-01'

test.each([
  ['', '', true],
  ['', '*', true],
  ['abc', 'abc', true],
  ['abc', 'a?c', true],
  ['abc', 'ab', false],
  ['abc', 'b*', false],
  ['test/a/b.test.ts', 'test/*.test.ts', true],
  ['aXbXc', 'a*X?', true],
  ['a.c', 'a?c', true],
  ['abc', 'a.c', false],
  ['(a)+', '(a)+', true],
  ['a'.repeat(5000), `${'*a'.repeat(50)}b`, false],
])('%#: %s fits %s: %s', (text, pattern, expected) => {
  expect(matchesGlob(text, pattern)).toBe(expected)
})

describe('rules', () => {
  const match = (match: AllowMatch): boolean =>
    applyPolicy(oneLeak, [{ match, reason: 'because' }], [], today).findings.length === 0

  test.each<[AllowMatch, boolean]>([
    [{ code: 'leaked-child' }, true],
    [{ code: '*-child' }, true],
    [{ code: 'orphan-descendant' }, false],
    [{ argv0: 'node' }, true],
    [{ argv0: 'nod' }, false],
    [{ args: 'server.js --port=*' }, true],
    [{ args: '--port=*' }, false],
    [{ site: 'test/*.test.ts' }, true],
    [{ site: '/repo/app/test/server.test.ts' }, false],
    [{ test: 'server > *' }, true],
    [{ code: 'leaked-child', test: 'client*' }, false],
  ])('%j: %s', (rule, expected) => {
    expect(match(rule)).toBe(expected)
  })

  test('a program matches by the last part of its path, too', () => {
    const finding = oneLeak.findings.map((one) => ({
      ...one,
      child: one.child && { ...one.child, argv: ['/usr/bin/caddy'] },
    }))
    expect(
      applyPolicy({ ...oneLeak, findings: finding }, [{ match: { argv0: 'caddy' }, reason: 'r' }], [], today).findings,
    ).toEqual([])
  })

  test('what a finding lacks cannot match', () => {
    expect(applyPolicy(blind, [{ match: { argv0: '*' }, reason: 'r' }], [], today).findings.length).toBe(1)
  })

  test('an accepted finding is listed with its reason, and the verdict follows', () => {
    const { verdict, findings, policy } = applyPolicy(oneLeak, [{ match: { code: '*' }, reason: 'known' }], [], today)
    expect({ verdict, findings, policy }).toEqual({
      verdict: 'clean',
      findings: [],
      policy: { allowed: [{ finding: oneLeak.findings[0], reason: 'known', by: 'rule' }], unused: [], expired: [] },
    })
  })

  test('a rule holds through its last day, and is named when it is over or unused', () => {
    const rules = [
      { match: { code: 'undeclared-daemon' }, reason: 'today', until: '2026-03-01' },
      { match: { code: 'orphan-descendant' }, reason: 'yesterday', until: '2026-02-28' },
      { match: { code: 'zombie' }, reason: 'never' },
    ]
    const { verdict, findings, policy } = applyPolicy(shellAndDaemon, rules, [], today)
    expect(verdict).toBe('leaks')
    expect(findings.map((finding) => finding.code)).toEqual(['orphan-descendant'])
    expect(policy?.unused).toEqual([{ message: 'Allow rule 3 ("never") accepted nothing.' }])
    expect(policy?.expired).toEqual([{ message: 'Allow rule 2 ("yesterday") ended on 2026-02-28.' }])
  })
})

describe('baseline', () => {
  test('accepts as many as there were, whatever the line', () => {
    const baseline = createBaseline(manyFromOneLine)
    expect(baseline).toEqual([{ code: 'leaked-child', file: 'test/server.test.ts', name: 'startServer', count: 200 }])
    const [first] = manyFromOneLine.findings
    const findings = [...manyFromOneLine.findings, ...(first ? [first] : [])].map((finding) => ({
      ...finding,
      site: finding.site && { ...finding.site, line: 99 },
    }))
    expect(applyPolicy({ ...manyFromOneLine, findings }, [], baseline, today).findings.length).toBe(1)
  })

  test('what is gone is named', () => {
    const baseline = createBaseline(shellAndDaemon)
    expect(applyPolicy(clean, [], baseline, today).policy?.unused).toEqual([
      { message: 'The baseline has 1 finding undeclared-daemon of /opt/tool/lib/daemon.js too many.' },
      { message: 'The baseline has 1 finding orphan-descendant of test/server.test.ts startServer too many.' },
    ])
  })

  test('what could not be inspected is never accepted', () => {
    expect(createBaseline(blind)).toEqual([])
    expect(applyPolicy(blind, [], [], today).verdict).toBe('blind')
  })
})

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'policy-'))
  const path = join(directory, 'rules.json')
  afterAll(() => {
    rmSync(directory, { recursive: true })
  })

  test('a baseline is read as it was written', () => {
    writeFileSync(path, formatBaseline(createBaseline(shellAndDaemon)))
    const said: string[] = []
    expect(readBaseline(path, (sentence) => said.push(sentence))).toEqual(createBaseline(shellAndDaemon))
    expect(said).toEqual([])
  })

  test.each<[unknown, string]>([
    [{ match: { code: 'x' } }, 'has no reason'],
    [{ match: { code: 'x' }, reason: ' ' }, 'has no reason'],
    [{ match: {}, reason: 'r' }, 'has no "match" with some of code, argv0, args, site, test'],
    [{ match: { program: 'x' }, reason: 'r' }, 'matches by "program", expected some of code, argv0, args, site, test'],
    [{ match: { code: 1 }, reason: 'r' }, 'has a "code" that is no text'],
    [
      { match: { code: 'x' }, reason: 'r', until: '2026-02-30' },
      'has an "until" that is no day of the form YYYY-MM-DD',
    ],
    [{ match: { code: 'x' }, reason: 'r', untill: '2026-02-20' }, 'has the unknown key "untill"'],
    ['x', 'must be an object'],
  ])('%j accepts nothing', (rule, problem) => {
    const good = { match: { code: 'y' }, reason: 'r', until: '2026-12-31' }
    writeFileSync(path, JSON.stringify({ rules: [rule, good] }))
    const said: string[] = []
    expect(readAllowRules(path, (sentence) => said.push(sentence))).toEqual([good])
    expect(said).toEqual([`${path}: rule 1 ${problem}, so it accepts nothing.`])
  })

  test.each<[string, string]>([
    ['{', ' is not valid JSON (EXPECTED), so it accepts nothing.'],
    ['{\n oops', ' is not valid JSON (EXPECTED), so it accepts nothing.'],
    ['[]', ' must hold JSON of the form {"rules": […]}, so it accepts nothing.'],
  ])('a file that holds %s accepts nothing', (content, ending) => {
    writeFileSync(path, content)
    const said: string[] = []
    expect(readAllowRules(path, (sentence) => said.push(sentence))).toEqual([])
    expect(said.map((sentence) => sentence.replace(/(?<=is not valid JSON \().+(?=\), so)/, 'EXPECTED'))).toEqual([
      path + ending,
    ])
  })

  test('a file that is not there accepts nothing', () => {
    const said: string[] = []
    expect(readAllowRules('/no/such.json', (sentence) => said.push(sentence))).toEqual([])
    expect(readBaseline('/no/such.json', (sentence) => said.push(sentence))).toEqual([])
    expect(said).toEqual(Array(2).fill('/no/such.json cannot be read (ENOENT), so it accepts nothing.'))
  })
})
