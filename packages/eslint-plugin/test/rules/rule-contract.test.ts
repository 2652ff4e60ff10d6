import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'

const folder = new URL('../../', import.meta.url)
const rules = Object.entries(plugin.rules)
/** The report of a run, in which line 4 of `src/serve.mjs` left its child behind. */
const observed = fileURLToPath(new URL('test/rules/fixtures/observed-leak.json', folder))

describe('every rule', () => {
  it('is in the index, with a test and a page', () => {
    const files = readdirSync(new URL('src/rules/', folder)).filter(
      (file) => file.endsWith('.ts') && file !== 'index.ts',
    )
    expect(files.map((file) => file.slice(0, -3)).sort()).toEqual(rules.map(([name]) => name).sort())
    for (const [name] of rules) {
      expect(existsSync(new URL(`test/rules/${name}.test.ts`, folder)), name).toBe(true)
      expect(existsSync(new URL(`docs/rules/${name}.md`, folder)), name).toBe(true)
    }
  })

  it.each(rules)('%s has an address, described options with defaults, and suggestions', (name, { meta }) => {
    expect(meta?.docs?.url).toMatch(new RegExp(`^https://.+/rules/${name}$`))
    const [{ properties }] = meta?.schema as [{ properties: Record<string, { description: string }> }]
    const [defaults] = meta?.defaultOptions as [object]
    expect(Object.keys(properties).sort()).toEqual(Object.keys(defaults).sort())
    for (const { description } of Object.values(properties)) expect(description).toMatch(/^[A-Z].*\.$/)
    expect(meta?.hasSuggestions).toBe(true)
    expect(meta?.fixable).toBeUndefined()
  })

  it.each(rules)('%s speaks in one sentence that names the call', (_, { meta }) => {
    for (const [id, message] of Object.entries(meta?.messages ?? {})) {
      if (id === 'invalidSettings') continue
      expect(message, id).toMatch(/^(?:[A-Z]|`\{\{call\}\}`).*[^.]\.$/)
      // one sentence: no full stop before the last character
      expect(message.slice(0, -1), id).not.toMatch(/\.\s/)
      if (!id.startsWith('suggest')) expect(message, id).toContain('{{call}}')
    }
  })
})

describe('the configurations', () => {
  it('grow from recommended over strict to all', () => {
    const names = (config: 'all' | 'recommended' | 'strict'): string[] =>
      Object.keys(plugin.configs[config].rules ?? {})
    expect(names('strict')).toEqual(expect.arrayContaining(names('recommended')))
    expect(names('all')).toEqual(rules.map(([name]) => `child-process/${name}`))
    expect(names('all')).toEqual(expect.arrayContaining(names('strict')))
  })

  it('carry their name and the plugin', () => {
    expect(plugin.configs.recommended.name).toBe('child-process/recommended')
    expect(plugin.configs.recommended.plugins?.['child-process']).toBe(plugin)
  })
})

describe('the examples on the pages', () => {
  const examples = rules.flatMap(([name]) => {
    const page = readFileSync(new URL(`docs/rules/${name}.md`, folder), 'utf8')
    return [...page.matchAll(/```js (correct|incorrect)\n([\s\S]*?)```/g)].map(([, kind = '', code = '']) => ({
      name,
      kind,
      code,
    }))
  })

  it('are one of each kind on each page', () => {
    expect(examples.map(({ kind, name }) => `${name} ${kind}`)).toEqual(
      rules.flatMap(([name]) => [`${name} incorrect`, `${name} correct`]),
    )
  })

  it.each(examples)('$name: $kind', ({ code, kind, name }) => {
    const rule = `child-process/${name}`
    const entry: Linter.RuleEntry = name === 'observed-leak' ? ['error', { report: observed }] : 'error'
    const config = { plugins: { 'child-process': plugin }, rules: { [rule]: entry } }
    const messages = new Linter({ cwd: '/project' }).verify(code, config, { filename: '/project/src/serve.mjs' })
    expect(messages.filter(({ fatal }) => fatal)).toEqual([])
    // an incorrect example shows one defect in each of its exported functions
    const expected = kind === 'correct' ? 0 : (code.match(/^export /gm) ?? []).length
    expect(messages.map(({ ruleId }) => ruleId)).toEqual(Array.from({ length: expected }, () => rule))
  })
})

describe('the settings in the README', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8')
  const source = /```js settings\n([\s\S]*?)```/.exec(readme)?.[1]?.replace('export default', 'return')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the example is configuration, as a user would paste it
  const read = new Function('childProcess', source ?? '') as (childProcess: typeof plugin) => Linter.Config[]
  const lint = (code: string): string[] => {
    const config = read(plugin).map((entry) => ({
      ...entry,
      rules: { 'child-process/no-floating-child': 'error' } as const,
      plugins: { 'child-process': plugin },
    }))
    return new Linter({ cwd: '/project' }).verify(code, config, { filename: '/project/src/main.js' }).map(String)
  }
  const imports = `import { spawn } from 'node:child_process'\nimport { startServer } from './start-server.js'\nimport { waitForExit } from './wait-for-exit.js'\n`

  it.each([
    ['a factory that nobody waits for', `startServer().on('error', console.error)`, 1],
    ['a factory that an observer is given', `waitForExit(startServer())`, 0],
    ['a child that an observer is given', `waitForExit(spawn('make'))`, 0],
    ['a child that is only printed', `console.log(spawn('make'))`, 1],
  ])('are understood: %s', (_, code, expected) => {
    expect(lint(`${imports}${code}`)).toHaveLength(expected)
  })
})
