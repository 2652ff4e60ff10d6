import type { Rule } from 'eslint'
import type { EarlyRead } from '../analysis/early-read.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'prefer-close-over-exit',
  description: "disallow using the output of a child on 'exit', when some of it may still be in flight",
  tiers: { recommended: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    usedAtExit:
      "The 'exit' listener of `{{call}}` on line {{line}} uses the output collected on line {{collected}}, so output that is still in flight is lost.",
    usedAtExitOfShell:
      "The 'exit' listener of `{{call}}` on line {{line}} uses the output collected on line {{collected}}, so output that is still in flight is lost, though 'close' in its place waits for whatever keeps the pipes of the shell open.",
    usedAfterExit:
      "The output of `{{call}}` collected on line {{collected}} is used on line {{read}} as soon as 'exit' is emitted, so output that is still in flight is lost.",
    usedAfterExitOfShell:
      "The output of `{{call}}` collected on line {{collected}} is used on line {{read}} as soon as 'exit' is emitted, so output that is still in flight is lost, though 'close' in its place waits for whatever keeps the pipes of the shell open.",
    suggestClose: "Wait for 'close', which comes when the child has ended and its output has been read.",
  },
  judge(site, { model, options }) {
    if (site.contract.handle !== 'child' || isCommandMatched(site.command, options.commands)) return undefined
    const early = model.findEarlyRead(site)
    if (!early) return undefined
    const messageId = early.by === 'listener' ? 'usedAtExit' : 'usedAfterExit'
    const lineOf = (node: { loc: { start: { line: number } } }): string => String(node.loc.start.line)
    return {
      messageId: isBehindShell(site) ? `${messageId}OfShell` : messageId,
      data: { line: lineOf(early.call), collected: lineOf(early.collected.call), read: lineOf(early.read) },
      suggestions: suggest(early),
    }
  },
})

export default rule

function isBehindShell({ command, options: { shell } }: SpawnSite): boolean {
  return command.isShell || isKnownAs(shell, true)
}

function suggest({ call }: EarlyRead): Suggestion[] {
  const event = call.arguments.find((argument) => argument.type === 'Literal' && argument.value === 'exit')
  if (event?.type !== 'Literal') return []
  const written = event.raw.replace('exit', 'close')
  return [{ messageId: 'suggestClose', fix: (fixer) => fixer.replaceText(event, written) }]
}
