import type { Rule } from 'eslint'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { StdioSlot } from '../analysis/spawn-options.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { describePathEnd } from './support/describe-place.ts'
import { QUICK_COMMANDS } from './support/known-commands.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'
import { type Output, replacePipes } from './support/replace-pipes.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
  readonly single: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-undrained-pipe',
  description: 'disallow output pipes that nothing reads',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error', options: { single: true } } },
  defaults: { paths: 'normal', commands: QUICK_COMMANDS, single: false },
  properties: {
    paths: pathProperty,
    commands: commandsProperty,
    single: {
      description: 'Also report one output that is a pipe only by default while the other one is read.',
      type: 'boolean',
    },
  },
  messages: {
    neverDrained: 'Nothing reads {{streams}} of `{{call}}`, so the child blocks as soon as the pipe is full.',
    notDrainedOnPath:
      'Nothing reads {{streams}} of `{{call}}` on the path that ends at line {{line}}, so the child blocks there as soon as the pipe is full.',
    suggestIgnore: 'Discard the output: `ignore` in place of the pipe.',
    suggestInherit: 'Show the output with that of the program: `inherit` in place of the pipe.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('stdout') || isCommandMatched(site.command, options.commands)) return undefined
    for (const streams of listCandidates(site, model, options)) {
      const verdict = model.judge(site, streams, options.paths)
      if (verdict.is !== 'never' && verdict.is !== 'notOnPath') continue
      const data = { streams: streams.map((name) => `\`${name}\``).join(' and ') }
      const suggestions = suggest(site, streams, sourceCode)
      return verdict.is === 'never'
        ? { messageId: 'neverDrained', data, suggestions }
        : { messageId: 'notDrainedOnPath', data: { ...data, ...describePathEnd(verdict.path) }, suggestions }
    }
    return undefined
  },
})

export default rule

/** The outputs, one or both together, that have to be read: most telling first. */
function listCandidates(site: SpawnSite, model: LifecycleModel, options: Options): Output[][] {
  const { stderr, stdout } = site.options.stdio
  const piped = (['stdout', 'stderr'] as const).filter((name) => site.options.stdio[name].kind === 'pipe')
  const candidates: Output[][] = []
  if (piped.length === 2) candidates.push(['stdout', 'stderr'])
  // `stdio: 'pipe'` chooses both at once; only an element of the array speaks of one alone
  const isChosen = (slot: StdioSlot): boolean => slot.isExplicit && stdout.node !== stderr.node
  for (const name of piped) {
    if (isChosen(site.options.stdio[name]) || options.single) candidates.push([name])
  }
  return candidates
}

function suggest(
  site: SpawnSite,
  streams: readonly Output[],
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const suggestions: Suggestion[] = []
  for (const [messageId, word] of [
    ['suggestIgnore', 'ignore'],
    ['suggestInherit', 'inherit'],
  ] as const) {
    const fix = replacePipes(site, streams, word, sourceCode)
    if (fix) suggestions.push({ messageId, fix })
  }
  return suggestions
}
