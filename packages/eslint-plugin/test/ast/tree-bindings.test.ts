import { createRequire } from 'node:module'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseForESLint } from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import type { Binding, Bindings } from '../../src/ast/bindings.ts'
import { linkParents, traverse } from '../../src/ast/child-nodes.ts'
import { createScopeBindings } from '../../src/ast/scope-bindings.ts'
import { createTreeBindings } from '../../src/ast/tree-bindings.ts'

interface Pair {
  readonly program: TSESTree.Program
  readonly scope: Bindings
  readonly tree: Bindings
}

function bindWithTypeScript(text: string, jsx = true): Pair {
  const { ast, scopeManager, visitorKeys } = parseForESLint(text, {
    range: true,
    loc: true,
    sourceType: 'module',
    ecmaFeatures: { jsx },
  })
  const program = ast as unknown as TSESTree.Program
  linkParents(program, visitorKeys)
  return { program, scope: createScopeBindings(scopeManager as never), tree: createTreeBindings(program, visitorKeys) }
}

/** What ESLint itself hands to a rule: espree's tree and eslint-scope, without types. */
function bindWithEspree(text: string): Pair {
  const linter = new Linter()
  linter.verify(text, { languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } })
  const sourceCode = linter.getSourceCode()
  const program = sourceCode.ast as unknown as TSESTree.Program
  linkParents(program, sourceCode.visitorKeys)
  return {
    program,
    scope: createScopeBindings(sourceCode.scopeManager as never),
    tree: createTreeBindings(program, sourceCode.visitorKeys),
  }
}

function describeBinding(binding: Binding | undefined): unknown {
  if (!binding) return undefined
  return {
    name: binding.name,
    kind: binding.kind,
    definitions: binding.definitions.map(({ kind, name, node }) => `${kind} ${node.type} ${name.range[0]}`),
    references: binding.references.map(
      ({ identifier, init, isRead, isWrite, root, writeExpression }) =>
        `${identifier.range[0]} ${isRead ? 'r' : ''}${isWrite ? 'w' : ''}${init ? 'i' : ''} ${root.type}@${root.range[0]} ${writeExpression?.range[0]}`,
    ),
    root: `${binding.root.type}@${binding.root.range[0]}`,
    isReassigned: binding.isReassigned,
    isExported: binding.isExported,
  }
}

/** Compares the two on every name of the file; returns how many were bound. */
function compare({ program, scope, tree }: Pair): number {
  let bound = 0
  const compared = new Set<Binding>()
  traverse(program, {
    enter(node) {
      if (node.type !== 'Identifier' && node.type !== 'JSXIdentifier') return
      const expected = scope.resolve(node)
      const actual = tree.resolve(node)
      if (expected) bound++
      if (expected && actual && compared.has(expected)) {
        expect(actual.definitions[0]!.name).toBe(expected.definitions[0]!.name)
        return
      }
      if (expected) compared.add(expected)
      expect(describeBinding(actual), `${node.name} at ${node.loc.start.line}:${node.loc.start.column}`).toEqual(
        describeBinding(expected),
      )
    },
  })
  return bound
}

const require = createRequire(import.meta.url)
const textOf = (path: string): string => readFileSync(path, 'utf8')
const largestFileIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)[0]!
const eslint = require.resolve('eslint/package.json').replace('package.json', '')

describe('createTreeBindings agrees with the scope manager', () => {
  it.each([
    ['hoisting', 'f(); x = 1; var x; function f() { return y; var y = x } let z = () => z'],
    [
      'blocks',
      'let a = 1; { let a = 2; { var b = a } a } for (const a of [a]) a; for (let a = 0; a < 1; a++) { let a = 3; a } a; b',
    ],
    ['switch', 'let a; switch (a) { case 1: let a = 2; a; break; default: a }'],
    ['catch', 'let e; try {} catch (e) { e; let f = e } try {} catch ({ message: e, ...rest }) { e; rest } e'],
    [
      'parameters',
      'const x = 1; function f(a = x, { b, c: [d] = [a] }, ...rest) { var x = 2; return [a, b, d, rest, x, arguments] }',
    ],
    ['parameter and var of one name', 'function f(a, b = () => a) { var a = 1; function b() {} return a + b }'],
    ['names of functions', 'const f = function g() { return g }; g; (function h(h) { return h })'],
    [
      'classes',
      'class A extends B { static x = A; [A.y]() { return A } static { let A = 1; A } #p = this.#p } A; const C = class D { d = D }; class B {}',
    ],
    [
      'labels and keys',
      'const a = { a, b: a, [a]: 1, a() { return a } }; a: for (;;) { continue a } a.a; export { a as b }',
    ],
    [
      'writes',
      'let a, b, c; a = b = 1; a += 1; a++; [a, b = c, ...c] = d; ({ a, x: b.y, [c]: c } = e); for (a of b); for (a.x in b); a ??= 2',
    ],
    [
      'imports',
      'import d, { n, o as p } from "m"; import * as s from "m"; d; n; o; p; s; export default d; export { n }',
    ],
    [
      'exports',
      'export const a = 1, [b] = a; export function f() {} export class C {} let d; export { d as default }; export * from "x"; export { e } from "y"',
    ],
    ['iteration with a shadowed name', 'const x = []; for (const x of f(() => x)) { x } for (var y in y) y'],
    ['arguments', 'function f() { return arguments } const g = () => arguments'],
    ['private and meta', 'class A { #x; y = () => #x in this } import.meta.x; function F() { new.target }'],
    ['destructured default reads itself', 'const { a = a, b = a } = {}; let [c = (c = 1)] = []'],
    ['jsx', 'const A = 1, b = 2, C = { D: 1 }; const x = <A b={b} {...C}><b /><C.D>{A}</C.D></A>; const y = <b.c />'],
  ])('%s', (_, text) => {
    expect(compare(bindWithEspree(text))).toBeGreaterThan(1)
    expect(compare(bindWithTypeScript(text))).toBeGreaterThan(1)
  })

  it.each([
    ['import equals', 'import fs = require("fs"); import x = fs.y; x; export import z = fs.z; z; export = fs'],
    ['enums', 'const Z = 1; enum E { A = Z, B = A, C = E.A, D = F } enum F { X } E.B; export { E }'],
    [
      'namespaces',
      'namespace N { export const a = 1; export function f() { return a } } namespace N { a; N } N.a; declare module "m" { const q: 1 }',
    ],
    [
      'type-only names',
      'interface I { a: T } type T = I | typeof v; const v: I = (x as T)!; function f<T>(this: I, a: T): a is T { return a } export type { I }; export { type T }',
    ],
    [
      'wrappers',
      'let a: any; (a as any) = 1; a! += 1; (<any>a) = 2; [a as any, a!] = a; a satisfies any; f<typeof a>(a)',
    ],
    [
      'overloads',
      'function f(a: 1): 1; function f(a: 2): 2; function f(a: any) { return a } class A { constructor(private readonly x: number, y = x) {} m(a: 1): 1; m(a: any) { return a } } f(1)',
    ],
    [
      'decorators',
      'function d(x: any): any {} const k = "k"; @d(k) class A { @d(k) [k] = k; @d(A) m(@d(k) p: number) { return p } accessor z = k }',
    ],
    [
      'using',
      'async function f() { using a = g(); await using b = h(a); return b } function g() {} function h(a: any) {}',
    ],
    ['type import', 'import type { A } from "m"; import { type B, c } from "m"; let x: A | B = c; x'],
    [
      'abstract and index signatures',
      'abstract class A { abstract x: number; abstract m(a: string): void; [key: string]: any; declare y: number } new A()',
    ],
    [
      'declare',
      'declare const d: number; declare function e(a: number): void; declare class F { g(): void } d; e(1); new F()',
    ],
  ])('TypeScript: %s', (_, text) => {
    expect(compare(bindWithTypeScript(text, false))).toBeGreaterThan(1)
  })

  it.each([
    `${eslint}lib/linter/linter.js`,
    `${eslint}lib/rules/indent.js`,
    `${eslint}lib/rules/no-unused-vars.js`,
    require.resolve('fast-check'),
    largestFileIn(require.resolve('vitest/package.json').replace('package.json', 'dist/chunks')),
  ])('%#. a large file', { timeout: 120_000 }, (path) => {
    expect(compare(bindWithEspree(textOf(path)))).toBeGreaterThan(100)
    expect(compare(bindWithTypeScript(textOf(path)))).toBeGreaterThan(100)
  })
})
