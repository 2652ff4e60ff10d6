import type { ChildRecord, Ledger } from '../ledger/Ledger.ts'
import type { FindingCode } from '../report/Report.ts'
import { findOrigin, type Origin } from './findOrigin.ts'
import { findUserStart, type UserStart } from './findUserStart.ts'
import { findInfrastructure } from './infrastructure.ts'
import type { RunProcess } from './RunProcess.ts'
import type { RunView } from './RunView.ts'

/** What is wrong with one process (or one start), before it is put into words. */
export interface Accusation {
  code: FindingCode
  /** Null: there is no such process (a start that failed). */
  process: RunProcess | null
  /** The child record it is, or descends from. */
  origin: Origin | null
  /** The start in the user's code that led to it; null without an origin. */
  start: UserStart | null
  descendants: RunProcess[]
}

/** A classifier looks at one live process; the first one in the order of the catalog that knows a code wins. */
type Classifier = (view: RunView, process: RunProcess) => Accusation | undefined

const classifiers: readonly Classifier[] = [classifyDaemon, classifyDescendant, classifyLeak]

/** Everything that is wrong at the moment of the view. */
export function classifyRun(view: RunView): Accusation[] {
  return [...accuseLive(view), ...accuseStarts(view.ledger)]
}

/** The part that can still change while one waits: live processes. */
export function accuseLive(view: RunView): Accusation[] {
  const accusations: Accusation[] = []
  for (const process of view.live) {
    if (isInfrastructure(view, process)) continue
    for (const classify of classifiers) {
      const accusation = classify(view, process)
      if (accusation) {
        accusations.push(accusation)
        break
      }
    }
  }
  return accusations.sort((a, b) => startOf(a) - startOf(b))
}

function startOf({ process, origin }: Accusation): number {
  return process?.startedAt ?? origin?.record.requestedAt ?? 0
}

/** A tool's own process, and whatever it started. */
function isInfrastructure(view: RunView, process: RunProcess): boolean {
  for (let current: RunProcess | undefined = process, depth = 0; current && depth < 1000; depth++) {
    if (findInfrastructure(current)) return true
    current = view.parentOf(current)
  }
  return false
}

function accuse(view: RunView, code: FindingCode, process: RunProcess, origin: Origin | null): Accusation {
  const start = origin && findUserStart(view.ledger, origin.record)
  return { code, process, origin, start, descendants: view.descendantsOf(process) }
}

/** A child that was let go of, or what remains of one whose first process has ended. */
function classifyDaemon(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record) {
    if (!isDisowned(record) || !view.hasOwnerEnded(record)) return undefined
    return accuse(view, 'undeclared-daemon', process, { record, confidence: 'exact' })
  }
  const origin = findOrigin(view, process)
  if (origin === undefined || !isDisowned(origin.record) || view.processOf(origin.record)) return undefined
  return hasAccusedParent(view, process) ? undefined : accuse(view, 'undeclared-daemon', process, origin)
}

/** A process that nobody in the run started directly, unless it is the business of a live one that nobody accuses. */
function classifyDescendant(view: RunView, process: RunProcess): Accusation | undefined {
  if (view.recordOf(process)) return undefined
  const origin = findOrigin(view, process)
  if (origin === undefined) return accuse(view, 'orphan-descendant', process, null)
  const { record } = origin
  if (isDisowned(record)) return undefined
  if (view.processOf(record) && !view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'orphan-descendant', process, origin)
}

function classifyLeak(view: RunView, process: RunProcess): Accusation | undefined {
  const record = view.recordOf(process)
  if (record === undefined || isDisowned(record) || !view.hasOwnerEnded(record)) return undefined
  return accuse(view, 'leaked-child', process, { record, confidence: 'exact' })
}

function isDisowned(record: ChildRecord): boolean {
  return record.state === 'disowned' || (record.detached && record.handle !== null && isFree(record.handle))
}

function isFree({ ref, pipes, ipc }: NonNullable<ChildRecord['handle']>): boolean {
  return !ref && pipes === 0 && !ipc
}

/** Its parent is a process of the same orphaned family: one finding for the top of it is enough. */
function hasAccusedParent(view: RunView, process: RunProcess): boolean {
  const parent = view.parentOf(process)
  return parent !== undefined && view.live.includes(parent)
}

function accuseStarts(ledger: Ledger): Accusation[] {
  return ledger.children
    .filter((record) => record.error?.unhandled === true)
    .map((record) => ({
      code: 'unhandled-spawn-error',
      process: null,
      origin: { record, confidence: 'exact' },
      start: findUserStart(ledger, record),
      descendants: [],
    }))
}
