/** Variables with the prefix that are no settings: the guard sets them itself for the processes of a run, or, the last one, a program for a child that may stay. */
export const internalVariables: readonly string[] = [
  'RUNTIME_GUARD_RUN',
  'RUNTIME_GUARD_PARENT_RUNS',
  'RUNTIME_GUARD_UNSUPPORTED',
  'RUNTIME_GUARD_KEEP',
]
