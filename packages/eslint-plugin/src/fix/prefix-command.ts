import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule } from 'eslint'

/** Puts a word in front of a command line that is written out in the call. `undefined` for one that is not. */
export function prefixCommand(line: TSESTree.Node, word: string): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const isText = (line.type === 'Literal' && typeof line.value === 'string') || line.type === 'TemplateLiteral'
  return isText ? (fixer) => fixer.insertTextAfterRange([line.range[0], line.range[0] + 1], `${word} `) : undefined
}
