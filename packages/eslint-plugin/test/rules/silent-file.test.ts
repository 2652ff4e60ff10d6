import { Linter, type Rule } from 'eslint'
import { expect, it } from 'vitest'
import plugin from '../../src/index.ts'

const SEARCHING = {
  string: ['endsWith', 'includes', 'indexOf', 'lastIndexOf', 'match', 'matchAll', 'replace', 'search', 'split'],
  pattern: ['exec', 'test'],
} as const

/** How often `run` searches `text`, by whatever method of strings and patterns. */
function countSearches(text: string, run: () => void): number {
  let count = 0
  let depth = 0
  const restore: (() => void)[] = []
  const watch = (prototype: object, names: readonly string[]): void => {
    for (const name of names) {
      const original = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
      const watched = function (this: unknown, ...args: unknown[]): unknown {
        if (depth === 0 && (String(this) === text || args[0] === text)) count += 1
        depth += 1
        try {
          return original.apply(this, args)
        } finally {
          depth -= 1
        }
      }
      Reflect.set(prototype, name, watched)
      restore.push(() => Reflect.set(prototype, name, original))
    }
  }
  watch(String.prototype, SEARCHING.string)
  watch(RegExp.prototype, SEARCHING.pattern)
  try {
    run()
  } finally {
    for (const undo of restore) undo()
  }
  return count
}

function createAll(text: string, settings: Record<string, unknown> = {}): { listeners: string[]; searches: number } {
  const linter = new Linter()
  linter.verify(text, [{ files: ['**/*.js'] }], 'file.js')
  const sourceCode = linter.getSourceCode()
  const listeners: string[] = []
  const searches = countSearches(text, () => {
    for (const rule of Object.values(plugin.rules)) {
      const context = { sourceCode, settings, filename: 'file.js', cwd: '/', options: rule.meta?.defaultOptions }
      listeners.push(...Object.keys(rule.create(context as unknown as Rule.RuleContext)))
    }
  })
  return { listeners, searches }
}

const SILENT = `
// It says child_process, execa and spawn, but imports neither.
import { run } from './run.js'
export const spawn = (file) => run(file).on('exit', () => {})
`

it('searches a file that names no module once for all rules, and listens to nothing in it', () => {
  expect(createAll(SILENT)).toEqual({ listeners: [], searches: 1 })
})

it('does so with configured factories as well', () => {
  const settings = { childProcess: { factories: ['./src/start.js#start', './src/launch.js#default'] } }
  expect(createAll(SILENT, settings)).toEqual({ listeners: [], searches: 1 })
})

it('counts what it is meant to count', () => {
  expect(
    countSearches('abc', () => {
      for (const text of ['abc', 'b']) text.includes('b')
      for (const pattern of [/b/, /b/g]) pattern.test('abc')
    }),
  ).toBe(3)
})

it('listens once for each rule to the end of a file that does', () => {
  const { listeners } = createAll(`import { spawn } from 'node:child_process'\nspawn('a')\n`)
  expect(new Set(listeners)).toEqual(new Set(['Program:exit']))
  expect(listeners).toHaveLength(Object.keys(plugin.rules).length)
})
