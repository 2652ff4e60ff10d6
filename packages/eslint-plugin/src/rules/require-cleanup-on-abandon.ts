import type { Rule } from 'eslint'
import type { SkippedCleanUp } from '../analysis/skipped-cleanup.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { addStreamMethod } from '../fix/add-stream-method.ts'
import { killInFinally } from '../fix/kill-in-finally.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { MESSENGERS } from './support/known-commands.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-cleanup-on-abandon',
  description: 'require the owner of a child to end it when it is left early',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: MESSENGERS },
  properties: { commands: commandsProperty },
  messages: {
    leavesGenerator:
      '`{{call}}` runs on when the consumer of this generator stops at the `yield` on line {{line}}, because no `finally` ends the child.',
    leavesStream:
      '`{{call}}` runs on when nobody reads the `{{stream}}` on line {{line}} any more, because that has no `{{method}}()` to end the child.',
    skipsKill:
      'The `kill()` on line {{kill}} is skipped when the `await` on line {{line}} throws, and `{{call}}` runs on.',
    suggestFinally: 'Kill the child in a `finally` block.',
    suggestMethod: 'Add `{{method}}()`, which kills the child.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findSkippedCleanUp(site)
    if (!found) return undefined
    const line = String(found.node.loc.start.line)
    const suggestions = suggest(found, site, sourceCode)
    switch (found.is) {
      case 'generator':
        return { messageId: 'leavesGenerator', data: { line }, suggestions }
      case 'stream':
        return {
          messageId: 'leavesStream',
          data: { line, stream: found.stream.name, method: found.stream.method },
          suggestions,
        }
      case 'kill':
        return {
          messageId: 'skipsKill',
          data: { line, kill: String(found.kill.node.loc.start.line) },
          suggestions,
        }
    }
  },
})

export default rule

function suggest(found: SkippedCleanUp, site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  if (found.is === 'stream') {
    const { method } = found.stream
    const fix = found.node.type === 'ObjectExpression' && addStreamMethod(found.node, method, site.node, sourceCode)
    return fix ? [{ messageId: 'suggestMethod', data: { method }, fix }] : []
  }
  const fix = killInFinally(site.node, found.is === 'kill' ? found.kill.node : undefined, sourceCode)
  return fix ? [{ messageId: 'suggestFinally', fix }] : []
}
