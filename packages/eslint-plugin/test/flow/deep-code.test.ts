import type { TSESTree } from '@typescript-eslint/utils'
import { describe, expect, it } from 'vitest'
import { buildFlowGraph } from '../../src/flow/build-flow-graph.ts'
import { findOpenPath } from '../../src/flow/find-open-path.ts'
import type { FlowGraph } from '../../src/flow/flow-graph.ts'
import { parseCode } from './parsed-code.ts'

// The trees are made by hand, because parsers overflow their own stack on such input.
type Tree = TSESTree.Node
let position = 0
const node = (type: string, fields: object = {}): Tree => {
  const at = { line: 1, column: position++ }
  return { type, loc: { start: at, end: at }, range: [position, position], ...fields } as unknown as Tree
}
const identifier = (name: string): Tree => node('Identifier', { name })
const call = (name: string): Tree =>
  node('CallExpression', { callee: identifier(name), arguments: [], optional: false })
const statement = (expression: Tree): Tree => node('ExpressionStatement', { expression })
const block = (...body: Tree[]): Tree => node('BlockStatement', { body })
const graphOf = (...body: Tree[]): FlowGraph => buildFlowGraph(node('Program', { body }) as TSESTree.Program)
const nest = (depth: number, seed: Tree, wrap: (inner: Tree, level: number) => Tree): Tree => {
  let at = seed
  for (let level = 0; level < depth; level++) at = wrap(at, level)
  return at
}
const DEPTH = 10_000

describe('10,000 levels deep', () => {
  it.each<[string, (inner: Tree) => Tree]>([
    ['else if', (inner) => node('IfStatement', { test: call('c'), consequent: block(), alternate: inner })],
    ['blocks', (inner) => block(inner)],
    ['while', (inner) => node('WhileStatement', { test: call('c'), body: inner })],
    ['labels', (inner) => node('LabeledStatement', { label: identifier('l'), body: block(inner) })],
    [
      'try and catch',
      (inner) =>
        node('TryStatement', {
          block: block(inner),
          handler: node('CatchClause', { param: null, body: block() }),
          finalizer: null,
        }),
    ],
    [
      'try and finally',
      (inner) => node('TryStatement', { block: block(inner), handler: null, finalizer: block(statement(call('f'))) }),
    ],
    [
      'switch',
      (inner) =>
        node('SwitchStatement', {
          discriminant: call('d'),
          cases: [node('SwitchCase', { test: call('c'), consequent: [inner] })],
        }),
    ],
  ])('%s', (_, wrap) => {
    const start = call('start')
    const graph = graphOf(nest(DEPTH, statement(start), wrap))
    expect(findOpenPath(graph, { from: start })?.kind).toBe('end')
    expect(graph.blocks.length).toBeLessThan(10 * DEPTH)
  })

  it.each<[string, (inner: Tree, level: number) => Tree]>([
    ['+', (inner) => node('BinaryExpression', { operator: '+', left: inner, right: call('c') })],
    ['&&', (inner) => node('LogicalExpression', { operator: '&&', left: inner, right: call('c') })],
    ['&& to the right', (inner) => node('LogicalExpression', { operator: '&&', left: call('c'), right: inner })],
    ['??', (inner) => node('LogicalExpression', { operator: '??', left: inner, right: call('c') })],
    [
      'ternaries',
      (inner) => node('ConditionalExpression', { test: call('c'), consequent: call('c'), alternate: inner }),
    ],
    [
      'ternaries in tests',
      (inner) => node('ConditionalExpression', { test: inner, consequent: call('c'), alternate: call('c') }),
    ],
    [
      'chained calls',
      (inner) =>
        node('CallExpression', {
          callee: node('MemberExpression', { object: inner, property: identifier('m'), computed: false }),
          arguments: [],
        }),
    ],
    ['arguments', (inner) => node('CallExpression', { callee: identifier('f'), arguments: [inner] })],
    ['!', (inner) => node('UnaryExpression', { operator: '!', argument: inner })],
    ['as', (inner) => node('TSAsExpression', { expression: inner })],
    ['arrays', (inner) => node('ArrayExpression', { elements: [inner] })],
    ['an unknown node', (inner) => node('PipelineExpression', { left: inner, right: call('c') })],
  ])('%s', (_, wrap) => {
    const start = call('start')
    const graph = graphOf(
      statement(nest(DEPTH, start, wrap)),
      node('IfStatement', { test: nest(DEPTH, call('t'), wrap), consequent: block(), alternate: null }),
    )
    expect(findOpenPath(graph, { from: start })?.kind).toBe('end')
    expect(graph.blocks.length).toBeLessThan(12 * DEPTH)
  })
})

describe('size', () => {
  const size = (graph: FlowGraph): number =>
    graph.blocks.reduce((sum, { edges, points }) => sum + 1 + edges.length + points.length, 0)
  const repeat = (text: string, count: number): number =>
    size(parseCode(`async function f(a, b) {\n${text.repeat(count)}\n}`).graph)

  it.each([
    ['branches', 'if (a) b(); else await a(b ? 1 : b && a)\n'],
    ['loops', 'for (const x of a) { if (x) continue; b(x) }\n'],
    ['returns through finally', 'try { if (a) return await b() } catch { a() } finally { b() }\n'],
    ['switches', 'switch (a) { case 1: b(); case 2: a(); break; default: b(1) }\n'],
  ])('grows with the code, not with its paths: %s', (_, text) => {
    const base = repeat(text, 100)
    expect(repeat(text, 1000)).toBeLessThan(10.5 * base)
  })

  it('gives up on finally nested in finally rather than to copy for ever, and says so', () => {
    const text = Array.from({ length: 30 }).reduce<string>((inner) => `try { a() } finally { ${inner} }`, 'start()')
    const { find, graph } = parseCode(`async function f(a) { ${text} }`)
    expect(graph.isExact).toBe(false)
    expect(graph.blocks.length).toBeLessThan(5000)
    expect(findOpenPath(graph, { from: find('start()') })).toBeUndefined()
  })

  it('is exact for three levels of it', () => {
    const { find, graph } = parseCode(
      'async function f(a) { try { a() } finally { try { a() } finally { try {} finally { start() } } } }',
    )
    expect(graph.isExact).toBe(true)
    expect(findOpenPath(graph, { from: find('start()') })?.kind).toBe('end')
  })
})
