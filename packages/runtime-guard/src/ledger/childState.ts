/** What can be said of a child from the journal alone; the process table says the rest. */
export type RecordedState = 'requested' | 'spawned' | 'running' | 'disowned' | 'failed' | 'exited'

export type ChildEvent = 'spawned' | 'failed' | 'held' | 'disowned' | 'exited'

const transitions: Record<RecordedState, Partial<Record<ChildEvent, RecordedState>>> = {
  // A synchronous call is seen before it and after it only.
  requested: { spawned: 'spawned', failed: 'failed', exited: 'exited' },
  spawned: { held: 'running', disowned: 'disowned', exited: 'exited' },
  running: { held: 'running', disowned: 'disowned', exited: 'exited' },
  // `ref()` after `unref()` takes a child back.
  disowned: { held: 'running', disowned: 'disowned', exited: 'exited' },
  failed: {},
  exited: {},
}

/** The state after an event; an event that cannot happen in a state (a late line of a torn journal) changes nothing. */
export function nextState(state: RecordedState, event: ChildEvent): RecordedState {
  return transitions[state][event] ?? state
}
