import { describe, expect, it } from 'vitest'
import { findReached, findSuspensionBefore } from '../../src/flow/find-suspension.ts'
import { parseCode } from './parsed-code.ts'

function search(body: string): string {
  const text = `async function* f(a, b) {\n${body}\n}`
  const code = parseCode(text)
  const late = findSuspensionBefore(code.graph, {
    from: code.find('start()'),
    uses: new Set(code.findAll('use()')),
    stops: new Set(code.findAll('stop()')),
    bindings: code.bindings,
  })
  return late
    ? `${late.suspension.type} ${late.suspension.loc.start.column} before ${late.use.loc.start.column}`
    : 'in time'
}

describe('findSuspensionBefore', () => {
  it.each([
    ['none', 'start(); use()', 'in time'],
    ['await', 'start(); await a; use()', 'AwaitExpression 9 before 18'],
    ['await after the use', 'start(); use(); await a; use()', 'in time'],
    ['a stop before', 'start(); stop(); await a; use()', 'in time'],
    ['in one branch', 'start(); if (a) await b; use()', 'AwaitExpression 16 before 25'],
    ['awaited argument', 'start(); g(await a, use())', 'AwaitExpression 11 before 20'],
    ['yield', 'start(); yield a; use()', 'YieldExpression 9 before 18'],
    ['for await', 'start(); for await (const x of a) use()', 'ForOfStatement 9 before 34'],
    ['disposal', '{ await using x = start() } use()', 'VariableDeclaration 2 before 28'],
    ['next round', 'for (;;) { use(); start(); await a }', 'AwaitExpression 27 before 11'],
    ['in a nested function', 'start(); const g = async () => { await a }; use()', 'in time'],
    ['on a path that a test excludes', 'if (a) start(); if (!a) await b; use()', 'in time'],
    ['in a catch clause', 'start(); try { await a } catch { use() }', 'AwaitExpression 15 before 33'],
  ])('%s', (_, body, expected) => {
    expect(search(body)).toBe(expected)
  })
})

describe('findReached', () => {
  it('finds the assignment that loses a value, and the tests on the way', () => {
    const { find, graph } = parseCode('function f(a) { let c = start(); if (a) c.stop(); c = g() }')
    const reached = findReached(graph, {
      from: find('start()'),
      to: new Set([find('c = g()')]),
      stops: new Set([find('c.stop()')]),
    })
    expect(reached?.node.loc.start.column).toBe(50)
    expect(reached?.tests.map(({ condition, holds }) => `${condition} ${holds}`)).toEqual(['truthy false'])
  })
})
