import type { Rule } from 'eslint'
import { isQuiet, isSelfDescription } from '../analysis/deadline.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { setOptions } from '../fix/set-option.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { LOCAL_QUERIES, QUICK_COMMANDS, SYSTEM_QUERIES, TALKATIVE_COMMANDS } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'
import { isTestFile, testsProperty } from './support/test-file.ts'

interface Options {
  readonly commands: readonly string[]
  readonly maxBuffer: number
  readonly talkative: readonly string[]
  readonly tests: boolean
}

/** `buffer.constants.MAX_STRING_LENGTH` of Node 20 and later on 64 bits: what is longer cannot become a text. */
const LONGEST_STRING = 536_870_888

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-unbounded-output',
  description: 'disallow keeping the output of a child without a bound',
  tiers: { strict: { severity: 'error' } },
  defaults: {
    commands: [...QUICK_COMMANDS, ...SYSTEM_QUERIES, ...LOCAL_QUERIES],
    maxBuffer: LONGEST_STRING,
    talkative: [...TALKATIVE_COMMANDS],
    tests: false,
  },
  properties: {
    commands: commandsProperty,
    maxBuffer: { description: 'Bytes above which a `maxBuffer` counts as no bound.', type: 'integer', minimum: 1 },
    talkative: {
      description: 'Commands that may print more than the 1 MiB that is kept by default.',
      type: 'array',
      items: { type: 'string' },
      uniqueItems: true,
    },
    tests: testsProperty,
  },
  messages: {
    collected:
      'Line {{line}} keeps all of the {{stream}} of `{{call}}`, so a child that prints without end fills the memory of the program.',
    unlimited:
      'The `maxBuffer` of `{{call}}` is no bound, so a child that prints without end fills the memory of the program.',
    cutOff: 'Nobody reads the output of `{{call}}`, but it is kept, and the child is killed when it exceeds 1 MiB.',
    suggestLimit: 'Keep 64 MiB at most.',
    suggestInherit: 'Show the output instead of keeping it.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!options.tests && isTestFile(model.unit)) return undefined
    if (isCommandMatched(site.command, options.commands) || isSelfDescription(site, model.unit)) return undefined
    const output = model.findUnboundedOutput(site, options.maxBuffer)
    switch (output?.is) {
      case 'collected':
        return {
          messageId: output.is,
          data: { line: String(output.collected.call.loc.start.line), stream: output.stream },
        }
      case 'unlimited':
        return { messageId: output.is, suggestions: suggest(site, { maxBuffer: '64 * 1024 * 1024' }, 'suggestLimit') }
      default:
    }
    if (!isCommandMatched(site.command, options.talkative) || isQuiet(site, model.unit)) return undefined
    if (!model.isKeptForNothing(site)) return undefined
    const isOwn = site.contract.isSync && site.options.shape.get('stdio').is === 'absent'
    return { messageId: 'cutOff', suggestions: isOwn ? suggest(site, { stdio: "'inherit'" }, 'suggestInherit') : [] }

    function suggest(own: SpawnSite, written: Readonly<Record<string, string>>, messageId: string): Suggestion[] {
      const place = getOptionsPlace(own)
      const fix = place && setOptions(place, written, sourceCode)
      return fix ? [{ messageId, fix }] : []
    }
  },
})

export default rule
