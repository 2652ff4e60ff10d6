import type { Rule } from 'eslint'
import { isSelfDescription } from '../analysis/deadline.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import type { UnpassedSignal } from '../analysis/unpassed-signal.ts'
import { setOptions } from '../fix/set-option.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { LOCAL_QUERIES, MESSENGERS, QUICK_COMMANDS, SYSTEM_QUERIES } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-signal-propagation',
  description: 'require a function that is given an `AbortSignal` to pass it on to the children that it starts',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [...new Set([...MESSENGERS, ...QUICK_COMMANDS, ...SYSTEM_QUERIES, ...LOCAL_QUERIES])] },
  properties: { commands: commandsProperty },
  messages: {
    notPassed:
      '`{{call}}` is started without the {{signal}} of line {{line}}, so the child runs on when the caller aborts.',
    onlyAsked:
      'The {{signal}} is asked on line {{line}} and not passed on to `{{call}}`, so the child runs on when the caller aborts later.',
    onlySettles:
      "The 'abort' listener on line {{line}} settles the promise and leaves `{{call}}` alone, so the child runs on when the caller aborts.",
    suggestSignal: 'Pass the signal on to the child.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands) || isSelfDescription(site, model.unit)) return undefined
    const found = model.findUnpassedSignal(site)
    if (!found) return undefined
    const { instead, signal } = found
    return {
      messageId: instead ? (instead.is === 'asks' ? 'onlyAsked' : 'onlySettles') : 'notPassed',
      data: {
        line: String((instead?.node ?? signal.node).loc.start.line),
        signal: signal.text === undefined ? 'signal' : `\`${signal.text}\``,
      },
      suggestions: suggest(found, site, model, sourceCode),
    }
  },
})

export default rule

function suggest(
  { signal: { text } }: UnpassedSignal,
  site: SpawnSite,
  model: LifecycleModel,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const place = getOptionsPlace(site)
  const fix = place && text !== undefined && setOptions(place, { [findOption(site, model)]: text }, sourceCode)
  return fix ? [{ messageId: 'suggestSignal', fix }] : []
}

/** execa calls it `cancelSignal` from version 9 on. */
function findOption({ callee }: SpawnSite, { unit }: LifecycleModel): string {
  const isExeca = unit.resolveOrigin(callee)?.module === 'execa'
  return isExeca && (unit.getMajor('execa') ?? 0) >= 9 ? 'cancelSignal' : 'signal'
}
