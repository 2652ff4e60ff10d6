import type { Rule } from 'eslint'
import type { EarlyWork } from '../analysis/early-work.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { waitBehindKill } from '../fix/wait-behind-kill.ts'
import { defineRule } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const MESSAGES: Readonly<Record<EarlyWork['is'], string>> = {
  removes: 'removesEarly',
  reports: 'reportsEarly',
  restarts: 'restartsEarly',
  settles: 'settlesEarly',
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-await-after-kill',
  description: 'require the end of a killed child to be waited for by work that needs it gone',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    restartsEarly:
      'The `kill()` on line {{kill}} only asks the earlier child to end, so `{{call}}` may start while that one still holds its port and its files.',
    removesEarly:
      'The `kill()` on line {{kill}} only asks `{{call}}` to end, so line {{line}} removes its files while the child may still write them.',
    settlesEarly:
      'The `kill()` on line {{kill}} only asks `{{call}}` to end, so line {{line}} tells whoever waits that the child has stopped while it may still run.',
    reportsEarly:
      'The `kill()` on line {{kill}} only asks `{{call}}` to end, so line {{line}} says that the child has stopped while it may still run.',
    suggestWait: 'Wait for the end of the child first.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findEarlyWork(site)
    if (!found) return undefined
    const fix = waitBehindKill(found.kill.node, sourceCode)
    return {
      messageId: MESSAGES[found.is],
      data: { kill: String(found.kill.node.loc.start.line), line: String(found.node.loc.start.line) },
      suggestions: fix ? [{ messageId: 'suggestWait', fix }] : [],
    }
  },
})

export default rule
