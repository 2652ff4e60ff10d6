// Each fixture three times: bare (does it really do what it says?), linted, and run under the guard.
import path from 'node:path'
import type { ESLint } from 'eslint'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { describeExpectations, readFixturePrograms } from './harness/Fixture.ts'
import type { FixtureProgram } from './harness/Fixture.ts'
import { bareInvocation, guardedInvocation } from './harness/fixtureCommand.ts'
import type { Arming } from './harness/fixtureCommand.ts'
import { findingsAtLines, readGuardReport } from './harness/guardReport.ts'
import { createLinter, eslintConfigSource, lintFile } from './harness/lintFixture.ts'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const programs = readFixturePrograms()

/** A program that never ends by itself gets a short deadline; every other one has time enough on a busy machine. */
const hangs = (program: FixtureProgram): boolean => program.kind === 'bad' && program.manifest.happens === 'hangs'
const deadlineMs = (program: FixtureProgram): number => (hangs(program) ? 4_000 : 60_000)

/** Its own exit code when nothing is around it; null: ended by the harness. */
function ownExitCode({ kind, manifest }: FixtureProgram): number | null {
  if (kind === 'good') return manifest.happens === 'nothing' ? (manifest.exitCode ?? 0) : 0
  if (manifest.happens === 'hangs') return null
  return manifest.exitCode ?? (manifest.happens === 'crashes' ? 1 : 0)
}

describe('fixtures', () => {
  test('every bad program has a mended twin, and the other way round', () => {
    for (const { fixture, manifest } of programs) {
      const kinds = programs.filter((program) => program.fixture === fixture).map(({ kind }) => kind)
      expect(kinds, fixture).toEqual(manifest.happens === 'nothing' ? ['good'] : ['bad', 'good'])
    }
  })

  test('a half that has nothing to say about a bad program says why', () => {
    for (const { kind, fixture, manifest, recommended, guard } of programs) {
      if (kind === 'good') continue
      expect(manifest.unseen?.lint !== undefined, `${fixture}: lint`).toBe(recommended.length === 0)
      expect(manifest.unseen?.guard !== undefined, `${fixture}: guard`).toBe(guard.length === 0)
    }
  })
})

describe.concurrent('bare', () => {
  test.for(programs)('$fixture/$file', async (program, { expect }) => {
    const { manifest, kind } = program
    const outcome = await runProgram({ ...bareInvocation(consumer, program), deadlineMs: deadlineMs(program) })

    expect(outcome.timedOut).toBe(hangs(program))
    expect(outcome.exitCode, outcome.stderr).toBe(ownExitCode(program))
    if (kind === 'bad') expect(outcome.stderr).toContain(manifest.stderr ?? '')
    else expect(outcome.stderr).not.toContain('Unhandled')
    const expectedToStay = kind === 'bad' ? (manifest.leaves ?? []) : []
    if (hangs(program)) for (const part of expectedToStay) expect(outcome.left.join('\n')).toContain(part)
    else expect(outcome.left).toEqual(expectedToStay.map((part) => expect.stringContaining(part) as string))
    if (manifest.stdout !== undefined) expect(String(outcome.stdout)).toBe(`${manifest.stdout[kind]}\n`)
  })
})

describe.for(['recommended', 'strict'] as const)('linted with %s', (config) => {
  let linter: ESLint
  beforeAll(() => {
    linter = createLinter(consumer, config, eslintConfigSource(config))
  })

  test.for(programs)('$fixture/$file', async (program) => {
    const messages = await lintFile(linter, path.join(consumer.fixtures, program.fixture, program.file))
    const reported = messages.map(({ line, ruleId, message }) => ({ line, name: ruleId ?? message }))
    expect(describeExpectations(reported)).toEqual(describeExpectations(program[config]))
  })
})

describe.concurrent.for(['require', 'import', 'run'] satisfies Arming[])('under the guard, %s', (arming) => {
  const armed = programs.filter((program) => {
    // Only `run` outlives a program that is killed and can say what it left behind.
    if (hangs(program)) return arming === 'run'
    // What is loaded is the same file: that correct programs are left in peace is shown with `require` and `run`.
    return arming !== 'import' || program.kind === 'bad'
  })

  test.for(armed)('$fixture/$file', async (program, { expect }) => {
    const reportFile = path.join(consumer.scratch, `${program.fixture}-${program.kind}-${arming}.json`)
    const outcome = await runProgram({
      ...guardedInvocation(consumer, program, arming, { RUNTIME_GUARD_OUT: `text,json:${reportFile}` }),
      deadlineMs: deadlineMs(program),
      atDeadline: 'SIGTERM',
    })
    const report = readGuardReport(reportFile)

    expect(describeExpectations(findingsAtLines(report, program.file))).toEqual(describeExpectations(program.guard))
    expect(report.blind).toEqual([])
    expect(report.verdict).toBe(program.guard.length > 0 ? 'leaks' : 'clean')
    // The text tells each call site once. node:test prints what the processes of its files write to stderr on its own stdout.
    const text = `${outcome.stderr}${String(outcome.stdout)}`
    for (const { line } of program.guard) expect(text).toContain(`${program.file}:${line}`)
    if (program.guard.length > 0) expect(program.guard.some(({ name }) => text.includes(name))).toBe(true)

    const own = hangs(program) ? 143 : ownExitCode(program)
    const failing = report.findings.some(({ severity }) => severity === 'error')
    expect(outcome.exitCode).toBe(arming === 'run' && own === 0 && failing ? 70 : own)
  })
})
