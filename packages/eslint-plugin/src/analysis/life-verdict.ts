import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot } from '../ast/function-node.ts'
import { findOpenPath, type OpenPath } from '../flow/find-open-path.ts'
import { findReached, findSuspensionBefore } from '../flow/find-suspension.ts'
import type { FlowGraph, FlowTest } from '../flow/flow-graph.ts'
import type { PathOptions } from '../flow/path-search.ts'
import { isEndSure } from '../flow/sure-end.ts'
import { findCodeTriggers } from './code-trigger.ts'
import type { Obligation } from './contracts.ts'
import { findDeferral, letsEventPass, type PassingEvent } from './event-loop-turn.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { isAround } from './kill-timer.ts'
import { followConstants } from './known-value.ts'
import { placeUse } from './place-use.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** Which paths have to meet an obligation: some, all without exceptions, or all. */
export type PathScope = 'all' | 'never' | 'normal'

/** What becomes of an obligation of one child. */
export type Verdict =
  /** Met, handed on, or not to be told. */
  | { readonly is: 'fine' }
  /** Nothing in the file can meet it. */
  | { readonly is: 'never' }
  /** Something meets it, but not on the path that ends at `path.node`. */
  | { readonly is: 'notOnPath'; readonly path: OpenPath }
  /** A listener is added, but only after other code ran at `suspension`: an `await`, or the call of a timer or `then`. */
  | { readonly is: 'late'; readonly suspension: TSESTree.Node }

/** The graphs of a file, and what its own functions say about them. */
export interface Flow {
  readonly getGraph: (root: CodeRoot) => FlowGraph
  readonly neverReturns: (call: TSESTree.Node) => boolean
}

const FINE: Verdict = { is: 'fine' }

/** Judges whether the file meets one of `obligations` (any of them will do) for the child of a site. */
export function judgeObligation(
  site: SpawnSite,
  handle: FollowedHandle,
  obligations: readonly Obligation[],
  paths: PathScope,
  unit: SourceUnit,
  flow: Flow,
): Verdict {
  const uses = handle.uses.filter(
    (use) => obligations.some((obligation) => isDischarged(use, obligation)) && !isAfterEnd(use, site, handle, unit),
  )
  if (uses.length === 0) return isEndedBeforeNotice(site, handle, unit, flow) ? FINE : { is: 'never' }
  // of a collection nobody knows which element is meant, nor whether there is one
  if (uses.some(({ via }) => via === 'collection')) return FINE
  const places = uses.map((use) => ({ use, place: placeUse(use.node, site.root, unit) }))
  // code of another function may run at any time after the start
  if (places.some(({ place }) => place.isOutside)) return FINE
  const graph = flow.getGraph(site.root)
  const stops = new Set<TSESTree.Node>()
  /** Points, with where in the source what they do stands first. */
  const listeners = new Map<TSESTree.Node, number>()
  const others = new Map<TSESTree.Node, number>()
  for (const { place, use } of places) {
    const after = place.nodes.filter((node) => node.range[1] > site.node.range[0])
    // a closure made before the child may meet it as soon as the child is there
    if (after.length < place.nodes.length && (after.length === 0 || place.nodes.length - after.length > 1)) return FINE
    for (const node of after) {
      const point = findPoint(node, graph)
      // returned, or passed on, by the very expression that starts it
      if (!point || point === site.node) return FINE
      stops.add(point)
      const found = isListening(use) ? listeners : others
      const [start] = use.source.range
      found.set(point, Math.min(start, found.get(point) ?? start))
    }
  }
  // one call may hand the child on before it listens
  for (const [point, start] of others) if (start < (listeners.get(point) ?? 0)) listeners.delete(point)
  if (stops.size === 0) return { is: 'never' }
  if (paths === 'never') return FINE
  const options = {
    from: site.node,
    stops,
    bindings: unit.bindings,
    isObject: (node: TSESTree.Node) => handle.objects.has(node) || handle.pids.has(node),
    assumes: (test: FlowTest) => assumeEntered(test, unit),
    neverReturns: flow.neverReturns,
    exceptions: paths === 'all' ? ('all' as const) : ('normal' as const),
  }
  // an exception that the code throws by itself reports a failure; what becomes of the child then is `paths: 'all'`
  const path = findOpenPath(graph, {
    ...options,
    ends: paths === 'all' ? ['end', 'return', 'throw'] : ['end', 'return'],
  })
  if (path) return { is: 'notOnPath', path }
  // how long the promise of a child takes is up to the function that gives it
  if (site.handedBack?.isPromise) return FINE
  const [event] = obligations
  if (listeners.size === 0 || (event !== 'error' && event !== 'end')) return FINE
  const suspension = findPassage(event, uses)
  return suspension ? { is: 'late', suspension } : FINE

  /** Where the event passes before anything listens for it. */
  function findPassage(event: PassingEvent, uses: readonly HandleUse[]): TSESTree.Node | undefined {
    let watched: readonly TSESTree.Node[] | undefined
    const listWatched = (): readonly TSESTree.Node[] =>
      (watched ??= handle.uses.flatMap((use) => placeUse(use.node, site.root, unit).nodes))
    const isSuspension = (node: TSESTree.Node): boolean => letsEventPass(node, event, listWatched, unit)
    const late = findSuspensionBefore(graph, {
      ...options,
      stops: (node) => stops.has(node) && !listeners.has(node),
      uses: (node) => listeners.has(node),
      isSuspension,
    })
    if (late) return late.suspension
    // code that asks whether the child has ended may listen as late as it likes
    const asking = new Set(uses.filter(({ kind }) => kind === 'poll').map(({ node }) => getCodeRoot(node)))
    const deferrals = uses
      .filter((use) => isListening(use) && !asking.has(getCodeRoot(use.node)))
      .map((use) => findDeferral(use.node, site.root, event, listWatched, unit))
    return findReachedDeferral(deferrals, stops, graph, options)
  }
}

/** A call that puts a listener off, on a path that has no other one. */
function findReachedDeferral(
  deferrals: readonly (TSESTree.CallExpression | undefined)[],
  stops: ReadonlySet<TSESTree.Node>,
  graph: FlowGraph,
  options: PathOptions,
): TSESTree.Node | undefined {
  const deferred = new Set<TSESTree.Node>()
  const points = new Set<TSESTree.Node>()
  for (const call of deferrals) {
    const callback = call?.arguments[0]
    const point = callback && findPoint(callback, graph)
    if (call && point) deferred.add(call).add(point)
    if (call) points.add(call)
  }
  const inTime = new Set([...stops].filter((node) => !deferred.has(node)))
  for (const call of points) {
    const isReached = findReached(graph, { ...options, stops: inTime, to: new Set([call]) })
    if (isReached && findOpenPath(graph, { ...options, from: call, stops: inTime })) return call
  }
  return undefined
}

/**
 * A kill that only the end of the child, the failure of its start, or a broken pipe leads to: by then there is nothing left to
 * be ended, and a child that waits for its input, or on a full pipe, never gets there.
 */
function isAfterEnd(use: HandleUse, site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): boolean {
  if (use.kind !== 'kill' || use.via) return false
  const triggers = findCodeTriggers(use.node, unit, (root) => isAround(root, site.node))
  return triggers.length > 0 && triggers.every((trigger) => trigger.is === 'argument' && isEnd(trigger.call))

  function isEnd(call: TSESTree.Node): boolean {
    return handle.uses.some(
      ({ events, facet, kind, source }) =>
        kind === 'listen' &&
        source === call &&
        events?.every((event) => event === 'error' || (facet === 'child' && /^(?:exit|close)$/.test(event))) === true,
    )
  }
}

const endings = new WeakMap<SpawnSite, boolean>()

/** Does every path from the child's start end the program, or never end? Then nobody is left to meet anything. */
function isEndedBeforeNotice(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit, flow: Flow): boolean {
  let isEnded = endings.get(site)
  if (isEnded === undefined) endings.set(site, (isEnded = hasNoWayOut(site, handle, unit, flow)))
  return isEnded
}

function hasNoWayOut(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit, flow: Flow): boolean {
  const graph = flow.getGraph(site.root)
  if (graph.pointsOf(site.node).length === 0) return true
  const options = { bindings: unit.bindings, neverReturns: flow.neverReturns }
  if (isEndSure(graph, site.node, options)) return false
  return !findOpenPath(graph, {
    ...options,
    from: site.node,
    isObject: (node) => handle.objects.has(node),
    ends: ['end', 'return', 'throw'],
  })
}

/** The nearest node that the graph has a point for. */
export function findPoint(node: TSESTree.Node, graph: FlowGraph): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node; at && at !== graph.root; at = at.parent) {
    if (graph.pointsOf(at).length > 0) return at
  }
  return undefined
}

/** Waits for an event of the child, which comes once; a stream keeps what nobody has read yet, and ends after it. */
function isListening({ facet, kind }: HandleUse): boolean {
  return facet === 'child' && (kind === 'listen' || kind === 'observe')
}

/** A loop over a literal list that is not empty runs. */
function assumeEntered({ condition, test }: FlowTest, { bindings }: SourceUnit): boolean | undefined {
  if (condition !== 'entered' || test.type !== 'ForOfStatement') return undefined
  const list = followConstants(test.right, bindings)
  return list.type === 'ArrayExpression' && list.elements.length > 0 ? true : undefined
}
