import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findReached } from '../flow/find-suspension.ts'
import { isOutputEvent } from './child-ending.ts'
import { findChildSlot } from './child-slot.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
import { findCompletions } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isChildListener, isDischarged } from './handle-use.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { isAround } from './kill-timer.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findLocalFunction } from './local-function.ts'
import { mayEndByPid } from './pid-use.ts'
import { placeUse } from './place-use.ts'
import { findExitTriggers, listExits } from './program-exit.ts'
import { listMoments } from './program-moment.ts'
import { isChainMethod } from './promise-use.ts'
import { collectSettleTriggers, type SettleTrigger } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isStanding } from './standing-child.ts'
import { isKnownAs } from './three-valued.ts'
import { readTimer } from './timer.ts'

/** A child that is still there when the program is not. */
export type Orphan =
  /** `process.exit()` at `node` comes while the child runs. */
  | { readonly is: 'exit'; readonly node: TSESTree.Node }
  /** Nothing stops it, however the program ends. */
  | { readonly is: 'unstopped' }

/** What the analysis knows of the other children of the file. */
export interface Siblings {
  /** Does a call add a listener to any child of the file? */
  readonly isChildListener: (call: TSESTree.Node) => boolean
}

/**
 * Measured with Node 20: a child outlives `process.exit()`, an uncaught exception and a signal alike; only 'exit' listeners
 * and those for signals run before. A forked child sees its channel close, and one that reads its input sees that end, so
 * both may end by themselves and are left out, as are a detached child and one with a time limit.
 */
export function findOrphan(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
  siblings: Siblings,
): Orphan | undefined {
  if (site.contract.handle !== 'child' || site.contract.like === 'fork' || !isBoundToProgram(site)) return undefined
  if (handle.uses.some(isOutOfView) || mayEndByPid(handle, unit)) return undefined
  const { isEscaped, isPidGiven, kills } = findKilling(handle, unit)
  if (isEscaped || isPidGiven) return undefined
  return new OrphanJudge(site, handle, kills, unit, flow, siblings).judge()
}

/** Nothing that is said where it starts ends it, or lets it go. */
function isBoundToProgram({ options: { detached, signal, timeout } }: SpawnSite): boolean {
  if (signal.is !== 'absent' || (timeout.is !== 'absent' && !isKnownAs(timeout, 0))) return false
  return detached.is === 'absent' || isKnownAs(detached, false)
}

/** Handed to code out of sight, let go, or led by what it is sent, so that it may end when nothing comes any more. */
function isOutOfView({ facet, kind }: HandleUse): boolean {
  if (facet === 'stdin' || facet === 'stdio') return kind !== 'listen' && kind !== 'inspect'
  return (facet !== 'stdout' && facet !== 'stderr' && kind === 'escape') || kind === 'unref' || kind === 'send'
}

/** A place in the code of a root behind which the child is there. */
interface Start {
  readonly root: CodeRoot
  readonly node: TSESTree.Node
}

class OrphanJudge {
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #kills: readonly KillCall[]
  readonly #unit: SourceUnit
  readonly #flow: Flow
  readonly #siblings: Siblings

  constructor(
    site: SpawnSite,
    handle: FollowedHandle,
    kills: readonly KillCall[],
    unit: SourceUnit,
    flow: Flow,
    siblings: Siblings,
  ) {
    this.#site = site
    this.#handle = handle
    this.#kills = kills
    this.#unit = unit
    this.#flow = flow
    this.#siblings = siblings
  }

  judge(): Orphan | undefined {
    const isAroundStart = (root: TSESTree.Node): boolean => isAround(root, this.#site.node)
    const places = [...this.#kills.map(({ place }) => place), ...this.#listDisposals()]
    const moments = places.flatMap((place) =>
      listMoments(place, this.#unit, isAroundStart, this.#siblings.isChildListener),
    )
    if (moments.includes('end')) return undefined
    const stopped = places.flatMap((place) => findCodeTriggers(place, this.#unit, isAroundStart))
    // a kill that only a timer sends bounds the child
    if (stopped.length > 0 && stopped.every((trigger) => this.#isTimed(trigger))) return undefined
    const isMeantToStay =
      places.length > 0 || this.#isReadied() || isStanding(this.#site, this.#unit) || this.#isSetUp()
    // what has a callback is waited for by that
    if (!isMeantToStay && this.#site.contract.like !== 'spawn') return undefined
    const exit = this.#findExit(places, stopped, isMeantToStay)
    if (exit) return { is: 'exit', node: exit }
    if (!isMeantToStay || moments.includes('signal')) return undefined
    return this.#isUnstopped(stopped) ? { is: 'unstopped' } : undefined
  }

  /** `using`, and what else kills without being a call of `kill()`. */
  #listDisposals(): TSESTree.Node[] {
    return this.#handle.uses.flatMap(({ kind, node, source }) =>
      kind === 'kill' && source.type !== 'CallExpression' ? [node] : [],
    )
  }

  #isTimed(trigger: CodeTrigger): boolean {
    return trigger.is === 'argument' && readTimer(trigger.call, this.#unit) !== undefined
  }

  /** Does somebody wait until the child is up, and not until it has ended? */
  #isReadied(): boolean {
    return findCompletions(this.#site, this.#handle, this.#unit).some((completion) =>
      collectSettleTriggers(completion, this.#handle, this.#unit).all.some(
        (trigger) => trigger.is === 'event' && trigger.events.some((event) => isOutputEvent(trigger.facet, event)),
      ),
    )
  }

  /** Started before the tests, for them. */
  #isSetUp(): boolean {
    const { root } = this.#site
    // what has a callback is waited for by that
    if (this.#site.contract.like !== 'spawn' || !isFunctionNode(root)) return false
    if (!findChildSlot(this.#site, this.#unit)) return false
    const at = climbWrappers(root)
    const callee = at.parent?.type === 'CallExpression' ? skipWrappers(at.parent.callee) : undefined
    return callee?.type === 'Identifier' && /^(?:before|beforeAll|beforeEach|setup|suiteSetup)$/.test(callee.name)
  }

  /** The end of the program that is reached while the child runs. */
  #findExit(
    places: readonly TSESTree.Node[],
    stopped: readonly CodeTrigger[],
    isMeantToStay: boolean,
  ): TSESTree.Node | undefined {
    const starts = this.#listStarts()
    for (const exit of listExits(this.#unit)) {
      const triggers = findExitTriggers(exit, this.#unit, (code) => isAround(code, this.#site.node))
      for (const trigger of triggers) {
        const place = trigger.is === 'direct' ? trigger.node : trigger.is === 'argument' ? trigger.call : undefined
        const start = place && starts.find(({ root }) => root === getCodeRoot(place))
        if (!place || !start || !this.#isReachedAlive(start, place, places)) continue
        if (trigger.is === 'direct') return exit
        if (trigger.is === 'argument' && this.#isRunAlive(trigger, exit, places, stopped, start, isMeantToStay))
          return exit
      }
    }
    return undefined
  }

  /** Where the child is there: behind its start, and behind a call of the function that starts it. */
  #listStarts(): Start[] {
    const { node, root } = this.#site
    const triggers = findCodeTriggers(node, this.#unit, (code) => code !== root)
    const calls = triggers.flatMap((trigger) => (trigger.is === 'direct' && trigger.root !== root ? [trigger] : []))
    return [{ root, node }, ...calls]
  }

  #isReachedAlive({ node, root }: Start, target: TSESTree.Node, places: readonly TSESTree.Node[]): boolean {
    const graph = this.#flow.getGraph(root)
    const point = findPoint(target, graph)
    if (!point) return false
    const found = findReached(graph, {
      from: node,
      to: new Set([point]),
      stops: new Set([...this.#placeStops(places, root), ...this.#placeWaits(root)]),
      bindings: this.#unit.bindings,
      isObject: (at) => this.#handle.objects.has(at) || this.#handle.pids.has(at),
    })
    return found !== undefined
  }

  /** A callback that ends the program: of a timer, a promise, another child, or for what this one says. */
  #isRunAlive(
    { call, index }: { readonly call: TSESTree.CallExpression; readonly index: number },
    exit: TSESTree.Node,
    places: readonly TSESTree.Node[],
    stopped: readonly CodeTrigger[],
    start: Start,
    isMeantToStay: boolean,
  ): boolean {
    if (call === this.#site.node || stopped.some((trigger) => trigger.is === 'direct' && trigger.root === start.root))
      return false
    const own = this.#handle.uses.find(({ source }) => source === call)
    const isAlive = own
      ? isMeantToStay && isSpeaking(own)
      : this.#siblings.isChildListener(call) || readTimer(call, this.#unit) !== undefined || isChainCall(call)
    // what an earlier link of the chain does has been done
    if (!isAlive || stopped.some((trigger) => trigger.is === 'argument' && isEarlierLink(trigger.call, call)))
      return false
    const callback = call.arguments[index]
    const code = callback && findLocalFunction(callback, this.#unit)
    if (!code) return callback === exit
    if (getCodeRoot(exit) !== code) return false
    const graph = this.#flow.getGraph(code)
    const point = findPoint(exit, graph)
    const stops = new Set([...this.#placeStops(places, code), ...this.#placeWaits(code)])
    const options = { from: 'entry', stops, bindings: this.#unit.bindings } as const
    return point !== undefined && findReached(graph, { ...options, to: new Set([point]) }) !== undefined
  }

  /** Where in the code of a root the child is killed. */
  #placeStops(places: readonly TSESTree.Node[], root: CodeRoot): TSESTree.Node[] {
    const graph = this.#flow.getGraph(root)
    return places.flatMap((place) =>
      findCodeTriggers(place, this.#unit, (code) => code === root).flatMap((trigger) =>
        trigger.is === 'direct' && trigger.root === root ? (findPoint(trigger.node, graph) ?? []) : [],
      ),
    )
  }

  /** Where its end is waited for, or asked about: everything but a statement that adds a listener. */
  #placeWaits(root: CodeRoot): TSESTree.Node[] {
    const graph = this.#flow.getGraph(root)
    return this.#handle.uses.flatMap((use) => {
      const isPlain = use.kind === 'listen' && getCodeRoot(use.source) === root && isStatement(use.source)
      if (isPlain || !isDischarged(use, 'end')) return []
      return placeUse(use.node, root, this.#unit).nodes.flatMap((node) => findPoint(node, graph) ?? [])
    })
  }

  #isUnstopped(stopped: readonly CodeTrigger[]): boolean {
    if (!stopped.every((trigger) => this.#isRestart(trigger)) || this.#isWaitedFor() || this.#passesExitOn())
      return false
    // what has the terminal is used by somebody, and gets the Ctrl-C as well
    const isForeground = this.#site.options.stdio.stdin.kind === 'inherit'
    return !isForeground || (stopped.length > 0 && isStanding(this.#site, this.#unit))
  }

  /** The earlier child is killed in front of the start of the next one. */
  #isRestart(trigger: CodeTrigger): boolean {
    const { node, root } = this.#site
    return (
      trigger.is === 'direct' && trigger.root === root && isFunctionNode(root) && trigger.node.range[1] <= node.range[0]
    )
  }

  #isWaitedFor(): boolean {
    if (this.#handle.uses.some((use) => /^(?:await|observe|poll)$/.test(use.kind) && isDischarged(use, 'end')))
      return true
    return findCompletions(this.#site, this.#handle, this.#unit).some((completion) => {
      const { all } = collectSettleTriggers(completion, this.#handle, this.#unit)
      return completion.kind === 'callback' || all.every((trigger) => isEndTrigger(trigger))
    })
  }

  /** A program that ends when its child does stands for it. */
  #passesExitOn(): boolean {
    const calls = this.#handle.uses
      .filter((use) => isChildListener(use, 'exit', 'close'))
      .map(({ source }) => source as TSESTree.CallExpression)
    return calls.some((call) => /\bexit(?:Code)?\b/.test(this.#unit.text.slice(...this.#readListener(call).range)))
  }

  #readListener(call: TSESTree.CallExpression): TSESTree.Node {
    const listener = call.arguments[1]
    return (listener && findLocalFunction(listener, this.#unit)) ?? call
  }
}

function isEndTrigger(trigger: SettleTrigger): boolean {
  return trigger.is === 'event' && !trigger.events.some((event) => isOutputEvent(trigger.facet, event))
}

/** It speaks while it runs. */
function isSpeaking({ events, facet }: HandleUse): boolean {
  return events?.every((event) => isOutputEvent(facet, event)) ?? false
}

function isStatement(node: TSESTree.Node): boolean {
  let at = climbWrappers(node)
  // `spawn(…).on(…).on(…)`
  while (at.parent?.type === 'MemberExpression' && at.parent.parent.type === 'CallExpression')
    at = climbWrappers(at.parent.parent)
  return at.parent?.type === 'ExpressionStatement' || at.parent?.type === 'VariableDeclarator'
}

function isChainCall({ callee }: TSESTree.CallExpression): boolean {
  const inner = skipWrappers(callee)
  return inner.type === 'MemberExpression' && isChainMethod(getStaticPropertyName(inner))
}

/** Is a call of `then` and its like made on what the other one gives? */
function isEarlierLink(earlier: TSESTree.CallExpression, later: TSESTree.CallExpression): boolean {
  const callee = skipWrappers(later.callee)
  if (callee.type !== 'MemberExpression' || earlier === later) return false
  const isWithin = earlier.range[0] >= callee.object.range[0] && earlier.range[1] <= callee.object.range[1]
  if (!isWithin) return false
  const name = getStaticPropertyName(callee)
  const method = skipWrappers(earlier.callee)
  // a rejection skips what was to be done before
  return name !== 'catch' || (method.type === 'MemberExpression' && getStaticPropertyName(method) !== 'then')
}
