// Prints, as JSON, what every linter of the matrix has to lint: the code of the rule tests, odd code, and
// the programs of test/fixtures.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- experimental, and the only way on Node 20
import { register } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

register('../../../../scripts/load-typescript.mjs', import.meta.url)
register('./use-collector.mjs', import.meta.url)

const ruleTests = new URL('../rules/', import.meta.url)
const programs = new URL('../../../../test/fixtures/', import.meta.url)

/**
 * Paths are relative to the folder in which the linters run: `rules/…`, with the fixtures of the rule tests, `odd/…`, `programs/…`.
 * @typedef {{ path: string, code: string, options: Record<string, unknown[]>, settings?: object, sourceType?: string }} LintCase
 */

async function* listRuleCases() {
  for (const file of readdirSync(ruleTests).filter((name) => name.endsWith('.test.ts'))) {
    const isRuleTest = /from '\.\/rule-tester\.ts'/.test(readFileSync(new URL(file, ruleTests), 'utf8'))
    if (isRuleTest) await import(new URL(file, ruleTests).href)
  }
  const { collected } = await import('./case-collector.mjs')
  const seen = new Set()
  for (const { rule, tests } of collected) {
    for (const test of tests) {
      const {
        code,
        filename,
        languageOptions,
        options = [],
        settings,
      } = typeof test === 'string' ? { code: test } : test
      const folder = filename ? path.dirname(path.relative(fileURLToPath(ruleTests), filename)) : rule
      const key = JSON.stringify([folder, code, options, settings, languageOptions, options.length > 0 && rule])
      if (seen.has(key)) continue
      seen.add(key)
      // named after its content: a case more moves no other
      const name = createHash('sha256').update(key).digest('hex').slice(0, 8)
      const sourceType = languageOptions?.sourceType
      const extension = sourceType === 'commonjs' || sourceType === 'script' ? 'cjs' : 'mjs'
      yield {
        path: `rules/${folder}/${rule}-${name}.${extension}`,
        code,
        options: { [rule]: options },
        settings,
        sourceType,
      }
    }
  }
}

function* listPrograms() {
  for (const folder of readdirSync(programs)) {
    for (const file of readdirSync(new URL(`${folder}/`, programs))) {
      if (!/\.[cm]?[jt]s$/.test(file)) continue
      const code = readFileSync(new URL(`${folder}/${file}`, programs), 'utf8')
      yield { path: `programs/${folder}/${file}`, code, options: {} }
    }
  }
}

async function listOddCode() {
  const { oddCode } = await import('../bad-input/odd-code.ts')
  return oddCode.map(({ about, code, extension, sourceType }) => ({
    path: `odd/${about.replaceAll(/\W+/g, '-')}.${extension}`,
    code,
    options: {},
    sourceType,
  }))
}

/** @type {LintCase[]} */
const cases = [...listPrograms(), ...(await listOddCode())]
for await (const each of listRuleCases()) cases.push(each)
process.stdout.write(JSON.stringify(cases))
