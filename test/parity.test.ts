// The two packages never import each other: the words that they share are compared here.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { readFixturePrograms } from './harness/Fixture.ts'
import { guardedInvocation } from './harness/fixtureCommand.ts'
import { readGuardReport } from './harness/guardReport.ts'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const folderOf = (name: string): string => path.join(consumer.root, 'node_modules', name)
const findingCodes = readFindingCodes()

let rules: string[]
beforeAll(async () => {
  const entry = pathToFileURL(path.join(folderOf('eslint-plugin-child-process'), 'dist', 'index.js')).href
  const { default: plugin } = (await import(entry)) as { default: { rules: Record<string, unknown> } }
  rules = Object.keys(plugin.rules)
})

/** The finding codes of the report's published schema. */
function readFindingCodes(): string[] {
  const schema = JSON.parse(readFileSync(path.join(folderOf('runtime-guard'), 'schema.json'), 'utf8')) as {
    $defs: { FindingCode: { enum: string[] } }
  }
  return schema.$defs.FindingCode.enum
}

/** Texts of a folder inside a package, by path. */
function readTexts(folder: string, ending: string): [file: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')])
}

const ruleNames = (text: string): string[] =>
  [...text.matchAll(/\bchild-process\/((?:no|require|prefer|consistent)-[a-z-]+)/g)].map(([, name = '']) => name)

describe('rules that the guard names', () => {
  test('in its code and its pages exist', () => {
    const texts = [
      ...readTexts(path.join(folderOf('runtime-guard'), 'dist'), 'js'),
      ...readTexts(path.join(folderOf('runtime-guard'), 'docs'), '.md'),
    ]
    const named = new Set(texts.flatMap(([, text]) => ruleNames(text)))
    expect(named.size).toBeGreaterThan(0)
    expect([...named].filter((name) => !rules.includes(name))).toEqual([])
  })

  test.for(
    readFixturePrograms().filter(
      ({ fixture, kind }) => kind === 'bad' && ['spawn-outlives', 'fork-left-alive', 'enoent-crash'].includes(fixture),
    ),
  )('in the report on $fixture are the rules that report the line', async (program) => {
    const reportFile = path.join(consumer.scratch, `parity-${program.fixture}.json`)
    await runProgram({
      ...guardedInvocation(consumer, program, 'require', { RUNTIME_GUARD_OUT: `json:${reportFile}` }),
      deadlineMs: 60_000,
    })
    const [finding] = readGuardReport(reportFile).findings
    const atLine = program.recommended.filter(({ line }) => line === finding?.site?.line).map(({ name }) => name)
    expect(atLine).toContain(finding?.rule)
  })
})

/** The finding and the rule that mean the same defect, whether or not the rule is there yet. */
const counterparts = {
  'kill-ineffective': 'no-shell-kill',
  'undrained-pipe': 'no-undrained-pipe',
  'unended-stdin': 'no-unended-stdin',
  'leaked-child': 'no-floating-child',
  'spawn-storm': 'no-unbounded-concurrency',
  'unhandled-spawn-error': 'require-error-listener',
  'silent-failure': 'require-exit-status',
}

describe('the catalog of findings', () => {
  const catalog = readTexts(path.join(folderOf('runtime-guard'), 'dist'), 'judge.cjs').flatMap(([, text]) => [
    ...text.matchAll(/\bcode: "([a-z-]+)",\s+severity: [^}]*?\brule: (?:null|"child-process\/([a-z-]+)")/g),
  ])
  const namedRules = new Map(catalog.map(([, code, rule]) => [code, rule]))

  test.for(Object.entries(counterparts))('%s names %s as soon as the plugin has it, and not before', ([code, rule]) => {
    expect([...namedRules.keys()]).toContain(code)
    expect(namedRules.get(code)).toBe(rules.includes(rule) ? rule : undefined)
  })
})

describe('finding codes', () => {
  test('that the pages of the rules name exist', () => {
    for (const [file, text] of readTexts(path.join(folderOf('eslint-plugin-child-process'), 'docs'), '.md'))
      for (const [, code = ''] of text.matchAll(/findings\/([a-z-]+)/g)) expect(findingCodes, file).toContain(code)
  })

  test('have pages of their own, and no page is without a code', () => {
    const pages = readdirSync(path.join(folderOf('runtime-guard'), 'docs', 'findings')).map((file) =>
      path.basename(file, '.md'),
    )
    expect(pages.filter((page) => !findingCodes.includes(page) && page !== 'README')).toEqual([])
    expect(pages).toEqual(
      expect.arrayContaining([
        'leaked-child',
        'orphan-descendant',
        'undeclared-daemon',
        'unhandled-spawn-error',
        'blind',
      ]),
    )
  })

  test('of the fixtures are codes of the schema, and their rules are rules of the plugin', () => {
    for (const { fixture, guard, strict } of readFixturePrograms()) {
      for (const { name } of guard) expect(findingCodes, fixture).toContain(name)
      for (const { name } of strict) expect(rules, fixture).toContain(name.replace('child-process/', ''))
    }
  })
})
