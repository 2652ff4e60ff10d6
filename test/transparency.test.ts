// In report mode the guard changes nothing that a program or its caller can see on stdout or in the exit code.
import path from 'node:path'
import { describe, expect, inject, test } from 'vitest'
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

    expect(armed.exitCode).toBe(bare.exitCode)
    if (program.manifest.stdoutVaries !== true) expect(armed.stdout).toEqual(bare.stdout)
    // With the report in a file, stderr is the program's own; stack traces name the program's frames only.
    expect(linesWithoutFrames(armed.stderr)).toEqual(linesWithoutFrames(bare.stderr))
  })
})

test.for([
  ['exit code and output', 'console.log("out"); process.exitCode = 3'],
  ['an uncaught error', 'console.log("out"); throw new Error("thrown")'],
  ['process.exit() in an exit listener', 'process.on("exit", () => process.exit(4)); console.log("out")'],
  ['a signal', 'console.log("out"); process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)'],
  ['binary output', 'process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))'],
  ['3 MB of output', 'process.stdout.write("x".repeat(3 * 1024 * 1024))'],
] as const)('run hands through: %s', async ([, source]) => {
  const program = [process.execPath, '-e', source]
  const rest = {
    cwd: consumer.scratch,
    environment: { TMPDIR: consumer.scratch, RUNTIME_GUARD_MODE: 'report' },
    deadlineMs,
  }
  const bare = await runProgram({ command: program, ...rest })
  const wrapped = await runProgram({
    command: [path.join(consumer.root, 'node_modules', '.bin', 'runtime-guard'), 'run', '--', ...program],
    ...rest,
  })
  // A wrapper mirrors a signal as 128 + n, like a shell.
  expect(wrapped.exitCode).toBe(bare.signal === 'SIGKILL' ? 137 : bare.exitCode)
  expect(wrapped.stdout).toEqual(bare.stdout)
})

/** Lines of stderr without what differs from run to run: stack frames, durations, pids. */
function linesWithoutFrames(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => line.replace(/\d+/g, '0'))
}
