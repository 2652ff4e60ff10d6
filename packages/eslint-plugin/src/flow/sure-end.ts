import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowBlock, FlowEdge, FlowGraph } from './flow-graph.ts'
import { isNeverPassed, type PathOptions, readerOf } from './path-search.ts'

export type SureEndOptions = Pick<PathOptions, 'bindings' | 'neverReturns'>

/** What is known of the blocks of one graph: whether an end can surely be reached from their start. */
interface KnownBlocks {
  readonly sure: Set<FlowBlock>
  readonly seen: Set<FlowBlock>
  /** The index of the last point of a block that nothing follows, -1 for none. */
  readonly lastStop: Map<FlowBlock, number>
}

const known = new WeakMap<FlowGraph, Map<SureEndOptions['neverReturns'], KnownBlocks>>()

/**
 * Whether some path from just after `from` certainly leaves the graph, judged without following it: every test on the way
 * either is free to go both ways, or leads to an end both ways. What is learnt is kept per block, so that many questions
 * about one graph cost one pass over it. False says nothing.
 */
export function isEndSure(graph: FlowGraph, from: TSESTree.Node, options: SureEndOptions): boolean {
  if (!graph.isExact) return false
  const blocks = knownOf(graph, options.neverReturns)
  return graph.pointsOf(from).some(({ block, index }) => {
    explore(graph, block, blocks, options)
    return (blocks.lastStop.get(block) ?? -1) <= index && isOutOf(graph, block, blocks, options)
  })
}

function knownOf(graph: FlowGraph, neverReturns: SureEndOptions['neverReturns']): KnownBlocks {
  let perGraph = known.get(graph)
  if (!perGraph) known.set(graph, (perGraph = new Map<SureEndOptions['neverReturns'], KnownBlocks>()))
  let blocks = perGraph.get(neverReturns)
  if (!blocks) {
    const { end, return: returned, throw: thrown } = graph.exits
    const exits = [end, returned, thrown]
    perGraph.set(neverReturns, (blocks = { sure: new Set(exits), seen: new Set(exits), lastStop: new Map() }))
  }
  return blocks
}

/** Decides every block that can be reached from `start`: the least set that is closed under `isOutOf`. */
function explore(graph: FlowGraph, start: FlowBlock, blocks: KnownBlocks, options: SureEndOptions): void {
  if (blocks.seen.has(start)) return
  const found: FlowBlock[] = [start]
  const leadingTo = new Map<FlowBlock, FlowBlock[]>()
  blocks.seen.add(start)
  for (const block of found) {
    blocks.lastStop.set(
      block,
      block.points.findLastIndex(({ node }) => isNeverPassed(node, options)),
    )
    for (const { to } of waysOut(block)) {
      const origins = leadingTo.get(to)
      if (origins) origins.push(block)
      else leadingTo.set(to, [block])
      if (blocks.seen.has(to)) continue
      blocks.seen.add(to)
      found.push(to)
    }
  }
  const pending = found.reverse()
  for (let block = pending.pop(); block; block = pending.pop()) {
    if (blocks.sure.has(block) || blocks.lastStop.get(block) !== -1 || !isOutOf(graph, block, blocks, options)) continue
    blocks.sure.add(block)
    pending.push(...(leadingTo.get(block) ?? []))
  }
}

function isOutOf(graph: FlowGraph, block: FlowBlock, { sure }: KnownBlocks, { bindings }: SureEndOptions): boolean {
  const ways = waysOut(block)
  if (ways.length === 0) return sure.has(block)
  const reader = bindings && readerOf(graph, bindings)
  const isFree = ({ isBack, test }: FlowEdge): boolean =>
    isBack !== true && (test === undefined || reader === undefined || reader.isFree(test, graph))
  return ways.some((way) => sure.has(way.to) && isFree(way)) || ways.every((way) => sure.has(way.to))
}

function waysOut(block: FlowBlock): readonly FlowEdge[] {
  return block.edges.filter(({ isAbandon }) => isAbandon !== true)
}
