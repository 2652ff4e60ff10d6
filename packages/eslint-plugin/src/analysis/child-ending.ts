import { type AssumedValue, OBJECT, primitive } from './assumed-value.ts'
import type { Facet } from './handle-use.ts'

/** One way in which a child can end, by what its listeners get to see. */
export interface ChildEnding {
  /** The arguments of the events that are emitted on the child, in their order (measured on Node 20). */
  readonly events: ReadonlyMap<string, readonly AssumedValue[]>
  /** What `child.exitCode` and `child.signalCode` are by then. */
  readonly properties: ReadonlyMap<string, AssumedValue>
}

function ended(code: number | null, signal: string | null): ChildEnding {
  const given = [primitive(code), primitive(signal)]
  return {
    events: new Map([
      ['exit', given],
      ['close', given],
      ['disconnect', []],
    ]),
    properties: new Map([
      ['exitCode', primitive(code)],
      ['signalCode', primitive(signal)],
    ]),
  }
}

export const SUCCEEDED: ChildEnding = ended(0, null)
/** Statuses that no program means as a success. */
export const FAILED: readonly ChildEnding[] = [1, 2, 255].map((code) => ended(code, null))
export const KILLED: ChildEnding = ended(null, 'SIGTERM')

/** `error`, then `close` with the negative number of the error, and no `exit`. */
export const NOT_STARTED: ChildEnding = {
  events: new Map([
    ['error', [OBJECT]],
    ['close', [primitive(-2), primitive(null)]],
  ]),
  properties: new Map(),
}

/** Comes before the end of a child, or not at all. */
export function isOutputEvent(facet: Facet, event: string): boolean {
  return facet === 'child' ? event === 'message' : event === 'data' || event === 'readable'
}
