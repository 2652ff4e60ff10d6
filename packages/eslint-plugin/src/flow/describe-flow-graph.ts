import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowBlock, FlowEdge, FlowGraph, FlowPoint } from './flow-graph.ts'

/** A control-flow graph in words: without trees, so that it can be printed, drawn, or sent elsewhere. */
export interface FlowDescription {
  /** In the order in which they are reached from the entry, which is the first. What nothing reaches is left out. */
  readonly blocks: readonly BlockDescription[]
}

export interface BlockDescription {
  /** `b1`, `b2` and so on. */
  readonly name: string
  readonly points: readonly PointDescription[]
  readonly edges: readonly EdgeDescription[]
}

export interface PointDescription {
  readonly text: string
  readonly node: TSESTree.Node
}

export interface EdgeDescription {
  /** The name of a block, or an exit: `end` (of the body), `return`, `throw`. */
  readonly to: string
  /** What the edge says about its test; empty where it has none. */
  readonly text: string
  /**
   * - `normal` the next block
   * - `back` the head of a loop
   * - `abandon` a generator is closed at its `yield`
   * - `exception` what an exception at any point of the block meets, inside a `try`
   */
  readonly kind: 'abandon' | 'back' | 'exception' | 'normal'
}

/** Describes a graph; with the source text, points and tests are shown as their code. */
export function describeFlowGraph(graph: FlowGraph, sourceText?: string): FlowDescription {
  const names = new Map<FlowBlock, string>([
    [graph.exits.end, 'end'],
    [graph.exits.return, 'return'],
    [graph.exits.throw, 'throw'],
  ])
  const order: FlowBlock[] = []
  const visit = (block: FlowBlock): void => {
    if (names.has(block)) return
    order.push(block)
    names.set(block, `b${order.length}`)
  }
  const nameOf = (block: FlowBlock): string => names.get(block) ?? '?'
  visit(graph.entry)
  for (const block of order) {
    for (const edge of block.edges) visit(edge.to)
    if (hasHandler(block)) visit(block.handler)
  }
  return {
    blocks: order.map((block) => ({
      name: nameOf(block),
      points: block.points.map((point) => ({ text: describePoint(point, sourceText), node: point.node })),
      edges: [
        ...block.edges.map((edge) => ({
          to: nameOf(edge.to),
          text: describeTest(edge, sourceText),
          kind: edge.isAbandon ? ('abandon' as const) : edge.isBack ? ('back' as const) : ('normal' as const),
        })),
        ...(hasHandler(block) ? [{ to: nameOf(block.handler), text: '', kind: 'exception' as const }] : []),
      ],
    })),
  }
}

function hasHandler(block: FlowBlock): block is FlowBlock & { readonly handler: FlowBlock } {
  return block.handler !== undefined && block.isGuarded && block.points.length > 0
}

function describePoint({ kind, node }: FlowPoint, sourceText: string | undefined): string {
  const text = describeNode(node, sourceText)
  switch (kind) {
    case 'bind':
      return `${text} :=`
    case 'dispose':
      return `dispose ${text}`
    case 'suspend':
      return node.type === 'AwaitExpression' || node.type === 'YieldExpression' ? text : `suspend ${text}`
    case 'evaluate':
      return text
  }
}

function describeTest({ test }: FlowEdge, sourceText: string | undefined): string {
  if (!test) return ''
  const not = test.holds ? '' : 'not '
  const text = describeNode(test.test, sourceText)
  switch (test.condition) {
    case 'equals':
      return `${test.subject ? describeNode(test.subject, sourceText) : '?'} ${not}case ${text}`
    case 'entered':
    case 'continued':
    case 'defined':
      return `${text} ${not}${test.condition}`
    default:
      return `${text} is ${not}${test.condition}`
  }
}

const MAX_TEXT = 40

function describeNode(node: TSESTree.Node, sourceText: string | undefined): string {
  const place = `${node.type}@${node.loc?.start.line}:${node.loc?.start.column}`
  if (sourceText === undefined) return place
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return `function ${node.id?.name ?? ''}`.trimEnd()
    case 'ArrowFunctionExpression':
      return '=>'
    case 'ClassDeclaration':
    case 'ClassExpression':
      return `class ${node.id?.name ?? ''}`.trimEnd()
    case 'ForOfStatement':
      return `for-of ${describeNode(node.right, sourceText)}`
    case 'ForInStatement':
      return `for-in ${describeNode(node.right, sourceText)}`
  }
  const text = sourceText.slice(node.range[0], node.range[1]).replace(/\s+/g, ' ')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}
