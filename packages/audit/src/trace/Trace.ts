import type { ChildStart } from 'eslint-plugin-child-process/analysis'
import type { Site } from '../project/SourceProject.ts'

export type StepKind = 'argument' | 'field' | 'registry' | 'return' | 'variable'

/** A hand-over: where a child goes next. */
export interface TraceStep {
  readonly kind: StepKind
  /** What takes it: `Server.child`, `children`, `stop()`. */
  readonly name: string
  readonly site: Site
  /** The hand-over before it; `undefined` for one by the code that starts the child. */
  readonly previous: TraceStep | undefined
}

/** Something that is done with the child, after the hand-overs that lead there. */
export interface TraceUse {
  readonly site: Site
  readonly after: TraceStep | undefined
}

/** What becomes of one child in the whole project. */
export interface Trace {
  readonly start: ChildStart
  readonly site: Site
  /** In the order in which they were found, nearest first. */
  readonly steps: readonly TraceStep[]
  /** Where a signal is sent to it. */
  readonly ends: readonly TraceUse[]
  /** What runs it to its end. */
  readonly waits: readonly TraceUse[]
  /** What may make it end by itself: a message, the end of its input, its pid in other hands. */
  readonly asks: readonly TraceUse[]
  /** Where it goes out of sight. */
  readonly unknown: readonly TraceUse[]
  /** Hand-overs to whoever uses the package. */
  readonly given: readonly TraceStep[]
  /** Its own process group, and not held by the event loop. */
  readonly isLetGo: boolean
}
