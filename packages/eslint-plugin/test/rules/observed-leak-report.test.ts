import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Linter } from 'eslint'
import { afterAll, describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'

const code = `import { spawn } from 'node:child_process'\nexport const serve = () => spawn('node', ['server.js'])`

describe('a report that cannot be used', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'observed-leak-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  const lint = (text: string): string[] => {
    const file = path.join(folder, 'report.json')
    writeFileSync(file, text)
    const rules: Linter.RulesRecord = { 'child-process/observed-leak': ['error', { report: 'report.json' }] }
    const linter = new Linter({ cwd: folder })
    const config = { plugins: { 'child-process': plugin }, rules }
    return linter.verify(code, config, { filename: path.join(folder, 'serve.mjs') }).map(({ message }) => message)
  }
  const says = (reason: string): string[] => [
    `The option \`report\` of \`child-process/observed-leak\` names \`report.json\`, which ${reason}.`,
  ]

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['no object', '[]', 'is no JSON report of runtime-guard: it has no list of `findings`'],
    ['another file', '{"name":"shop"}', 'is no JSON report of runtime-guard: it has no list of `findings`'],
    ['a later version', '{"schemaVersion":2,"findings":[]}', 'has the `schemaVersion` 2, where 1 is understood'],
    ['no version', '{"findings":[]}', 'has the `schemaVersion` undefined, where 1 is understood'],
    ['an empty finding', '{"schemaVersion":1,"findings":[null]}', 'has a malformed `findings[0]`'],
    [
      'a line that is none',
      '{"schemaVersion":1,"findings":[{"code":"leaked-child","site":{"file":"a.js","line":0,"column":1}}]}',
      'has a malformed `findings[0]`',
    ],
  ])('%s', (_, text, reason) => {
    expect(lint(text)).toEqual(says(reason))
  })

  it('is read again when it has changed', () => {
    const finding = { code: 'leaked-child', site: { file: path.join(folder, 'serve.mjs'), line: 2, column: 28 } }
    expect(lint(JSON.stringify({ schemaVersion: 1, findings: [] }))).toEqual([])
    expect(lint(JSON.stringify({ schemaVersion: 1, findings: [finding] }))).toEqual([
      "`spawn('node')` left a process behind, which the runtime guard calls `leaked-child`.",
    ])
  })
})
