import type { TSESTree } from '@typescript-eslint/utils'

/** `x as T`, `x satisfies T`, `<T>x`, `x!`, `f<T>`, `(x)` where the parser keeps parentheses. */
export function isTransparentWrapper(
  node: TSESTree.Node,
): node is
  | TSESTree.TSAsExpression
  | TSESTree.TSInstantiationExpression
  | TSESTree.TSNonNullExpression
  | TSESTree.TSSatisfiesExpression
  | TSESTree.TSTypeAssertion {
  switch (node.type as string) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return true
    default:
      return false
  }
}

/** The expression inside type wrappers, parentheses and `ChainExpression`. */
export function skipWrappers<N extends TSESTree.Node>(
  node: N,
): Exclude<N, TSESTree.ChainExpression> | TSESTree.Expression
export function skipWrappers(node: TSESTree.Node): TSESTree.Node {
  let at: TSESTree.Node = node
  while (at.type === 'ChainExpression' || isTransparentWrapper(at)) at = at.expression
  return at
}

/** The outermost node that has the same value as `node`: the inverse of `skipWrappers`. Needs `parent` links. */
export function climbWrappers(node: TSESTree.Node): TSESTree.Node {
  let at = node
  while (at.parent && (at.parent.type === 'ChainExpression' || isTransparentWrapper(at.parent))) at = at.parent
  return at
}
