import data from '../.pages/playground.json'
import type { Language, RuleSwitch } from './protocol.ts'
import type { PlaygroundState } from './playground-state.ts'

/** Written by `build/write-pages.mjs` from the plugin and its pages. */
interface PlaygroundData {
  readonly rules: readonly RuleSwitch[]
  /** What each configuration sets, by full names. */
  readonly configs: Readonly<Record<PlaygroundState['config'], Readonly<Record<string, unknown>>>>
  /** The defective example of each rule's page. */
  readonly examples: readonly { readonly rule: string; readonly language: Language; readonly code: string }[]
}

const written: unknown = data

export const { configs, examples, rules } = written as PlaygroundData

/** The rules that a state switches on, as ESLint takes them. A rule that the configuration has not runs with its own defaults. */
export function readRules({ config, switched }: Pick<PlaygroundState, 'config' | 'switched'>): Record<string, unknown> {
  const wanted: Record<string, unknown> = {}
  for (const { name } of rules) {
    const key = `child-process/${name}`
    const entry = configs[config][key]
    if (switched[name] ?? entry !== undefined) wanted[key] = entry ?? 'error'
  }
  return wanted
}

export function findExample(rule: string): PlaygroundState | undefined {
  const example = examples.find((entry) => entry.rule === rule)
  if (!example) return undefined
  const isRecommended = `child-process/${rule}` in configs.recommended
  return {
    code: example.code,
    language: example.language,
    config: isRecommended ? 'recommended' : 'strict',
    switched: {},
  }
}
