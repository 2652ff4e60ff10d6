import type { Rule } from 'eslint'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { askForEnd } from '../fix/ask-for-end.ts'
import { defineRule } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
  readonly always: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-kill-escalation',
  description: 'require that a child which ignores a signal is killed in the end',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error', options: { always: true } } },
  defaults: { commands: [], always: false },
  properties: {
    commands: commandsProperty,
    always: {
      description: 'Report a long-lived child as well that gets no SIGKILL at all.',
      type: 'boolean',
    },
  },
  messages: {
    deadEscalation:
      'The SIGKILL on line {{line}} is never sent to `{{call}}`, because `killed` is true as soon as the signal on line {{first}} is sent, so a child that ignores that lives on.',
    noEscalation:
      'Nothing follows the {{signal}} on line {{line}} that is to end `{{call}}`, so a child that ignores it lives on.',
    suggestExitCode: 'Ask for `exitCode` and `signalCode`, which tell that the child has ended.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const dead = model.findDeadEscalation(site)
    if (dead) {
      const { first, reads, second } = dead
      const fix = askForEnd(reads, sourceCode)
      return {
        messageId: 'deadEscalation',
        data: { first: String(first.node.loc.start.line), line: String(second.node.loc.start.line) },
        suggestions: fix ? [{ messageId: 'suggestExitCode', fix }] : [],
      }
    }
    const kill = options.always ? model.findMissingEscalation(site) : undefined
    if (!kill) return undefined
    return {
      messageId: 'noEscalation',
      data: { line: String(kill.node.loc.start.line), signal: String(kill.signal) },
    }
  },
})

export default rule
