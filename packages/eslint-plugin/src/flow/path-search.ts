import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FlowBlock, FlowEdge, FlowGraph, FlowPoint, FlowTest, PointPlace } from './flow-graph.ts'
import { isEndlessAwait } from './endless-await.ts'
import { isSafeAwait } from './safe-await.ts'
import { type Facts, FactReader, readConstraints } from './test-facts.ts'
import { intersect, printValueSet, TRUTHY } from './value-set.ts'

/** Nodes by identity or by a question. */
export type NodeSet = ReadonlySet<TSESTree.Node> | ((node: TSESTree.Node) => boolean)

/** What all searches understand. */
export interface PathOptions {
  /** Paths start just after this node completes; `'entry'` is the start of the code. */
  readonly from: TSESTree.Node | 'entry'
  /** A path that meets one of these is not followed any further. */
  readonly stops?: NodeSet | undefined
  /** Whether the condition of a test holds on all paths; `undefined` where it can go both ways. */
  readonly assumes?: ((test: FlowTest) => boolean | undefined) | undefined
  /** Expressions that are known to give an object: decides `x`, `x != null`, `x?.y`, `typeof x !== 'undefined'` and so on. */
  readonly isObject?: ((node: TSESTree.Node) => boolean) | undefined
  /** Calls that do not return, besides `process.exit()` and `process.abort()`. */
  readonly neverReturns?: ((call: TSESTree.Node) => boolean) | undefined
  /**
   * `normal`: only `throw`, and inside `try` `yield`, `for await`, and an `await` of what can reject. `all`: every call, member access and the like,
   * also outside `try`. Where `from` is reached by other exceptions only (a catch clause of plain calls), it is taken as
   * reached.
   */
  readonly exceptions?: 'all' | 'normal' | undefined
  /** The consumer of a generator may close it at any `yield`. */
  readonly abandonment?: boolean | undefined
  /** Lets the search see that two tests of one variable agree, and that a variable holds the value of `from`. */
  readonly bindings?: Bindings | undefined
}

export interface SearchOptions extends PathOptions {
  /** The search ends well at the first of these points. */
  readonly target?: ((point: FlowPoint, suspension: TSESTree.Node | undefined) => boolean) | undefined
  /** The search ends well at one of these blocks. */
  readonly targetBlocks?: readonly FlowBlock[] | undefined
  /** Tell paths with and without a suspension apart. */
  readonly isSuspension?: ((node: TSESTree.Node) => boolean) | undefined
}

/** A way through the graph, from just after `from`. */
export interface FoundPath {
  /** The point that matched, or the last one before the block that did. */
  readonly last: FlowPoint | undefined
  readonly block: FlowBlock
  /** Every point on the way, `last` included. */
  readonly points: readonly FlowPoint[]
  readonly tests: readonly FlowTest[]
  /** The first suspension on the way, if they are told apart. */
  readonly suspension: TSESTree.Node | undefined
  /** The last point that threw, returned, or was closed as a `yield`: what the path ends with, when it leaves the code. */
  readonly left: FlowPoint | undefined
}

/** Contradictions that a search learns from before it gives up. Each costs one more pass over the graph. */
const MAX_REFINEMENTS = 8
/** Variables tracked at once, with those that were copied into them. */
const MAX_TRACKED = 16
/** Different combinations of facts at one block before a search gives up; keeps it linear in the graph. */
const MAX_STATES_PER_BLOCK = 96
/**
 * What all searches of one graph may cost together, in points that are passed and states that are compared: thousands of
 * questions about one huge function would take their product. In 381 files of the corpus no graph takes a tenth of it.
 */
const STEPS_PER_GRAPH = 50_000
const STEPS_PER_POINT = 100

interface State {
  readonly block: FlowBlock
  readonly start: number
  readonly facts: Facts
  readonly suspension: TSESTree.Node | undefined
  readonly hasStarted: boolean
  readonly parent: State | undefined
  /** The number of points of the parent's block that ran, and the edge taken after them. */
  readonly parentEnd: number
  readonly edge: FlowEdge | undefined
}

const NO_FACTS: Facts = new Map()
/** Where a search begins, knowing nothing. */
const FIRST = { facts: NO_FACTS, suspension: undefined, parent: undefined, parentEnd: 0, edge: undefined } as const
const NOTHING: ReadonlySet<string> = new Set()
const budgets = new WeakMap<FlowGraph, { steps: number }>()
const readers = new WeakMap<FlowGraph, WeakMap<Bindings, FactReader>>()

/**
 * Finds a path from just after `from` to a target, by reachability over (block, facts). It starts without any facts;
 * only when the path that it finds takes two tests that cannot agree, the variable in question is tracked and the
 * search repeated. A path that is returned contradicts itself nowhere; when the bounds are met, none is returned.
 */
export function findPath(graph: FlowGraph, options: SearchOptions): FoundPath | undefined {
  if (!graph.isExact) return undefined
  const reader = options.bindings && readerOf(graph, options.bindings)
  const { exceptions = 'normal' } = options
  const near = findNearPath(graph, options, reader)
  if (near !== 'unsure') return near
  const tracked = new Set<string>()
  let approach = exceptions
  for (let round = 0; round <= MAX_REFINEMENTS; round++) {
    const search = new PathSearch(graph, options, reader, tracked, approach)
    const found = search.run()
    if (!found) {
      if (search.hasStarted || approach === 'all' || tracked.size > 0) return undefined
      approach = 'all'
      continue
    }
    const contradiction = reader && findContradiction(reader, found, originOf(options))
    if (!reader || contradiction === undefined) return describe(found, options.isSuspension)
    const { size } = tracked
    for (const text of reader.withSources(contradiction)) tracked.add(text)
    if (tracked.size === size || tracked.size > MAX_TRACKED) return undefined
  }
  return undefined
}

/**
 * Looks only at what comes after `from`. It ignores what is known on the way there, so it finds a path where there is one;
 * one that takes no test that could be known to come out otherwise needs no second look.
 */
function findNearPath(
  graph: FlowGraph,
  options: SearchOptions,
  reader: FactReader | undefined,
): FoundPath | 'unsure' | undefined {
  if (options.from === 'entry') return 'unsure'
  const found = new PathSearch(graph, options, undefined, NOTHING, 'none').run()
  if (!found) return undefined
  const isFree = [...stepsOf(found)].every(
    ({ state: { edge } }) => !edge || (!edge.isBack && (!edge.test || !reader || reader.isFree(edge.test, graph))),
  )
  return isFree ? describe(found, options.isSuspension) : 'unsure'
}

const reachable = { all: new WeakMap<FlowGraph, BlockSet>(), normal: new WeakMap<FlowGraph, BlockSet>() }

type BlockSet = ReadonlySet<FlowBlock>

/** The blocks that the code can come to. */
function reachableBlocks(graph: FlowGraph, exceptions: 'all' | 'normal'): BlockSet {
  let blocks = reachable[exceptions].get(graph)
  if (blocks) return blocks
  const found = new Set([graph.entry])
  for (const block of found) {
    for (const { to } of block.edges) found.add(to)
    if (block.handler && block.points.some((point) => mayThrow(point, block, exceptions))) found.add(block.handler)
  }
  reachable[exceptions].set(graph, (blocks = found))
  return blocks
}

/** Where `from` completes: in copies of a `finally` block, only those that are reached without exotic exceptions, if any is. */
function placesOf(
  from: TSESTree.Node,
  graph: FlowGraph,
  { exceptions = 'normal' }: PathOptions,
): readonly PointPlace[] {
  const places = graph.pointsOf(from)
  const usual = places.filter(({ block }) => reachableBlocks(graph, exceptions).has(block))
  return usual.length > 0 ? usual : places.filter(({ block }) => reachableBlocks(graph, 'all').has(block))
}

/** The reader of a graph, which keeps what it has read. */
export function readerOf(graph: FlowGraph, bindings: Bindings): FactReader {
  let known = readers.get(graph)
  if (!known) readers.set(graph, (known = new WeakMap()))
  let reader = known.get(bindings)
  if (!reader) known.set(bindings, (reader = new FactReader(bindings, graph.root)))
  return reader
}

function originOf({ from }: PathOptions): TSESTree.Node | undefined {
  return from === 'entry' ? undefined : from
}

/** What is left for the searches of a graph. */
function budgetOf(graph: FlowGraph): { steps: number } {
  let budget = budgets.get(graph)
  if (!budget) {
    const size = graph.blocks.reduce((sum, { points }) => sum + 1 + points.length, 0)
    budgets.set(graph, (budget = { steps: STEPS_PER_GRAPH + STEPS_PER_POINT * size }))
  }
  return budget
}

class PathSearch {
  readonly #graph: FlowGraph
  readonly #budget: { steps: number }
  readonly #options: SearchOptions
  readonly #reader: FactReader | undefined
  readonly #tracked: ReadonlySet<string>
  readonly #starts = new Map<FlowBlock, readonly number[]>()
  readonly #seen = new Map<FlowBlock, Set<number | string>>()
  readonly #queue: State[] = []
  readonly #isStop: (node: TSESTree.Node) => boolean
  readonly #approachExceptions: 'all' | 'none' | 'normal'
  #isOverflown = false
  /** `from` was reached. */
  hasStarted = false

  constructor(
    graph: FlowGraph,
    options: SearchOptions,
    reader: FactReader | undefined,
    tracked: ReadonlySet<string>,
    approach: 'all' | 'none' | 'normal',
  ) {
    this.#approachExceptions = approach
    this.#graph = graph
    this.#budget = budgetOf(graph)
    this.#options = options
    this.#reader = tracked.size > 0 ? reader : undefined
    this.#tracked = tracked
    this.#isStop = asPredicate(options.stops)
    if (options.from !== 'entry') {
      for (const { block, index } of placesOf(options.from, graph, options)) {
        this.#starts.set(block, [...(this.#starts.get(block) ?? []), index])
      }
    }
  }

  run(): { state: State; end: number } | undefined {
    const hasStarted = this.#options.from === 'entry'
    if (!hasStarted && this.#starts.size === 0) return undefined
    if (this.#approachExceptions !== 'none') {
      this.#push({ ...FIRST, block: this.#graph.entry, start: 0, hasStarted })
    } else {
      for (const [block, indexes] of this.#starts)
        for (const index of indexes) this.#push({ ...FIRST, block, start: index + 1, hasStarted: true })
    }
    for (let index = 0; index < this.#queue.length && !this.#isOverflown; index++) {
      const state = this.#queue[index]!
      if (!state.hasStarted) {
        this.#approach(state)
        continue
      }
      const end = this.#follow(state)
      if (end !== undefined) return { state, end }
    }
    return undefined
  }

  /** Before `from`: nothing is looked for, and every way there counts. */
  #approach(state: State): void {
    const { block } = state
    const starts = this.#starts.get(block)
    let { facts } = state
    this.#spend(block.points.length)
    for (let index = 0; index < block.points.length; index++) {
      const point = block.points[index]!
      facts = this.#factsAfter(facts, point)
      if (block.handler && mayThrow(point, block, this.#approachExceptions === 'all' ? 'all' : 'normal'))
        this.#step(state, index + 1, { to: block.handler }, facts, undefined)
      if (isNeverPassed(point.node, this.#options)) return
      if (!starts?.includes(index)) continue
      this.hasStarted = true
      this.#push({
        ...state,
        start: index + 1,
        facts,
        hasStarted: true,
        parent: state,
        parentEnd: index + 1,
        edge: undefined,
      })
    }
    for (const edge of block.edges) this.#step(state, block.points.length, edge, facts, undefined)
  }

  /** After `from`. Returns the number of points that ran when the target is met. */
  #follow(state: State): number | undefined {
    const { abandonment, exceptions = 'normal', isSuspension, target, targetBlocks } = this.#options
    const { block } = state
    let { facts, suspension } = state
    if (targetBlocks?.includes(block)) return 0
    for (let index = state.start; index < block.points.length; index++) {
      const point = block.points[index]!
      this.#spend(1)
      if (target?.(point, suspension)) return index + 1
      if (this.#isStop(point.node) || isNeverReturning(point.node, this.#options)) return undefined
      facts = this.#factsAfter(facts, point)
      if (!suspension && point.kind === 'suspend' && isSuspension?.(point.node)) suspension = point.node
      if (block.handler && mayThrow(point, block, exceptions)) {
        this.#step(state, index + 1, { to: block.handler }, facts, suspension)
      }
      if (isEndlessAwait(point.node, this.#options.bindings)) return undefined
    }
    for (const edge of block.edges) {
      if (edge.isAbandon && !abandonment) continue
      this.#step(state, block.points.length, edge, facts, suspension)
    }
    return undefined
  }

  #factsAfter(facts: Facts, point: FlowPoint): Facts {
    if (!this.#reader?.touches(point)) return facts
    const next = new Map(facts)
    this.#reader.applyPoint(next, point, this.#tracked, originOf(this.#options))
    return next
  }

  #step(parent: State, parentEnd: number, edge: FlowEdge, before: Facts, suspension: TSESTree.Node | undefined): void {
    if (parent.hasStarted && edge.test && this.#isExcluded(edge.test)) return
    let facts = before
    if (this.#reader && (edge.test || edge.isBack)) {
      facts = new Map(before)
      if (this.#reader.applyEdge(facts, edge, this.#tracked) !== undefined) return
    }
    this.#push({ block: edge.to, start: 0, facts, suspension, hasStarted: parent.hasStarted, parent, parentEnd, edge })
  }

  #isExcluded(test: FlowTest): boolean {
    const { assumes, isObject } = this.#options
    const assumed = assumes?.(test)
    if (assumed !== undefined) return assumed !== test.holds
    if (!isObject) return false
    return readConstraints(test).some(
      ({ subject, whenFails, whenHolds }) =>
        isObject(subject) && !intersect({ classes: TRUTHY, is: 'object' }, test.holds ? whenHolds : whenFails),
    )
  }

  #spend(steps: number): void {
    this.#budget.steps -= steps
    if (this.#budget.steps < 0) this.#isOverflown = true
  }

  #push(state: State): void {
    this.#spend(1 + state.facts.size)
    const seen = this.#seen.get(state.block)
    const phase = state.start * 3 + (state.hasStarted ? (state.suspension ? 2 : 1) : 0)
    const key = state.facts.size > 0 ? `${phase}${printFacts(state.facts)}` : phase
    if (!seen) this.#seen.set(state.block, new Set([key]))
    else if (seen.has(key)) return
    else if (seen.size >= MAX_STATES_PER_BLOCK) {
      this.#isOverflown = true
      return
    } else seen.add(key)
    this.#queue.push(state)
  }
}

function printFacts(facts: Facts): string {
  return [...facts]
    .map(([text, values]) => ` ${text}:${printValueSet(values)}`)
    .sort()
    .join('')
}

export function asPredicate(nodes: NodeSet | undefined): (node: TSESTree.Node) => boolean {
  if (!nodes) return () => false
  return typeof nodes === 'function' ? nodes : (node) => nodes.has(node)
}

/** `process.exit()`, `process.abort()`, and what the caller names. */
function isNeverReturning(node: TSESTree.Node, options: Pick<PathOptions, 'bindings' | 'neverReturns'>): boolean {
  if (node.type !== 'CallExpression') return false
  return isProcessExit(node, options.bindings) || (options.neverReturns?.(node) ?? false)
}

/** No code follows it on a normal path; an exception may. */
export function isNeverPassed(node: TSESTree.Node, options: Pick<PathOptions, 'bindings' | 'neverReturns'>): boolean {
  return isNeverReturning(node, options) || isEndlessAwait(node, options.bindings)
}

function mayThrow({ kind, node }: FlowPoint, block: FlowBlock, exceptions: 'all' | 'normal'): boolean {
  if (exceptions === 'normal') return kind === 'suspend' && block.isGuarded && !isSafeAwait(node)
  if (kind === 'suspend' || kind === 'dispose') return true
  if (kind === 'bind') return false
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
    case 'MemberExpression':
    case 'TaggedTemplateExpression':
    case 'ForOfStatement':
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'ImportExpression':
    case 'TSImportEqualsDeclaration':
      return true
    default:
      return false
  }
}

function isProcessExit(call: TSESTree.CallExpression, bindings: Bindings | undefined): boolean {
  const callee = skipWrappers(call.callee)
  if (callee.type !== 'MemberExpression') return false
  const object = skipWrappers(callee.object)
  if (object.type !== 'Identifier' || object.name !== 'process') return false
  const name = getStaticPropertyName(callee)
  if (name !== 'exit' && name !== 'abort' && name !== 'reallyExit') return false
  const binding = bindings?.resolve(object)
  return (
    !binding || binding.kind === 'import' || binding.definitions.some(({ node }) => node.type === 'VariableDeclarator')
  )
}

interface Found {
  readonly state: State
  readonly end: number
}

function* stepsOf({ end, state }: Found): Generator<{ state: State; end: number }, void, void> {
  const chain: Found[] = [{ state, end }]
  for (let at = state; at.parent; at = at.parent) chain.push({ state: at.parent, end: at.parentEnd })
  yield* chain.reverse()
}

/** Replays the path with all facts: the first test that cannot come out as the path has it. */
function findContradiction(reader: FactReader, found: Found, origin: TSESTree.Node | undefined): string | undefined {
  const facts: Facts = new Map()
  for (const { end, state } of stepsOf(found)) {
    const contradiction = state.edge && reader.applyEdge(facts, state.edge, undefined)
    if (contradiction !== undefined) return contradiction
    for (let index = state.start; index < end; index++) {
      reader.applyPoint(facts, state.block.points[index]!, undefined, origin)
    }
  }
  return undefined
}

function describe(found: Found, isSuspension: SearchOptions['isSuspension']): FoundPath {
  const points: FlowPoint[] = []
  const tests: FlowTest[] = []
  let left: FlowPoint | undefined
  for (const { end, state } of stepsOf(found)) {
    if (!state.hasStarted) continue
    const { edge, parent } = state
    if (edge && parent?.hasStarted) {
      if (edge.test) tests.push(edge.test)
      const last = points.at(-1)
      const isLeaving = last?.node.type === 'ThrowStatement' || last?.node.type === 'ReturnStatement'
      // An edge that is not the block's own is an exception at its last point.
      if (isLeaving || edge.isAbandon || !parent.block.edges.includes(edge)) left = last
    }
    for (let index = state.start; index < end; index++) points.push(state.block.points[index]!)
  }
  const suspension = isSuspension && points.find(({ kind, node }) => kind === 'suspend' && isSuspension(node))?.node
  return { last: points.at(-1), block: found.state.block, points, tests, suspension, left }
}
