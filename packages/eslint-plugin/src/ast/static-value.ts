import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from './skip-wrappers.ts'

export type StaticPrimitive = bigint | boolean | number | string | null | undefined

/** The text of a string literal or of a template without substitutions. */
export function getStaticString(node: TSESTree.Node | null | undefined): string | undefined {
  if (!node) return undefined
  const value = getStaticPrimitive(node)?.value
  return typeof value === 'string' ? value : undefined
}

/**
 * The value of a literal, of a template without substitutions, of `undefined` (by name), `-1`, `+1`, `!0`, `void 0`.
 * Boxed, so that a known `undefined` differs from "not known". Regular expressions are not primitive.
 */
export function getStaticPrimitive(node: TSESTree.Node): { readonly value: StaticPrimitive } | undefined {
  const inner = skipWrappers(node)
  switch (inner.type) {
    case 'Literal':
      return 'regex' in inner ? undefined : { value: inner.value as StaticPrimitive }
    case 'TemplateLiteral': {
      const only = inner.quasis[0]
      return inner.expressions.length === 0 && only ? { value: only.value.cooked } : undefined
    }
    case 'Identifier':
      return inner.name === 'undefined' ? { value: undefined } : undefined
    case 'UnaryExpression': {
      const operand = skipWrappers(inner.argument)
      if (operand.type !== 'Literal' || 'regex' in operand) return undefined
      if (inner.operator === 'void') return { value: undefined }
      if (inner.operator === '!') return { value: !operand.value }
      if (typeof operand.value !== 'number') return undefined
      if (inner.operator === '-') return { value: -operand.value }
      return inner.operator === '+' ? { value: operand.value } : undefined
    }
    default:
      return undefined
  }
}

/** `'SIGKILL'`, `'x'` of `x = {x: 1}`, `'#x'`, `'1'`: the name of a property, when the source fixes it. */
export function getStaticPropertyName(
  node:
    | TSESTree.AccessorProperty
    | TSESTree.MemberExpression
    | TSESTree.MethodDefinition
    | TSESTree.Property
    | TSESTree.PropertyDefinition,
): string | undefined {
  const key = node.type === 'MemberExpression' ? node.property : node.key
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (!node.computed && key.type === 'Identifier') return key.name
  if (key.type === 'Identifier') return undefined
  const known = getStaticPrimitive(key)
  return known ? String(known.value) : undefined
}
