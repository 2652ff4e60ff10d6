import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowGraph, FlowTest } from './flow-graph.ts'
import { asPredicate, findPath, type NodeSet, type PathOptions } from './path-search.ts'

export interface SuspensionOptions extends PathOptions {
  /** Come too late when a suspension lies before them. A use met without one ends its path, as a stop does. */
  readonly uses: NodeSet
  /** Which `await`, `yield`, `for await`, `await using` counts; all by default. */
  readonly isSuspension?: ((node: TSESTree.Node) => boolean) | undefined
}

export interface LateUse {
  readonly suspension: TSESTree.Node
  readonly use: TSESTree.Node
  readonly tests: readonly FlowTest[]
}

/** A path from just after `from` over a suspension to a use, with neither a stop nor an earlier use on it. */
export function findSuspensionBefore(graph: FlowGraph, options: SuspensionOptions): LateUse | undefined {
  const { isSuspension = () => true } = options
  const isUse = asPredicate(options.uses)
  const isStop = asPredicate(options.stops)
  const found = findPath(graph, {
    ...options,
    isSuspension,
    stops: (node) => isUse(node) || isStop(node),
    target: (point, suspension) => suspension !== undefined && isUse(point.node) && !isStop(point.node),
  })
  if (!found?.last || !found.suspension) return undefined
  return { suspension: found.suspension, use: found.last.node, tests: found.tests }
}

export interface ReachOptions extends PathOptions {
  readonly to: NodeSet
}

/** The first of `to` that a path from just after `from` reaches without a stop, with the tests on the way. */
export function findReached(
  graph: FlowGraph,
  options: ReachOptions,
): { readonly node: TSESTree.Node; readonly tests: readonly FlowTest[] } | undefined {
  const isGoal = asPredicate(options.to)
  const found = findPath(graph, { ...options, target: (point) => isGoal(point.node) })
  return found?.last && { node: found.last.node, tests: found.tests }
}
