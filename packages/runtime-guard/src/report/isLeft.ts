import type { ChildState, Finding } from './Report.ts'

const endedStates: readonly ChildState[] = ['failed', 'exited', 'closed', 'done', 'timed-out', 'lost']

/** True for a finding about a process that is still there. */
export function isLeft({ child }: Finding): boolean {
  return child !== null && !endedStates.includes(child.state)
}
