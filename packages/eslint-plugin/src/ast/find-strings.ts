import type { TSESTree } from '@typescript-eslint/utils'
import { getChildNodes, type VisitorKeys } from './child-nodes.ts'

export type StringNode = TSESTree.Literal | TSESTree.TemplateLiteral

/**
 * The literals and templates that lie at `positions`, offsets into the text in ascending order. Only the nodes around
 * them are visited, each once: far fewer than the file has.
 */
export function findStrings(
  root: TSESTree.Node,
  positions: readonly number[],
  visitorKeys?: VisitorKeys,
): StringNode[] {
  const found: StringNode[] = []
  const pending: TSESTree.Node[] = [root]
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const child of getChildNodes(node, visitorKeys)) {
      const [start, end] = child.range
      if (!((positions[countBelow(positions, start)] ?? end) < end)) continue
      if (child.type === 'Literal' || child.type === 'TemplateLiteral') found.push(child)
      pending.push(child)
    }
  }
  return found
}

/** How many of the ascending `numbers` are less than `limit`: the index of the first that is not. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? limit) < limit) low = middle + 1
    else high = middle
  }
  return low
}
