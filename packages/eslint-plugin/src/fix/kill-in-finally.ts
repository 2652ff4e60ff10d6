import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

/**
 * Puts what follows the start of a child into a `try`, whose `finally` kills the child: by the kill that is there, in its place, or at the end of the
 * block. `undefined` where the child has no name, or names that are declared in between are used behind the kill.
 */
export function killInFinally(
  start: TSESTree.Node,
  kill: TSESTree.CallExpression | undefined,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix[]) | undefined {
  const child = findNamedStatement(start)
  const block = child?.statement.parent
  if (!child || (block?.type !== 'BlockStatement' && block?.type !== 'Program')) return undefined
  const last = kill ? climbWrappers(kill).parent : block.body.at(-1)
  const index = block.body.findIndex((statement) => statement === last)
  const from = block.body.findIndex((statement) => statement === child.statement) + 1
  if (!last || from === 0 || index < from || (kill && last.type !== 'ExpressionStatement')) return undefined
  const after = block.body.slice(index + 1)
  if (mayUseDeclared(block.body.slice(from, index), after, sourceCode)) return undefined
  const indentation = getIndentation(child.statement, sourceCode)
  const line = `${getLineBreak(sourceCode)}${indentation}`
  const end = hasSemicolon(child.statement, sourceCode) ? ';' : ''
  const ending = kill ? sourceCode.getText(last as never) : `${child.name}.kill()${end}`
  const written = `} finally {${line}  ${ending}${line}}`
  return (fixer) => [
    fixer.insertTextAfter(child.statement as never, `${line}try {`),
    kill ? fixer.replaceText(last as never, written) : fixer.insertTextAfter(last as never, `${line}${written}`),
  ]
}

/** In doubt it is: every word of the declarations counts. */
function mayUseDeclared(
  between: readonly TSESTree.Node[],
  after: readonly TSESTree.Node[],
  sourceCode: SourceCode,
): boolean {
  const text = after.map((node) => sourceCode.getText(node as never)).join('\n')
  if (text === '') return false
  return between
    .filter(({ type }) => type.endsWith('Declaration'))
    .some((node) =>
      (sourceCode.getText(node as never).match(/[\w$]+/g) ?? []).some(
        (word) => !KEYWORD.test(word) && new RegExp(`(?<![\\w$.])${word.replaceAll('$', '\\$')}(?![\\w$])`).test(text),
      ),
    )
}

const KEYWORD = /^(?:async|await|class|const|function|let|new|return|var)$/
