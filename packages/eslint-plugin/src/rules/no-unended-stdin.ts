import type { Rule } from 'eslint'
import { isInLoop } from '../ast/loop.ts'
import { findNamedStatement, insertBehind } from '../fix/add-listener.ts'
import { setOptions } from '../fix/set-option.ts'
import { isLongLived, readOptionDeadline } from '../analysis/deadline.ts'
import type { HandleUse } from '../analysis/handle-use.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { findFeeds, isConversation } from '../analysis/stdin-feed.ts'
import { isStdinReader } from '../analysis/stdin-reader.ts'
import { defineRule, type Problem, type Suggestion } from './support/define-rule.ts'
import { describePathEnd } from './support/describe-place.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
  readonly readers: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-unended-stdin',
  description: 'disallow writing to the stdin of a child without ending it',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error', options: { readers: true } } },
  defaults: { paths: 'normal', commands: [], readers: false },
  properties: {
    paths: pathProperty,
    commands: commandsProperty,
    readers: {
      description:
        'Also report commands that are known to read their input to its end (`cat`, `sort`, `grep` without a file) and are given a pipe that nothing writes into or ends.',
      type: 'boolean',
    },
  },
  messages: {
    neverEnded:
      'The `stdin` of `{{call}}`, written to on line {{feed}}, is never ended, so a child that reads its input to the end never exits.',
    notEndedOnPath:
      'The `stdin` of `{{call}}`, written to on line {{feed}}, is not ended on the path that ends at line {{line}}, so a child that reads its input to the end never exits there.',
    leftOpen: '`{{call}}` reads its `stdin`, a pipe that nothing writes into or ends, so it waits for ever.',
    suggestEnd: 'End `stdin` with the write.',
    suggestEndAtOnce: 'End `stdin` at once.',
    suggestIgnore: 'Give it no input: `ignore` in place of the pipe.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('stdinEnd') || isCommandMatched(site.command, options.commands)) return undefined
    if (isExempt(site, model)) return undefined
    const feeds = findFeeds(site, model.getHandle(site))
    const [feed] = feeds
    if (!feed) return options.readers && isLeftOpen(site, model) ? describeLeftOpen() : undefined
    if (isConversation(feeds, site, model.unit)) return undefined
    const verdict = model.judgeFed(site, feeds, 'stdinEnd', options.paths)
    const data = { feed: String(feed.source.loc.start.line) }
    if (verdict.is === 'never') return { messageId: 'neverEnded', data, suggestions: suggestEnd(feeds) }
    if (verdict.is !== 'notOnPath') return undefined
    return { messageId: 'notEndedOnPath', data: { ...data, ...describePathEnd(verdict.path) } }

    function describeLeftOpen(): Problem {
      const place = getOptionsPlace(site)
      // exec() and execFile() give their child pipes whatever the options say
      if (site.contract.owes.has('stdout') && place) {
        const fix = setOptions(place, { stdio: "['ignore', 'pipe', 'pipe']" }, sourceCode)
        const isChosen = site.options.stdio.stdin.isExplicit
        return { messageId: 'leftOpen', suggestions: fix && !isChosen ? [{ messageId: 'suggestIgnore', fix }] : [] }
      }
      const named = site.contract.handle === 'child' ? findNamedStatement(site.node) : undefined
      const isDropped = site.contract.handle === 'child' && site.node.parent.type === 'ExpressionStatement'
      if (!named && !isDropped) return { messageId: 'leftOpen' }
      const fix: Suggestion['fix'] = (fixer) =>
        named
          ? insertBehind(named, '.stdin.end()', fixer, sourceCode)
          : fixer.insertTextAfter(site.node as never, '.stdin.end()')
      return { messageId: 'leftOpen', suggestions: [{ messageId: 'suggestEndAtOnce', fix }] }
    }
  },
})

export default rule

/** Ended by a time limit, meant to go on, or not given a pipe. */
function isExempt(site: SpawnSite, model: LifecycleModel): boolean {
  const { stdin } = site.options.stdio
  if (stdin.kind !== 'pipe' && stdin.kind !== 'unknown') return true
  const deadline = readOptionDeadline(site, model.unit)
  if (deadline.is === 'bounded' || deadline.is === 'unknown' || isLongLived(site, model.unit)) return true
  return model.getHandle(site).uses.some(({ facet, kind }) => facet === 'child' && kind === 'unref')
}

function isLeftOpen(site: SpawnSite, model: LifecycleModel): boolean {
  const { shape, stdio } = site.options
  // execa and its kin take the input as an option
  const isGiven = ['input', 'inputFile', 'stdin'].some((name) => shape.get(name).is !== 'absent')
  if (stdio.stdin.kind !== 'pipe' || isGiven || !isStdinReader(site, model.unit)) return false
  return model.judge(site, ['stdinEnd'], 'never').is === 'never'
}

/** `write` becomes `end`, where it is the only write and runs once. */
function suggestEnd(feeds: readonly HandleUse[]): Suggestion[] {
  const [{ node, source }, ...others] = feeds as [HandleUse, ...HandleUse[]]
  if (others.length > 0 || node !== source || source.type !== 'CallExpression') return []
  const { callee } = source
  const isWrite =
    callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'write'
  if (!isWrite || isInLoop(source)) return []
  return [{ messageId: 'suggestEnd', fix: (fixer) => fixer.replaceText(callee.property as never, 'end') }]
}
