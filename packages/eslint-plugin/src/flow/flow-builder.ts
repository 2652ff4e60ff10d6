import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeRoot } from '../ast/function-node.ts'
import type { FlowBlock, FlowEdge, FlowGraph, FlowPoint, FlowTest, PointKind, PointPlace } from './flow-graph.ts'

/**
 * One step of lowering. Steps hand their sub-steps to the loop in `run` instead of calling them, so the depth of the
 * tree costs memory and never call stack: 10,000 chained operators or `else if` are ordinary input.
 */
export type Step = Generator<Step | undefined, void, void>

/** `finally` copied within copies of `finally`: 3 ways (normal, return, throw) to the power of this many levels. */
const MAX_NESTED_FINALIZERS = 4

interface JumpTarget {
  readonly kind: 'jump'
  readonly parent: Context | undefined
  readonly labels: readonly string[]
  readonly breakTo: FlowBlock
  readonly continueTo: FlowBlock | undefined
  /** `break` without a label stops here: loops and `switch`, not labelled blocks. */
  readonly isUnlabelled: boolean
}

interface FinalizerCopy {
  readonly entry: FlowBlock
  readonly onward: (() => void)[]
}

/** A `finally` (or the disposal of `using`) that every way out of the code before it runs through. */
export interface Finalizer {
  readonly kind: 'finally'
  readonly parent: Context | undefined
  readonly lower: () => Step
  readonly handler: FlowBlock
  readonly isGuarded: boolean
  readonly after: FlowBlock
  /** One copy of the code per destination, made when the first jump needs it. */
  readonly copies: Map<FlowBlock, FinalizerCopy>
  readonly isMerged: boolean
}

type Context = Finalizer | JumpTarget

/** Blocks, edges, jump targets and finalizers while a graph is built. Knows nothing of syntax. */
export class FlowBuilder {
  readonly blocks: FlowBlock[] = []
  readonly exits: { readonly end: FlowBlock; readonly return: FlowBlock; readonly throw: FlowBlock }
  current: FlowBlock
  /** Where an optional chain that meets a nullish value continues. */
  chainExit: FlowBlock | undefined
  /** Labels right before the statement that comes next. */
  pendingLabels: string[] = []
  isExact = true
  /** How many points with a suspension there are so far. */
  suspensions = 0
  handler: FlowBlock
  isGuarded = false
  #context: Context | undefined
  #loopHeads = new Set<FlowBlock>()
  #finalizerDepth = 0

  constructor() {
    const exit = (): FlowBlock => this.#addBlock(undefined, false)
    this.exits = { end: exit(), return: exit(), throw: exit() }
    this.handler = this.exits.throw
    this.current = this.newBlock()
  }

  run(root: Step): void {
    const steps = [root]
    for (let step = steps.at(-1); step; step = steps.at(-1)) {
      const { done, value } = step.next()
      if (done) steps.pop()
      else if (value) steps.push(value)
    }
  }

  newBlock(): FlowBlock {
    return this.#addBlock(this.handler, this.isGuarded)
  }

  #addBlock(handler: FlowBlock | undefined, isGuarded: boolean): FlowBlock {
    const block: FlowBlock = { id: this.blocks.length, points: [], edges: [], handler, isGuarded }
    this.blocks.push(block)
    return block
  }

  start(block: FlowBlock): void {
    this.current = block
  }

  point(node: TSESTree.Node, kind: PointKind = 'evaluate', value?: TSESTree.Node): void {
    if (kind === 'suspend') this.suspensions++
    this.current.points.push(value ? { node, kind, value } : { node, kind })
  }

  goto(to: FlowBlock): void {
    this.#edge(this.#loopHeads.has(to) ? { to, isBack: true } : { to })
  }

  branch(to: FlowBlock, test: FlowTest): void {
    this.#edge(this.#loopHeads.has(to) ? { to, test, isBack: true } : { to, test })
  }

  abandon(): void {
    this.#edge({ to: this.#route(this.exits.return, undefined), isAbandon: true })
  }

  #edge(edge: FlowEdge): void {
    this.current.edges.push(edge)
  }

  /** Every edge to `block` that is added from now on is a back edge. */
  markLoopHead(block: FlowBlock): void {
    this.#loopHeads.add(block)
  }

  /** After a jump: what follows in the text cannot be reached from here. */
  startUnreachable(): void {
    this.current = this.newBlock()
  }

  enterTarget(target: {
    breakTo: FlowBlock
    continueTo?: FlowBlock
    labels: readonly string[]
    isUnlabelled: boolean
  }): void {
    this.#context = { kind: 'jump', parent: this.#context, continueTo: undefined, ...target }
  }

  leaveTarget(): void {
    this.#context = this.#context?.parent
  }

  takeLabels(): string[] {
    const labels = this.pendingLabels
    this.pendingLabels = []
    return labels
  }

  jump(kind: 'break' | 'continue', label: string | undefined): void {
    for (let at = this.#context; at; at = at.parent) {
      if (at.kind === 'finally') continue
      const to = kind === 'break' ? at.breakTo : at.continueTo
      if (!to || !(label === undefined ? at.isUnlabelled : at.labels.includes(label))) continue
      this.goto(this.#route(to, at))
      break
    }
    this.startUnreachable()
  }

  jumpToReturn(): void {
    this.goto(this.#route(this.exits.return, undefined))
    this.startUnreachable()
  }

  jumpToHandler(): void {
    this.goto(this.handler)
    this.startUnreachable()
  }

  /** Where a jump to `to`, seen from inside `until`, goes first: the innermost finalizer on the way, else `to`. */
  #route(to: FlowBlock, until: Context | undefined): FlowBlock {
    for (let at = this.#context; at && at !== until; at = at.parent) {
      if (at.kind === 'finally') return this.#copyFor(at, to, () => this.goto(this.#route(to, until)))
    }
    return to
  }

  #copyFor(finalizer: Finalizer, to: FlowBlock, onward: () => void): FlowBlock {
    const known = finalizer.copies.get(to)
    if (known) return known.entry
    const merged = finalizer.isMerged ? finalizer.copies.values().next().value : undefined
    merged?.onward.push(onward)
    const copy = merged ?? { entry: this.#addBlock(finalizer.handler, finalizer.isGuarded), onward: [onward] }
    finalizer.copies.set(to, copy)
    return copy.entry
  }

  /** From here on every way out runs `lower`. `guards` says whether exceptions stay in this graph because of it. */
  enterFinalizer(lower: () => Step, guards: boolean): Finalizer {
    const isMerged = this.#finalizerDepth >= MAX_NESTED_FINALIZERS
    if (isMerged) this.isExact = false
    const finalizer: Finalizer = {
      kind: 'finally',
      parent: this.#context,
      lower,
      handler: this.handler,
      isGuarded: this.isGuarded,
      after: this.newBlock(),
      copies: new Map(),
      isMerged,
    }
    this.#context = finalizer
    const outer = finalizer.handler
    this.handler = this.#copyFor(finalizer, outer, () => this.goto(outer))
    this.isGuarded ||= guards
    return finalizer
  }

  /** The way on when the code before the finalizer completes normally. */
  normalEntry(finalizer: Finalizer): FlowBlock {
    return this.#copyFor(finalizer, finalizer.after, () => this.goto(finalizer.after))
  }

  /** Ends the scope of the finalizer: lowers its copies and continues after it. */
  *leaveFinalizer(finalizer: Finalizer): Step {
    this.goto(this.normalEntry(finalizer))
    this.#context = finalizer.parent
    this.handler = finalizer.handler
    this.isGuarded = finalizer.isGuarded
    this.#finalizerDepth++
    for (const copy of new Set(finalizer.copies.values())) {
      this.start(copy.entry)
      yield finalizer.lower()
      for (const onward of copy.onward) onward()
    }
    this.#finalizerDepth--
    this.start(finalizer.after)
  }

  finish(root: CodeRoot, entry: FlowBlock): FlowGraph {
    const { blocks, exits, isExact } = this
    let places: Map<TSESTree.Node, PointPlace[]> | undefined
    return {
      root,
      entry,
      blocks,
      exits,
      isExact,
      pointsOf(node) {
        places ??= placePoints(blocks)
        return places.get(node) ?? []
      },
    }
  }
}

function placePoints(blocks: readonly FlowBlock[]): Map<TSESTree.Node, PointPlace[]> {
  const places = new Map<TSESTree.Node, PointPlace[]>()
  const add = (block: FlowBlock, point: FlowPoint, index: number): void => {
    const known = places.get(point.node)
    if (known) known.push({ block, index })
    else places.set(point.node, [{ block, index }])
  }
  for (const block of blocks) block.points.forEach((point, index) => add(block, point, index))
  return places
}
