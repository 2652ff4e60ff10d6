import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import childProcess from 'eslint-plugin-child-process'
import { afterAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../../test/harness/run-program.mjs'

const folder = fileURLToPath(new URL('../patterns', import.meta.url))
const guard = fileURLToPath(new URL('../../runtime-guard/dist/cli.js', import.meta.url))
const page = readFileSync(new URL('../guide/patterns.md', import.meta.url), 'utf8')
const patterns = readdirSync(folder)
const scratch = mkdtempSync(path.join(tmpdir(), 'patterns-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

/** What each program prints when all of it has worked. */
const lastLines: Record<string, string> = {
  'bounded-log.mjs': '20000 lines, the last one: row 19999',
  'clean-shutdown.mjs': '0 children left',
  'command-with-deadline.mjs': 'sh was ended after 300 ms',
  'supervised-server.mjs': 'stopped',
}

test('every pattern is on the page, and on it is nothing else', () => {
  const shown = [...page.matchAll(/<!-- file: packages\/docs\/patterns\/(\S+) -->/g)].map(([, file]) => file)
  expect(shown.toSorted()).toEqual(patterns.toSorted())
  expect(Object.keys(lastLines)).toEqual(patterns)
})

describe.each(patterns)('%s', (file) => {
  test('has nothing that strict reports', async () => {
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: [childProcess.configs.strict],
    })
    const [result] = await eslint.lintFiles([file])
    expect(result?.messages.map(({ line, message }) => `${line}: ${message}`)).toEqual([])
  })

  test('does what it says, and leaves nothing', async () => {
    const report = path.join(scratch, `${file}.json`)
    const outcome = await runProgram({
      command: [process.execPath, guard, 'run', '--strict', '--out', `json:${report}`, '--', process.execPath, file],
      cwd: folder,
      environment: { TMPDIR: scratch },
      deadlineMs: 90_000,
    })
    expect(outcome.stderr).toBe('')
    expect(outcome.stdout.toString().trim().split('\n').at(-1)).toBe(lastLines[file])
    expect(outcome.exitCode).toBe(0)
    expect(outcome.left).toEqual([])
    const { stats, verdict } = JSON.parse(readFileSync(report, 'utf8')) as {
      verdict: string
      stats: { spawned: number }
    }
    expect(verdict).toBe('clean')
    // beside the program, which the guard starts
    expect(stats.spawned).toBeGreaterThan(1)
  })
})
