import type { FindingCode, Severity } from '../report/Report.ts'

/** What a finding code means. */
export interface FindingDefinition {
  code: FindingCode
  severity: Severity
  title: string
  /** When it is reported, exactly. */
  definition: string
  /** What to change, in one sentence. */
  hint: string
  /** The rule of `eslint-plugin-child-process` that reports the same defect in the source; null: it has none, or none yet. */
  rule: string | null
}

/**
 * All codes. Where several fit one process, the earlier one of the first nine is reported. T is the check point (the end
 * of a test, of a process or of the run), G the grace; live means that the identity matches and the process is no zombie.
 */
export const findingCatalog: readonly FindingDefinition[] = [
  {
    code: 'thread-orphan',
    severity: 'error',
    title: 'Child of a worker thread that has ended',
    definition:
      'Its worker thread ended; the child is live, or a zombie that nobody can reap, because only the thread that started a child hears of its end.',
    hint: 'End the child before the worker ends, or start it in the main thread.',
    rule: 'child-process/no-floating-child',
  },
  {
    code: 'kill-ineffective',
    severity: 'error',
    title: 'Child that a kill did not end',
    definition:
      'A kill, a timeout or an abort was sent, and the child or a process behind its shell is live after the kill grace.',
    hint: 'Start it without a shell or in a process group of its own and kill the group, and follow SIGTERM with SIGKILL.',
    rule: 'child-process/no-shell-kill',
  },
  {
    code: 'undrained-pipe',
    severity: 'error',
    title: 'Child that waits for its output to be read',
    definition: 'The child, or a descendant, is live and stuck writing to a pipe that its parent does not read.',
    hint: "Read the stream, or start the child with stdio 'ignore' or 'inherit' for it.",
    rule: 'child-process/no-undrained-pipe',
  },
  {
    code: 'unended-stdin',
    severity: 'error',
    title: 'Child that waits for the end of its input',
    definition: 'The child is live and waits for an end of input that never comes.',
    hint: "Call `child.stdin.end()`, or start the child with stdin 'ignore'.",
    rule: 'child-process/no-unended-stdin',
  },
  {
    code: 'open-ipc',
    severity: 'error',
    title: 'Child with an open IPC channel',
    definition: 'Its owner ended, the child is live at T+G, and an IPC channel to it is open.',
    hint: 'Call `child.disconnect()` when the work is done, and wait for its exit.',
    rule: 'child-process/no-floating-child',
  },
  {
    code: 'held-pipe',
    severity: 'error',
    title: 'Pipe that outlives its child',
    definition: 'The child has exited, and one of its pipes is still open at T+G, because another process holds it.',
    hint: 'End the process that holds the pipe, or do not let it inherit the stdio of the child.',
    rule: null,
  },
  {
    code: 'undeclared-daemon',
    severity: 'warning',
    title: 'Daemon that nobody declared',
    definition:
      'A child that its owner let go of (detached, unref’d, without pipe or channel) is live at the end of the run, and no rule allows it.',
    hint: 'End it when the work is done, or allow it by a rule that says why it may stay.',
    rule: null,
  },
  {
    code: 'orphan-descendant',
    severity: 'error',
    title: 'Process behind a child',
    definition:
      'A live process of this run that nobody in it started directly, such as the command behind a shell or the second half of a double fork.',
    hint: 'Start the command without a shell, or start it with `detached: true` and kill the whole group with `process.kill(-child.pid)`.',
    rule: null,
  },
  {
    code: 'leaked-child',
    severity: 'error',
    title: 'Child that outlives its owner',
    definition:
      'Its owner ended, the child is live at T+G, and it is neither disowned nor allowed; unref’d alone, or detached alone, is not disowned.',
    hint: 'Wait for its exit, or kill it when its work is done (in a hook that also runs after a failure).',
    rule: 'child-process/no-floating-child',
  },
  {
    code: 'zombie',
    severity: 'warning',
    title: 'Zombie',
    definition:
      'The process has ended, nobody reaps it, and its handle is gone, or PID 1 adopted it and does not reap.',
    hint: 'Keep the handle until `exit`; in a container, run an init process as PID 1.',
    rule: null,
  },
  {
    code: 'cross-test',
    severity: 'warning',
    title: 'Child that outlives its test',
    definition: 'The child was live when the test that started it ended, and gone before the run did.',
    hint: 'Wait for the child, or kill it, before the test ends.',
    rule: 'child-process/no-floating-child',
  },
  {
    code: 'late-spawn',
    severity: 'warning',
    title: 'Start after the test',
    definition: 'The child was started by a test that was already over.',
    hint: 'Await the work that starts the child inside the test.',
    rule: null,
  },
  {
    code: 'spawn-storm',
    severity: 'warning',
    title: 'Too many children',
    definition:
      'More than 256 children of a thread were live at a time, a start failed with EAGAIN, EMFILE, ENFILE or ENOMEM, or the same command failed and was started again at once, ten times or more.',
    hint: 'Bound the number of children that run at a time, and wait longer before each restart.',
    rule: 'child-process/no-unbounded-concurrency',
  },
  {
    code: 'unhandled-spawn-error',
    severity: 'error',
    title: 'Failed start that nobody handled',
    definition: "The start failed, and nobody listened for the child's 'error' event.",
    hint: "Add `child.on('error', …)` in the same step as the call.",
    rule: 'child-process/require-error-listener',
  },
  {
    code: 'silent-failure',
    severity: 'warning',
    title: 'Failure that nobody observed',
    definition: 'The child ended with a code other than zero or by a signal, and nobody observed its end.',
    hint: 'Check the exit code and the signal of the child.',
    rule: 'child-process/require-exit-status',
  },
  {
    code: 'exit-in-test',
    severity: 'error',
    title: 'Exit while tests were pending',
    definition: '`process.exit(0)` was called while tests were pending, which some runners report as success.',
    hint: 'Take the call out of the code that is tested, or mock it.',
    rule: null,
  },
  {
    code: 'blind',
    severity: 'info',
    title: 'Part of the run that could not be inspected',
    definition:
      'Something could not be inspected: the permission model, another user, no process table, a torn journal.',
    hint: 'Give the guard what it lacks, or judge the run with `runtime-guard run`.',
    rule: null,
  },
]

export function findDefinition(code: FindingCode): FindingDefinition {
  const definition = findingCatalog.find((entry) => entry.code === code)
  if (definition === undefined) throw new Error(`${code} is not in the catalog`)
  return definition
}
