import type { Rule } from 'eslint'
import { isLongLived } from '../analysis/deadline.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { defineRule } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'
import { isTestFile, testsProperty } from './support/test-file.ts'

interface Options {
  readonly commands: readonly string[]
  readonly max: number
  readonly tests: boolean
}

const MAX_TEXT = 30

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-unbounded-concurrency',
  description: 'disallow starting a child for every element of a list at once',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [], max: 16, tests: false },
  properties: {
    commands: commandsProperty,
    max: {
      description: 'Of a list that is written out in the file: how many elements it may have.',
      type: 'integer',
      minimum: 1,
    },
    tests: testsProperty,
  },
  messages: {
    unlimited:
      '`{{call}}` runs once for every element of {{list}}, all at the same time, so a long list exhausts memory and processes.',
  },
  judge(site, { model, options, sourceCode }) {
    if (site.contract.isSync || (!options.tests && isTestFile(model.unit))) return undefined
    // what is meant to go on is started as often as it is meant to
    if (site.contract.like === 'fork' || isLongLived(site, model.unit)) return undefined
    if (isKnownAs(site.options.detached, true) || isCommandMatched(site.command, options.commands)) return undefined
    const swarm = model.findStartSwarm(site, options.max)
    if (!swarm) return undefined
    const text = sourceCode.getText(swarm.list as never)
    const isShort = text.length <= MAX_TEXT && !/[`\n]/.test(text)
    const list = isShort ? `\`${text}\`` : `the list on line ${swarm.list.loc.start.line}`
    return { messageId: 'unlimited', data: { list } }
  },
})

export default rule
