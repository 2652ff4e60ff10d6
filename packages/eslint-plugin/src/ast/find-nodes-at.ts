import type { TSESTree } from '@typescript-eslint/utils'
import { getChildNodes, type VisitorKeys } from './child-nodes.ts'

/**
 * The nodes that lie around `positions`, offsets into the text in ascending order. Only they and their siblings are looked at: far fewer
 * than the file has. What is searched for is found in the text first, which is many times faster than a walk of the tree.
 */
export function findNodesAt(
  root: TSESTree.Node,
  positions: readonly number[],
  visitorKeys?: VisitorKeys,
): TSESTree.Node[] {
  const found: TSESTree.Node[] = []
  const pending: TSESTree.Node[] = positions.length > 0 ? [root] : []
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const child of getChildNodes(node, visitorKeys)) {
      const [start, end] = child.range
      if (!((positions[countBelow(positions, start)] ?? end) < end)) continue
      found.push(child)
      pending.push(child)
    }
  }
  return found.sort(inSourceOrder)
}

/** Compares two nodes: what begins first comes first, and of two that begin together the one that holds the other. */
export function inSourceOrder(a: TSESTree.Node, b: TSESTree.Node): number {
  return a.range[0] - b.range[0] || b.range[1] - a.range[1]
}

/** Where a pattern with the flag `g` matches, ascending. */
export function findPositions(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index)
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
