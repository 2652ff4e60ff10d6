import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

/**
 * Adds the method that a stream calls when nobody wants it any more, and kills the child there. `undefined` where the child has no name that
 * is in reach of the object.
 */
export function addStreamMethod(
  object: TSESTree.ObjectExpression,
  method: string,
  start: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const child = findNamedStatement(start)
  const holder = child?.statement.parent
  const last = object.properties.at(-1)
  if (!child || !holder || !last || object.range[0] < holder.range[0] || object.range[1] > holder.range[1])
    return undefined
  const end = hasSemicolon(child.statement, sourceCode) ? ';' : ''
  const isAlone = object.loc.start.line !== last.loc.start.line
  const line = isAlone ? `${getLineBreak(sourceCode)}${getIndentation(last, sourceCode)}` : ' '
  const kill = `${child.name}.kill()`
  // a stream of Node waits for the callback, one of the web for a promise, if there is one
  const written =
    method === 'destroy'
      ? `destroy(error, callback) { ${kill}; callback(error)${end} }`
      : `${method}() { ${kill}${end} }`
  return (fixer) => fixer.insertTextAfter(last as never, `,${line}${written}`)
}
