// In report mode the guard changes nothing that a program or its caller can see on stdout or in the exit code.
import path from 'node:path'
import { describe, inject, test } from 'vitest'
import { readFixturePrograms } from './harness/Fixture.ts'
import { bareInvocation, guardedInvocation } from './harness/fixtureCommand.ts'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const deadlineMs = 60_000

const terminating = readFixturePrograms().filter(
  ({ kind, manifest }) => kind === 'good' || manifest.happens !== 'hangs',
)

describe.concurrent('report mode', () => {
  test.for(terminating)('$fixture/$file', async (program, { expect }) => {
    const settings = {
      RUNTIME_GUARD_MODE: 'report',
      RUNTIME_GUARD_OUT: `json:${path.join(consumer.scratch, `transparency-${program.fixture}-${program.kind}.json`)}`,
    }
    const bare = await runProgram({ ...bareInvocation(consumer, program), deadlineMs })
    const armed = await runProgram({ ...guardedInvocation(consumer, program, 'require', settings), deadlineMs })
    const wrapped = await runProgram({ ...guardedInvocation(consumer, program, 'run', settings), deadlineMs })

    for (const guarded of [armed, wrapped]) {
      expect(guarded.exitCode).toBe(bare.exitCode)
      if (program.manifest.stdoutVaries !== true) expect(guarded.stdout).toEqual(bare.stdout)
      // With the report in a file, stderr is the program's own; stack traces name the program's frames only.
      expect(linesWithoutFrames(guarded.stderr)).toEqual(linesWithoutFrames(bare.stderr))
    }
  })
})

/** Lines of stderr without what differs from run to run: stack frames, durations, pids. */
function linesWithoutFrames(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => line.replace(/\d+/g, '0'))
}
