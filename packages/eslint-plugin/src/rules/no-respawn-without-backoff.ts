import type { Rule } from 'eslint'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { delayCall } from '../fix/delay-call.ts'
import { defineRule } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-respawn-without-backoff',
  description: 'disallow restarting a child from its own end with neither a delay nor a limit',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    crashLoop:
      "The '{{event}}' listener on line {{line}} starts `{{call}}` again at once and without a limit, so a child that fails at its start is restarted for ever, as fast as the machine can.",
    suggestDelay: 'Start it again a second later.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findRespawn(site)
    if (!found) return undefined
    const fix = delayCall(found.again, sourceCode)
    return {
      messageId: 'crashLoop',
      data: { event: found.event, line: String(found.listen.loc.start.line) },
      suggestions: fix ? [{ messageId: 'suggestDelay', fix }] : [],
    }
  },
})

export default rule
