import type { Rule } from 'eslint'
import { addListener, findReject } from '../fix/add-listener.ts'
import { listStartGuarantees } from '../analysis/start-guarantee.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { defineRule, type Problem } from './support/define-rule.ts'
import { describePathEnd } from './support/describe-place.ts'
import { findEnclosingTry } from './support/enclosing-try.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
  readonly fork: boolean
  readonly node: boolean
  readonly shell: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-error-listener',
  description: "require an 'error' listener on every child that runs an external command",
  tiers: {
    recommended: { severity: 'error' },
    strict: { severity: 'error', options: { fork: true, node: true, shell: true } },
  },
  defaults: { paths: 'normal', commands: [], fork: false, node: false, shell: false },
  properties: {
    paths: pathProperty,
    commands: commandsProperty,
    fork: { description: 'Also look at `fork()`.', type: 'boolean' },
    node: {
      description: 'Also look at children that run the same Node again, by `process.execPath`.',
      type: 'boolean',
    },
    shell: {
      description:
        'Also look at commands run by a shell, or perhaps by one: a shell that lacks the command exits with 127, but a bad `cwd` still emits `error`.',
      type: 'boolean',
    },
  },
  messages: {
    neverHandled: "`{{call}}` has no 'error' listener, so a start that fails crashes the program.",
    caughtInVain:
      "`{{call}}` has no 'error' listener, so a start that fails crashes the program: it arrives as an event, which the `try` on line {{line}} cannot catch.",
    notHandledOnPath:
      "`{{call}}` has no 'error' listener on the path that ends at line {{line}}, so a start that fails crashes the program there.",
    suggestErrorListener: "Add an 'error' listener that reports the failed start.",
    suggestReject: "Add an 'error' listener that rejects the promise.",
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('error') || isCommandMatched(site.command, options.commands)) return undefined
    if (!listStartGuarantees(site).every((guarantee) => options[guarantee])) return undefined
    const verdict = model.judge(site, ['error'], options.paths)
    const problem = describe()
    return problem && { ...problem, suggestions: [suggest()] }

    function describe(): Problem | undefined {
      switch (verdict.is) {
        case 'never': {
          const pretender = findEnclosingTry(site.node, site.root)
          return pretender
            ? { messageId: 'caughtInVain', data: { line: String(pretender.loc.start.line) } }
            : { messageId: 'neverHandled' }
        }
        case 'notOnPath':
          return { messageId: 'notHandledOnPath', data: describePathEnd(verdict.path) }
        default:
          return undefined
      }
    }

    function suggest() {
      const reject = findReject(site.node)
      if (reject !== undefined) {
        return {
          messageId: 'suggestReject',
          fix: addListener(site.node, { event: 'error', listener: reject }, sourceCode),
        }
      }
      const what = site.command.names?.length === 1 ? (site.command.names[0] ?? '') : 'the child process'
      const name = /[`\\$]/.test(what) ? 'the child process' : what
      const body = [`console.error(\`Could not start ${name}: \${error.message}\`)`]
      return {
        messageId: 'suggestErrorListener',
        fix: addListener(site.node, { event: 'error', listener: { params: 'error', body } }, sourceCode),
      }
    }
  },
})

export default rule
