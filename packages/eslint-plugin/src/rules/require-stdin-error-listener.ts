import type { Rule } from 'eslint'
import { getCodeRoot } from '../ast/function-node.ts'
import { findReject } from '../fix/add-listener.ts'
import { addStdinListener } from '../fix/add-stdin-listener.ts'
import type { HandleUse } from '../analysis/handle-use.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { findFeeds } from '../analysis/stdin-feed.ts'
import { defineRule, type Problem } from './support/define-rule.ts'
import { describePathEnd, describeSuspension } from './support/describe-place.ts'
import { findEnclosingTry } from './support/enclosing-try.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-stdin-error-listener',
  description: "require an 'error' listener on the stdin of a child that is written to",
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { paths: 'normal', commands: [] },
  properties: { paths: pathProperty, commands: commandsProperty },
  messages: {
    neverHandled:
      "The `stdin` of `{{call}}`, written to on line {{feed}}, has no 'error' listener, so a child that ends before it has read all of it crashes the program (EPIPE).",
    caughtInVain:
      "The `stdin` of `{{call}}`, written to on line {{feed}}, has no 'error' listener, so a child that ends before it has read all of it crashes the program: EPIPE arrives as an event, which the `try` on line {{line}} cannot catch.",
    notHandledOnPath:
      "The `stdin` of `{{call}}`, written to on line {{feed}}, has no 'error' listener on the path that ends at line {{line}}, so a child that ends before it has read all of it crashes the program there (EPIPE).",
    handledTooLate:
      "The `stdin` of `{{call}}`, written to on line {{feed}}, gets its 'error' listener only after the `{{suspension}}` on line {{line}}, so a child that has ended by then has crashed the program (EPIPE).",
    suggestErrorListener: "Add an 'error' listener to `stdin` that reports the failed write.",
    suggestReject: "Add an 'error' listener to `stdin` that rejects the promise.",
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('stdinError') || isCommandMatched(site.command, options.commands)) return undefined
    const feeds = findFeeds(site, model.getHandle(site))
    const [feed] = feeds
    if (!feed) return undefined
    const verdict = model.judgeFed(site, feeds, 'stdinError', options.paths)
    const problem = describe(feed)
    const data = { feed: String(feed.source.loc.start.line), ...problem?.data }
    return problem && { ...problem, data, suggestions: suggest(feed) }

    function describe({ source }: HandleUse): Problem | undefined {
      switch (verdict.is) {
        case 'never': {
          const pretender = findEnclosingTry(source, getCodeRoot(source))
          return pretender
            ? { messageId: 'caughtInVain', data: { line: String(pretender.loc.start.line) } }
            : { messageId: 'neverHandled' }
        }
        case 'notOnPath':
          return { messageId: 'notHandledOnPath', data: describePathEnd(verdict.path) }
        case 'late':
          return { messageId: 'handledTooLate', data: describeSuspension(verdict.suspension) }
        default:
          return undefined
      }
    }

    function suggest({ source }: HandleUse) {
      const isChild = site.contract.handle === 'child'
      const reject = findReject(site.node)
      const what = site.command.names?.length === 1 ? (site.command.names[0] ?? '') : 'the child process'
      const name = /[`\\$]/.test(what) ? 'the child process' : what
      const body = [`console.error(\`Could not write to ${name}: \${error.message}\`)`]
      const fix = addStdinListener(site.node, source, isChild, reject ?? { params: 'error', body }, sourceCode)
      return fix ? [{ messageId: reject === undefined ? 'suggestErrorListener' : 'suggestReject', fix }] : []
    }
  },
})

export default rule
