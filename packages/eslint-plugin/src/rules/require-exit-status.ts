import type { Rule } from 'eslint'
import type { StatusLoss } from '../analysis/exit-status.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { isSelfDescription } from '../analysis/deadline.ts'
import { defineRule, type Problem } from './support/define-rule.ts'
import { MESSENGERS, QUICK_COMMANDS } from './support/known-commands.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-exit-status',
  description: 'require that somebody asks whether a child has succeeded',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [...new Set([...QUICK_COMMANDS, ...MESSENGERS])] },
  properties: { commands: commandsProperty },
  messages: {
    unread: 'Nothing reads the exit status of `{{call}}`, so a command that fails passes for one that worked.',
    outputOnly: 'Only the output of `{{call}}` is used and not its exit status, so a failure passes for an answer.',
    errorIgnored: 'The callback of `{{call}}` ignores its error, so a command that fails passes for one that worked.',
    unheard: '`{{call}}` has neither a callback nor a listener for its end, so a failure goes unnoticed.',
    zeroFallback:
      'The `{{name}}` of `{{call}}` is null when a signal ended the child, and line {{line}} turns that into 0, a success.',
    suggestOne: 'Take it for a failure: fall back to 1.',
  },
  judge(site, { model, options }) {
    if (isCommandMatched(site.command, options.commands) || isSelfDescription(site, model.unit)) return undefined
    const loss = model.findStatusLoss(site)
    return loss && describe(loss)
  },
})

export default rule

function describe(loss: StatusLoss): Problem {
  if (loss.is !== 'zeroFallback') return { messageId: loss.is }
  const { fallback, name } = loss
  return {
    messageId: loss.is,
    data: { name, line: String(fallback.loc.start.line) },
    suggestions: [{ messageId: 'suggestOne', fix: (fixer) => fixer.replaceText(fallback as never, '1') }],
  }
}
