import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import type { FunctionNode } from '../ast/function-node.ts'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

/**
 * Sends the child that `start` starts a signal as the first thing that a function does. `undefined` where the child has no
 * name that is in reach there, or the function has no body of statements.
 *
 * @param signal as it is written: `'SIGTERM'` with its quotes
 */
export function killInBody(
  code: FunctionNode,
  signal: string,
  start: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const child = findNamedStatement(start)
  const holder = child?.statement.parent
  if (!child || !holder || code.range[0] < holder.range[0] || code.range[1] > holder.range[1]) return undefined
  const { body } = code
  if (body.type !== 'BlockStatement') return undefined
  const [first] = body.body
  const end = hasSemicolon(first ?? child.statement, sourceCode) ? ';' : ''
  const kill = `${child.name}.kill(${signal})${end}`
  if (!first) return (fixer) => fixer.replaceText(body as never, `{ ${kill} }`)
  const isAlone = first.loc.start.line !== body.loc.start.line
  const next = isAlone ? `${getLineBreak(sourceCode)}${getIndentation(first, sourceCode)}` : end ? ' ' : '; '
  return (fixer) => fixer.insertTextBefore(first as never, `${kill}${next}`)
}
