import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import { findReached, findSuspensionBefore } from '../flow/find-suspension.ts'
import type { FlowGraph, FlowTest } from '../flow/flow-graph.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { findPoint, type Flow, judgeObligation, type PathScope, type Verdict } from './life-verdict.ts'
import { placeUse } from './place-use.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** What is owed to `stdin` only once something is written into it. */
export type StdinObligation = 'stdinEnd' | 'stdinError'

const FINE: Verdict = { is: 'fine' }
/** Writes that are looked at; each costs a search. */
const MAX_FEEDS = 32

/**
 * Judges an obligation of `stdin` on the paths that lead through one of `feeds`: a path that writes nothing owes nothing,
 * and a listener is late only when it comes after the write.
 */
export function judgeFed(
  site: SpawnSite,
  handle: FollowedHandle,
  feeds: readonly HandleUse[],
  obligation: StdinObligation,
  paths: PathScope,
  unit: SourceUnit,
  flow: Flow,
): Verdict {
  if (judgeObligation(site, handle, [obligation], 'never', unit, flow).is === 'never') return { is: 'never' }
  if (paths === 'never') return FINE
  const graph = flow.getGraph(site.root)
  const discharging = handle.uses.filter((use) => isDischarged(use, obligation))
  const placed = discharging.map((use) => ({ use, points: findPointsAfter(use, site, graph, unit) }))
  const stops = new Set<TSESTree.Node>()
  const listeners = new Set<TSESTree.Node>()
  for (const { points, use } of placed) {
    if (!points) return FINE
    for (const point of points) (use.kind === 'listen' || use.kind === 'observe' ? listeners : stops).add(point)
  }
  const both = new Set([...stops, ...listeners])
  const options = {
    bindings: unit.bindings,
    isObject: (node: TSESTree.Node) => handle.objects.has(node) || handle.pids.has(node),
    neverReturns: flow.neverReturns,
    exceptions: paths === 'all' ? ('all' as const) : ('normal' as const),
  }
  let late: Verdict | undefined
  for (const from of feeds.slice(0, MAX_FEEDS).flatMap((feed) => findPointsAfter(feed, site, graph, unit) ?? [])) {
    if (both.has(from)) continue
    const reached = findReached(graph, { ...options, from: site.node, stops: both, to: new Set([from]) })
    if (!reached) continue
    const ends = paths === 'all' ? (['end', 'return', 'throw'] as const) : (['end', 'return'] as const)
    const path = findOpenPath(graph, { ...options, from, stops: both, ends })
    if (path && !disagree(reached.tests, path.tests, unit)) return { is: 'notOnPath', path }
    if (obligation !== 'stdinError' || late) continue
    const found = findSuspensionBefore(graph, { ...options, from, stops, uses: listeners, isSuspension: isLong })
    if (found && !disagree(reached.tests, found.tests, unit)) late = { is: 'late', suspension: found.suspension }
  }
  return late ?? FINE
}

/** Where a use takes effect once the child is there; `undefined` where that cannot be told. */
function findPointsAfter(
  { node, via }: HandleUse,
  site: SpawnSite,
  graph: FlowGraph,
  unit: SourceUnit,
): TSESTree.Node[] | undefined {
  const place = placeUse(node, site.root, unit)
  if (place.isOutside || via === 'collection') return undefined
  const points: TSESTree.Node[] = []
  for (const at of place.nodes) {
    const point = at.range[1] > site.node.range[0] ? findPoint(at, graph) : undefined
    if (!point || point === site.node) return undefined
    points.push(point)
  }
  return points
}

/** Do two parts of one path ask the same question in two places, and get different answers? */
function disagree(before: readonly FlowTest[], after: readonly FlowTest[], { text }: SourceUnit): boolean {
  const read = ({ test }: FlowTest): string => text.slice(...test.range)
  return before.some((a) =>
    after.some((b) => a.test !== b.test && a.condition === b.condition && a.holds !== b.holds && read(a) === read(b)),
  )
}

/** EPIPE is emitted by the event loop: a listener after `await null` is in time (measured). */
function isLong(suspension: TSESTree.Node): boolean {
  return suspension.type !== 'AwaitExpression' || !getStaticPrimitive(skipWrappers(suspension.argument))
}
