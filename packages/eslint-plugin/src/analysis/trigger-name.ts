import { findPositions } from '../ast/find-nodes-at.ts'
import type { ChildProcessSettings } from './child-process-settings.ts'
import { TRIGGER_MODULES } from './contracts.ts'

/** A module is named by a string without substitutions, whichever form its import has. */
const NAME = new RegExp(`['"\`](?:node:)?(?:${TRIGGER_MODULES.join('|')})['"\`]`)
const EVERY_NAME = new RegExp(NAME, 'g')

const factoryNames = new WeakMap<ChildProcessSettings, RegExp>()

/** One search of the text: does it name a module that starts children, or a configured factory? */
export function mayStartChild(text: string, settings: ChildProcessSettings): boolean {
  if (settings.factories.length === 0) return NAME.test(text)
  let pattern = factoryNames.get(settings)
  if (!pattern) factoryNames.set(settings, (pattern = createPattern(settings)))
  return pattern.test(text)
}

/** Where the text names modules that start children: the offsets of the quotes, ascending. */
export function findTriggerNames(text: string): number[] {
  return findPositions(text, EVERY_NAME)
}

/** What may be an import, in any of its forms: `from './x'`, `import('./x')`, `require('./x')`. */
const IMPORT_NAME = /\b(?:from|import|require)\s*\(?\s*(?=(['"`])([^'"`\\\n]+)\1)/g

/** Where the text names modules to import: the offsets of the quotes, ascending. */
export function findImportNames(text: string): { readonly specifier: string; readonly position: number }[] {
  return [...text.matchAll(IMPORT_NAME)].map(({ 0: before, 2: specifier = '', index }) => ({
    specifier,
    position: index + before.length,
  }))
}

function createPattern({ factories }: ChildProcessSettings): RegExp {
  const words = factories.map(({ from = '', name }) =>
    name === 'default' ? from.replace(/^.*\//, '').replace(/\.\w+$/, '') : name.replace(/^.*\./, ''),
  )
  return new RegExp([NAME.source, ...words.map((word) => word.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))].join('|'))
}
