import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot } from '../ast/function-node.ts'
import { findReached } from '../flow/find-suspension.ts'
import type { NodeSet } from '../flow/path-search.ts'
import { letsEventPass } from './event-loop-turn.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { placeUse } from './place-use.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/**
 * Is there a path from the start of the child that meets the use, as far as its code can be placed?
 *
 * @param stops where such a path ends
 */
export function isMet(
  use: HandleUse,
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
  stops?: NodeSet,
): boolean {
  return isReachedFromStart(use, stops, site, handle, unit, flow)
}

/** The same, but before anybody has waited for the child itself: a listener that comes after that hears no end. */
export function isMetBeforeEnd(
  use: Pick<HandleUse, 'node'>,
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): boolean {
  let watched: readonly TSESTree.Node[] | undefined
  const listWatched = (): readonly TSESTree.Node[] =>
    (watched ??= handle.uses.flatMap(({ node }) => placeUse(node, site.root, unit).nodes))
  const isWait = (node: TSESTree.Node): boolean => {
    if (node.type === 'ForOfStatement') return node.await && listWatched().some((at) => isInside(at, node.right))
    if (node.type !== 'AwaitExpression' || letsEventPass(node, 'end', listWatched, unit)) return false
    return letsEventPass(node, 'end', () => [], unit)
  }
  return isReachedFromStart(use, isWait, site, handle, unit, flow)
}

function isReachedFromStart(
  { node }: Pick<HandleUse, 'node'>,
  stops: NodeSet | undefined,
  site: SpawnSite,
  { objects }: FollowedHandle,
  unit: SourceUnit,
  { getGraph, neverReturns }: Flow,
): boolean {
  const graph = getGraph(site.root)
  const place = placeUse(node, site.root, unit)
  const points = place.nodes.flatMap((at) => findPoint(at, graph) ?? [])
  if (place.isOutside || points.length === 0 || points.includes(site.node)) return true
  const found = findReached(graph, {
    from: site.node,
    to: new Set(points),
    stops,
    bindings: unit.bindings,
    isObject: (at) => objects.has(at),
    neverReturns,
  })
  return found !== undefined
}

/** Is there a path that meets both uses, in either order? What cannot be placed is on no path with anything. */
export function isOnOnePath(
  one: HandleUse,
  other: HandleUse,
  { root }: SpawnSite,
  { objects }: FollowedHandle,
  unit: SourceUnit,
  { getGraph, neverReturns }: Flow,
): boolean {
  const own = getCodeRoot(one.source)
  const isShared = own === getCodeRoot(other.source)
  const graph = getGraph(isShared ? own : root)
  const pointsOf = ({ node, source }: HandleUse): TSESTree.Node[] =>
    (isShared ? [source] : placeUse(node, root, unit).nodes).flatMap((at) => findPoint(at, graph) ?? [])
  const isObject = (node: TSESTree.Node): boolean => objects.has(node)
  const isReached = (from: TSESTree.Node, to: TSESTree.Node): boolean =>
    from === to ||
    findReached(graph, { from, to: new Set([to]), bindings: unit.bindings, isObject, neverReturns }) !== undefined
  return pointsOf(one).some((a) => pointsOf(other).some((b) => isReached(a, b) || isReached(b, a)))
}

function isInside(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
