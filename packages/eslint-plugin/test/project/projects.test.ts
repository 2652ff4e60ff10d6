import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as typescriptParser from '@typescript-eslint/parser'
import { ESLint, type Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'

const folder = fileURLToPath(new URL('../projects/', import.meta.url))
const config: Linter.Config[] = [
  plugin.configs.recommended,
  { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
]

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.[cm]?[jt]s$/.test(file))
  .sort()

/** `line: rule` for each finding that a file announces by `// reports rule, rule` on its line. */
function listAnnounced(file: string): string[] {
  const lines = readFileSync(folder + file, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    const [, names] = /\/\/ reports (.+)$/.exec(line) ?? []
    return names === undefined ? [] : names.split(', ').map((name) => `${index + 1}: ${name}`)
  })
}

function listReported(messages: readonly Linter.LintMessage[]): string[] {
  return messages
    .map(({ line, message, ruleId }) => `${line}: ${ruleId?.replace('child-process/', '') ?? message}`)
    .sort()
}

function lint(file: string, extra: Linter.Config[] = []): Promise<ESLint.LintResult[]> {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [...config, ...extra],
    // the fixtures lie in a folder that the repository leaves out
    ignore: false,
  })
  return eslint.lintFiles([file])
}

describe('the files of a project', () => {
  it.each(files.filter((file) => file !== 'broken/syntax.js' && file !== 'broken/types.ts'))('%s', async (file) => {
    const [result] = await lint(file)
    expect(listReported(result?.messages ?? [])).toEqual(listAnnounced(file).sort())
  })

  it('are there: every project announces something, but for those that must stay silent', () => {
    const announcing = new Set(files.filter((file) => listAnnounced(file).length > 0).map((file) => file.split('/')[0]))
    expect([...announcing]).toEqual(['circle', 'commonjs', 'esm', 'packages', 'typescript'])
  })

  it('say the same in whichever order they are linted', async () => {
    const inOrder = async (names: readonly string[]): Promise<Map<string, string[]>> => {
      const found = new Map<string, string[]>()
      for (const name of names) {
        const [result] = await lint(name)
        found.set(name, listReported(result?.messages ?? []))
      }
      return found
    }
    const there = await inOrder(files)
    const back = await inOrder(files.toReversed())
    for (const name of files) expect(back.get(name), name).toEqual(there.get(name))
  })
})

describe('a message about a child of another file', () => {
  it('names that place', async () => {
    const [result] = await lint('typescript/src/main.ts')
    const [message] = result?.messages ?? []
    expect(message).toMatchObject({
      line: 8,
      column: 19,
      message:
        "`start() → spawn('a') in server.ts:10` has no 'error' listener, so a start that fails crashes the program.",
    })
    // the child is inside an object
    expect(message?.suggestions).toBeUndefined()
  })

  it('offers what can be mended at the call', async () => {
    const [result] = await lint('esm/callers.js')
    expect(result?.messages.find(({ line }) => line === 7)?.suggestions?.[0]?.fix.text).toMatch(/^\.on\('error'/)
  })
})

describe('other files count as unknown', () => {
  const throwing = {
    ...typescriptParser,
    parse: () => {
      throw new Error('not implemented yet')
    },
  }
  it('for a parser that only the linter can use', async () => {
    const [result] = await lint('typescript/src/main.ts', [
      { files: ['**/*.ts'], languageOptions: { parser: throwing } },
    ])
    expect(result?.messages).toEqual([])
  })

  it('for a text without a place', async () => {
    const text = readFileSync(`${folder}esm/callers.js`, 'utf8')
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config })
    const [result] = await eslint.lintText(text)
    expect(listReported(result?.messages ?? [])).toEqual([])
  })
})
