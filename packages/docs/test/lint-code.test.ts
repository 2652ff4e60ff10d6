import { runInNewContext } from 'node:vm'
import { ESLint } from 'eslint'
import childProcess from 'eslint-plugin-child-process'
import { describe, expect, test } from 'vitest'
import { tellingPoints, layOutFlow } from '../playground/flow-layout.ts'
import { lintCode } from '../playground/lint-code.ts'
import { writeTestCase } from '../playground/test-case.ts'

/** The value of a test case as it is pasted into a list. */
const evaluate = (text: string): unknown => (runInNewContext(`[${text}]`) as unknown[])[0]

const rules = childProcess.configs.strict.rules ?? {}

const program = `import { spawn } from 'node:child_process'

export function build(isQuick) {
  const make = spawn('make', { stdio: 'inherit' })
  if (isQuick) return
  make.on('close', (code) => (process.exitCode = code))
}
`

describe('the linter of the playground', () => {
  test('finds what the command line finds, at the same places', async () => {
    const { findings } = await lintCode(program, 'js', rules)
    const [result] = await new ESLint({
      overrideConfigFile: true,
      overrideConfig: [childProcess.configs.strict],
    }).lintText(program, { filePath: 'program.js' })
    expect(findings.length).toBeGreaterThan(1)
    expect(
      findings.map(({ column, line, message, rule }) => [line, column, `child-process/${rule ?? ''}`, message]),
    ).toEqual(result?.messages.map(({ column, line, message, ruleId }) => [line, column, ruleId, message]))
    for (const { end, start } of findings) expect(program.slice(start, end)).toBe('spawn')
  })

  test('reads TypeScript', async () => {
    const { findings } = await lintCode(program.replace('isQuick)', 'isQuick: boolean)'), 'ts', rules)
    expect(findings.map(({ rule }) => rule)).toContain('no-floating-child')
  })

  test('tells where code does not parse', async () => {
    const { findings, inspection } = await lintCode('spawn(', 'js', rules)
    expect(findings).toMatchObject([
      { rule: undefined, line: 1, message: expect.stringContaining('Parsing error') as string },
    ])
    expect(inspection.codes).toEqual([])
  })

  test('a suggestion, applied, ends its report', async () => {
    const only = { 'child-process/no-floating-child': 'error' }
    const code = "require('child_process').spawn('make', { stdio: 'ignore' })"
    const { findings } = await lintCode(code, 'js', only)
    const edit = findings[0]?.suggestions[0]?.edit
    if (!edit) throw new Error('There is no suggestion.')
    const mended = code.slice(0, edit.start) + edit.text + code.slice(edit.end)
    expect((await lintCode(mended, 'js', only)).findings).toEqual([])
  })
})

describe('a test case', () => {
  test('carries code, places and what the suggestions write', async () => {
    const code = "require('child_process').spawn('make', { stdio: 'ignore' })"
    const { findings } = await lintCode(code, 'js', { 'child-process/no-floating-child': 'error' })
    const text = writeTestCase(code, findings, '')
    const value = evaluate(text) as {
      code: string
      errors: { messageId: string; line: number; column: number; suggestions: { output: string }[] }[]
    }
    expect(value.code).toBe(code)
    expect(value.errors).toMatchObject([{ messageId: 'neverObserved', line: 1, column: 1 }])
    expect(value.errors[0]?.suggestions[0]?.output).toContain("'close'")
  })

  test('quotes code that has quotes, backticks and interpolations', () => {
    const code = "a('\\n')\nb(`${c}`)"
    const { code: back } = evaluate(writeTestCase(code, [], '')) as { code: string }
    expect(back).toBe(code)
  })
})

describe('the drawing', () => {
  test('has each block once, below those that lead to it, and no box over another', async () => {
    const { inspection } = await lintCode(program, 'js', rules)
    const [build] = inspection.codes
    if (!build) throw new Error('No code was found.')
    const { blocks, edges, height, width } = layOutFlow(build)
    const place = new Map(blocks.map((block) => [block.name, block]))
    expect(new Set(place.keys()).size).toBe(blocks.length)
    for (const { edges: leading, name } of build.blocks)
      for (const { kind, to } of leading)
        if (kind === 'normal') expect(place.get(to)!.y).toBeGreaterThan(place.get(name)!.y)
    for (const [index, a] of blocks.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(width)
      expect(a.y + a.height).toBeLessThanOrEqual(height)
      for (const b of blocks.slice(index + 1)) {
        const isApart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        expect(isApart, `${a.name} and ${b.name}`).toBe(true)
      }
    }
    expect(edges.length).toBe(build.blocks.flatMap((block) => block.edges).length)
  })

  test('shows whole expressions, and every start and discharge', async () => {
    const { inspection } = await lintCode(program, 'js', rules)
    const points = inspection.codes[0]?.blocks.flatMap((block) => tellingPoints(block.points)) ?? []
    expect(points.filter(({ starts }) => starts.length > 0).map(({ line }) => line)).toEqual([4])
    expect(points.filter(({ discharges }) => discharges.length > 0).map(({ line }) => line)).toEqual([6])
    expect(points.map(({ text }) => text)).not.toContain("'close'")
  })
})
