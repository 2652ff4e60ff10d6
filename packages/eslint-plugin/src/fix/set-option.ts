import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { getIndentation, getLineBreak } from './source-style.ts'

/** Where the options of a call are, or would be. */
export interface OptionsPlace {
  /** The object literal in the call. */
  readonly literal: TSESTree.ObjectExpression | undefined
  /** Without options: the argument that they would follow. */
  readonly previous: TSESTree.Node | undefined
}

/**
 * Sets options in the object literal of a call, or gives the call an object. `undefined` where there is no place for
 * them that the source shows.
 */
export function setOptions(
  { literal, previous }: OptionsPlace,
  options: Readonly<Record<string, string>>,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix[]) | undefined {
  const written = (names: string[]): string =>
    names.map((name) => (options[name] === name ? name : `${name}: ${options[name] ?? ''}`)).join(', ')
  const names = Object.keys(options)
  if (!literal) {
    return previous && ((fixer) => [fixer.insertTextAfter(previous as never, `, { ${written(names)} }`)])
  }
  const present = new Map<string, TSESTree.Property>()
  for (const property of literal.properties) {
    const name = property.type === 'Property' ? getStaticPropertyName(property) : undefined
    if (property.type === 'Property' && name !== undefined && names.includes(name)) {
      if (property.kind !== 'init' || property.method || property.shorthand) return undefined
      present.set(name, property)
    }
  }
  const missing = names.filter((name) => !present.has(name))
  return (fixer) => {
    const fixes = [...present].map(([name, property]) =>
      fixer.replaceText(property.value as never, options[name] ?? ''),
    )
    if (missing.length === 0) return fixes
    const last = literal.properties.at(-1)
    if (!last) return [...fixes, fixer.replaceText(literal as never, `{ ${written(missing)} }`)]
    // on lines of their own where the literal is written so
    const isSpread = literal.loc.start.line !== last.loc.start.line
    const gap = isSpread ? `${getLineBreak(sourceCode)}${getIndentation(last, sourceCode)}` : ' '
    return [...fixes, fixer.insertTextAfter(last as never, `,${gap}${written(missing)}`)]
  }
}
