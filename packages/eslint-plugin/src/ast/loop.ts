import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot } from './function-node.ts'

/** Is a node inside a loop of the code that evaluates it? Needs `parent` links. */
export function isInLoop(node: TSESTree.Node): boolean {
  const root = getCodeRoot(node)
  for (let at = node.parent; at && at !== root; at = at.parent)
    if (/^(?:For\w*|While|DoWhile)Statement$/.test(at.type)) return true
  return false
}
