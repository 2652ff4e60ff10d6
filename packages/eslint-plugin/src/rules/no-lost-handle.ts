import type { Rule } from 'eslint'
import type { LostHandle } from '../analysis/lost-handle.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { askWhoseEnd, stopFirst } from '../fix/keep-handle.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-lost-handle',
  description: 'disallow losing the only reference to a child that still runs',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    overwritten:
      '`{{call}}` leaves its child to `{{slot}}` alone, which the next {{again}} overwrites without stopping it, so nothing can stop that child any more.',
    cleared:
      "`{{call}}` leaves its child to `{{slot}}` alone, which the '{{event}}' listener on line {{line}} clears when the child before it ends, so nothing can stop that child any more.",
    suggestStop: 'Stop the earlier child first.',
    suggestAsk: 'Clear it only for the child that ended.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const lost = model.findLostHandle(site)
    if (!lost) return undefined
    const suggestions = suggest(lost, site, sourceCode)
    const slot = lost.slot.text
    if (lost.is === 'overwritten') return { messageId: 'overwritten', data: { slot, again: lost.again }, suggestions }
    const { event, assignment } = lost.clearing
    return { messageId: 'cleared', data: { slot, event, line: String(assignment.loc.start.line) }, suggestions }
  },
})

export default rule

function suggest(lost: LostHandle, site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  if (lost.is === 'overwritten') {
    const fix = stopFirst(lost.slot.assignment, site.node, sourceCode)
    return fix ? [{ messageId: 'suggestStop', fix }] : []
  }
  const fix = askWhoseEnd(lost.slot.assignment, lost.clearing.assignment, lost.slot.alias?.name, sourceCode)
  return fix ? [{ messageId: 'suggestAsk', fix }] : []
}
