import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { findNamedStatement, insertBehind } from './add-listener.ts'

/**
 * Kills a child of the program itself when that exits. `undefined` for a child that a function starts: each call of it would
 * leave one more listener on `process`.
 */
export function killOnExit(
  start: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const named = findNamedStatement(start)
  if (!named || named.statement.parent?.type !== 'Program') return undefined
  return (fixer) =>
    insertBehind({ ...named, name: 'process' }, `.on('exit', () => ${named.name}.kill())`, fixer, sourceCode)
}
