import type { Rule } from 'eslint'
import type { DanglingTimer } from '../analysis/dangling-timer.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { clearTimerOn } from '../fix/clear-timer.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-dangling-kill-timer',
  description: 'disallow kill timers that outlive the child',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    neverCleared:
      'The timer on line {{line}} that kills `{{call}}` is not cleared when the child ends, so it keeps the program alive until it fires.',
    intervalNeverCleared:
      'The interval on line {{line}} that kills `{{call}}` is not cleared when the child ends, so it keeps the program alive for ever.',
    neverClearedByPid:
      'The timer on line {{line}} that kills `{{call}}` by its pid is not cleared when the child ends, so it signals whatever process has got that pid by then.',
    notClearedOnError:
      "The timer on line {{line}} that kills `{{call}}` is cleared on 'exit' but not on 'error', so a start that fails, which emits no 'exit', leaves it to keep the program alive until it fires.",
    suggestClear: "Clear the timer on 'close'.",
    suggestClearOnError: "Clear the timer on 'error' as well.",
    suggestUnref: 'Let the program end while the timer is pending: `unref()`.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findDanglingTimer(site)
    if (!found) return undefined
    const data = { line: String(found.timer.call.loc.start.line) }
    return { messageId: choose(found), data, suggestions: suggest(found, site, sourceCode) }
  },
})

export default rule

function choose({ is, isByPid, timer }: DanglingTimer): string {
  if (is === 'start') return 'notClearedOnError'
  if (is === 'pid' || isByPid) return 'neverClearedByPid'
  return timer.isInterval ? 'intervalNeverCleared' : 'neverCleared'
}

function suggest(
  { is, isByPid, timer, uses }: DanglingTimer,
  site: SpawnSite,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const suggestions: Suggestion[] = []
  const fix = clearTimerOn(is === 'start' ? 'error' : 'close', timer.call, site.node, sourceCode)
  if (fix) suggestions.push({ messageId: is === 'start' ? 'suggestClearOnError' : 'suggestClear', fix })
  if (!isByPid && !uses.isUnreferenced) {
    suggestions.push({
      messageId: 'suggestUnref',
      fix: (fixer) => fixer.insertTextAfter(timer.call as never, '.unref()'),
    })
  }
  return suggestions
}
