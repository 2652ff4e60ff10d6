import type { Rule } from 'eslint'
import { addListener, findReject } from '../fix/add-listener.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { listStartGuarantees } from '../analysis/start-guarantee.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { describeSuspension } from './support/describe-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-late-listener',
  description: 'disallow listening to a child only after its event may have passed',
  tiers: { recommended: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    errorTooLate:
      "`{{call}}` gets its 'error' listener only after the `{{suspension}}` on line {{line}}, so a start that fails has crashed the program by then.",
    endTooLate:
      'The end of `{{call}}` is listened for only after the `{{suspension}}` on line {{line}}, so a child that has ended by then is never noticed.',
    suggestErrorListener: "Add an 'error' listener right behind the start.",
    suggestReject: "Add an 'error' listener that rejects the promise right behind the start.",
    suggestCloseListener: "Add a 'close' listener right behind the start.",
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    // a start that fails crashes the program, which is worse than an end that goes unnoticed
    for (const event of ['error', 'end'] as const) {
      if (!site.contract.owes.has(event) || !isLookedAt(site, event, model)) continue
      const verdict = model.judge(site, [event], 'normal')
      if (verdict.is !== 'late') continue
      const messageId = event === 'error' ? 'errorTooLate' : 'endTooLate'
      return { messageId, data: describeSuspension(verdict.suspension), suggestions: [suggest(event)] }
    }
    return undefined

    function suggest(event: 'end' | 'error'): Suggestion {
      const reject = findReject(site.node)
      if (event === 'error' && reject !== undefined) {
        const fix = addListener(site.node, { event, listener: reject }, sourceCode)
        return { messageId: 'suggestReject', fix }
      }
      const listener =
        event === 'error'
          ? { params: 'error', body: ['console.error(`The child process failed: ${error.message}`)'] }
          : {
              params: 'code, signal',
              body: ['if (code !== 0) console.error(`The child process ended with ${signal ?? code}`)'],
            }
      const name = event === 'error' ? 'error' : 'close'
      return {
        messageId: event === 'error' ? 'suggestErrorListener' : 'suggestCloseListener',
        fix: addListener(site.node, { event: name, listener }, sourceCode),
      }
    }
  },
})

export default rule

/** Nobody waits for the end of a child that is meant to go on by itself. */
function isLookedAt(site: SpawnSite, event: 'end' | 'error', model: LifecycleModel): boolean {
  if (event === 'error') return listStartGuarantees(site).length === 0
  const isUnreferenced = model.getHandle(site).uses.some(({ facet, kind }) => facet === 'child' && kind === 'unref')
  return !isUnreferenced || isKnownAs(site.options.detached, false) || site.options.detached.is === 'absent'
}
