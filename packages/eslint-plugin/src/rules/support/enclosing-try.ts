import type { TSESTree } from '@typescript-eslint/utils'

/** The `try` with a `catch` around a node of the code of `root`, which does not catch what happens later. */
export function findEnclosingTry(node: TSESTree.Node, root: TSESTree.Node): TSESTree.TryStatement | undefined {
  let below = node
  for (let at = node.parent; at && at !== root; below = at, at = at.parent) {
    if (at.type === 'TryStatement' && at.block === below && at.handler) return at
  }
  return undefined
}
