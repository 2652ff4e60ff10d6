import type { Span } from 'eslint-plugin-child-process/analysis'
import { ts } from 'ts-morph'

/** The outermost node with exactly this span, without leading comments; a statement gives way to its expression. */
export function findNode(file: ts.SourceFile, { end, start }: Span): ts.Node | undefined {
  let at: ts.Node = file
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(at, (child) =>
      child.pos <= start && child.end >= end && child.getStart(file) <= start ? child : undefined,
    )
    if (!inner) return undefined
    at = inner
    if (at.getStart(file) === start && at.end === end && !ts.isExpressionStatement(at)) return at
  }
}

/** Without the wrappers that leave a value as it is: parentheses, `as`, `!`, `satisfies`. */
export function climbWrappers(node: ts.Node): ts.Node {
  let at = node
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent) ||
    ts.isNonNullExpression(at.parent) ||
    ts.isSatisfiesExpression(at.parent) ||
    ts.isTypeAssertionExpression(at.parent)
  )
    at = at.parent
  return at
}

/** The callee of a call, where `node` is it, also as `(0, start.run)()`. */
export function climbCallee(node: ts.Node): ts.Node {
  const at = climbWrappers(node)
  const { parent } = at
  const isLast =
    ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.CommaToken && parent.right === at
  return isLast ? climbWrappers(parent) : at
}

/** The expression that a call calls. */
export function skipCallee(callee: ts.Expression): ts.Expression {
  const at = skipWrappers(callee)
  const isSequence = ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.CommaToken
  return isSequence ? skipWrappers(at.right) : at
}

export function skipWrappers(node: ts.Expression): ts.Expression {
  let at = node
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isTypeAssertionExpression(at)
  )
    at = at.expression
  return at
}
