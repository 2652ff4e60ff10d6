import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type ChildEnding, FAILED, isOutputEvent, KILLED, NOT_STARTED, SUCCEEDED } from './child-ending.ts'
import { type Completion, findCompletions, isHandedOn } from './completion.ts'
import type { Obligation } from './contracts.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isChildListener } from './handle-use.ts'
import { type Flow, judgeObligation, type Verdict } from './life-verdict.ts'
import { findLocalFunction, isDeferring } from './local-function.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import { getSettleReader, readSettler, type SettleOutcome, type SettleReader } from './settle-outcome.ts'
import { collectSettleTriggers, type SettleTrigger } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { mayBeStopped } from './stopped-child.ts'
import { listStartGuarantees } from './start-guarantee.ts'
import { isMet, isOnOnePath } from './use-order.ts'

/** What is wrong with the way in which a completion is settled. */
export type SettleFlaw = {
  readonly completion: Completion
  /** A call that adds one of the listeners that settle it. */
  readonly call: TSESTree.CallExpression
} & (
  | {
      /** A failed start settles nothing; a failed child does not; a child that a signal ended does not. */
      readonly is: 'unsettledOnFailure' | 'unsettledOnSignal' | 'unsettledOnStart'
    }
  /** Only an error settles it, as a failure. */
  | { readonly is: 'neverResolved' }
  /** Only output or a message settles it. */
  | { readonly is: 'unsettledOnEnd'; readonly events: readonly string[] }
  /** Both events come when a start fails, or at every end, and each calls back. */
  | { readonly is: 'calledTwice'; readonly events: readonly [string, string] }
)

type EventTrigger = Extract<SettleTrigger, { is: 'event' }>
type Outcomes = ReadonlyMap<SettleOutcome, TSESTree.Node>

/** The first flaw of the completions around a child. */
export function findSettleFlaw(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): SettleFlaw | undefined {
  if (site.contract.handle !== 'child' || !site.contract.owes.has('end')) return undefined
  const completions = findCompletions(site, handle, unit)
  for (const completion of completions) {
    const others = collectMentioning(completions.filter((other) => other !== completion))
    const flaw = new SettleJudge(completion, others, site, handle, unit, flow).judge()
    if (flaw) return flaw
  }
  return undefined
}

class SettleJudge {
  readonly #completion: Completion
  /** Functions that settle another one, which may be what everybody waits for. */
  readonly #others: ReadonlySet<TSESTree.Node>
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #unit: SourceUnit
  readonly #reader: SettleReader
  readonly #events: readonly EventTrigger[]
  /** Nothing but these events settles it. */
  readonly #isClosed: boolean

  readonly #codes: ReadonlySet<TSESTree.Node>
  readonly #flow: Flow

  constructor(
    completion: Completion,
    others: ReadonlySet<TSESTree.Node>,
    site: SpawnSite,
    handle: FollowedHandle,
    unit: SourceUnit,
    flow: Flow,
  ) {
    this.#completion = completion
    this.#others = others
    this.#site = site
    this.#handle = handle
    this.#unit = unit
    this.#flow = flow
    const triggers = collectSettleTriggers(completion, handle, unit)
    this.#codes = triggers.codes
    this.#reader = getSettleReader(completion, triggers, unit, flow)
    this.#events = triggers.all.filter((trigger) => trigger.is === 'event')
    // what settles it before the child is there, or because the start throws, lies on another path
    this.#isClosed =
      triggers.all.every(
        (trigger) =>
          trigger.is === 'event' ||
          (trigger.is === 'code' &&
            (trigger.node.range[1] <= site.node.range[0] || isInCatchOf(site.node, trigger.node))),
      ) && !isHandedOn(completion, unit)
  }

  judge(): SettleFlaw | undefined {
    if (this.#events.length === 0) return undefined
    return this.#isClosed ? (this.#findUnsettled() ?? this.#findSecondCall()) : undefined
  }

  #findUnsettled(): SettleFlaw | undefined {
    const completion = this.#completion
    const call = (this.#readEnding(SUCCEEDED)[0]?.trigger ?? this.#events[0])?.call
    if (!call) return undefined
    const atSuccess = this.#readEnding(SUCCEEDED)
    const isStarted = this.#events.some(({ events, facet }) => facet === 'child' && events.includes('spawn'))
    const mayStream = this.#events.some(
      ({ events, facet }) => facet !== 'child' && events.some((event) => !isOutputEvent(facet, event)),
    )
    if (mayStream) return undefined
    const outputs = this.#events.flatMap(({ events, facet }) => events.filter((event) => isOutputEvent(facet, event)))
    if (atSuccess.length === 0) {
      if (isStarted || !this.#isLeftAlone('exit', 'close')) return undefined
      if (outputs.length === 0) return this.#isMeantToResolve() ? { is: 'neverResolved', completion, call } : undefined
      return { is: 'unsettledOnEnd', completion, call, events: [...new Set(outputs)] }
    }
    const isSettled = atSuccess.some(({ outcomes }) => settles(outcomes))
    if (!isSettled || outputs.length > 0) return undefined
    if (this.#isUnsettledAt(NOT_STARTED) && this.#isErrorHeard()) return { is: 'unsettledOnStart', completion, call }
    // settled as soon as the child is there
    if (isStarted) return undefined
    if (FAILED.every((ending) => this.#isUnsettledAt(ending)) && this.#isLeftAlone('exit', 'close'))
      return { is: 'unsettledOnFailure', completion, call }
    if (this.#isUnsettledAt(KILLED) && !mayBeStopped(this.#site, this.#handle) && this.#isLeftAlone('exit', 'close'))
      return { is: 'unsettledOnSignal', completion, call }
    return undefined
  }

  /** Only 'error' settles it, though there is a way to resolve it; `(_, reject) => …` is meant to fail or to go on waiting. */
  #isMeantToResolve(): boolean {
    const { kind, settlers } = this.#completion
    const resolve = [...settlers].find(([, settler]) => settler === 'resolve')?.[0]
    return (
      kind === 'promise' &&
      resolve !== undefined &&
      !resolve.name.startsWith('_') &&
      this.#events.every(({ events, facet }) => facet === 'child' && events.every((event) => event === 'error'))
    )
  }

  /** What the listeners for an ending do, in the order of their events. */
  #readEnding({ events, properties }: ChildEnding): { trigger: EventTrigger; outcomes: Outcomes; event: string }[] {
    // only a forked child has a channel
    const isFork = this.#site.contract.like === 'fork'
    return [...events].flatMap(([event, given]) =>
      this.#events
        .filter((trigger) => trigger.facet === 'child' && trigger.events.includes(event))
        .filter(() => isFork || event !== 'disconnect')
        .map((trigger) => {
          const { call, listener } = trigger
          const outcomes: Outcomes =
            typeof listener === 'string'
              ? new Map([[readSettler(listener, given[0] ?? 'none'), call]])
              : this.#reader.read(listener, given, properties)
          return { trigger, outcomes, event }
        }),
    )
  }

  /** No listener settles it, none ends the program. */
  #isUnsettledAt(ending: ChildEnding): boolean {
    return this.#readEnding(ending).every(({ outcomes }) => !settles(outcomes) && !outcomes.has('end'))
  }

  /** A listener for 'error' is there in time on every path, in sight, and the program goes on after it. */
  #isErrorHeard(): boolean {
    const { pids, uses } = this.#handle
    const isHeard = uses.some((use) => isChildListener(use, 'error') && this.#isDirect(use))
    // whoever looks at the pid may go another way when there is none
    if (listStartGuarantees(this.#site).length > 0 || !isHeard || pids.size > 0) return false
    return this.#judge('error') === 'fine' && this.#isLeftAlone('error') && !this.#endsProgramOn('close', NOT_STARTED)
  }

  /** Does a listener for an event of this ending end the program for certain, before anybody can wait in vain? */
  #endsProgramOn(event: string, { events, properties }: ChildEnding): boolean {
    return this.#handle.uses.some((use) => {
      const listener = use.source.type === 'CallExpression' ? use.source.arguments[1] : undefined
      if (!listener || !isChildListener(use, event)) return false
      const callee = findLocalFunction(listener, this.#unit)
      if (!callee) return isExport(this.#unit.resolveOrigin(listener), 'process', 'exit')
      return this.#reader.read(callee, events.get(event) ?? [], properties).has('end')
    })
  }

  #judge(obligation: Obligation): Verdict['is'] {
    return judgeObligation(this.#site, this.#handle, [obligation], 'normal', this.#unit, this.#flow).is
  }

  /** No listener for these events ends the program, or does what is out of sight; nor does anybody wait otherwise. */
  #isLeftAlone(...names: readonly string[]): boolean {
    return this.#handle.uses.every((use) => {
      if (use.facet !== 'child' || this.#isSettledValue(use)) return true
      if (use.kind === 'escape' || use.kind === 'observe') return false
      if (use.kind !== 'listen') return true
      if (!use.events) return false
      if (!use.events.some((event) => names.includes(event))) return true
      const listener = use.source.type === 'CallExpression' ? use.source.arguments[1] : undefined
      return listener !== undefined && this.#isHarmless(listener)
    })
  }

  /** `resolve(child)`: whoever waits gets the child with the promise, and not before. */
  #isSettledValue({ kind, source }: HandleUse): boolean {
    const { kind: completes, node } = this.#completion
    return completes === 'promise' && kind === 'escape' && skipWrappers(source) === node
  }

  #isHarmless(listener: TSESTree.Node): boolean {
    const callee = findLocalFunction(listener, this.#unit)
    if (!callee) {
      const path = getGlobalPath(this.#unit.resolveOrigin(listener))
      return path?.startsWith('console.') ?? false
    }
    const isFatal = this.#reader.read(callee, [], new Map()).has('end')
    return !isFatal && !this.#others.has(callee) && this.#isQuiet(callee)
  }

  /** Calls nothing that may end the program or wake up whoever waits. */
  #isQuiet(callee: FunctionNode): boolean {
    let isQuiet = true
    traverse(callee, {
      visitorKeys: this.#unit.visitorKeys,
      enter: (node) => {
        if (node.type === 'AwaitExpression') isQuiet = false
        if (node.type === 'CallExpression' && !this.#isQuietCall(node.callee) && !this.#isQuietDelay(node))
          isQuiet = false
        return isQuiet
      },
    })
    return isQuiet
  }

  /** The function that is put off is part of what is looked at. */
  #isQuietDelay({ arguments: [first], callee }: TSESTree.CallExpression): boolean {
    return isDeferring(callee, this.#unit) && isFunctionNode(first)
  }

  #isQuietCall(callee: TSESTree.Node): boolean {
    const inner = skipWrappers(callee)
    if (inner.type === 'ConditionalExpression')
      return this.#isQuietCall(inner.consequent) && this.#isQuietCall(inner.alternate)
    if (inner.type === 'MemberExpression' && QUIET_METHODS.test(getStaticPropertyName(inner) ?? '')) return true
    const binding = inner.type === 'Identifier' ? this.#unit.bindings.resolve(inner) : undefined
    if (binding && this.#completion.settlers.has(binding)) return true
    const local = findLocalFunction(inner, this.#unit)
    if (local && this.#codes.has(local)) return true
    return QUIET_GLOBALS.test(getGlobalPath(this.#unit.resolveOrigin(inner)) ?? '')
  }

  #findSecondCall(): SettleFlaw | undefined {
    if (this.#completion.kind !== 'callback') return undefined
    for (const ending of [NOT_STARTED, SUCCEEDED]) {
      const calls = this.#readEnding(ending).filter(({ outcomes }) => !outcomes.has('none') && !outcomes.has('end'))
      const [first, second] = calls
      if (!first || !second || first.event === second.event || this.#mayUnlisten()) continue
      // listeners that come too late do not get to hear it
      const obligation = ending === NOT_STARTED ? 'error' : 'end'
      if (this.#judge(obligation) === 'late') continue
      if (this.#isOnOnePath(first.trigger.call, second.trigger.call))
        return {
          is: 'calledTwice',
          completion: this.#completion,
          call: first.trigger.call,
          events: [first.event, second.event],
        }
    }
    return undefined
  }

  /** What a callback adds may come too late. */
  #isDirect({ node }: HandleUse): boolean {
    const root = getCodeRoot(node)
    return root === this.#site.root || root === this.#completion.scope
  }

  #isOnOnePath(...calls: readonly TSESTree.Node[]): boolean {
    const [one, other] = calls.map((call) => this.#handle.uses.find(({ source }) => source === call))
    if (!one || !other || !this.#isDirect(one) || !this.#isDirect(other)) return false
    if (![one, other].every((use) => isMet(use, this.#site, this.#handle, this.#unit, this.#flow))) return false
    return isOnOnePath(one, other, this.#site, this.#handle, this.#unit, this.#flow)
  }

  #mayUnlisten(): boolean {
    return this.#handle.uses.some(({ facet, kind, source }) => {
      const isCall = source.type === 'CallExpression' && source.callee.type === 'MemberExpression'
      return facet === 'child' && (kind === 'escape' || (kind === 'inspect' && isCall))
    })
  }
}

/** Is `node` in the `catch` of a `try` around `start`? */
function isInCatchOf(start: TSESTree.Node, node: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) {
    if (at.type !== 'CatchClause') continue
    const [from, to] = at.parent.block.range
    if (start.range[0] >= from && start.range[1] <= to) return true
  }
  return false
}

/** They compute a value, or load a module. */
const QUIET_GLOBALS =
  /^(?:clearTimeout|clearInterval|String|Number|Boolean|parseInt|require|(?:JSON|Math|Object|Array|Buffer|Date)\.\w+)$/

/** They print, or compute a text. */
const QUIET_METHODS =
  /^(?:log(?:[A-Z]\w*)?|info|warn|error|debug|trace|verbose|write|toString|trim|join|concat|push|slice|split|replace|includes|test|match|has|get|off|removeListener|removeAllListeners|resume|end|destroy|close)$/

/** Every function around a mention of what settles one of them. */
function collectMentioning(completions: readonly Completion[]): Set<TSESTree.Node> {
  const functions = new Set<TSESTree.Node>()
  for (const { settlers } of completions)
    for (const binding of settlers.keys())
      for (const { root } of binding.references)
        for (let at: CodeRoot = root; isFunctionNode(at) && !functions.has(at); at = getCodeRoot(at)) functions.add(at)
  return functions
}

function settles(outcomes: Outcomes): boolean {
  return outcomes.has('success') || outcomes.has('failure') || outcomes.has('unknown')
}
