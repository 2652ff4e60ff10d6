import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'

/**
 * Replaces `child.killed`, which tells of a signal that was sent, by what tells of the end. `undefined` where one of the reads
 * is no plain test.
 */
export function askForEnd(
  reads: readonly TSESTree.MemberExpression[],
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix[]) | undefined {
  const replacements = reads.map((read) => writeTest(read, sourceCode))
  if (replacements.some((replacement) => !replacement)) return undefined
  return (fixer) => replacements.flatMap((own) => (own ? [fixer.replaceText(own.node as never, own.text)] : []))
}

function writeTest(
  read: TSESTree.MemberExpression,
  sourceCode: SourceCode,
): { node: TSESTree.Node; text: string } | undefined {
  if (read.optional) return undefined
  const child = sourceCode.getText(read.object as never)
  const isNegated = read.parent.type === 'UnaryExpression' && read.parent.operator === '!'
  const node = isNegated ? read.parent : read
  const holder = node.parent?.type
  if (holder !== 'IfStatement' && holder !== 'LogicalExpression') return undefined
  if (isNegated) return { node, text: `${child}.exitCode === null && ${child}.signalCode === null` }
  const text = `${child}.exitCode !== null || ${child}.signalCode !== null`
  return { node, text: holder === 'LogicalExpression' ? `(${text})` : text }
}
