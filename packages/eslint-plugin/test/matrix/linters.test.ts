// A small part of the matrix that `linters.mjs` runs: the oldest and the newest ESLint × two parsers, on the Node that runs the tests.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { Linter as OldestLinter } from 'eslint-oldest'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'
import { lintCases, type LintCase, type Verdict } from './lint-cases.ts'

const cwd = fileURLToPath(new URL('..', import.meta.url))

function runScript(name: string, ...args: string[]): string {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const bounds = { timeout: 60_000, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const
  return execFileSync(process.execPath, ['--no-warnings', file, ...args], { encoding: 'utf8', ...bounds })
}

const all = JSON.parse(runScript('list-cases.mjs')) as LintCase[]
// the programs, odd code, and every third case of the rules
const cases = all.filter(({ path }, index) => !path.startsWith('rules/') || index % 3 === 0)

function readable(verdicts: readonly Verdict[]): Map<string, Verdict> {
  const entries = verdicts.map((verdict, index): [string, Verdict] => [cases[index]?.path ?? '', verdict])
  return new Map(entries.filter(([, verdict]) => verdict !== 'unparsable'))
}

describe('the oldest and the newest ESLint, with two parsers', { timeout: 120_000 }, () => {
  const newest = readable(lintCases(cases, { Linter, plugin, cwd }))

  it('has cases to lint, with findings', () => {
    expect(newest.size).toBeGreaterThan(200)
    expect([...newest.values()].flat().length).toBeGreaterThan(200)
    expect([OldestLinter.version, Linter.version]).toEqual(['9.22.0', '10.15.0'])
  })

  it.each([
    ['oldest, espree', OldestLinter, undefined],
    ['oldest, TypeScript parser', OldestLinter, typescriptParser],
    ['newest, TypeScript parser', Linter, typescriptParser],
  ])('%s: the same verdicts', (_, version, parser) => {
    const setup = { Linter: version as typeof Linter, plugin, cwd, parser: parser as Linter.Parser | undefined }
    const verdicts = readable(lintCases(cases, setup))
    const shared = [...newest].filter(([path]) => verdicts.has(path))
    // the oldest espree does not know `using`
    expect(newest.size - shared.length).toBeLessThan(newest.size / 50)
    expect(shared.map(([path]) => [path, verdicts.get(path)])).toEqual(shared)
  })
})

it('the stored table was made with the versions that the script asks for', () => {
  expect(() => runScript('linters.mjs', '--check')).not.toThrow()
})
