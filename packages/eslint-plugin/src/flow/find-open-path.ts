import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowGraph, FlowTest } from './flow-graph.ts'
import { findPath, type PathOptions } from './path-search.ts'

export type EndKind = 'end' | 'return' | 'throw'

export interface OpenPathOptions extends PathOptions {
  /** The ends that count; all by default. */
  readonly ends?: readonly EndKind[] | undefined
}

/** How a path leaves the code without having met a stop. */
export interface OpenPath {
  /** `end`: off the end of the body. A loop that never ends is no end. */
  readonly kind: EndKind
  /** The `return` or `throw` statement, the point that throws, an arrow's body; the code itself for `end`. */
  readonly node: TSESTree.Node
  /** Where to point at: the start of `node`, or the closing position of the code. 1-based line, 0-based column. */
  readonly position: TSESTree.Position
  /** The tests on the way, in order. */
  readonly tests: readonly FlowTest[]
}

/**
 * The shortest path from just after `from` to an end of the graph that meets none of `stops`. `undefined`: every path
 * meets one, or never ends; also when `from` cannot be reached, is no point of the graph, or the graph is not exact.
 */
export function findOpenPath(graph: FlowGraph, options: OpenPathOptions): OpenPath | undefined {
  const ends = options.ends ?? ['end', 'return', 'throw']
  const found = findPath(graph, { ...options, targetBlocks: ends.map((end) => graph.exits[end]) })
  if (!found) return undefined
  const { left, tests } = found
  if (found.block === graph.exits.end) {
    return { kind: 'end', node: graph.root, position: closingPosition(graph), tests }
  }
  const kind = found.block === graph.exits.return ? 'return' : 'throw'
  const body = 'body' in graph.root && !Array.isArray(graph.root.body) ? graph.root.body : undefined
  const node = left?.node ?? body ?? graph.root
  return { kind, node, position: node.loc.start, tests }
}

function closingPosition({ root }: FlowGraph): TSESTree.Position {
  const { end } = root.loc
  return root.type === 'Program' || end.column === 0 ? end : { line: end.line, column: end.column - 1 }
}
