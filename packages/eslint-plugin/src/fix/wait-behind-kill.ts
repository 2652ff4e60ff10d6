import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { getEnclosingFunction } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

/**
 * Waits behind `child.kill()` until the child has ended, unless it has: its 'exit' event comes once. `undefined` where the code
 * cannot wait, or the kill is no statement of its own.
 */
export function waitBehindKill(
  kill: TSESTree.CallExpression,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const callee = skipWrappers(kill.callee)
  const statement = climbWrappers(kill).parent
  const owner = getEnclosingFunction(kill)
  if (callee.type !== 'MemberExpression' || statement?.type !== 'ExpressionStatement' || !owner?.async) return undefined
  if (statement.parent.type !== 'BlockStatement') return undefined
  const child = sourceCode.getText(callee.object as never)
  // `process.kill(child.pid)`
  if (child === 'process') return undefined
  const dot = callee.optional ? '?.' : '.'
  const end = hasSemicolon(statement, sourceCode) ? ';' : ''
  const line = `${getLineBreak(sourceCode)}${getIndentation(statement, sourceCode)}`
  const wait = `if (${child}${dot}exitCode === null && ${child}.signalCode === null) await new Promise((resolve) => ${child}.once('exit', resolve))`
  return (fixer) => fixer.insertTextAfter(statement as never, `${line}${wait}${end}`)
}
