import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, getStaticPropertyName } from '../ast/static-value.ts'
import { findReached } from '../flow/find-suspension.ts'
import { type ChildSlot, findChildSlot } from './child-slot.ts'
import { findNamedMethod, findOwnMethod } from './class-method.ts'
import { findCompletions } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findLocalFunction } from './local-function.ts'
import { findRepetition } from './repetition.ts'
import { collectSettleTriggers } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** How the one reference to a child that somebody means to stop gets lost. */
export type LostHandle =
  /** `again`, what runs next, puts another child there. */
  | { readonly is: 'overwritten'; readonly slot: ChildSlot; readonly again: string }
  /** The listener of the child before it clears it. */
  | { readonly is: 'cleared'; readonly slot: ChildSlot; readonly clearing: Clearing }

/** `child.on('exit', () => { this.child = undefined })`, whoever is in there by then. */
export interface Clearing {
  readonly event: string
  readonly listen: TSESTree.CallExpression
  readonly assignment: TSESTree.AssignmentExpression
}

export function findLostHandle(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): LostHandle | undefined {
  const slot = site.handedBack ? undefined : findChildSlot(site, unit)
  if (!slot || !isKeptThereAlone(site, handle, slot)) return undefined
  const clearing = findClearing(handle, slot, unit)
  if (clearing && isReplacedAtOnce(site, handle, slot, unit, flow)) return { is: 'cleared', slot, clearing }
  if (isWaitedFor(site, handle, unit)) return undefined
  const guards = new GuardSearch(slot, unit)
  // each call of the function that declares the variable has one of its own
  const isRefused = (node: TSESTree.Node, code: FunctionNode): boolean =>
    code === slot.binding?.root || guards.isGuarded(node, code)
  const again = findRepetition(slot.assignment, unit, isRefused)
  return again === undefined ? undefined : { is: 'overwritten', slot, again }
}

/** Somebody stops the child, and can do so by this one reference only. */
function isKeptThereAlone(
  { options: { signal, timeout } }: SpawnSite,
  handle: FollowedHandle,
  slot: ChildSlot,
): boolean {
  if (signal.is !== 'absent' || timeout.is !== 'absent') return false
  const owner = getCodeRoot(slot.assignment)
  for (const binding of handle.holders)
    if (binding !== slot.binding && binding !== slot.alias && !isWithin(binding.root, owner)) return false
  let isStopped = false
  for (const use of handle.uses) {
    if (use.facet !== 'child' && use.facet !== 'promise') continue
    if (use.kind === 'escape' || use.via === 'collection') return false
    if ((use.kind !== 'kill' && use.kind !== 'pid') || !isDischarged(use, 'deadline')) continue
    // one that is near the start may be meant for the local name
    if (isWithin(use.source, owner) && use.source.range[0] > slot.assignment.range[0]) return false
    isStopped ||= use.kind === 'kill'
  }
  return isStopped
}

/** Does the code that starts the child wait for its end, so that the next one is started after it? */
function isWaitedFor(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): boolean {
  const isEnd = ({ events, kind }: HandleUse): boolean =>
    (kind === 'listen' || kind === 'observe') &&
    (!events || events.some((event) => event === 'exit' || event === 'close'))
  if (handle.uses.some((use) => use.kind === 'await' || (use.kind === 'observe' && isWithin(use.source, site.root))))
    return true
  return findCompletions(site, handle, unit).some((completion) => {
    if (completion.kind === 'callback') return true
    const triggers = collectSettleTriggers(completion, handle, unit).all
    return handle.uses.some(
      (use) => isEnd(use) && triggers.some((trigger) => trigger.is === 'event' && trigger.call === use.source),
    )
  })
}

/** The listener for the child's end that empties the slot without a question. */
function findClearing(handle: FollowedHandle, slot: ChildSlot, unit: SourceUnit): Clearing | undefined {
  const owner = getCodeRoot(slot.assignment)
  for (const { events, facet, kind, source } of handle.uses) {
    if (facet !== 'child' || kind !== 'listen' || source.type !== 'CallExpression' || !isWithin(source, owner)) continue
    const event = events?.find((name) => name === 'exit' || name === 'close')
    const listener = source.arguments[1]
    const code = listener && (findLocalFunction(listener, unit) ?? findOwnMethod(listener, unit))
    const assignment = event !== undefined && code ? findUnaskedClear(code, slot, unit) : undefined
    if (event !== undefined && assignment) return { event, listen: source, assignment }
  }
  return undefined
}

function findUnaskedClear(
  code: FunctionNode,
  { mentions }: ChildSlot,
  unit: SourceUnit,
): TSESTree.AssignmentExpression | undefined {
  const clears: TSESTree.AssignmentExpression[] = []
  const questions: TSESTree.Node[] = []
  traverse(code.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (isFunctionNode(node)) return false
      if (QUESTION.test(node.type)) questions.push(node)
      if (node.type !== 'AssignmentExpression' || !mentions.has(skipWrappers(node.left))) return undefined
      const value = getStaticPrimitive(node.right)
      if (value && (value.value === undefined || value.value === null)) clears.push(node)
      return undefined
    },
  })
  const [first] = clears
  // a question before it may be whose end it is
  return first && questions.every(({ range }) => range[0] > first.range[0]) ? first : undefined
}

const QUESTION = /^(?:ConditionalExpression|IfStatement|LogicalExpression|SwitchStatement)$/

/** Is the child before it killed, and this one started before that one can have ended? */
function isReplacedAtOnce(
  site: SpawnSite,
  handle: FollowedHandle,
  slot: ChildSlot,
  unit: SourceUnit,
  flow: Flow,
): boolean {
  const graph = flow.getGraph(site.root)
  const isBefore = (node: TSESTree.Node): boolean =>
    getCodeRoot(node) === site.root && node.range[1] <= site.node.range[0]
  const muted = handle.uses.some(
    ({ kind, source }) =>
      kind === 'inspect' &&
      source.type === 'CallExpression' &&
      MUTING.test(readMethod(source) ?? '') &&
      isBefore(source),
  )
  if (muted) return false
  const kills = handle.uses
    .filter(({ kind, source }) => kind === 'kill' && isBefore(source))
    .map(({ source }) => source)
  return kills.some((kill) => {
    const from = findPoint(kill, graph)
    const isSuspension = (node: TSESTree.Node): boolean =>
      node.type === 'AwaitExpression' || node.type === 'YieldExpression'
    const options = { bindings: unit.bindings, neverReturns: flow.neverReturns, stops: isSuspension }
    return from !== undefined && findReached(graph, { ...options, from, to: new Set([site.node]) }) !== undefined
  })
}

const MUTING = /^(?:off|removeAllListeners|removeListener)$/

function readMethod({ callee }: TSESTree.CallExpression): string | undefined {
  const inner = skipWrappers(callee)
  return inner.type === 'MemberExpression' ? getStaticPropertyName(inner) : undefined
}

const MAX_DEPTH = 3
/** What a program says on its way; it neither asks for the child nor stops it. */
const SAYING = /^(?:debug|emit|error|info|log|trace|verbose|warn)$/

/** Looks for what may see to the child before: a mention of the slot, a question about some state, a call out of sight. */
class GuardSearch {
  readonly #slot: ChildSlot
  readonly #unit: SourceUnit

  constructor(slot: ChildSlot, unit: SourceUnit) {
    this.#slot = slot
    this.#unit = unit
  }

  /** In front of `node`, in the code that holds it. */
  isGuarded(node: TSESTree.Node, code: FunctionNode): boolean {
    return this.#search(code, node.range[0], (at) => this.#isGuard(at, node))
  }

  #search(code: FunctionNode, end: number, isFound: (node: TSESTree.Node) => boolean): boolean {
    let found = false
    traverse(code.body, {
      visitorKeys: this.#unit.visitorKeys,
      enter: (node) => {
        if (found || node.range[0] >= end || isFunctionNode(node)) return false
        found = isFound(node)
        return undefined
      },
    })
    return found
  }

  #isGuard(at: TSESTree.Node, node: TSESTree.Node): boolean {
    switch (at.type) {
      case 'Identifier':
      case 'MemberExpression':
        return this.#slot.mentions.has(at) && !isWrittenOver(at)
      case 'IfStatement':
        return (isWithin(node, at) || this.#leaves(at)) && this.#asksState(at.test)
      case 'ConditionalExpression':
        return isWithin(node, at) && this.#asksState(at.test)
      case 'LogicalExpression':
        return isWithin(node, at.right) && this.#asksState(at.left)
      case 'SwitchStatement':
        return this.#asksState(at.discriminant)
      case 'WhileStatement':
        return this.#asksState(at.test)
      case 'CallExpression':
        return !isWithin(node, at) && this.#mayStop(at, 0)
      default:
        return false
    }
  }

  /** Does a statement return or throw, in its own code? */
  #leaves(statement: TSESTree.Node): boolean {
    let isLeft = false
    traverse(statement, {
      visitorKeys: this.#unit.visitorKeys,
      enter(node) {
        if (isFunctionNode(node)) return false
        isLeft ||= /^(?:Break|Continue|Return|Throw)Statement$/.test(node.type)
        return undefined
      },
    })
    return isLeft
  }

  /** Does a test look at something that outlives the call, or call what may? */
  #asksState(test: TSESTree.Node): boolean {
    let isAsked = false
    traverse(test, {
      visitorKeys: this.#unit.visitorKeys,
      enter: (node) => {
        if (node.type === 'ThisExpression' || node.type === 'CallExpression') isAsked = true
        if (node.type === 'Identifier') {
          const binding = this.#unit.bindings.resolve(node)
          isAsked ||= binding?.isReassigned === true && getCodeRoot(node) !== binding.root
        }
        return undefined
      },
    })
    return isAsked
  }

  /** Functions and methods of the file are looked into; one of the object's that is not in the file may do anything. */
  #mayStop(call: TSESTree.CallExpression, depth: number): boolean {
    const callee = skipWrappers(call.callee)
    const local = findLocalFunction(callee, this.#unit) ?? findNamedMethod(callee, this.#unit)
    if (local) {
      if (depth >= MAX_DEPTH) return true
      return this.#search(local, Infinity, (node) =>
        node.type === 'CallExpression' ? this.#mayStop(node, depth + 1) : this.#slot.mentions.has(node),
      )
    }
    if (callee.type === 'Super') return false
    if (callee.type !== 'MemberExpression') return isAwaited(call)
    const name = getStaticPropertyName(callee)
    if (name !== undefined && SAYING.test(name)) return false
    const object = skipWrappers(callee.object)
    return object.type === 'ThisExpression' || object.type === 'Super' || isAwaited(call)
  }
}

function isAwaited(call: TSESTree.CallExpression): boolean {
  return climbWrappers(call).parent?.type === 'AwaitExpression'
}

function isWrittenOver(mention: TSESTree.Node): boolean {
  const at = climbWrappers(mention)
  return at.parent?.type === 'AssignmentExpression' && at.parent.left === at && at.parent.operator === '='
}

function isWithin(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
