// Whatever the code, the settings or the file's name: a verdict or silence, at the right place, and never an exception.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'
import { oddCode } from './odd-code.ts'

const cwd = fileURLToPath(new URL('.', import.meta.url))
const ruleNames = Object.keys(plugin.rules)
const rules: Linter.RulesRecord = Object.fromEntries(ruleNames.map((name) => [`child-process/${name}`, 'error']))
const parsers = { espree: undefined, typescript: typescriptParser as Linter.Parser }

interface Setting {
  readonly filename?: string | undefined
  readonly parser?: keyof typeof parsers
  readonly config?: Linter.Config
  readonly processor?: Linter.Processor
}

function lint(code: string, { config, filename, parser = 'espree', processor }: Setting = {}): Linter.LintMessage[] {
  return new Linter({ cwd }).verify(
    code,
    [
      ...(processor ? [{ files: ['**/*.{vue,svelte,md}'], processor }] : []),
      {
        // a pattern such as `**/*` leaves out what has no extension that ESLint knows
        files: [() => true] as never,
        plugins: { 'child-process': plugin },
        rules,
        ...config,
        languageOptions: {
          ...(parsers[parser] && { parser: parsers[parser] }),
          parserOptions: { ecmaFeatures: { jsx: filename?.endsWith('.ts') !== true } },
          ...config?.languageOptions,
        },
      },
    ],
    { ...(filename !== undefined && { filename }) },
  )
}

function describeMessages(messages: readonly Linter.LintMessage[]): string[] {
  return messages.map(({ column, fatal, line, message, ruleId }) =>
    fatal ? message : `${line}:${column} ${ruleId?.replace('child-process/', '') ?? message}`,
  )
}

describe.each(['espree', 'typescript'] as const)('odd code, by %s', (parser) => {
  const readable = oddCode.filter(({ extension }) => parser === 'typescript' || !extension.startsWith('ts'))

  it.each(readable)('$about', ({ code, extension, reports, sourceType }) => {
    const languageOptions = { sourceType: sourceType ?? (extension === 'cjs' ? 'commonjs' : 'module') } as const
    const messages = lint(code, { parser, filename: `file.${extension}`, config: { languageOptions } })
    expect(describeMessages(messages)).toEqual(reports)
  })
})

describe('files that are not quite files', () => {
  const code = `import { spawn } from 'node:child_process'\nspawn('a', { stdio: 'ignore' }).on('close', done)`

  it.each([undefined, '<input>', '<text>', 'Makefile', '.hidden', 'no/such/folder/file.js', 'a b%20?.js'])(
    'the name %s',
    (filename) => {
      expect(describeMessages(lint(code, { filename }))).toEqual(['2:1 require-error-listener'])
    },
  )

  it('blocks of a component or a document, with positions in the whole', () => {
    const component = `<template>\n  <p/>\n</template>\n<script>\n${code}\n</script>\n`
    const processor: Linter.Processor = {
      preprocess: (text) => [{ text: text.slice(text.indexOf('import'), text.indexOf('</script>')), filename: '0.js' }],
      postprocess: (messages) => messages.flat().map((message) => ({ ...message, line: message.line + 4 })),
      supportsAutofix: true,
    }
    for (const filename of ['component.vue', 'Component.svelte', 'README.md'])
      expect(describeMessages(lint(component, { filename, processor }))).toEqual(['6:1 require-error-listener'])
  })

  it('files that import each other and themselves', () => {
    const reports = ['first.mjs', 'second.mjs'].map((name) => {
      const filename = `circular/${name}`
      return describeMessages(lint(readFileSync(new URL(filename, import.meta.url), 'utf8'), { filename }))
    })
    expect(reports).toEqual([[], ['9:3 no-respawn-without-backoff', '9:3 require-error-listener']])
  })

  it('five megabytes', { timeout: 120_000 }, () => {
    const filler = 'export const table_ = [' + '0x7f, '.repeat(800_000) + '];\n'
    const functions = Array.from(
      { length: 4_000 },
      (_, index) => `function f${index}(a) { if (a) return f(a, ${index}) }\n`,
    )
    const large = `${code}\n${filler}${functions.join('')}spawn('b', { stdio: 'ignore' }).on('close', done)`
    expect(large.length).toBeGreaterThan(5_000_000 * 0.95)
    expect(describeMessages(lint(large))).toEqual(['2:1 require-error-listener', '4004:1 require-error-listener'])
  })
})

describe('suggestions keep what the file has', () => {
  function suggest(code: string, config?: Linter.Config): string {
    const [message] = lint(code, { ...(config && { config }) })
    const fix = message?.suggestions?.[0]?.fix
    if (!fix) throw new Error('no suggestion')
    const text = code.replace(/^\uFEFF/, '')
    return text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1])
  }
  const only = (name: string): Linter.Config => ({ rules: { [`child-process/${name}`]: 'error' } })

  it('the line breaks', () => {
    const head = `\uFEFFimport { spawn } from 'node:child_process'\r\n`
    expect(suggest(`${head}const c = spawn('a')\r\n`, only('require-error-listener'))).toBe(
      `${head.slice(1)}const c = spawn('a')\r\nc.on('error', (error) => {\r\n  console.error(\`Could not start a: \${error.message}\`)\r\n})\r\n`,
    )
    const promise = `import { exec } from 'node:child_process'\r\nimport { promisify } from 'node:util'\r\n`
    expect(suggest(`${promise}promisify(exec)('a').then(done)\r\n`, only('no-floating-exec-promise'))).toMatch(
      /await |\.catch\(\(error\) => \{\r\n {2}console\.error\(error\)\r\n\}\)\r\n$/,
    )
    const options = `import { spawnSync } from 'node:child_process'\r\nexport function f() {\r\n  spawnSync('git', [], {\r\n    cwd: '/'\r\n  })\r\n}`
    expect(suggest(options, only('require-deadline'))).not.toMatch(/[^\r]\n/)
  })
})

describe('options and settings', () => {
  const code = `import { spawn } from 'node:child_process'\nspawn('a', { stdio: 'ignore' }).on('close', done)`

  it.each(ruleNames)('%s names the option that it does not know', (name) => {
    const rule = `child-process/${name}`
    expect(() => lint(code, { config: { rules: { [rule]: ['error', { neverHeardOf: true }] } } })).toThrow(
      /neverHeardOf/,
    )
    expect(() => lint(code, { config: { rules: { [rule]: ['error', {}, {}] } } })).toThrow(rule)
  })

  it.each([
    [
      null,
      '`settings.childProcess` must be an object with the keys factories, observers, drainers, killers, neverReturns, not null.',
    ],
    [
      7,
      '`settings.childProcess` must be an object with the keys factories, observers, drainers, killers, neverReturns, not 7.',
    ],
    [
      { observers: [{ from: 7, name: 'x' }] },
      "`settings.childProcess.observers[0]` must be 'name', 'module#export' or { from, name }, not an object of another shape.",
    ],
    [
      { factories: null },
      "`settings.childProcess.factories` must be an array of 'name', 'module#export' or { from, name, like? } with `like` one of spawn, fork, exec, execFile, spawnSync, execSync, execFileSync, not null.",
    ],
    [
      { neverReturns: [''] },
      "`settings.childProcess.neverReturns[0]` must be 'name', 'module#export' or { from, name }, not ''.",
    ],
  ])('settings %j are one clear sentence, and count as none', (childProcess, problem) => {
    const messages = lint(code, { config: { settings: { childProcess } } })
    expect(messages.map(({ column, line, message }) => `${line}:${column} ${message}`)).toEqual([
      `1:1 ${problem}`,
      "2:1 `spawn('a')` has no 'error' listener, so a start that fails crashes the program.",
    ])
  })
})
