import type { Rule } from 'eslint'
import type { Orphan } from '../analysis/orphan.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { killBefore } from '../fix/kill-before.ts'
import { killOnExit } from '../fix/kill-on-exit.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { MESSENGERS } from './support/known-commands.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-orphan-on-exit',
  description: 'disallow leaving a child behind when the program ends',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: MESSENGERS },
  properties: { commands: commandsProperty },
  messages: {
    exitWhileRunning:
      'The `process.exit()` on line {{line}} ends the program while `{{call}}` still runs and nothing stops it, so the child lives on as an orphan.',
    neverStopped:
      '`{{call}}` starts what runs until it is stopped, and nothing in this file stops it when the program ends, so it lives on as an orphan.',
    suggestKill: 'Kill the child before the program exits.',
    suggestHook: "Kill the child in a listener for the program's 'exit' event.",
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const orphan = model.findOrphan(site)
    if (!orphan) return undefined
    const suggestions = suggest(orphan, site, sourceCode)
    if (orphan.is === 'unstopped') return { messageId: 'neverStopped', suggestions }
    return { messageId: 'exitWhileRunning', data: { line: String(orphan.node.loc.start.line) }, suggestions }
  },
})

export default rule

function suggest(orphan: Orphan, site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  const suggestions: Suggestion[] = []
  const kill =
    orphan.is === 'exit' && orphan.node.type === 'CallExpression' && killBefore(orphan.node, site.node, sourceCode)
  if (kill) suggestions.push({ messageId: 'suggestKill', fix: kill })
  const hook = killOnExit(site.node, sourceCode)
  if (hook) suggestions.push({ messageId: 'suggestHook', fix: hook })
  return suggestions
}
