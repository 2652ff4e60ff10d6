import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

type Fix = (fixer: Rule.RuleFixer) => Rule.Fix | Rule.Fix[]

/** Kills what the target of an assignment holds, in front of the statement that starts the next child. */
export function stopFirst(
  assignment: TSESTree.AssignmentExpression,
  call: TSESTree.Node,
  sourceCode: SourceCode,
): Fix | undefined {
  const statement = findStatement(call)
  if (!statement) return undefined
  const end = hasSemicolon(statement, sourceCode) ? ';' : ''
  const stop = `${sourceCode.getText(assignment.left as never)}?.kill()${end}`
  return (fixer) =>
    fixer.insertTextBefore(
      statement as never,
      `${stop}${getLineBreak(sourceCode)}${getIndentation(statement, sourceCode)}`,
    )
}

/**
 * Compares with the child of its own before a listener clears the place where children are kept.
 *
 * @param name of the child, if it has one of its own; else it gets one
 */
export function askWhoseEnd(
  assignment: TSESTree.AssignmentExpression,
  clear: TSESTree.AssignmentExpression,
  name: string | undefined,
  sourceCode: SourceCode,
): Fix | undefined {
  if (climbWrappers(clear).parent?.type !== 'ExpressionStatement') return undefined
  const own = name ?? FREE_NAMES.find((word) => !new RegExp(`\\b${word}\\b`).test(sourceCode.text))
  if (own === undefined) return undefined
  const place = sourceCode.getText(assignment.left as never)
  const ask = `if (${place} === ${own}) `
  return (fixer) => {
    const asked = fixer.insertTextBefore(clear as never, ask)
    if (name !== undefined) return asked
    const named = `const ${own} = (${sourceCode.getText(assignment as never)})`
    return [fixer.replaceText(assignment as never, named), asked]
  }
}

const FREE_NAMES = ['child', 'started', 'startedChild']

function findStatement(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) {
    const holder = at.parent?.type
    if (holder === 'BlockStatement' || holder === 'Program' || holder === 'StaticBlock') return at
  }
  return undefined
}
