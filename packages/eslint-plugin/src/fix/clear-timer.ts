import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { getCodeRoot } from '../ast/function-node.ts'
import { findNamedStatement, insertBehind } from './add-listener.ts'

/**
 * Adds a listener to the child that `call` starts, behind the statement that sets the timer, which clears it.
 * `undefined` where one of the two has no name, or the child's is out of reach of the timer.
 */
export function clearTimerOn(
  event: 'close' | 'error',
  timer: TSESTree.CallExpression,
  call: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const child = findNamedStatement(call)
  const named = findNamedStatement(timer)
  const holder = child?.statement.parent
  if (!child || !named || !holder || getCodeRoot(timer) !== getCodeRoot(call)) return undefined
  const isInReach = timer.range[0] > child.statement.range[1] && timer.range[1] <= holder.range[1]
  if (!isInReach) return undefined
  const link = `.on('${event}', () => clearTimeout(${named.name}))`
  return (fixer) => insertBehind({ name: child.name, statement: named.statement }, link, fixer, sourceCode)
}
