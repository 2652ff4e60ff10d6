import type { Rule } from 'eslint'
import type { Abandonment } from '../analysis/abandoned-child.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { killBefore } from '../fix/kill-before.ts'
import { setOptions } from '../fix/set-option.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-kill-on-timeout',
  description: 'require a time limit that gives up on a child to kill it',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    abandonedByTimer:
      'The time limit on line {{line}} gives up waiting for `{{call}}` without killing it, so the child runs on with nobody left to stop it.',
    abandonedByRace:
      'The `Promise.race` on line {{line}} stops waiting for `{{call}}` when time is up without killing it, so the child runs on with nobody left to stop it.',
    suggestKill: 'Kill the child before giving up.',
    suggestTimeout: 'Give the child the same `timeout`, which kills it.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findAbandonment(site)
    if (!found) return undefined
    return {
      messageId: found.is === 'timer' ? 'abandonedByTimer' : 'abandonedByRace',
      data: { line: String(found.call.loc.start.line) },
      suggestions: suggest(found, site, sourceCode),
    }
  },
})

export default rule

function suggest(found: Abandonment, site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  const limit = found.is === 'timer' ? found.limit : undefined
  const isCalled = limit && limit.settle !== limit.timer.call
  const kill = isCalled ? killBefore(limit.settle, site.node, sourceCode) : undefined
  if (kill) return [{ messageId: 'suggestKill', fix: kill }]
  const delay = found.is === 'timer' ? found.limit.timer.delay : found.race.delay
  const place = getOptionsPlace(site)
  const fix = place && delay !== undefined ? setOptions(place, { timeout: String(delay) }, sourceCode) : undefined
  return fix ? [{ messageId: 'suggestTimeout', fix }] : []
}
