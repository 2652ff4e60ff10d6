import type { Rule } from 'eslint'
import { type AddedListener, removeOnClose, runIfAborted } from '../fix/remove-listener.ts'
import type { LeakedListener } from '../analysis/leaked-listener.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-leaked-abort-listener',
  description: 'disallow listeners for a child that stay when it has ended, or come after the abort',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    neverRemoved:
      'The {{event}} listener that line {{line}} adds to {{emitter}} for each `{{call}}` is never removed, so every child that has ended stays in memory with it.',
    abortMissed:
      'The signal that line {{line}} listens to for `{{call}}` is never asked whether it is aborted already, so a child that is started after the abort runs on.',
    suggestRemove: "Remove the listener on 'close'.",
    suggestAsk: 'Run the listener at once if the signal is aborted already.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findLeakedListener(site)
    if (!found) return undefined
    const { added, is } = found
    const line = String(added.call.loc.start.line)
    const suggestions = suggest(found, site, sourceCode)
    if (is === 'missed') return { messageId: 'abortMissed', data: { line }, suggestions }
    const event = added.event === undefined ? 'event' : `'${added.event}'`
    return {
      messageId: 'neverRemoved',
      data: { line, event, emitter: describeEmitter(found, sourceCode) },
      suggestions,
    }
  },
})

export default rule

const MAX_LENGTH = 30

function describeEmitter(
  { added: { emitter }, on }: LeakedListener,
  sourceCode: Rule.RuleContext['sourceCode'],
): string {
  const text = emitter ? sourceCode.getText(emitter as never) : 'process'
  if (text.length <= MAX_LENGTH && /^[\w.#?!]+$/.test(text)) return `\`${text.replaceAll(/[?!]/g, '')}\``
  return on === 'signal' ? 'the signal' : 'the emitter'
}

function suggest(
  { added, is }: LeakedListener,
  site: SpawnSite,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const { emitter, event } = added
  if (!emitter || event === undefined) return []
  const known: AddedListener = { ...added, emitter, event }
  const fix = is === 'missed' ? runIfAborted(known, sourceCode) : removeOnClose(known, site.node, sourceCode)
  return fix ? [{ messageId: is === 'missed' ? 'suggestAsk' : 'suggestRemove', fix }] : []
}
