import type { Rule } from 'eslint'
import { findObservedLeak, type ObservedLeak, readReport } from '../analysis/observed-leak.ts'
import { defineRule } from './support/define-rule.ts'

interface Options {
  readonly report: string
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'observed-leak',
  description: 'mark the line whose child was left behind when the program ran',
  tiers: {},
  defaults: { report: 'runtime-guard.json' },
  properties: {
    report: {
      description:
        'The JSON report of runtime-guard, as a path from the working directory; nothing is reported while it is not there.',
      type: 'string',
      minLength: 1,
    },
  },
  messages: {
    observed: '`{{call}}` left a process behind{{test}}{{date}}, which the runtime guard calls `{{code}}`{{times}}.',
  },
  findProblem: ({ report }, { unit }) => readReport(report, unit).problem,
  judge(site, { model, options }) {
    const { report } = readReport(options.report, model.unit)
    const found = report && findObservedLeak(site, model.sites, report, model.unit)
    return found && { messageId: 'observed', data: describe(found) }
  },
})

export default rule

const MAX_NAME_LENGTH = 60

function describe({ code, count, endedAt, test }: ObservedLeak): Record<string, string> {
  const name = test !== undefined && test.length > MAX_NAME_LENGTH ? `${test.slice(0, MAX_NAME_LENGTH - 1)}…` : test
  return {
    code,
    // `2026-12-01`; the day tells whether the report is an old one
    date: endedAt === undefined ? '' : ` on ${endedAt.slice(0, 10)}`,
    test: name === undefined ? '' : ` in the test '${name}'`,
    times: count > 1 ? `, ${String(count)} times` : '',
  }
}
