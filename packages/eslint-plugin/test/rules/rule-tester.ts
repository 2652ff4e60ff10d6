import * as typescriptParser from '@typescript-eslint/parser'
import { RuleTester, type Rule } from 'eslint'
import { afterAll, describe, it } from 'vitest'
import { rules, type RuleName } from '../../src/rules/index.ts'

const tester = RuleTester as typeof RuleTester & { afterAll: unknown }
tester.afterAll = afterAll
RuleTester.describe = describe
RuleTester.it = it
RuleTester.itOnly = it.only

type Tests = Parameters<RuleTester['run']>[2]

/** Runs the cases on the default parser and, all of them being TypeScript as well, on the TypeScript parser. */
export function testRule(name: RuleName, tests: Tests): void {
  const rule: Rule.RuleModule = rules[name]
  describe('espree', () => {
    new RuleTester().run(name, rule, tests)
  })
  describe('typescript-eslint', () => {
    new RuleTester({ languageOptions: { parser: typescriptParser } }).run(name, rule, tests)
  })
}
