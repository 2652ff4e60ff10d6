// Functions of other files, as the installed linter reads them from the command line.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { ESLint } from 'eslint'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { eslintConfigSource } from './harness/lintFixture.ts'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const folder = path.join(consumer.scratch, 'cross-file')
const callers = Array.from({ length: 8 }, (_, index) => `main-${index}.mjs`)

/** What `eslint` says about the folder: for each file, the lines of its findings. */
async function lintFolder(...args: string[]): Promise<Record<string, number[]>> {
  const require = createRequire(path.join(consumer.root, 'package.json'))
  const bin = path.join(path.dirname(require.resolve('eslint/package.json')), 'bin', 'eslint.js')
  const { stdout, stderr, timedOut } = await runProgram({
    command: [process.execPath, bin, '--format', 'json', '--config', 'eslint.config.mjs', ...args, '.'],
    cwd: folder,
    deadlineMs: 60_000,
  })
  expect(timedOut, stderr).toBe(false)
  const results = JSON.parse(String(stdout)) as ESLint.LintResult[]
  return Object.fromEntries(
    results.map(({ filePath, messages }) => [path.basename(filePath), messages.map(({ line }) => line)]),
  )
}

function writeServer(listener: string): void {
  writeFileSync(
    path.join(folder, 'server.mjs'),
    `import { spawn } from 'node:child_process'\nexport const start = () => spawn('x', { stdio: 'inherit' }).on('exit', console.log)${listener}\n`,
  )
}

describe('a child of another file', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'eslint.config.mjs'), eslintConfigSource('recommended'))
    writeServer('')
    for (const name of callers)
      writeFileSync(
        path.join(folder, name),
        `import 'node:child_process'\nimport { start } from './server.mjs'\nstart()\n`,
      )
  })

  test('is reported alike by one thread and by two', async () => {
    const alone = await lintFolder('--concurrency', 'off')
    expect(alone).toEqual({
      'eslint.config.mjs': [],
      'server.mjs': [],
      ...Object.fromEntries(callers.map((name) => [name, [3]])),
    })
    expect(await lintFolder('--concurrency', '2')).toEqual(alone)
  })

  test('is reported as it was, for a caller that did not change, when ESLint caches its results', async () => {
    const args = [
      '--cache',
      '--cache-strategy',
      'content',
      '--cache-location',
      path.join(consumer.scratch, 'cross-file.cache'),
    ]
    await lintFolder(...args)
    writeServer(`.on('error', console.error)`)
    const [first = ''] = callers
    writeFileSync(
      path.join(folder, first),
      `import 'node:child_process'\nimport { start } from './server.mjs'\n\nstart()\n`,
    )
    const stale = await lintFolder(...args)
    expect(stale[first]).toEqual([])
    expect(stale[callers[1] ?? '']).toEqual([3])
    expect((await lintFolder())[callers[1] ?? '']).toEqual([])
  })
})
