import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowBlock, FlowEdge, FlowGraph, FlowPoint } from './flow-graph.ts'

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
  visit(graph.entry)
  for (const block of order) {
    for (const edge of block.edges) visit(edge.to)
    if (block.handler && block.isGuarded && block.points.length > 0) visit(block.handler)
  }
  const paragraphs = order.map((block) => {
    const lines = [
      `${names.get(block)}: ${block.points.map((point) => printPoint(point, sourceText)).join(' · ')}`.trimEnd(),
    ]
    for (const edge of block.edges) lines.push(`  ${printEdge(edge, sourceText)}${names.get(edge.to)}`)
    if (block.handler && block.isGuarded && block.points.length > 0)
      lines.push(`  exception → ${names.get(block.handler)}`)
    return lines.join('\n')
  })
  return paragraphs.join('\n')
}

function printPoint({ kind, node }: FlowPoint, sourceText: string | undefined): string {
  const text = printNode(node, sourceText)
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

function printEdge({ isAbandon, isBack, test }: FlowEdge, sourceText: string | undefined): string {
  const arrow = `${isAbandon ? 'closed ' : ''}→ ${isBack ? '↑' : ''}`
  if (!test) return arrow
  const not = test.holds ? '' : 'not '
  const text = printNode(test.test, sourceText)
  switch (test.condition) {
    case 'equals':
      return `${test.subject ? printNode(test.subject, sourceText) : '?'} ${not}case ${text} ${arrow}`
    case 'entered':
    case 'continued':
    case 'defined':
      return `${text} ${not}${test.condition} ${arrow}`
    default:
      return `${text} is ${not}${test.condition} ${arrow}`
  }
}

const MAX_TEXT = 40

function printNode(node: TSESTree.Node, sourceText: string | undefined): string {
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
      return `for-of ${printNode(node.right, sourceText)}`
    case 'ForInStatement':
      return `for-in ${printNode(node.right, sourceText)}`
  }
  const text = sourceText.slice(node.range[0], node.range[1]).replace(/\s+/g, ' ')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}
