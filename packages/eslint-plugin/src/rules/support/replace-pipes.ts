import type { Rule } from 'eslint'
import type { SpawnSite } from '../../analysis/spawn-site.ts'
import { setOptions } from '../../fix/set-option.ts'
import type { Suggestion } from './define-rule.ts'
import { getOptionsPlace } from './options-place.ts'

export type Output = 'stderr' | 'stdout'

/** Writes `word` in place of the pipes of some outputs; `undefined` where the source has no one place for that. */
export function replacePipes(
  site: SpawnSite,
  streams: readonly Output[],
  word: string,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion['fix'] | undefined {
  // other callers of the function have to do with the options as well
  if (site.handedBack) return undefined
  const slots = streams.map((name) => site.options.stdio[name])
  const { stdin, stdout, stderr } = site.options.stdio
  const areElements = stdout.node !== stderr.node && slots.every(({ node }) => node?.type === 'Literal')
  if (areElements) return (fixer) => slots.map(({ node }) => fixer.replaceText(node as never, `'${word}'`))
  // all slots by one word, or by default: write the array out
  if (stdin.node !== stdout.node || stdout.node !== stderr.node || site.contract.like === 'fork') return undefined
  const elements = ['pipe', ...(['stdout', 'stderr'] as const).map((name) => (streams.includes(name) ? word : 'pipe'))]
  const written = `[${elements.map((element) => `'${element}'`).join(', ')}]`
  const place = getOptionsPlace(site)
  return place && setOptions(place, { stdio: written }, sourceCode)
}
