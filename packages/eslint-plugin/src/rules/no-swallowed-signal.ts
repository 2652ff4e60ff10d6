import type { Rule } from 'eslint'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import type { SwallowedSignal } from '../analysis/swallowed-signal.ts'
import { killBefore } from '../fix/kill-before.ts'
import { killInBody } from '../fix/kill-in-body.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-swallowed-signal',
  description: 'disallow listeners for a signal that keep it from the children',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    leavesChild:
      "The '{{event}}' listener on line {{line}} ends the program without stopping `{{call}}`, so the child lives on as an orphan.",
    ignoresSignal:
      "The '{{event}}' listener on line {{line}} neither ends the program nor passes the signal on to `{{call}}`, so both go on when they are asked to stop.",
    suggestKill: 'Kill the child before the program exits.',
    suggestPass: 'Pass the signal on to the child.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findSwallowedSignal(site)
    if (!found) return undefined
    return {
      messageId: found.is === 'left' ? 'leavesChild' : 'ignoresSignal',
      data: { event: found.event, line: String(found.listener.call.loc.start.line) },
      suggestions: suggest(found, site, sourceCode),
    }
  },
})

export default rule

function suggest(found: SwallowedSignal, site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  if (found.is === 'ignored') {
    const pass = killInBody(found.code, `'${found.event}'`, site.node, sourceCode)
    return pass ? [{ messageId: 'suggestPass', fix: pass }] : []
  }
  const kill = found.exit.type === 'CallExpression' ? killBefore(found.exit, site.node, sourceCode) : undefined
  return kill ? [{ messageId: 'suggestKill', fix: kill }] : []
}
