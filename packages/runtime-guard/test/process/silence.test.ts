import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { removeDirectories, runProgram } from './guardedProgram.ts'

afterAll(removeDirectories)

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const start = `const { execFileSync, spawn } = require('node:child_process')\n`
/** Ends itself by a timer that does not keep it running. */
const hanging = `${start}setTimeout(() => process.exit(), 6000).unref()
spawn('cat').stdin.write('x')
`
/** Kept running by a timer of its own, so that it is not the one that hangs. */
const waiting = `${start}spawn(process.execPath, ['member.js'], { stdio: ['ignore', 'inherit', 'inherit'] })
setTimeout(() => {}, 6000)
`
const config = JSON.stringify({ hangAfterMs: 1000 })

/** The programs that are told that they hang, in order. */
async function runHanging(files: Record<string, string>, command?: string[]): Promise<string[]> {
  const { stderr } = await runProgram({ files, ...(command && { command }) })
  return [...stderr.matchAll(/^runtime-guard: process \d+, `(.*)`, has (done nothing|been blocked)/gm)].map(
    ([, program, what]) => `${program} ${what}`,
  )
}

describe.concurrent('hangAfterMs', { timeout: 60_000 }, () => {
  it.each([
    { where: 'the configuration file', file: 'runtime-guard.config.json', text: config },
    { where: 'package.json', file: 'package.json', text: `{"name": "x", "runtime-guard": ${config}}` },
  ])('of $where holds for the root', async ({ file, text }) => {
    expect(await runHanging({ 'main.js': hanging, [file]: text })).toEqual(['node main.js done nothing'])
  })

  it.each([
    { where: 'the configuration file', file: 'runtime-guard.config.json', text: config },
    { where: 'package.json', file: 'package.json', text: `{"name": "x", "runtime-guard": ${config}}` },
  ])('of $where holds for the members', async ({ file, text }) => {
    const files = { 'main.js': waiting, 'member.js': hanging, [file]: text }
    expect(await runHanging(files)).toEqual(['node member.js done nothing'])
  })

  it('of the configuration file holds for members behind a synchronous call', async () => {
    const main = `${start}execFileSync(process.execPath, ['member.js'], { stdio: 'inherit' })`
    const files = { 'main.js': main, 'member.js': hanging, 'runtime-guard.config.json': config }
    expect(await runHanging(files)).toEqual(['node member.js done nothing'])
  })

  it('of the configuration file holds for synchronous calls', async () => {
    const main = `${start}execFileSync('sleep', ['4'])`
    expect(await runHanging({ 'main.js': main, 'runtime-guard.config.json': config })).toEqual([
      'node main.js been blocked',
    ])
  })

  it('of an option of the wrapper, or of its files, holds for the members', async () => {
    const run = (...options: string[]): string[] => [process.execPath, cli, 'run', ...options, '--', process.execPath]
    const results = await Promise.all([
      runHanging({ 'main.js': hanging }, [...run('--hang-after-ms', '1000'), 'main.js']),
      runHanging({ 'main.js': hanging, 'runtime-guard.config.json': config }, [...run(), 'main.js']),
    ])
    expect(results).toEqual([['node main.js done nothing'], ['node main.js done nothing']])
  })

  it.each([
    { what: 'there are no files', files: {} },
    { what: 'the file says never', files: { 'runtime-guard.config.json': '{"hangAfterMs": 0}' } },
    { what: 'the value is not understood', files: { 'runtime-guard.config.json': '{"hangAfterMs": "soon"}' } },
  ])('is not a second: $what', async ({ files }) => {
    expect(await runHanging({ 'main.js': hanging, ...files })).toEqual([])
  })
})
