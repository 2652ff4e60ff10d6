import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
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
import { type ProgramMoment, readMoment } from './program-moment.ts'
import { collectSettleTriggers, type SettleTrigger } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isStanding } from './standing-child.ts'
import { isKnownAs } from './three-valued.ts'
import { readTimer } from './timer.ts'

/** What the analysis knows of the other children of the file. */
export interface Siblings {
  /** Does a call add a listener to any child of the file? */
  readonly isChildListener: (call: TSESTree.Node) => boolean
}

/** A place in the code of a root behind which the child is there. */
export interface Start {
  readonly root: CodeRoot
  readonly node: TSESTree.Node
}

/** Everything that the rules about the end of a program ask. */
export interface ProgramContext {
  readonly unit: SourceUnit
  readonly flow: Flow
  readonly siblings: Siblings
}

const known = new WeakMap<FollowedHandle, { readonly child: ChildInView | undefined }>()

/**
 * A child that lives until somebody of this file ends it: nothing lets it go, nothing out of sight has it. Left out, because they may
 * end by themselves when the program has gone: a forked child, which sees its channel close, and one whose input the program
 * writes, which sees the end of that (measured with Node 20).
 */
export function findChildInView(
  site: SpawnSite,
  handle: FollowedHandle,
  context: ProgramContext,
): ChildInView | undefined {
  let entry = known.get(handle)
  if (!entry) known.set(handle, (entry = { child: readChild(site, handle, context) }))
  return entry.child
}

function readChild(site: SpawnSite, handle: FollowedHandle, context: ProgramContext): ChildInView | undefined {
  if (site.contract.handle !== 'child' || site.contract.like === 'fork' || !isBoundToProgram(site)) return undefined
  if (handle.uses.some(isOutOfView) || mayEndByPid(handle, context.unit)) return undefined
  const { isEscaped, isPidGiven, kills } = findKilling(handle, context.unit)
  return isEscaped || isPidGiven ? undefined : new ChildInView(site, handle, kills, context)
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

export class ChildInView {
  readonly site: SpawnSite
  readonly handle: FollowedHandle
  /** Where it is killed, for the code around: of a kill in a function that is handed the child, the call. */
  readonly places: readonly TSESTree.Node[]
  /** What makes these run, and when that is. */
  readonly stops: readonly { readonly trigger: CodeTrigger; readonly moment: ProgramMoment }[]
  readonly #context: ProgramContext

  constructor(site: SpawnSite, handle: FollowedHandle, kills: readonly KillCall[], context: ProgramContext) {
    const { siblings, unit } = context
    this.site = site
    this.handle = handle
    this.#context = context
    // `using`, and what else kills without being a call of `kill()`
    const disposals = handle.uses.flatMap(({ kind, node, source }) =>
      kind === 'kill' && source.type !== 'CallExpression' ? [node] : [],
    )
    this.places = [...kills.map(({ place }) => place), ...disposals]
    this.stops = this.places.flatMap((place) =>
      findCodeTriggers(place, unit, (root) => isAround(root, site.node)).map((trigger) => ({
        trigger,
        moment: readMoment(trigger, unit, siblings.isChildListener),
      })),
    )
  }

  /** Does any kill come at one of these moments? */
  isStopped(...moments: readonly ProgramMoment[]): boolean {
    return this.stops.some(({ moment }) => moments.includes(moment))
  }

  /** A kill that only a timer sends bounds the child. */
  get isTimed(): boolean {
    return (
      this.stops.length > 0 &&
      this.stops.every(
        ({ trigger }) => trigger.is === 'argument' && readTimer(trigger.call, this.#context.unit) !== undefined,
      )
    )
  }

  /** Does it run until it is stopped, as far as the file tells? */
  get isMeantToStay(): boolean {
    return this.places.length > 0 || this.#isReadied() || isStanding(this.site, this.#context.unit) || this.#isSetUp()
  }

  /** Does somebody wait until it is up, and not until it has ended? */
  #isReadied(): boolean {
    return this.#listSettlers().some((triggers) =>
      triggers.some((trigger) => !isEndTrigger(trigger) && trigger.is === 'event'),
    )
  }

  /** Started before the tests, for them. */
  #isSetUp(): boolean {
    const { contract, root } = this.site
    // what has a callback is waited for by that
    if (contract.like !== 'spawn' || !isFunctionNode(root) || !findChildSlot(this.site, this.#context.unit))
      return false
    const at = climbWrappers(root)
    const callee = at.parent?.type === 'CallExpression' ? skipWrappers(at.parent.callee) : undefined
    return callee?.type === 'Identifier' && /^(?:before|beforeAll|beforeEach|setup|suiteSetup)$/.test(callee.name)
  }

  /** Does any code wait for its end? */
  get isWaitedFor(): boolean {
    const { unit } = this.#context
    if (this.handle.uses.some((use) => /^(?:await|observe|poll)$/.test(use.kind) && isDischarged(use, 'end')))
      return true
    const completions = findCompletions(this.site, this.handle, unit)
    return (
      completions.some(({ kind }) => kind === 'callback') ||
      this.#listSettlers().some((triggers) => triggers.every((trigger) => isEndTrigger(trigger)))
    )
  }

  /** A program that ends when its child does, with its status, stands for it. */
  get isStoodFor(): boolean {
    const { unit } = this.#context
    return this.handle.uses.some((use) => {
      if (!isChildListener(use, 'exit', 'close') || use.source.type !== 'CallExpression') return false
      const listener = use.source.arguments[1]
      const code = listener && (findLocalFunction(listener, unit) ?? listener)
      return code !== undefined && /\bexit(?:Code)?\b/.test(unit.text.slice(...code.range))
    })
  }

  #listSettlers(): (readonly SettleTrigger[])[] {
    const { unit } = this.#context
    return findCompletions(this.site, this.handle, unit).map(
      (completion) => collectSettleTriggers(completion, this.handle, unit).all,
    )
  }

  /** Where it is there: behind its start, and behind a call of the function that starts it. */
  listStarts(): Start[] {
    const { node, root } = this.site
    // the code of a generator runs, and its `finally` ends the child, when somebody asks for the next value
    if (isFunctionNode(root) && root.generator) return [{ root, node }]
    const triggers = findCodeTriggers(node, this.#context.unit, (code) => code !== root)
    const calls = triggers.flatMap((trigger) => (trigger.is === 'direct' && trigger.root !== root ? [trigger] : []))
    return [{ root, node }, ...calls]
  }

  /** Is there a path to a place with neither a kill nor a wait for the end on it? */
  isReachedAlive(from: TSESTree.Node | 'entry', root: CodeRoot, target: TSESTree.Node): boolean {
    const { flow, unit } = this.#context
    const graph = flow.getGraph(root)
    const point = findPoint(target, graph)
    if (!point) return false
    const found = findReached(graph, {
      from,
      to: new Set([point]),
      stops: new Set([...this.listKillPoints(root), ...this.#listWaitPoints(root)]),
      bindings: unit.bindings,
      isObject: (at) => this.handle.objects.has(at) || this.handle.pids.has(at),
    })
    return found !== undefined
  }

  /** Where in the code of a root it is killed. */
  listKillPoints(root: CodeRoot): TSESTree.Node[] {
    const { flow, unit } = this.#context
    const graph = flow.getGraph(root)
    return this.places.flatMap((place) =>
      findCodeTriggers(place, unit, (code) => code === root).flatMap((trigger) =>
        trigger.is === 'direct' && trigger.root === root ? (findPoint(trigger.node, graph) ?? []) : [],
      ),
    )
  }

  /** Where its end is waited for, or asked about: everything but a statement that adds a listener. */
  #listWaitPoints(root: CodeRoot): TSESTree.Node[] {
    const { flow, unit } = this.#context
    const graph = flow.getGraph(root)
    return this.handle.uses.flatMap((use) => {
      const isPlain = use.kind === 'listen' && getCodeRoot(use.source) === root && isStatement(use.source)
      if (isPlain || !isDischarged(use, 'end')) return []
      return placeUse(use.node, root, unit).nodes.flatMap((node) => findPoint(node, graph) ?? [])
    })
  }
}

function isEndTrigger(trigger: SettleTrigger): boolean {
  return trigger.is === 'event' && !trigger.events.some((event) => isOutputEvent(trigger.facet, event))
}

function isStatement(node: TSESTree.Node): boolean {
  let at = climbWrappers(node)
  // `spawn(…).on(…).on(…)`
  while (at.parent?.type === 'MemberExpression' && at.parent.parent.type === 'CallExpression')
    at = climbWrappers(at.parent.parent)
  return at.parent?.type === 'ExpressionStatement' || at.parent?.type === 'VariableDeclarator'
}
