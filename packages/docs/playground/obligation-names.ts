import type { Obligation } from 'eslint-plugin-child-process/inspection'

/** What a child is owed, in words. */
export const obligationNames: Readonly<Record<Obligation, string>> = {
  end: 'somebody observes its end',
  error: 'a failed start is handled',
  outcome: 'somebody takes its outcome',
  stdout: 'stdout is read',
  stderr: 'stderr is read',
  deadline: 'its run time is bounded',
  stdinError: 'an error of stdin is handled',
  stdinEnd: 'stdin is ended',
}
