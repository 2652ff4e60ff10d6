import { describeFlowGraph, type EdgeDescription } from './describe-flow-graph.ts'
import type { FlowGraph } from './flow-graph.ts'

/**
 * The graph as text, one block per paragraph, blocks in the order in which they are reached from the entry; blocks that
 * cannot be reached (not even by an exception) are left out. With the source text, points show their code.
 *
 *     b1: foo() · await x
 *       a is truthy → b2
 *       a is not truthy → return
 *       exception → b3
 */
export function printFlowGraph(graph: FlowGraph, sourceText?: string): string {
  const paragraphs = describeFlowGraph(graph, sourceText).blocks.map(({ edges, name, points }) =>
    [
      `${name}: ${points.map(({ text }) => text).join(' · ')}`.trimEnd(),
      ...edges.map((edge) => `  ${printEdge(edge)}`),
    ].join('\n'),
  )
  return paragraphs.join('\n')
}

function printEdge({ kind, text, to }: EdgeDescription): string {
  const condition = kind === 'exception' ? 'exception ' : text === '' ? '' : `${text} `
  return `${condition}${kind === 'abandon' ? 'closed ' : ''}→ ${kind === 'back' ? '↑' : ''}${to}`
}
