import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { describe, expect, test } from 'vitest'
import { renderGitHub } from '../../src/report/renderGitHub.ts'
import { renderJson } from '../../src/report/renderJson.ts'
import { renderMarkdown } from '../../src/report/renderMarkdown.ts'
import { renderNdjson } from '../../src/report/renderNdjson.ts'
import { renderText, type TextOptions } from '../../src/report/renderText.ts'
import { manyFromOneLine, oneLeak, samples } from './sampleReports.ts'

const plain: TextOptions = {
  cwd: '/repo/app',
  width: 100,
  style: (_format, text) => text,
  readLine: (site) =>
    site.file === '/repo/app/test/server.test.ts'
      ? "  const child = spawn('node', ['server.js', `--port=${port}`])"
      : undefined,
}

describe.each(Object.entries(samples))('%s', (name, report) => {
  test('text', async () => {
    await expect(renderText(report, plain)).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  test('github', async () => {
    await expect(renderGitHub(report, '/repo')).toMatchFileSnapshot(`golden/${name}.github.txt`)
  })

  test('markdown', async () => {
    await expect(renderMarkdown(report, '/repo/app', 1024 * 1024)).toMatchFileSnapshot(`golden/${name}.summary.txt`)
  })

  test('json is the report itself', () => {
    expect(JSON.parse(renderJson(report))).toEqual(report)
  })

  test('ndjson has one line for the run and one per finding', () => {
    const lines = renderNdjson(report).split('\n')
    expect(lines.pop()).toBe('')
    const [run, ...findings] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const { findings: expected, ...rest } = report
    expect(run).toEqual({ type: 'run', ...rest })
    expect(findings).toEqual(expected.map((finding) => ({ type: 'finding', runId: report.run.id, ...finding })))
  })

  test('nothing invisible reaches a terminal', () => {
    for (const text of [renderText(report, plain), renderGitHub(report, '/repo'), renderMarkdown(report, '/', 1e6)])
      expect(text).not.toMatch(/[^\P{C}\n]/u)
  })

  test('no line of the text report is a workflow command', () => {
    for (const width of [40, 41, 43, 47, 53, 61, 80, 100]) {
      const lines = renderText(report, { ...plain, width }).split('\n')
      expect(lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))).toEqual([])
    }
  })
})

test('a narrow terminal gets short lines', async () => {
  await expect(renderText(oneLeak, { ...plain, width: 50 })).toMatchFileSnapshot('golden/one-leak.narrow.txt')
})

test('colours mark severity, place and label', async () => {
  const style: TextOptions['style'] = (format, text) => styleText(format, text, { validateStream: false })
  const text = renderText(oneLeak, { ...plain, style }).replaceAll('\u001b', '^[')
  await expect(text).toMatchFileSnapshot('golden/one-leak.colour.txt')
})

test('GitHub gets ten annotations of a kind at most, and a count of the rest', () => {
  const findings = manyFromOneLine.findings.map((finding, index) => ({
    ...finding,
    severity: index % 2 === 0 ? ('error' as const) : ('warning' as const),
    site: finding.site && { ...finding.site, line: index + 1 },
  }))
  const lines = renderGitHub({ ...manyFromOneLine, findings }, '/repo')
    .trimEnd()
    .split('\n')
  expect(lines.filter((line) => line.startsWith('::error ')).length).toBe(10)
  expect(lines.filter((line) => line.startsWith('::warning ')).length).toBe(10)
  expect(lines.at(-1)).toBe(
    'runtime-guard: 100 errors, 100 warnings, 200 call sites, 180 of them without an annotation',
  )
  expect(lines.length).toBe(21)
})

test('Markdown stays within its limit and counts what it leaves out', () => {
  const findings = manyFromOneLine.findings.map((finding, index) => ({
    ...finding,
    site: finding.site && { ...finding.site, line: index + 1 },
  }))
  const text = renderMarkdown({ ...manyFromOneLine, findings }, '/repo/app', 10_000)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000)
  const rows = text.split('\n').filter((line) => line.startsWith('| error')).length
  expect(rows).toBeGreaterThan(5)
  expect(text).toContain(`\n${200 - rows} more call sites.\n`)
  expect(renderMarkdown(manyFromOneLine, '/repo/app', 20)).toBe('')
})

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema.json', import.meta.url), 'utf8')) as {
    $defs: { Finding: { properties: object } }
  }
  const validate = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': isTimestamp } }).compile(schema)

  test.each(Object.entries(samples))('accepts %s', (_name, report) => {
    validate(report)
    expect(validate.errors).toBeNull()
  })

  test.each([
    ['an unknown key', { ...oneLeak, extra: 1 }, '/', 'additionalProperties'],
    ['a key that is missing', { ...oneLeak, stats: undefined }, '', 'required'],
    ['another version', { ...oneLeak, schemaVersion: 2 }, '/schemaVersion', 'const'],
    [
      'an unknown code',
      { ...oneLeak, findings: [{ ...oneLeak.findings[0], code: 'lost' }] },
      '/findings/0/code',
      'enum',
    ],
    [
      'a time without a zone',
      { ...oneLeak, run: { ...oneLeak.run, startedAt: '2026-03-01 10:00' } },
      '/run/startedAt',
      'format',
    ],
    [
      'a line from 0',
      { ...oneLeak, findings: [{ ...oneLeak.findings[0], site: { ...oneLeak.findings[0]?.site, line: 0 } }] },
      '/findings/0/site/line',
      'minimum',
    ],
  ])('refuses %s', (_what, report, path, keyword) => {
    expect(validate(JSON.parse(JSON.stringify(report)))).toBe(false)
    expect(validate.errors).toContainEqual(expect.objectContaining({ keyword, instancePath: path === '/' ? '' : path }))
  })
})

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text))
}
