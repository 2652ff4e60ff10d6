import { describe, expect, it } from 'vitest'
import { findOpenPath, type OpenPathOptions } from '../../src/flow/find-open-path.ts'
import { parseCode } from './parsed-code.ts'

/** From just after `start()` to an end without `stop()`: `kind line:column`, or `closed`. */
function search(text: string, options: Partial<OpenPathOptions> = {}): string {
  const code = parseCode(text)
  const stops = new Set(code.findAll('stop()'))
  const path = findOpenPath(code.graph, {
    stops,
    bindings: code.bindings,
    ...options,
    from: options.from ?? code.find('start()'),
  })
  return path ? `${path.kind} ${path.position.line}:${path.position.column}` : 'closed'
}

const inFunction = (body: string): string => `async function f(a, b, o) {\n${body}\n}`

describe('findOpenPath', () => {
  it.each([
    ['straight', 'start(); stop()', 'closed'],
    ['never stopped', 'start()', 'end 3:0'],
    ['stopped before only', 'stop(); start()', 'end 3:0'],
    ['early return', 'start(); if (a) return\nstop()', 'return 2:16'],
    ['early throw', 'start(); if (a) throw 1\nstop()', 'throw 2:16'],
    ['both arms', 'start(); if (a) stop(); else stop()', 'closed'],
    ['one arm', 'start(); if (a) stop()', 'end 3:0'],
    ['ternary', 'start(); a ? stop() : stop()', 'closed'],
    ['short circuit', 'start(); a && stop()', 'end 3:0'],
    ['optional call', 'start(); a?.b(stop())', 'end 3:0'],
    ['endless loop', 'start(); for (;;) { b() }', 'closed'],
    ['endless loop with break', 'start(); while (true) { if (a) break }', 'end 3:0'],
    ['loop may run zero times', 'start(); while (a) stop()', 'end 3:0'],
    ['do runs once', 'start(); do { stop() } while (a)', 'closed'],
    ['array literal is entered', 'start(); for (const e of ["a", "b"]) stop()', 'closed'],
    ['array literal of spreads may be empty', 'start(); for (const e of [...a]) stop()', 'end 3:0'],
    ['next round of the loop', 'for (const x of a) { if (b) stop(); start() }', 'end 3:0'],
    ['finally', 'try { start(); if (a) return } finally { stop() }', 'closed'],
    ['finally with a return of its own', 'try { start(); return 1 } finally { return 2 }', 'return 2:36'],
    ['caught throw', 'start(); try { throw 1 } catch { stop() }', 'closed'],
    ['caught await', 'start(); try { await a; stop() } catch {}', 'end 3:0'],
    [
      'an await in try that cannot reject',
      'start(); try { await new Promise((done) => b(done)); stop() } catch {}',
      'closed',
    ],
    ['one that can', 'start(); try { await new Promise((done, fail) => b(done, fail)); stop() } catch {}', 'end 3:0'],
    ['an await of nothing in try', 'start(); try { await null; stop() } catch {}', 'closed'],
    ['exit before the start', 'if (a) process.exit(1); start(); if (a) return; stop()', 'closed'],
    ['a call in try does not throw', 'start(); try { a(); stop() } catch {}', 'closed'],
    ['an await outside try does not throw', 'start(); await a; stop()', 'closed'],
    ['throw through finally', 'try { start(); throw 1 } finally { b() }', 'throw 2:15'],
    ['await through finally', 'try { start(); await a; stop() } finally { b() }', 'throw 2:15'],
    ['break through finally', 'for (;;) { try { start(); break } finally { stop() } }', 'closed'],
    [
      'labelled continue through finally',
      'x: for (const i of a) { for (;;) { try { start(); continue x } finally { b() } } }',
      'end 3:0',
    ],
    ['exit', 'start(); if (a) process.exit(1); stop()', 'closed'],
    ['switch without default', 'start(); switch (a) { case 1: stop() }', 'end 3:0'],
    ['switch with fall-through', 'start(); switch (a) { case 1: case 2: stop(); break; default: stop() }', 'closed'],
    ['a nested function is not this path', 'start(); const g = () => { stop() }', 'end 3:0'],
    ['default value', 'start(); const { x = stop() } = a', 'end 3:0'],
    ['start in a catch clause of calls', 'try { a() } catch { start() }', 'end 3:0'],
    ['unreachable start', 'return; start()', 'closed'],
    ['an await of what nothing resolves', 'start(); await new Promise(() => {})', 'closed'],
    ['of what can only be rejected', 'start(); await new Promise((_, fail) => b(fail))', 'closed'],
    [
      'of what can only be rejected, caught',
      'start(); try { await new Promise((_, fail) => b(fail)); stop() } catch {}',
      'end 3:0',
    ],
    ['of what is resolved', 'start(); await new Promise((done) => b(done))', 'end 3:0'],
    ['of what takes its arguments elsewhere', 'start(); await new Promise(function () { b(arguments) })', 'end 3:0'],
  ])('%s', (_, body, expected) => {
    expect(search(inFunction(body))).toBe(expected)
  })
})

describe('findOpenPath, correlated tests', () => {
  it.each([
    ['same test twice', 'if (a) start(); if (a) stop()', 'closed'],
    [
      'of a property, around a loop over a written list',
      'if (o.a) start(); for (const e of ["a", "b"]) b(e)\nif (o.a) stop()',
      'closed',
    ],
    ['around a loop over any other', 'if (o.a) start(); for (const e of b) b(e)\nif (o.a) stop()', 'end 4:0'],
    [
      'around a written number of rounds',
      'if (o.a) start(); for (let i = 0; i < 3; i++) b(i)\nif (o.a) stop()',
      'closed',
    ],
    [
      'around such rounds with a wait in them',
      'if (o.a) start(); for (let i = 0; i < 3; i++) await b(i)\nif (o.a) stop()',
      'end 4:0',
    ],
    [
      'around any other number of rounds',
      'if (o.a) start(); for (let i = 0; i < a; i++) b(i)\nif (o.a) stop()',
      'end 4:0',
    ],
    ['of a constant and of what it was given', 'const x = o.a; if (x) start(); if (o.a) stop()', 'closed'],
    ['of two constants', 'const x = o.a, y = o.a; if (!x) start(); if (!y) stop()', 'closed'],
    ['of a constant comparison', 'const x = o.a === "b"; if (x) start(); if (o.a === "b") stop()', 'closed'],
    ['of a constant and of something else', 'const x = o.a; if (x) start(); if (o.b) stop()', 'end 3:0'],
    ['opposite test', 'if (a) start(); if (!a) return; stop()', 'closed'],
    ['other variable', 'if (a) start(); if (b) stop()', 'end 3:0'],
    ['nullish forms', 'if (a != null) start(); if (a === undefined) return; stop()', 'closed'],
    ['truthy implies defined', 'if (a) start(); if (a !== undefined) stop()', 'closed'],
    ['defined does not imply truthy', 'if (a !== undefined) start(); if (a) stop()', 'end 3:0'],
    ['typeof', 'if (typeof a === "undefined") return; start(); if (a !== undefined) stop()', 'closed'],
    ['literal', 'if (a === "x") start(); if (a === "y") return; if (a === "x") stop()', 'closed'],
    ['switch and if', 'if (a === "x") start(); switch (a) { case "x": stop() }', 'closed'],
    ['conditional initialiser', 'const t = a ? start() : undefined; if (t) stop()', 'closed'],
    ['conditional initialiser, logical', 'const t = a && start(); if (t) stop()', 'closed'],
    ['conditional assignment', 'let t; if (a) t = start(); b(); if (t) stop()', 'closed'],
    ['condition of the initialiser', 'const t = a ? start() : undefined; b(); if (a) stop()', 'closed'],
    ['reassigned between', 'if (a) start(); a = b(); if (a) stop()', 'end 3:0'],
    [
      'reassigned in a closure',
      'let x = b(); const g = () => { x = 0 }; if (x) start(); g(); if (x) stop()',
      'end 3:0',
    ],
    ['options', 'if (o.x) start(); b(); if (o.x) stop()', 'closed'],
    ['assigned option', 'if (o.x) start(); o.x = b(); if (o.x) stop()', 'end 3:0'],
    ['another of that name is assigned', 'if (o.x) start(); b.x = 1; if (o.x) stop()', 'end 3:0'],
    ['a member test in a loop can change', 'start(); while (o.running) { await b() }', 'end 3:0'],
    ['declared anew in each round', 'for (const x of b) { if (x) start(); else stop() }', 'end 3:0'],
    ['a copy of a variable', 'let w = b(); if (!a) { start(); w = a } if (!w) stop()', 'closed'],
    ['a copy, on an open path', 'let w = b(); if (!a) { start(); w = a } if (w) stop()', 'end 3:0'],
    ['comparison', 'if (a > 0) start(); if (a > 0) stop()', 'closed'],
    ['greater than 0 implies truthy', 'if (a > 0) start(); if (a) stop()', 'closed'],
    ['and the other way round', 'if (0 < a) start(); if (!a) return; stop()', 'closed'],
    ['0 is at least 0', 'if (a >= 0) start(); if (a) stop()', 'end 3:0'],
    ['at least 0 implies defined', 'if (a >= 0) start(); if (a !== undefined) stop()', 'closed'],
    ['null is at least 0', 'if (a >= 0) start(); if (a !== null) stop()', 'end 3:0'],
    ['null is at least 0 for certain', 'if (a >= 0) b(); else start(); if (a !== null) stop()', 'closed'],
    ['NaN is not', 'if (a >= 0) b(); else start(); if (a) stop()', 'end 3:0'],
    ['truthy does not imply greater than 0', 'if (a) start(); if (a > 0) stop()', 'end 3:0'],
    ['flag', 'let done = false; start(); if (!done) stop()', 'closed'],
    ['flag set on the way', 'let done = false; if (a) done = true; start(); if (!done) stop()', 'end 3:0'],
  ])('%s', (_, body, expected) => {
    expect(search(inFunction(body))).toBe(expected)
  })
})

describe('findOpenPath, options', () => {
  it.each([
    ['assumes', 'start(); if (a) stop()', 'closed', { assumes: (): boolean => true }],
    ['assumes the other way', 'start(); if (a) stop()', 'end 3:0', { assumes: (): boolean => false }],
    ['all exceptions', 'start(); b(); stop()', 'throw 2:9', { exceptions: 'all' }],
    ['all exceptions, caught', 'start(); try { b() } catch {} stop()', 'closed', { exceptions: 'all', ends: ['end'] }],
    ['a member access can throw', 'start(); b.c; stop()', 'throw 2:9', { exceptions: 'all' }],
    ['ends', 'start(); if (a) throw b; stop()', 'closed', { ends: ['end', 'return'] }],
    ['neverReturns', 'start(); if (a) fail()', 'end 3:0', { neverReturns: (): boolean => true }],
    ['neverReturns on all paths', 'start(); fail(); stop()', 'closed', { neverReturns: (): boolean => true }],
    ['from the entry', 'if (a) stop(); start()', 'end 3:0', { from: 'entry' }],
    ['from the entry, closed', 'stop()', 'closed', { from: 'entry' }],
  ] as const)('%s', (_, body, expected, options) => {
    expect(search(inFunction(body), options as Partial<OpenPathOptions>)).toBe(expected)
  })

  it.each([
    ['truthiness', 'if (c) stop()', 'closed'],
    ['negated', 'if (!c) return; stop()', 'closed'],
    ['nullish', 'if (c == null) return; stop()', 'closed'],
    ['optional call', 'c?.on(stop())', 'closed'],
    ['typeof', 'if (typeof c !== "undefined") stop()', 'closed'],
    ['a property says nothing', 'if (c.pid) stop()', 'end 3:0'],
  ])('isObject: %s', (_, body, expected) => {
    const isObject: OpenPathOptions['isObject'] = (node) => node.type === 'Identifier' && node.name === 'c'
    expect(search(inFunction(`start(); ${body}`), { isObject, bindings: undefined })).toBe(expected)
  })

  it('closes a generator at its yields only when asked to', () => {
    const text = 'function* f() { const c = start(); try { yield 1 } finally { g() } stop() }'
    const { find, graph } = parseCode(text)
    const options = { from: find('start()'), stops: new Set([find('stop()')]), ends: ['end', 'return'] } as const
    expect(findOpenPath(graph, options)).toBeUndefined()
    const path = findOpenPath(graph, { ...options, abandonment: true })
    expect([path?.kind, path?.node.type, path?.position.column]).toEqual(['return', 'YieldExpression', 41])
  })

  it("ends an arrow's expression at its body", () => {
    const { find, graph } = parseCode('const f = (a) => a && start()')
    const path = findOpenPath(graph, { from: find('start()') })
    expect([path?.kind, path?.node.type, path?.position.column]).toEqual(['return', 'LogicalExpression', 17])
  })

  it('does not take process.exit of a local for the real one', () => {
    expect(search('function f(process) {\nstart(); process.exit()\n}')).toBe('end 3:0')
    expect(search('import process from "node:process"; function f() {\nstart(); process.exit()\n}')).toBe('closed')
  })
})
