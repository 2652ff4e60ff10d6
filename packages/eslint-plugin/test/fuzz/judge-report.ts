import type { RuleName } from '../../src/rules/index.ts'
import type { CompletionRecord, Execution, Executions } from './execute-program.ts'
import type { ChildRecord, Ending, OutputName } from './fake-child.ts'
import type { RuleReport } from './lint-program.ts'
import type { VirtualTimer } from './virtual-time.ts'

interface JudgedReport extends RuleReport {
  readonly source: string
}

/** One child of one execution. */
interface Sight {
  readonly execution: Execution
  readonly child: ChildRecord
}

/**
 * `false`: no execution shows what the report claims. `undefined`: not all of them were looked at, or what the report
 * claims is not known here.
 */
export function isReportTrue(report: RuleReport, source: string, executions: Executions): boolean | undefined {
  const sights = listSights(executions, report.site)
  // what never runs can be said anything about
  if (sights.length === 0) return true
  const isTrue = CLAIMS[report.rule]?.({ ...report, source }, sights)
  return isTrue || executions.isComplete ? isTrue : undefined
}

/** The rules that have something to say about a call, by what the executions show. */
export function listDefects(executions: Executions, site: number): RuleName[] {
  const sights = listSights(executions, site)
  return (Object.keys(DEFECTS) as RuleName[]).filter((rule) => DEFECTS[rule]?.(sights))
}

function listSights({ all }: Executions, site: number): Sight[] {
  return all.flatMap((execution) =>
    execution.children.filter((child) => child.site === site).map((child) => ({ execution, child })),
  )
}

type Test = (sight: Sight) => boolean

/** The function came to its end, or waits for what does not come, and the child was not handed to code that may do anything. */
const isLeft: Test = ({ child, execution: { hasReturned, outcome } }) => {
  if (child.isEscaped || (outcome === 'crashed' && child.life.ending === 'failedStart')) return false
  return hasReturned || outcome === 'pending'
}

const hasNoErrorListener: Test = (sight) => isLeft(sight) && sight.child.errorListener === undefined
const isErrorHandled: Test = ({ child }) => child.isEscaped || child.errorListener !== undefined
/** Later, or, where a failed start has ended the program or what lies before it does not come, not at all. */
const isErrorLate: Test = ({ child, execution: { outcome } }) =>
  !child.isEscaped &&
  (child.errorListener === 'later' ||
    (child.errorListener === undefined && (outcome === 'pending' || outcome === 'crashed')))

const isEndUnseen: Test = (sight) => isLeft(sight) && sight.child.endObserver === undefined
const isEndObserved: Test = ({ child }) => child.isEscaped || child.endObserver !== undefined
const isEndMissed: Test = ({ child, execution: { outcome } }) =>
  child.life.ending !== 'failedStart' &&
  (child.isEndMissed || (outcome === 'pending' && child.endObserver === undefined && child.endedAt !== undefined))

const isDrained =
  (streams: readonly OutputName[]): Test =>
  ({ child }) =>
    child.isEscaped || child.isKilled || streams.some((name) => child.drained.has(name))
const isUndrained =
  (streams: readonly OutputName[]): Test =>
  (sight) =>
    isLeft(sight) && !isDrained(streams)(sight)

const isFed: Test = ({ child }) => child.stdinWrittenInTurn !== undefined
const isStdinErrorHandled: Test = ({ child }) => child.isEscaped || child.stdinErrorListener !== undefined
const isStdinErrorUnhandled: Test = (sight) => isLeft(sight) && isFed(sight) && !isStdinErrorHandled(sight)
const isStdinErrorLate: Test = ({ child, execution: { outcome } }) =>
  !child.isEscaped &&
  child.stdinWrittenInTurn !== undefined &&
  (child.stdinErrorListener === 'late' || (child.stdinErrorListener === undefined && outcome === 'pending'))
const isStdinEnded: Test = ({ child }) => child.isEscaped || child.isStdinEnded || child.isKilled
const isStdinOpen: Test = (sight) => isLeft(sight) && isFed(sight) && !isStdinEnded(sight)

/** Waits without an end for a child that goes on without one. */
const hangs: Test = ({ child }) =>
  child.life.ending === 'hang' && !child.isEscaped && (child.isBlocking || child.endedAt === undefined)

const rejects: Test = ({ child: { life } }) => life.ending !== 'success' && life.ending !== 'hang'
const isRejectionLost: Test = (sight) => rejects(sight) && sight.child.isRejectionUnhandled
/** The program has lived to see it, and goes on. */
const isRejectionHandled: Test = (sight) =>
  rejects(sight) &&
  !sight.child.isRejectionUnhandled &&
  sight.child.endedAt !== undefined &&
  (sight.execution.outcome === 'returned' || sight.execution.outcome === 'threw')

function listCompletions({ child, execution }: Sight): CompletionRecord[] {
  return execution.completions.filter(({ sites }) => sites.has(child.site))
}

/** Something that waits for the child waits for ever, though the child has come to its end. */
const isUnsettled =
  (...endings: readonly Ending[]): Test =>
  (sight) =>
    endings.includes(sight.child.life.ending) &&
    !sight.child.isEscaped &&
    (sight.execution.outcome === 'returned' || sight.execution.outcome === 'pending') &&
    listCompletions(sight).some(({ settled }) => settled.length === 0)

const isSettled: Test = (sight) => listCompletions(sight).some(({ settled }) => settled.length > 0)
const isCalledTwice: Test = (sight) =>
  listCompletions(sight).some(({ kind, settled }) => kind === 'callback' && settled.length > 1)
const isSignalSuccess: Test = (sight) =>
  sight.child.life.ending === 'signal' && listCompletions(sight).some(({ settled }) => settled[0]?.isFailure === false)
/** Nothing waits for the child: a signal ends it and the program goes on, where after a failure it exits. */
function isSignalPassedOver(sights: readonly Sight[]): boolean {
  const keyOf = ({ child, execution: { answers } }: Sight): string => `${child.life.isSlow} ${answers.join(' ')}`
  const exiting = new Set(
    sights
      .filter(({ child: { life }, execution: { outcome } }) => life.ending === 'failure' && outcome === 'exited')
      .map((sight) => keyOf(sight)),
  )
  return sights.some(
    (sight) =>
      sight.child.life.ending === 'signal' &&
      sight.child.endedAt !== undefined &&
      (sight.execution.outcome === 'returned' || sight.execution.outcome === 'pending') &&
      exiting.has(keyOf(sight)),
  )
}

/** With `null` the program ends with status 0. */
const isSignalExit: Test = ({ child: { life }, execution: { exitStatus } }) =>
  life.ending === 'signal' && exitStatus === null

const isReadEarly: Test = ({ child, execution }) => execution.earlyReads.has(child.site)

/** Timers that fire after the child has ended. */
function listTimersLeft({ child, execution }: Sight): VirtualTimer[] {
  return execution.timers.filter(
    ({ firedAt }) => firedAt !== undefined && child.endedAt !== undefined && firedAt > child.endedAt,
  )
}

/** The timers of the programs are told apart by their delays. */
function listKillDelays(sights: readonly Sight[]): ReadonlySet<number> {
  return new Set(sights.flatMap(({ child }) => [...child.killTimers].map(({ delay }) => delay)))
}

/** The timer that a report names is still there when the child has ended, or is never set at all. */
function isTimerLeft(
  { message, source }: JudgedReport,
  sights: readonly Sight[],
  test: Test,
  isHeld: boolean,
): boolean {
  const line = Number(/timer on line (\d+)/.exec(message)?.[1])
  const delay = Number(
    /\}, (\d+)\)/.exec(
      source
        .split('\n')
        .slice(line - 1)
        .join('\n'),
    )?.[1],
  )
  if (!sights.some(({ execution }) => execution.timers.some((timer) => timer.delay === delay))) return true
  return sights.some(
    (sight) =>
      test(sight) && listTimersLeft(sight).some((timer) => timer.delay === delay && (timer.isReferenced || !isHeld)),
  )
}

const always: Test = () => true
const hasFailedToStart: Test = ({ child }) => child.life.ending === 'failedStart'

/** Wordings: `never` no execution has it, `notOnPath` one lacks it, `late` in one it comes too late. */
const never = (sights: readonly Sight[], handled: Test): boolean => !sights.some(handled)
const some = (sights: readonly Sight[], test: Test): boolean => sights.some(test)

type Claim = (report: JudgedReport, sights: readonly Sight[]) => boolean | undefined

function byMessage(claims: Readonly<Record<string, Claim>>): Claim {
  return (report, sights) => claims[report.messageId]?.(report, sights)
}

function readStreams({ message }: JudgedReport): OutputName[] {
  return (['stdout', 'stderr'] as const).filter((name) => message.includes(`\`${name}\``))
}

const CLAIMS: Partial<Record<RuleName, Claim>> = {
  'require-error-listener': byMessage({
    neverHandled: (_, sights) => never(sights, isErrorHandled),
    caughtInVain: (_, sights) => never(sights, isErrorHandled),
    notHandledOnPath: (_, sights) => some(sights, hasNoErrorListener),
  }),
  'no-late-listener': byMessage({
    errorTooLate: (_, sights) => some(sights, isErrorLate),
    endTooLate: (_, sights) => some(sights, isEndMissed),
  }),
  'no-floating-child': byMessage({
    neverObserved: (_, sights) => never(sights, isEndObserved),
    notObservedOnPath: (_, sights) => some(sights, isEndUnseen),
  }),
  'no-undrained-pipe': byMessage({
    neverDrained: (report, sights) => never(sights, isDrained(readStreams(report))),
    notDrainedOnPath: (report, sights) => some(sights, isUndrained(readStreams(report))),
  }),
  'require-stdin-error-listener': byMessage({
    neverHandled: (_, sights) => never(sights, isStdinErrorHandled),
    caughtInVain: (_, sights) => never(sights, isStdinErrorHandled),
    notHandledOnPath: (_, sights) => some(sights, isStdinErrorUnhandled),
    handledTooLate: (_, sights) => some(sights, isStdinErrorLate),
  }),
  'no-unended-stdin': byMessage({
    neverEnded: (_, sights) => never(sights, isStdinEnded),
    notEndedOnPath: (_, sights) => some(sights, isStdinOpen),
    leftOpen: (_, sights) => never(sights, isFed) && never(sights, isStdinEnded),
  }),
  'require-deadline': (_, sights) => some(sights, hangs),
  'no-floating-exec-promise': byMessage({
    neverHandled: (_, sights) => never(sights, isRejectionHandled),
    caughtInVain: (_, sights) => never(sights, isRejectionHandled),
    notHandledOnPath: (_, sights) => some(sights, isRejectionLost),
  }),
  'no-unsettled-wrapper': byMessage({
    unsettledOnStart: (_, sights) => some(sights, isUnsettled('failedStart')),
    unsettledOnEnd: (_, sights) => some(sights, isUnsettled('silence')),
    unsettledOnFailure: (_, sights) => some(sights, isUnsettled('failure')),
    unsettledOnSignal: (_, sights) => some(sights, isUnsettled('signal')),
    calledTwice: (_, sights) => some(sights, isCalledTwice),
    signalAsSuccess: (_, sights) => some(sights, isSignalSuccess) || isSignalPassedOver(sights),
    signalExitsZero: (_, sights) => some(sights, isSignalExit),
  }),
  'prefer-close-over-exit': (_, sights) => some(sights, isReadEarly),
  'no-dangling-kill-timer': byMessage({
    neverCleared: (report, sights) => isTimerLeft(report, sights, always, true),
    intervalNeverCleared: (report, sights) => isTimerLeft(report, sights, always, true),
    neverClearedByPid: (report, sights) => isTimerLeft(report, sights, always, false),
    notClearedOnError: (report, sights) => isTimerLeft(report, sights, hasFailedToStart, true),
  }),
}

/** What a rule is about, whatever the reason for which it may be silent. */
const DEFECTS: Partial<Record<RuleName, (sights: readonly Sight[]) => boolean>> = {
  'require-error-listener': (sights) => some(sights, hasNoErrorListener),
  'no-late-listener': (sights) =>
    (some(sights, isErrorLate) && some(sights, isErrorHandled)) || some(sights, isEndMissed),
  'no-floating-child': (sights) => some(sights, isEndUnseen),
  'no-undrained-pipe': (sights) => some(sights, isUndrained(['stdout', 'stderr'])),
  'require-stdin-error-listener': (sights) => some(sights, isStdinErrorUnhandled) || some(sights, isStdinErrorLate),
  'no-unended-stdin': (sights) => some(sights, isStdinOpen),
  'require-deadline': (sights) => some(sights, hangs),
  'no-floating-exec-promise': (sights) => some(sights, isRejectionLost),
  'no-unsettled-wrapper': (sights) =>
    (some(sights, isUnsettled('failedStart', 'failure', 'silence', 'signal')) && some(sights, isSettled)) ||
    some(sights, isCalledTwice),
  'prefer-close-over-exit': (sights) => some(sights, isReadEarly),
  'no-dangling-kill-timer': (sights) => {
    const delays = listKillDelays(sights)
    return sights.some((sight) => listTimersLeft(sight).some((timer) => timer.isReferenced && delays.has(timer.delay)))
  },
}
