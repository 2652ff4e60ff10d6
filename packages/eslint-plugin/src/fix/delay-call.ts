import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers } from '../ast/skip-wrappers.ts'

const DELAY_MS = 1000

/** Puts a call, or a function that is passed as a listener, off for a second. `undefined` where its result is used. */
export function delayCall(
  node: TSESTree.Node,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const text = sourceCode.getText(node as never)
  if (node.type === 'Identifier') return (fixer) => fixer.replaceText(node, `() => setTimeout(${text}, ${DELAY_MS})`)
  const parent = climbWrappers(node).parent?.type
  if (node.type !== 'CallExpression' || (parent !== 'ExpressionStatement' && parent !== 'ArrowFunctionExpression'))
    return undefined
  return (fixer) => fixer.replaceText(node as never, `setTimeout(() => ${text}, ${DELAY_MS})`)
}
