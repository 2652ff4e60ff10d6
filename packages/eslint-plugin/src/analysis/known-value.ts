import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, type StaticPrimitive } from '../ast/static-value.ts'
import { ABSENT, known, type ThreeValued, UNKNOWN } from './three-valued.ts'

const MAX_DEPTH = 12

/** Follows names that are bound once to the expression that gave them their value; other expressions are returned as they are. */
export function followConstants(node: TSESTree.Node, bindings: Bindings): TSESTree.Node {
  let at: TSESTree.Node = skipWrappers(node)
  for (let depth = 0; depth < MAX_DEPTH && at.type === 'Identifier'; depth++) {
    const initial = findInitialValue(at, bindings)
    if (!initial) break
    at = skipWrappers(initial)
  }
  return at
}

/** The initialiser of a variable that is declared once, as a plain name, and never written again. */
export function findInitialValue(identifier: TSESTree.Identifier, bindings: Bindings): TSESTree.Expression | undefined {
  const binding = bindings.resolve(identifier)
  const [definition] = binding?.definitions ?? []
  if (!binding || binding.isReassigned || binding.definitions.length !== 1 || !definition) return undefined
  const { node, name } = definition
  return node.type === 'VariableDeclarator' && node.id === name && node.init ? node.init : undefined
}

/** The expressions that a value can come from: both branches of a conditional, both sides of `||` and `??`. */
export function listAlternatives(node: TSESTree.Node, bindings: Bindings, depth = 0): TSESTree.Node[] {
  const at = followConstants(node, bindings)
  if (depth > MAX_DEPTH) return [at]
  const both = (a: TSESTree.Node, b: TSESTree.Node): TSESTree.Node[] => [
    ...listAlternatives(a, bindings, depth + 1),
    ...listAlternatives(b, bindings, depth + 1),
  ]
  if (at.type === 'ConditionalExpression') return both(at.consequent, at.alternate)
  if (at.type === 'LogicalExpression') return both(at.left, at.right)
  return [at]
}

/** The primitive value of an expression, through constants and arithmetic on literals (`5 * 60_000`). `undefined` reads as absent. */
export function readPrimitive(
  node: TSESTree.Node,
  bindings: Bindings,
  depth = 0,
): ThreeValued<NonNullable<StaticPrimitive> | null> {
  const at = followConstants(node, bindings)
  const literal = at.type === 'Identifier' && bindings.resolve(at) ? undefined : getStaticPrimitive(at)
  if (literal) return literal.value === undefined ? ABSENT : known(literal.value)
  if (at.type !== 'BinaryExpression' || at.left.type === 'PrivateIdentifier' || depth > MAX_DEPTH) return UNKNOWN
  const left = readPrimitive(at.left, bindings, depth + 1)
  const right = readPrimitive(at.right, bindings, depth + 1)
  if (left.is !== 'known' || right.is !== 'known') return UNKNOWN
  if (typeof left.value === 'string' && typeof right.value === 'string' && at.operator === '+')
    return known(left.value + right.value)
  if (typeof left.value !== 'number' || typeof right.value !== 'number') return UNKNOWN
  switch (at.operator) {
    case '+':
      return known(left.value + right.value)
    case '-':
      return known(left.value - right.value)
    case '*':
      return known(left.value * right.value)
    case '/':
      return known(left.value / right.value)
    default:
      return UNKNOWN
  }
}
