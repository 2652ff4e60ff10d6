import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findNamedStatement, insertBehind } from './add-listener.ts'
import { getIndentation, hasSemicolon } from './source-style.ts'

/**
 * Lets the program end without the child that `call` starts: `unref()` of it, as a statement behind the one that names the
 * child, else at the end of the statement that is the call. `undefined` where there is no such place.
 */
export function unrefChild(
  call: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const named = findNamedStatement(call)
  if (named) return (fixer) => insertBehind(named, '.unref()', fixer, sourceCode)
  const last = findChainEnd(call)
  if (last.parent?.type !== 'ExpressionStatement') return undefined
  return (fixer) => fixer.insertTextAfter(last as never, '.unref()')
}

/** Lets the program end without some handles of the named child: `stdout`, `channel`. */
export function unrefHandles(
  call: TSESTree.Node,
  handles: readonly string[],
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const named = findNamedStatement(call)
  if (!named) return undefined
  const { name, statement } = named
  const end = hasSemicolon(statement, sourceCode) ? ';' : ''
  const between = `${end}\n${getIndentation(statement, sourceCode)}${name}`
  return (fixer) => insertBehind(named, handles.map((handle) => `.${handle}.unref()`).join(between), fixer, sourceCode)
}

/** `spawn(…).on(…).on(…)`, each of which gives the child again. */
function findChainEnd(call: TSESTree.Node): TSESTree.Node {
  let end = climbWrappers(call)
  for (;;) {
    const member = end.parent
    if (member?.type !== 'MemberExpression' || !/^(?:on|once|addListener)$/.test(getStaticPropertyName(member) ?? ''))
      return end
    const link = climbWrappers(member).parent
    if (link?.type !== 'CallExpression') return end
    end = climbWrappers(link)
  }
}
