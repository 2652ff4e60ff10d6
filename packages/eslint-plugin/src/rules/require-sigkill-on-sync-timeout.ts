import type { Rule } from 'eslint'
import { isSelfDescription } from '../analysis/deadline.ts'
import { findOnlySystem } from '../analysis/platform-guard.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { setOptions } from '../fix/set-option.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { LOCAL_QUERIES, QUICK_COMMANDS, SYSTEM_QUERIES } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const SIGKILL = 9

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-sigkill-on-sync-timeout',
  description: 'require SIGKILL at the time limit of a synchronous call',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [...QUICK_COMMANDS, ...SYSTEM_QUERIES, ...LOCAL_QUERIES] },
  properties: { commands: commandsProperty },
  messages: {
    ignorableSignal:
      'The `timeout` of `{{call}}` sends {{signal}}, and a child that ignores it blocks the whole program all the same.',
    suggestSigkill: 'End the child with SIGKILL at the limit.',
  },
  judge(site, { model, options, sourceCode }) {
    const signal = findIgnorableSignal(site)
    if (signal === undefined || isCommandMatched(site.command, options.commands)) return undefined
    if (isSelfDescription(site, model.unit)) return undefined
    // there every signal ends a process at once
    if (findOnlySystem(site.node, site.command) === 'win32') return undefined
    return { messageId: 'ignorableSignal', data: { signal }, suggestions: suggest(site, sourceCode) }
  },
})

export default rule

/** The signal that a synchronous call sends at its time limit, if a child can ignore it. */
function findIgnorableSignal({ contract, options: { killSignal, shape, timeout } }: SpawnSite): string | undefined {
  // a limit that is given is meant to hold, whatever its value; `timeout: 0` and `undefined` are none
  const isLimited = timeout.is === 'known' ? timeout.value > 0 : shape.get('timeout').is === 'known'
  if (!contract.isSync || !isLimited || timeout.is === 'absent') return undefined
  if (killSignal.is === 'absent') return 'SIGTERM'
  if (killSignal.is === 'unknown' || killSignal.value === 'SIGKILL' || killSignal.value === SIGKILL) return undefined
  return typeof killSignal.value === 'number' ? `signal ${killSignal.value}` : killSignal.value
}

function suggest(site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  const place = getOptionsPlace(site)
  const fix = place && setOptions(place, { killSignal: "'SIGKILL'" }, sourceCode)
  return fix ? [{ messageId: 'suggestSigkill', fix }] : []
}
