import type { Rule } from 'eslint'
import type { IgnoredBackpressure } from '../analysis/ignored-backpressure.ts'
import { pipeInstead } from '../fix/pipe-instead.ts'
import { defineRule } from './support/define-rule.ts'
import { isTestFile, testsProperty } from './support/test-file.ts'

interface Options {
  readonly lists: boolean
  readonly tests: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-ignored-backpressure',
  description: 'disallow writing to the stdin of a child faster than it reads',
  tiers: { strict: { severity: 'error' } },
  defaults: { lists: false, tests: false },
  properties: {
    lists: {
      description: 'Also report loops over a list, where no more can pile up than is in memory already.',
      type: 'boolean',
    },
    tests: testsProperty,
  },
  messages: {
    ignored:
      'The {{place}} on line {{line}} ignores what `write()` to the stdin of `{{call}}` returns, so what the child does not read in time piles up in memory.',
    suggestPipe: 'Pipe it, which waits for the child.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!options.tests && isTestFile(model.unit)) return undefined
    const found = model.findIgnoredBackpressure(site).find(({ by }) => by !== 'list' || options.lists)
    if (!found) return undefined
    const { by, node, write } = found
    const fix = by === 'listener' && node.type === 'CallExpression' ? pipeInstead(node, write, sourceCode) : undefined
    return {
      messageId: 'ignored',
      data: { place: describe(found), line: String(node.loc.start.line) },
      suggestions: fix ? [{ messageId: 'suggestPipe', fix }] : [],
    }
  },
})

export default rule

function describe({ by }: IgnoredBackpressure): string {
  return by === 'listener' ? 'listener' : 'loop'
}
