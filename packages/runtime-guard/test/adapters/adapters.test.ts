import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { preload, removeDirectories, runProgram, type ProgramResult } from '../process/guardedProgram.ts'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const pages = fileURLToPath(new URL('../../docs/findings', import.meta.url))
const vitestCommand = join(dist, '..', 'node_modules', 'vitest', 'vitest.mjs')

afterAll(removeDirectories)

interface SuiteOptions {
  pool?: string
  env?: Record<string, string>
  files?: Record<string, string>
}

const config = `export default { test: { setupFiles: [${JSON.stringify(join(dist, 'vitest.js'))}] } }\n`

async function runVitest(text: string, { pool = 'forks', env = {}, files = {} }: SuiteOptions = {}) {
  return await runProgram({
    files: { 'vitest.config.mjs': config, 'suite.test.mjs': text, ...files },
    command: [process.execPath, '--require', preload, vitestCommand, 'run', `--pool=${pool}`],
    env: { NODE_OPTIONS: `--require ${preload}`, RUNTIME_GUARD_ATTRIBUTION: 'on', CI: '1', ...env },
  })
}

async function runNodeTest(text: string, env: Record<string, string> = {}) {
  return await runProgram({
    files: { 'suite.test.mjs': text },
    command: [process.execPath, '--import', join(dist, 'node-test.js'), '--test'],
    env: { NODE_OPTIONS: `--require ${preload}`, ...env },
  })
}

/** Code, test and how the test is known, of each finding, by the last word of its command. */
function readTests({ report }: ProgramResult): string[] {
  return (report?.findings ?? [])
    .map(
      ({ code, child, test }) =>
        `${child?.argv.at(-1) ?? ''} ${code} ${test?.name ?? 'no test'} (${test?.confidence ?? ''})`,
    )
    .sort()
}

const header = `import { spawn } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const leave = (seconds) => spawn('sleep', [String(seconds)], { stdio: 'ignore' }).unref()
`

const suite = `${header}
let attempts = 0
describe('suite', () => {
  beforeAll(() => leave(80))
  test.concurrent('first', async () => { await sleep(60); leave(81); await sleep(60) })
  test.concurrent('second', async () => { await sleep(60); leave(82); await sleep(60) })
  test('starts late', () => { setTimeout(() => leave(83), 100) })
  test('waits', async () => { await sleep(400) })
  test.each([84, 85])('each %i', (seconds) => leave(seconds))
  test('tries again', { retry: 1 }, () => {
    if (attempts++ === 1) leave(86)
    expect(attempts).toBe(2)
  })
  describe('inner', () => {
    beforeEach(() => leave(87))
    test('hooked', () => {})
  })
})
`

describe.concurrent('the adapter of vitest', { timeout: 60_000 }, () => {
  it.each([
    { pool: 'forks', code: 'leaked-child' },
    { pool: 'vmThreads', code: 'thread-orphan' },
  ])('names the test of a start, whatever runs beside it: $pool', async ({ pool, code }) => {
    const result = await runVitest(suite, { pool })
    expect(readTests(result)).toEqual([
      `80 ${code} beforeAll or afterAll (exact)`,
      `81 ${code} suite > first (exact)`,
      `82 ${code} suite > second (exact)`,
      `83 ${code} suite > starts late (exact)`,
      `84 ${code} suite > each 84 (exact)`,
      `85 ${code} suite > each 85 (exact)`,
      `86 ${code} suite > tries again (exact)`,
      `87 ${code} suite > inner > hooked (exact)`,
    ])
    expect(result.report?.findings.every(({ test }) => test?.file === join(result.directory, 'suite.test.mjs'))).toBe(
      true,
    )
  })

  it('names no test that it does not know: attribution off', async () => {
    const result = await runVitest(suite, { env: { RUNTIME_GUARD_ATTRIBUTION: 'off' } })
    const names = readTests(result)
    expect(names).toContain('81 leaked-child no test ()')
    expect(names).toContain('82 leaked-child no test ()')
    expect(names).toContain('84 leaked-child suite > each 84 (stack)')
  })

  it('says nothing of children that a suite shares, or that end in time', async () => {
    const result = await runVitest(`${header}
let shared
afterAll(() => { shared.kill() })
test('starts it', () => { shared = spawn('sleep', ['80'], { stdio: 'ignore' }) })
test('uses it', async () => { await sleep(500) })
test('ends its own', async () => { await new Promise((resolve) => spawn('true').on('exit', resolve)) })
`)
    expect({ code: result.code, findings: result.report?.findings }).toEqual({ code: 0, findings: [] })
  })

  it('fails a test whose child lives on, if it is asked to', async () => {
    const text = (by: string): string => `${header}
import { sanitizeChildren } from ${JSON.stringify(join(dist, 'api.js'))}
${by}
test('leaves one', () => leave(80))
test('may leave one', () => { sanitizeChildren(false); leave(81) })
test('ends its own', async () => { await new Promise((resolve) => spawn('true').on('exit', resolve)) })
`
    const byVariable = await runVitest(text(''), { env: { RUNTIME_GUARD_FAIL_TESTS: '1' } })
    expect(byVariable.code).toBe(1)
    expect(byVariable.stdout).toMatch(/2 passed/)
    expect(byVariable.stderr).toMatch(
      /LiveChildrenError.*: The test "leaves one" has ended, but 1 child process is still running:\s+sleep 80 \(pid \d+, started with spawn/,
    )
    expect(byVariable.stderr).toContain('at suite.test.mjs:4:')
    const byFile = await runVitest(text('sanitizeChildren(true)'))
    expect(byFile.stdout).toMatch(/1 failed.*2 passed/)
    const byFiles = await runVitest(text(''), { files: { 'runtime-guard.config.json': '{"failTests": true}' } })
    expect(byFiles.stdout).toMatch(/1 failed.*2 passed/)
  })
})

describe.concurrent('the adapter of node:test', { timeout: 60_000 }, () => {
  it('names the tests that run one after the other', async () => {
    const result = await runNodeTest(`import { spawn } from 'node:child_process'
import { describe, test } from 'node:test'
const leave = (seconds) => spawn('sleep', [String(seconds)], { stdio: 'ignore' }).unref()
describe('suite', () => {
  test('first', () => leave(80))
  test('second', async () => { await 1; leave(81) })
})
`)
    expect(readTests(result).map((text) => text.replace(/\((?:exact|stack)\)/, '(known)'))).toEqual([
      '80 leaked-child suite > first (known)',
      '81 leaked-child suite > second (known)',
    ])
  })

  it('fails a test whose child lives on, if it is asked to', async () => {
    const result = await runNodeTest(
      `import { spawn } from 'node:child_process'
import { test } from 'node:test'
test('leaves one', () => spawn('sleep', ['80'], { stdio: 'ignore' }).unref())
test('ends its own', async () => { await new Promise((resolve) => spawn('true').on('exit', resolve)) })
`,
      { RUNTIME_GUARD_FAIL_TESTS: '1' },
    )
    expect(result.code).toBe(1)
    expect(result.stdout).toContain('The test "leaves one" has ended, but 1 child process is still running')
    expect(result.stdout).toMatch(/^# pass 1$/m)
  })

  it('lets a plain program be', async () => {
    const result = await runProgram({
      files: { 'main.mjs': `console.log('plain')` },
      nodeArgs: ['--require', preload, '--import', join(dist, 'node-test.js')],
    })
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 0, stdout: 'plain\n' })
  })
})

function readProgram(code: string, heading: string): string {
  const [, section = ''] = readFileSync(join(pages, `${code}.md`), 'utf8').split(`\n## ${heading}\n`)
  return /```javascript\n([^]*?)```/.exec(section)?.[1] ?? ''
}

describe.concurrent.each([
  { code: 'cross-test', run: runVitest },
  { code: 'late-spawn', run: runVitest },
  { code: 'exit-in-test', run: runNodeTest },
])('the page of $code', { timeout: 60_000 }, ({ code, run }) => {
  it('shows a suite that has it, whose runner is content', async () => {
    const result = await run(readProgram(code, 'A program that has it'))
    expect(result.report?.findings.map((finding) => finding.code)).toEqual([code])
    expect(result.report?.findings[0]?.site?.file).toBe(join(result.directory, 'suite.test.mjs'))
    expect(result.report?.findings[0]?.test?.name).toMatch(
      /^(?:starts a child|does not wait for its timer|runs the program)$/,
    )
    expect(result.code).toBe(0)
  })

  it('mends it', async () => {
    const result = await run(readProgram(code, 'How to mend it'))
    expect(result.report?.findings ?? []).toEqual([])
    expect(result.code).toBe(0)
  })
})
