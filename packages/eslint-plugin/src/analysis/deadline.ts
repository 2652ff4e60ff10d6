import type { TSESTree } from '@typescript-eslint/utils'
import { getStaticString } from '../ast/static-value.ts'
import { readSignalBound, type SignalBound } from './abort-signal.ts'
import { followConstants } from './known-value.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** What the options say about a bound on the run time. `useless`: there is one, but it can never take effect. */
export type OptionDeadline =
  | { readonly is: 'bounded' | 'none' | 'unknown' }
  | { readonly is: 'useless'; readonly limit: string; readonly node: TSESTree.Node }

const USELESS_SIGNALS = new Map<SignalBound, string>([
  ['never', 'a signal that nobody aborts'],
  ['late', 'a signal that is aborted only when the wait is over'],
])

export function readOptionDeadline(
  { node, options: { signal, timeout, shape } }: SpawnSite,
  unit: SourceUnit,
): OptionDeadline {
  if (timeout.is === 'unknown' || signal.is === 'unknown') return { is: 'unknown' }
  if (timeout.is === 'known' && timeout.value > 0) return { is: 'bounded' }
  if (signal.is === 'known') {
    const limit = USELESS_SIGNALS.get(readSignalBound(signal.value, node, unit))
    return limit === undefined ? { is: 'bounded' } : { is: 'useless', limit, node: signal.value }
  }
  const given = shape.get('timeout')
  if (timeout.is === 'known' && given.is === 'known') {
    return { is: 'useless', limit: `\`timeout: ${String(timeout.value)}\``, node: given.value }
  }
  return { is: 'none' }
}

/** Arguments that start something meant to go on: a server, a watcher, a log that is followed. */
const LONG_LIVED = /^(?:dev|serve|server|start|watch|--watch|-w|--follow|up|attach|logs|preview|repl|shell)$/

/** Arguments with which a program only tells about itself. */
const ASKING = /^(?:--?version|--?help|-v|-V|-h)$/

/** Arguments with which a program prints little. */
const QUIET = /^(?:-q+|-s|--quiet|--silent|--loglevel=(?:error|silent)|--log-level=(?:error|silent))$/

/** Is the program asked to print little? */
export function isQuiet(site: SpawnSite, unit: SourceUnit): boolean {
  return readWords(site, unit).some((word) => QUIET.test(word) || word.startsWith('>'))
}

/** Does the command run until it is stopped, as its arguments tell? */
export function isLongLived(site: SpawnSite, unit: SourceUnit): boolean {
  return readWords(site, unit).some((word) => LONG_LIVED.test(word))
}

/** Does the program only print its version or help? */
export function isSelfDescription(site: SpawnSite, unit: SourceUnit): boolean {
  return readWords(site, unit).some((word) => ASKING.test(word))
}

const words = new WeakMap<SpawnSite, readonly string[]>()

/** The arguments that the source fixes, of a list as of a command line. */
export function readWords(site: SpawnSite, unit: SourceUnit): readonly string[] {
  let known = words.get(site)
  if (!known) words.set(site, (known = listWords(site, unit)))
  return known
}

function listWords({ arguments: { args }, command }: SpawnSite, unit: SourceUnit): string[] {
  const found = (command.text ?? readQuasis(command.node)).split(/\s+/).slice(1)
  if (args.is !== 'known') return found
  const list = followConstants(args.value, unit.bindings)
  if (list.type !== 'ArrayExpression') return found
  for (const element of list.elements) {
    const text = getStaticString(element)
    if (text !== undefined) found.push(text)
  }
  return found
}

function readQuasis(node: TSESTree.Node | undefined): string {
  return node?.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.raw).join(' ') : ''
}
