import type { Rule } from 'eslint'
import type { Completion } from '../analysis/completion.ts'
import type { SettleFlaw } from '../analysis/settle-verdict.ts'
import type { SignalLoss } from '../analysis/signal-verdict.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { compareStatus } from '../fix/compare-status.ts'
import { addListener } from '../fix/add-listener.ts'
import { defineRule, type Problem, type Suggestion } from './support/define-rule.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-unsettled-wrapper',
  description: 'disallow promises and callbacks around a child that miss one of the ways in which it can end',
  tiers: { recommended: { severity: 'error' } },
  defaults: { commands: [] },
  properties: { commands: commandsProperty },
  messages: {
    unsettledOnStart:
      "The {{completion}} that waits for `{{call}}` is settled on 'exit' but not on 'error', so a start that fails, which emits no 'exit', leaves it waiting for ever.",
    neverResolved:
      "The promise that waits for `{{call}}` is settled only on 'error', so a child that is started leaves it waiting for ever.",
    unsettledOnEnd:
      'The {{completion}} that waits for `{{call}}` is settled only on {{events}}, so a child that ends before that leaves it waiting for ever.',
    unsettledOnFailure:
      'The {{completion}} that waits for `{{call}}` is not settled by the listener on line {{line}} when the child fails, so it waits for ever.',
    unsettledOnSignal:
      'The {{completion}} that waits for `{{call}}` is not settled by the listener on line {{line}} when a signal ends the child, so it waits for ever.',
    calledTwice:
      "The callback that waits for `{{call}}` is called on '{{first}}' and on '{{second}}', which are both emitted {{when}}, so it is called twice.",
    signalAsSuccess:
      'The end of `{{call}}` passes for a success on line {{line}} when a signal ended it, because its status is `null` then.',
    signalExitsZero:
      'The status of `{{call}}` becomes that of the program on line {{line}}, so a child that a signal ended, whose status is `null`, passes for a success.',
    suggestErrorListener: "Settle it on 'error' as well.",
    suggestCloseListener: "Settle it on 'close' as well.",
    suggestComparison: 'Compare the status with 0.',
    suggestFallback: 'Use 1 where there is no status.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const flaw = model.findSettleFlaw(site)
    if (flaw) return { ...describe(flaw), suggestions: suggest(flaw) }
    const loss = model.findSignalLoss(site)
    const line = String(loss?.node.loc.start.line)
    return loss && { messageId: loss.is, data: { line }, suggestions: suggestStatus(loss) }

    function suggest({ call, completion, is }: SettleFlaw): Suggestion[] {
      const name = findRejecting(completion)
      if (name === undefined || is === 'calledTwice') return []
      if (is === 'unsettledOnStart') {
        const fix: Suggestion['fix'] = (fixer) => fixer.insertTextAfter(call as never, `.on('error', ${name})`)
        return [{ messageId: 'suggestErrorListener', fix }]
      }
      // a callback would be called a second time, and the names of another function are out of reach
      const isInReach = site.node.range[0] > completion.scope.range[0] && site.node.range[1] < completion.scope.range[1]
      if (completion.kind === 'callback' || !isInReach) return []
      const reject = `${name}(new Error(\`The child process ended with \${signal ?? code}\`))`
      const body = {
        neverResolved: [`if (code === 0) ${findResolving(completion) ?? name}()`, `else ${reject}`],
        unsettledOnEnd: [reject],
        unsettledOnFailure: [`if (code !== 0) ${reject}`],
        unsettledOnSignal: [`if (code !== 0) ${reject}`],
      }[is]
      const fix = addListener(site.node, { event: 'close', listener: { params: 'code, signal', body } }, sourceCode)
      return [{ messageId: 'suggestCloseListener', fix }]
    }

    function suggestStatus({ is, node, status }: SignalLoss): Suggestion[] {
      const fix = status && compareStatus(status, node, is, model.unit.bindings)
      const messageId = is === 'signalAsSuccess' ? 'suggestComparison' : 'suggestFallback'
      return fix ? [{ messageId, fix }] : []
    }
  },
})

export default rule

function describe(flaw: SettleFlaw): Problem {
  const { call, completion, is } = flaw
  switch (is) {
    case 'unsettledOnStart':
      return { messageId: is, data: { completion: completion.kind } }
    case 'unsettledOnEnd': {
      const events = flaw.events.map((name) => `'${name}'`).join(' and ')
      return { messageId: is, data: { completion: completion.kind, events } }
    }
    case 'neverResolved':
      return { messageId: is }
    case 'unsettledOnFailure':
    case 'unsettledOnSignal':
      return { messageId: is, data: { completion: completion.kind, line: String(call.loc.start.line) } }
    case 'calledTwice': {
      const [first, second] = flaw.events
      const when = first === 'error' ? 'when a start fails' : 'at every end'
      return { messageId: is, data: { first, second, when } }
    }
  }
}

function findResolving({ settlers }: Completion): string | undefined {
  return [...settlers].find(([, settler]) => settler === 'resolve')?.[0].name
}

/** The name that tells of a failure. */
function findRejecting({ settlers }: Completion): string | undefined {
  return [...settlers].find(([, settler]) => settler !== 'resolve')?.[0].name
}
