import { parseForESLint } from '@typescript-eslint/parser'
import { describe, expect, it } from 'vitest'
import { OBLIGATIONS } from '../../src/analysis/contracts.ts'
import { createLifecycleModel } from '../../src/analysis/lifecycle-model.ts'
import { createOriginResolver } from '../../src/analysis/module-origin.ts'
import type { Bindings } from '../../src/ast/bindings.ts'
import { analyse } from './analysed-code.ts'

const { visitorKeys } = parseForESLint('')

/** How many names are looked up and how many nodes visited when everything is asked about every child of a file. */
function countSteps(text: string): number {
  const { unit } = analyse(text)
  let steps = 0
  const bindings: Bindings = {
    resolve(identifier) {
      steps += 1
      return unit.bindings.resolve(identifier)
    },
    get all() {
      steps += unit.bindings.all.length
      return unit.bindings.all
    },
  }
  const counted = new Proxy(visitorKeys, {
    get(keys, type) {
      steps += 1
      return Reflect.get(keys, type) as readonly string[] | undefined
    },
  })
  const resolveOrigin = createOriginResolver(bindings)
  const model = createLifecycleModel({ ...unit, bindings, visitorKeys: counted, resolveOrigin })
  for (const site of model.sites) {
    for (const obligation of OBLIGATIONS) model.judge(site, [obligation], 'normal')
    model.findDanglingTimer(site)
    model.findEarlyRead(site)
    model.findSettleFlaw(site)
    model.findSignalLoss(site)
  }
  return steps
}

const repeat = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

const SHAPES: [string, (size: number) => string][] = [
  [
    'children, each in a function of its own',
    (size) =>
      repeat(size, (i) => `function f${i}(a) { const c = spawn('a', [a]); if (a) return; c.on('close', () => a()) }`),
  ],
  [
    'children of one function',
    (size) => `function f(a) {\n${repeat(size, (i) => `const c${i} = spawn('a'); c${i}.on('error', a)`)}\n}`,
  ],
  [
    'children of one function that nothing is done with',
    (size) => `function f(a) {\n${repeat(size, (i) => `if (a === ${i}) a(); spawn('a')`)}\n}`,
  ],
  [
    'uses of one child',
    (size) => `const c = spawn('a')\n${repeat(size, (i) => `c.on('exit', (code) => console.log(code, ${i}))`)}`,
  ],
  [
    'promises of children',
    (size) =>
      repeat(
        size,
        (i) =>
          `const p${i} = () => new Promise((resolve, reject) => { const c = spawn('a'); c.on('error', reject); c.on('close', (code) => code ? reject(new Error()) : resolve(code)) })`,
      ),
  ],
  [
    'functions around a child that call one another',
    (size) =>
      `function f(a) {\nconst c = spawn('a')\n${repeat(size, (i) => `const g${i} = () => { c.on('exit', a); g${(i + 1) % size}(); g${(i + 2) % size}() }`)}\ng0()\n}`,
  ],
  [
    'functions around a child that lead to one another',
    (size) =>
      `function f(a) {\nconst c = spawn('a')\nfunction g0() { c.on('exit', a) }\n${repeat(size, (i) => `function g${i + 1}() { g${i}(); if (a) g${i}() }`)}\ng${size}()\n}`,
  ],
  [
    'functions that hand on what they are given',
    (size) => `${repeat(size, (i) => `const h${i} = (n) => n ? spawn('a') : h${(i + 7) % size}(n - 1)`)}\nh0(1)`,
  ],
  [
    'lines that name no child',
    (size) => `spawn('a')\n${repeat(size, (i) => `export const v${i} = (a) => a.exec(${i})`)}`,
  ],
]

describe('what is looked at grows with the file', () => {
  it.each(SHAPES)('%s', (_, build) => {
    const [small = 0, large = 0] = [100, 400].map((size) =>
      countSteps(`import { spawn } from 'node:child_process'\n${build(size)}`),
    )
    expect(small).toBeGreaterThan(0)
    // 4 to the power of 1.1
    expect(large / small).toBeLessThan(4.6)
  })
})
