import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, hasSemicolon } from './source-style.ts'

/**
 * Kills the child that `start` starts just before `call` runs. `undefined` where the child has no name that is in reach, or
 * the call is no statement of its own.
 */
export function killBefore(
  call: TSESTree.CallExpression,
  start: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const child = findNamedStatement(start)
  const holder = child?.statement.parent
  if (!child || !holder || call.range[0] < holder.range[0] || call.range[1] > holder.range[1]) return undefined
  const at = climbWrappers(call)
  const { parent } = at
  if (parent?.type === 'ArrowFunctionExpression') {
    const text = sourceCode.getText(call as never)
    return (fixer) => fixer.replaceText(parent.body as never, `{ ${child.name}.kill(); ${text} }`)
  }
  if (parent?.type !== 'ExpressionStatement' && parent?.type !== 'ReturnStatement') return undefined
  if (parent.parent.type !== 'BlockStatement' && parent.parent.type !== 'Program') return undefined
  const end = hasSemicolon(parent, sourceCode) ? ';' : ''
  const isAlone = parent.parent.type === 'Program' || parent.parent.loc.start.line !== parent.loc.start.line
  const next = isAlone ? `${end}\n${getIndentation(parent, sourceCode)}` : '; '
  return (fixer) => fixer.insertTextBefore(parent as never, `${child.name}.kill()${next}`)
}
