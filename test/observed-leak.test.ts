// The guard writes the report, the linter reads it: the line that leaked is the line that is marked.
import path from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { describeExpectations, readFixturePrograms } from './harness/Fixture.ts'
import { guardedInvocation } from './harness/fixtureCommand.ts'
import { createLinter, eslintConfigSource, lintFile } from './harness/lintFixture.ts'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const rule = 'child-process/observed-leak'
/** Started by spawn, by exec behind a shell, by fork, in a generator. */
const chosen = ['spawn-outlives', 'exec-background-grandchild', 'fork-left-alive', 'generator-left-early']
const programs = readFixturePrograms().filter(({ fixture }) => chosen.includes(fixture))

describe.concurrent('what the guard observed is marked by the linter', () => {
  test.for(programs)('$fixture/$file', async (program, { expect }) => {
    const name = `observed-${program.fixture}-${program.kind}`
    const report = path.join(consumer.scratch, `${name}.json`)
    await runProgram({
      ...guardedInvocation(consumer, program, 'run', { RUNTIME_GUARD_OUT: `json:${report}` }),
      deadlineMs: program.manifest.happens === 'hangs' && program.kind === 'bad' ? 4_000 : 60_000,
      atDeadline: 'SIGTERM',
    })
    const only = `{ files: ['**/*'], rules: { '${rule}': ['error', { report: ${JSON.stringify(report)} }] } },`
    const linter = createLinter(consumer, name, eslintConfigSource('all', only))
    const messages = await lintFile(linter, path.join(consumer.fixtures, program.fixture, program.file))
    const marked = messages.filter(({ ruleId }) => ruleId === rule)
    expect(describeExpectations(marked.map(({ line }) => ({ line, name: rule })))).toEqual(
      describeExpectations(program.guard.map(({ line }) => ({ line, name: rule }))),
    )
  })
})

test('the fixtures are there', () => {
  expect(new Set(programs.map(({ fixture }) => fixture)).size).toBe(chosen.length)
})
