import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findReached } from '../flow/find-suspension.ts'
import {
  type CollectedOutput,
  createReadTest,
  findCollectedOutput,
  findImmediateRead,
  type ReadTest,
} from './collected-output.ts'
import { findCompletions } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { followConstants } from './known-value.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findLocalFunction } from './local-function.ts'
import { collectSettleTriggers } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isMet } from './use-order.ts'

/** Output that is used when the child has exited, while its pipes may still hold some. */
export interface EarlyRead {
  /** The call that waits for 'exit': `on('exit', …)`, `once(child, 'exit')`. */
  readonly call: TSESTree.CallExpression
  readonly read: TSESTree.Node
  readonly collected: CollectedOutput
  /** `listener`: the one for 'exit' reads it. `promise`: what follows the promise that 'exit' settles. */
  readonly by: 'listener' | 'promise'
}

const MAX_DEPTH = 2

export function findEarlyRead(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): EarlyRead | undefined {
  const waits = handle.uses.filter(isWaitingForExit)
  const collected = waits.length > 0 ? findCollectedOutput(handle, unit) : []
  if (collected.length === 0) return undefined
  const isRead = createReadTest(collected, unit)
  if (isJoined(handle, isRead, unit)) return undefined
  const ends = listEndPromises(site, handle, unit)
  const isEndAwaited = (node: TSESTree.Node): boolean =>
    node.type === 'AwaitExpression' && ends.has(followConstants(skipWrappers(node.argument), unit.bindings))
  for (const wait of waits) {
    const { kind, source } = wait
    if (source.type !== 'CallExpression' || !isReachable(source)) continue
    if (!isMet(wait, site, handle, unit, flow, isEndAwaited)) continue
    const atOnce = kind === 'listen' ? findListenerRead(source) : undefined
    const read = atOnce ?? findReadAfter(source)
    const output = read && isRead(read)
    if (output) return { call: source, read, collected: output, by: atOnce ? 'listener' : 'promise' }
  }
  return undefined

  function findListenerRead(call: TSESTree.CallExpression): TSESTree.Node | undefined {
    const listener = call.arguments[1] && findLocalFunction(call.arguments[1], unit)
    return (
      listener &&
      findImmediateRead(listener, (node) => (isRead(node) && isReachable(node) ? isRead(node) : undefined), unit)
    )
  }

  /** Does the function around a node come to it? */
  function isReachable(node: TSESTree.Node): boolean {
    const graph = flow.getGraph(getCodeRoot(node))
    const point = findPoint(node, graph)
    const { neverReturns } = flow
    const options = { from: 'entry' as const, bindings: unit.bindings, neverReturns }
    return point === undefined || findReached(graph, { ...options, to: new Set([point]) }) !== undefined
  }

  /** In what follows the promises that this wait settles, `once(…)` itself included. */
  function findReadAfter(wait: TSESTree.CallExpression): TSESTree.Node | undefined {
    const followed = new PromiseReads(isRead, unit, flow)
    const own = followed.find(wait)
    if (own) return own
    for (const completion of findCompletions(site, handle, unit)) {
      if (completion.kind !== 'promise') continue
      const triggers = collectSettleTriggers(completion, handle, unit).all
      const isSettled = triggers.some(
        (trigger) => trigger.is === 'event' && trigger.call === wait && !trigger.isDelayed,
      )
      const found = isSettled ? followed.find(completion.node) : undefined
      if (found) return found
    }
    return undefined
  }
}

function isWaitingForExit({ events, facet, kind }: HandleUse): boolean {
  const isWait = facet === 'child' && (kind === 'listen' || kind === 'observe')
  return isWait && events !== undefined && events.includes('exit') && !events.includes('close')
}

/** The promises that nothing but the end of the child fulfils: a wait for 'exit' that comes after one of them hears nothing. */
function listEndPromises(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): ReadonlySet<TSESTree.Node> {
  const observed = handle.uses.filter(
    ({ events, facet, kind }) => kind === 'observe' && facet === 'child' && isEnd(events ?? []),
  )
  const settled = findCompletions(site, handle, unit).filter((completion) => {
    const { all } = collectSettleTriggers(completion, handle, unit)
    return (
      completion.kind === 'promise' &&
      all.some((trigger) => trigger.is === 'event' && isEnd(trigger.events)) &&
      all.every((trigger) => trigger.is === 'event' && trigger.facet === 'child' && isEnd(trigger.events, 'error'))
    )
  })
  return new Set([...observed.map(({ source }) => source), ...settled.map(({ node }) => node)])
}

/** Are these events the end of a child, or one of `others`? */
function isEnd(events: readonly string[], ...others: readonly string[]): boolean {
  return events.length > 0 && events.every((event) => event === 'exit' || event === 'close' || others.includes(event))
}

/** Is the end of the output waited for as well, or may it be: on the streams, or by a 'close' listener that uses it? */
function isJoined({ uses }: FollowedHandle, isRead: ReadTest, unit: SourceUnit): boolean {
  return uses.some(({ events, facet, kind, source }) => {
    const isWait = kind === 'listen' || kind === 'observe'
    if (facet === 'stdout' || facet === 'stderr') {
      if (kind === 'escape') return true
      return isWait && (!events || events.some((event) => event === 'end' || event === 'close'))
    }
    if (facet !== 'child' || !isWait) return false
    if (!events) return true
    if (!events.includes('close')) return false
    const listener = kind === 'listen' && source.type === 'CallExpression' ? source.arguments[1] : undefined
    const local = listener && findLocalFunction(listener, unit)
    return !local || mayRead(local, isRead, unit)
  })
}

/** Finds reads in what runs as soon as a promise is settled. */
class PromiseReads {
  readonly #isRead: ReadTest
  readonly #unit: SourceUnit
  readonly #flow: Flow

  constructor(isRead: ReadTest, unit: SourceUnit, flow: Flow) {
    this.#isRead = isRead
    this.#unit = unit
    this.#flow = flow
  }

  find(promise: TSESTree.Node, depth = 0): TSESTree.Node | undefined {
    if (depth > MAX_DEPTH) return undefined
    const at = climbWrappers(promise)
    const { parent } = at
    switch (parent?.type) {
      case 'AwaitExpression':
        return this.#findAfterAwait(parent)
      case 'MemberExpression': {
        const name = getStaticPropertyName(parent)
        const call = climbWrappers(parent).parent
        if (call?.type !== 'CallExpression' || call.callee === at) return undefined
        if (name === 'catch' || name === 'finally') return this.find(call, depth)
        const callback = name === 'then' ? call.arguments[0] : undefined
        const local = callback && findLocalFunction(callback, this.#unit)
        return local && findImmediateRead(local, this.#isRead, this.#unit)
      }
      case 'VariableDeclarator':
        return parent.init === at && parent.id.type === 'Identifier' ? this.#findByName(parent.id, depth) : undefined
      case 'ReturnStatement':
        return this.#findAfterCalls(getCodeRoot(parent), depth)
      case 'ArrowFunctionExpression':
        return parent.body === at ? this.#findAfterCalls(parent, depth) : undefined
      default:
        return undefined
    }
  }

  #findByName(name: TSESTree.Identifier, depth: number): TSESTree.Node | undefined {
    const binding = this.#unit.bindings.resolve(name)
    for (const { identifier, isRead } of binding?.references ?? []) {
      const found = isRead ? this.find(identifier, depth + 1) : undefined
      if (found) return found
    }
    return undefined
  }

  #findAfterCalls(code: CodeRoot, depth: number): TSESTree.Node | undefined {
    if (!isFunctionNode(code)) return undefined
    const { parent } = climbWrappers(code)
    const name =
      code.type === 'FunctionDeclaration'
        ? code.id
        : parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
          ? parent.id
          : undefined
    const binding = name ? this.#unit.bindings.resolve(name) : undefined
    for (const { identifier } of binding?.references ?? []) {
      const call = identifier.parent
      const isCall = call.type === 'CallExpression' && skipWrappers(call.callee) === identifier
      const found = isCall ? this.find(call, depth + 1) : undefined
      if (found) return found
    }
    return undefined
  }

  /** Up to the next suspension, which lets the rest of the output come in. */
  #findAfterAwait(wait: TSESTree.AwaitExpression): TSESTree.Node | undefined {
    const root = getCodeRoot(wait)
    const graph = this.#flow.getGraph(root)
    const reached = findReached(graph, {
      from: wait,
      to: (node) => this.#isRead(node) !== undefined,
      stops: (node) => node.type === 'AwaitExpression' || node.type === 'YieldExpression',
      bindings: this.#unit.bindings,
      neverReturns: this.#flow.neverReturns,
    })
    return reached?.node
  }
}

/** At once, or in a callback that runs later. */
function mayRead(callee: FunctionNode, isRead: ReadTest, unit: SourceUnit): boolean {
  if (findImmediateRead(callee, isRead, unit)) return true
  let isFound = false
  traverse(callee.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (isRead(node)) isFound = true
      return !isFound
    },
  })
  return isFound
}
