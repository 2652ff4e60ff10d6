import type { Rule } from 'eslint'
import { addAwait, addCatch } from '../fix/settle-promise.ts'
import { isDischarged } from '../analysis/handle-use.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { listStartGuarantees } from '../analysis/start-guarantee.ts'
import { isInText } from '../analysis/text-search.ts'
import { defineRule, type Problem, type Suggestion } from './support/define-rule.ts'
import { describePathEnd } from './support/describe-place.ts'
import { findEnclosingTry } from './support/enclosing-try.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-floating-exec-promise',
  description: 'disallow promises of children that nobody waits for or handles',
  tiers: { recommended: { severity: 'error' } },
  defaults: { paths: 'normal', commands: [] },
  properties: { paths: pathProperty, commands: commandsProperty },
  messages: {
    neverHandled: 'Nothing handles the promise of `{{call}}`, so {{consequence}}.',
    caughtInVain:
      'Nothing handles the promise of `{{call}}`, so {{consequence}}: it comes later, and the `try` on line {{line}} cannot catch it.',
    notHandledOnPath:
      'Nothing handles the promise of `{{call}}` on the path that ends at line {{line}}, so {{consequence}} there.',
    neverRead: 'Nothing reads the result of `{{call}}`, so a failure, even a missing command, goes unnoticed.',
    notReadOnPath:
      'Nothing reads the result of `{{call}}` on the path that ends at line {{line}}, so a failure, even a missing command, goes unnoticed there.',
    suggestAwait: 'Wait for it with `await`.',
    suggestCatch: 'Add a `catch` that prints the failure.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('outcome') || isCommandMatched(site.command, options.commands)) return undefined
    if (mayNeverReject(site, model)) return undefined
    const loss = findLoss(site, model)
    if (!loss) return undefined
    const verdict = model.judge(site, ['outcome'], options.paths)
    const problem = describe(loss)
    return problem && { ...problem, suggestions: suggest() }

    function describe({ consequence }: Loss): Problem | undefined {
      if (verdict.is === 'notOnPath') {
        const place = describePathEnd(verdict.path)
        return consequence === undefined
          ? { messageId: 'notReadOnPath', data: place }
          : { messageId: 'notHandledOnPath', data: { consequence, ...place } }
      }
      if (verdict.is !== 'never') return undefined
      if (consequence === undefined) return { messageId: 'neverRead' }
      const pretender = findEnclosingTry(site.node, site.root)
      return pretender
        ? { messageId: 'caughtInVain', data: { consequence, line: String(pretender.loc.start.line) } }
        : { messageId: 'neverHandled', data: { consequence } }
    }

    function suggest(): Suggestion[] {
      const suggestions: Suggestion[] = []
      const awaiting = addAwait(site.node, sourceCode)
      if (awaiting) suggestions.push({ messageId: 'suggestAwait', fix: awaiting })
      const catching = addCatch(site.node, sourceCode)
      if (catching) suggestions.push({ messageId: 'suggestCatch', fix: catching })
      return suggestions
    }
  },
})

export default rule

const NOTHROW = /nothrow/

/** `reject: false` of execa and `nothrow` of zx are how an author says that failures are looked at elsewhere, or not. */
function mayNeverReject({ contract, options: { shape } }: SpawnSite, { unit }: LifecycleModel): boolean {
  if (contract.signature === 'template' && isInText(NOTHROW, unit)) return true
  if (!contract.isChild) return false
  const reject = shape.get('reject')
  return reject.is !== 'absent' && !(reject.is === 'known' && isTrue(reject.value))
}

function isTrue(node: { type: string; value?: unknown }): boolean {
  return node.type === 'Literal' && node.value === true
}

/** What a floating promise costs: without `consequence`, a failure that goes unnoticed. */
interface Loss {
  readonly consequence: string | undefined
}

/** `undefined`: nothing is lost, because events tell of every failure that Node does not report. */
function findLoss(site: SpawnSite, model: LifecycleModel): Loss | undefined {
  const { uses } = model.getHandle(site)
  // a promise that is asked for, if only by `then`, rejects whatever goes wrong
  const isAsked = uses.some(({ facet, kind }) => facet === 'promise' && kind === 'observe')
  const { neglect } = site.contract
  if (neglect === 'crash' || (neglect === 'crashOnStart' && isAsked))
    return { consequence: 'a failure ends the program as an unhandled rejection' }
  const isObserved = uses.some((use) => use.facet === 'child' && isDischarged(use, 'end'))
  if (neglect === 'silence' || listStartGuarantees(site).length > 0)
    return isObserved ? undefined : { consequence: undefined }
  const start = 'a missing command ends the program as an unhandled rejection'
  return { consequence: isObserved ? start : `${start}, and any other failure goes unnoticed` }
}
