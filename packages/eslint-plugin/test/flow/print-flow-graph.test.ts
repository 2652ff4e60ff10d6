import { describe, expect, it } from 'vitest'
import { buildFlowGraph } from '../../src/flow/build-flow-graph.ts'
import { printFlowGraph } from '../../src/flow/print-flow-graph.ts'
import { parseCode } from './parsed-code.ts'

const print = (text: string): string => {
  const { graph } = parseCode(text)
  return `\n${printFlowGraph(graph, text)}\n`
}

describe('printFlowGraph', () => {
  it.each(
    Object.entries({
      'evaluation order': 'async function f(a) { a.b[c()] = await d(e, () => 1) }',
      'polarity of tests': 'function f(a, b, c) { if (!a || (b && !c)) x(); y() }',
      'optional chain': 'function f(a) { a?.b(c).d?.e; z() }',
      'optional chain as a test': 'function f(a) { if (a?.b ?? c) x() }',
      'conditional initialiser': 'function f(ms) { const t = ms ? g() : undefined; return t }',
      'logical assignment': 'function f(a) { a.b ??= c(); a ||= d() }',
      defaults: 'function f(a = b(), { c = d(), ...e }) {}',
      'return and throw through finally': 'function f(a) { try { if (a) return b(); throw c } finally { d() } }',
      'await in try': 'async function f() { try { await a() } catch (e) { b(e) } }',
      loops: 'function f(a) { x: for (const b of a) { while (b()) { if (c) continue x; break } } }',
      'for and for await': 'async function f(a) { for (let i = 0; i < 2; i++) g(); for await (const b of a) h() }',
      switch: 'function f(a) { switch (a) { case 1: b(); default: c(); case d(): return } }',
      using: 'async function f(a) { using b = c(); await using d = e(); if (a) return; g() }',
      yield: 'function* f() { try { yield a() } finally { b() } yield* c }',
      'hoisting and classes': 'function f() { g(); function g() {} class A extends B { [c()] = d(); static { e() } } }',
      'jsx, templates and tags': 'function f(a) { return <A b={c()}>{d`${e}`}</A> }',
      typescript: 'function f(this: A, a: B) { enum E { X = b(), Y } namespace N { c(a!) } return a as C }',
    }),
  )('%s', (_, text) => {
    expect(print(text)).toMatchSnapshot()
  })

  it('prints positions without the source', () => {
    expect(printFlowGraph(parseCode('function f() { a() }').graph)).toBe(
      ['b1: Identifier@1:15 · CallExpression@1:15', '  → end'].join('\n'),
    )
  })

  it('gives a class field and a static block graphs of their own', () => {
    const text = 'class A { static #x = a(); static { b() } [c()] = d }'
    const { find, nodes, program } = parseCode(text)
    const parts = [program, find('static #x = a();'), find('static { b() }')]
    expect(nodes).toContain(parts[1])
    expect(parts.map((root) => printFlowGraph(buildFlowGraph(root as never), text))).toEqual([
      'b1: c · c() · class A\n  → end',
      'b1: a · a()\n  → end',
      'b1: b · b()\n  → end',
    ])
  })
})
