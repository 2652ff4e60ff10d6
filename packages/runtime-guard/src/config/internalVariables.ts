/** Variables with the prefix of the settings that the guard sets itself for the processes of a run; a user has no need to. */
export const internalVariables: readonly string[] = [
  'RUNTIME_GUARD_RUN',
  'RUNTIME_GUARD_PARENT_RUNS',
  'RUNTIME_GUARD_UNSUPPORTED',
]
