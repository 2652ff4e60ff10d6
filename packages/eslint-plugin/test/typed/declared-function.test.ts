// With type information: what types know and bindings do not. Without: nothing else, and never an exception.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { describe, expect, it, vi } from 'vitest'
import type { Bindings } from '../../src/ast/bindings.ts'
import { createDeclaredFunctionFinder } from '../../src/analysis/declared-function.ts'
import plugin from '../../src/index.ts'

const cwd = fileURLToPath(new URL('project', import.meta.url))
const rules: Linter.RulesRecord = {
  'child-process/require-error-listener': 'error',
  'child-process/no-floating-exec-promise': 'error',
}

/** `line:column rule` of what is reported on code in a file beside `processes.ts`. */
function lint(code: string, parser: unknown, parserOptions: object, name = 'file.ts'): string[] {
  const messages = new Linter({ cwd }).verify(
    code,
    [
      {
        files: ['**/*.ts'],
        plugins: { 'child-process': plugin },
        rules,
        languageOptions: { parser: parser as Linter.Parser, parserOptions },
      },
    ],
    { filename: `${cwd}/${name}` },
  )
  return messages.map(({ column, line, message, ruleId }) => `${line}:${column} ${ruleId?.slice(14) ?? message}`)
}

// under CI the parser would take the text of the file from the disk
const typed = (code: string): string[] =>
  lint(code, typescriptParser, {
    project: './tsconfig.json',
    tsconfigRootDir: cwd,
    disallowAutomaticSingleRunInference: true,
  })
const untyped = (code: string): string[] => lint(code, typescriptParser, {})

// the name of the module, without which a file costs one search of its text
const head = `import type { ChildProcess, spawn as Spawn } from 'node:child_process'\nimport { spawn, start, fork, cp, run, inferred, wrapped, launch, getCurrent, setCurrent, Tools, untyped } from './processes.ts'\n`
const tail = `\nexport type Own = ChildProcess | typeof Spawn\nexport { spawn, start, fork, cp, run, inferred, wrapped, launch, getCurrent, setCurrent, Tools, untyped }`
const ERROR = 'require-error-listener'
const FLOATING = 'no-floating-exec-promise'

// the first of them waits for the program of the project to be made
describe('with types', { timeout: 60_000 }, () => {
  it.each([
    ['a re-export', `spawn('a')`, [`3:1 ${ERROR}`]],
    ['a re-export of another name', `start('a')`, [`3:1 ${ERROR}`]],
    ['a module in an export', `cp.spawn('a')`, [`3:1 ${ERROR}`]],
    ['an inferred variable', `inferred('a')`, [`3:1 ${ERROR}`]],
    ['a promisified function of another file', `run('a')`, [`3:1 ${FLOATING}`]],
    ['a field', `new Tools(spawn).execute('a')`, [`3:1 ${FLOATING}`]],
    ['a re-export through an assertion', `(spawn as any)('a'); spawn!('b')`, [`3:2 ${ERROR}`, `3:22 ${ERROR}`]],
    ['a listener', `spawn('a').on('error', console.error)`, []],
    ['a fork, of which strict alone asks it', `fork('a')`, []],
    ['what is annotated as the function may be a wrapper', `wrapped('a')`, []],
    ['so may an annotated field', `new Tools(spawn).own('a')`, []],
    ['so may a parameter', `export function f(own: typeof Spawn) { own('a') }`, []],
    ['a default that may be replaced', `export function f({ own = spawn }) { own('a') }`, []],
    ['one of two functions', `new Tools(spawn).either('a')`, []],
    ['a function that returns a child may have returned it before', `getCurrent()`, []],
    ['the source of another file tells more than its types', `launch('a')`, ['3:1 require-error-listener']],
    [
      'a child that is handed in',
      `export function f(child: ChildProcess) { child.on('exit', console.log); child.kill() }`,
      [],
    ],
    [
      'a child in a field',
      `export class A { #c: ChildProcess | undefined = getCurrent(); f() { this.#c?.on('exit', f) } }`,
      [],
    ],
    ['what has no type', `untyped.spawn('a'); untyped('b'); missing('c')`, []],
    [
      'a variable that is declared twice',
      `var own = cp; var own = { spawn: (a: string) => a } as any; own.spawn('a')`,
      [],
    ],
    ['a variable that is written', `let own = inferred; own = wrapped; own('a')`, []],
    ['a name that is imported as a type', `(Spawn as any)('a'); Spawn('b')`, []],
    ['a shadowed name', `export function f(spawn: (a: string) => void) { spawn('a') }`, []],
    ['another exec', `/a/.exec('a'); export const f = (db: { exec(a: string): void }) => db.exec('a')`, []],
  ])('%s', (_, code, expected) => {
    expect(typed(head + code + tail)).toEqual(expected)
  })
})

describe('in a single run, which is what the parser takes a run under CI for', { timeout: 60_000 }, () => {
  const name = 'caller.ts'
  const code = readFileSync(`${cwd}/${name}`, 'utf8')

  it.each(['true', 'false'])('CI=%s', (isSingleRun) => {
    vi.stubEnv('CI', isSingleRun)
    try {
      expect(lint(code, typescriptParser, { project: './tsconfig.json', tsconfigRootDir: cwd }, name)).toEqual([
        `5:1 ${ERROR}`,
        `6:1 ${FLOATING}`,
      ])
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

describe('without types', { timeout: 60_000 }, () => {
  it('the same code says nothing', () => {
    expect(untyped(`${head}spawn('a'); cp.spawn('b'); run('c'); new Tools(spawn).execute('d')${tail}`)).toEqual([])
  })

  it('bindings say the same with types as without', () => {
    const code = `import { spawn } from 'node:child_process'\nspawn('a'); const start = spawn; start('b').on('error', console.error)`
    expect(untyped(code)).toEqual([`2:1 ${ERROR}`])
    expect(typed(code)).toEqual([`2:1 ${ERROR}`])
  })
})

describe('services that are missing, foreign, or throw', () => {
  const fail = (): never => {
    throw new Error('foreign')
  }
  const map = { get: () => ({ name: { text: 'spawn' } }) }
  const foreign: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a string', 'services'],
    ['no program', { program: null, esTreeNodeToTSNodeMap: map }],
    ['no map', { program: { getTypeChecker: () => ({}) } }],
    ['a program of another kind', { program: { body: [] }, esTreeNodeToTSNodeMap: map }],
    ['a map of another kind', { program: { getTypeChecker: () => ({}) }, esTreeNodeToTSNodeMap: [] }],
    ['a checker of another kind', { program: { getTypeChecker: () => ({}) }, esTreeNodeToTSNodeMap: map }],
    ['a checker that throws', { program: { getTypeChecker: fail }, esTreeNodeToTSNodeMap: map }],
    [
      'symbols that throw',
      { program: { getTypeChecker: () => ({ getSymbolAtLocation: fail }) }, esTreeNodeToTSNodeMap: map },
    ],
    ['a getter that throws', Object.defineProperty({}, 'program', { get: fail })],
  ]
  const code = `import { spawn } from 'node:child_process'\nspawn('a'); other('b')`
  const bindings: Bindings = { all: [], resolve: () => undefined }
  const callee = { type: 'MemberExpression', object: { type: 'ThisExpression' } } as never

  it.each(foreign)('%s', (_, services) => {
    const parser = {
      parseForESLint: (text: string, options: object) => ({
        ...typescriptParser.parseForESLint(text, options as Record<string, unknown>),
        services,
      }),
    }
    expect(lint(code, parser, {})).toEqual([`2:1 ${ERROR}`])
    expect(createDeclaredFunctionFinder(services, bindings)?.(callee)).toBeUndefined()
  })
})
