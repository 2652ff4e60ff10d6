import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type ClassNode, getCodeRoot, isClassNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import { findReached } from '../flow/find-suspension.ts'
import { isSafeAwait } from '../flow/safe-await.ts'
import { findChildInView, type ProgramContext } from './child-in-view.ts'
import { findThisObject } from './class-instance.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
import { isLongLived } from './deadline.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { isAround } from './kill-timer.ts'
import { followConstants } from './known-value.ts'
import { findPoint } from './life-verdict.ts'
import { getGlobalPath, isExport, type Origin } from './module-origin.ts'
import { mayEndByPid } from './pid-use.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isStanding } from './standing-child.ts'
import { isKnownAs } from './three-valued.ts'

/** A way to leave the code that owns a child, on which nothing ends it. */
export type SkippedCleanUp =
  /** The consumer of a generator stops at a `yield`. */
  | { readonly is: 'generator'; readonly node: TSESTree.YieldExpression }
  /** The consumer of a stream stops, which a method would have to tell; it is missing in `node`. */
  | { readonly is: 'stream'; readonly node: ClassNode | TSESTree.ObjectExpression; readonly stream: StreamKind }
  /** An `await` throws, and the kill behind it is skipped. */
  | { readonly is: 'kill'; readonly node: TSESTree.AwaitExpression; readonly kill: KillCall }

export interface StreamKind {
  /** As its module calls it. */
  readonly name: string
  /** What it calls when nobody wants it any more. */
  readonly method: '_destroy' | 'abort' | 'cancel' | 'destroy'
}

/**
 * Measured with Node 20: a `break` in the loop that consumes a generator runs its `finally` blocks and nothing else. A readline interface that is left so
 * stops reading, and a child that has more to say waits for ever on the full pipe; `for await` over `child.stdout` itself closes the
 * pipe, by which a child that goes on writing ends. A `ReadableStream` without `cancel()` leaves its child alive as well, and whose
 * output goes on into it ends the program by `ERR_INVALID_STATE`.
 */
export function findSkippedCleanUp(
  site: SpawnSite,
  handle: FollowedHandle,
  context: ProgramContext,
): SkippedCleanUp | undefined {
  if (site.contract.handle !== 'child') return undefined
  const owned = readOwnedChild(site, handle, context)
  if (!owned) return undefined
  return owned.findGenerator() ?? owned.findStream() ?? owned.findKill()
}

function readOwnedChild(site: SpawnSite, handle: FollowedHandle, context: ProgramContext): OwnedChild | undefined {
  const { detached, signal, timeout } = site.options
  // somebody else may end it, or nobody is to
  if (signal.is !== 'absent' || (timeout.is !== 'absent' && !isKnownAs(timeout, 0))) return undefined
  if (detached.is !== 'absent' && !isKnownAs(detached, false)) return undefined
  const { unit } = context
  const { isEscaped, isPidGiven, kills } = findKilling(handle, unit)
  if (isEscaped || isPidGiven || mayEndByPid(handle, unit)) return undefined
  if (handle.uses.some(({ kind }) => kind === 'unref' || kind === 'send')) return undefined
  return new OwnedChild(site, handle, kills, context)
}

class OwnedChild {
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #kills: readonly KillCall[]
  readonly #context: ProgramContext
  /** Where it is killed, or one of its outputs closed. */
  readonly #places: readonly TSESTree.Node[]

  constructor(site: SpawnSite, handle: FollowedHandle, kills: readonly KillCall[], context: ProgramContext) {
    this.#site = site
    this.#handle = handle
    this.#kills = kills
    this.#context = context
    const others = handle.uses.filter((use) => isEnding(use) && !kills.some(({ node }) => node === use.source))
    this.#places = [...kills.map(({ place }) => place), ...others.map(({ node }) => node)]
  }

  findGenerator(): SkippedCleanUp | undefined {
    const { flow, unit } = this.#context
    const { node, root } = this.#site
    if (!isFunctionNode(root) || !root.generator || this.#isEndedElsewhere()) return undefined
    const graph = flow.getGraph(root)
    const stops = new Set([...this.#listStops(root), ...this.#listWaits(root)])
    const path = findOpenPath(graph, {
      from: node,
      stops: (at) => stops.has(at) || at.type === 'ReturnStatement' || (isYield(at) && !this.#isLeftAlive(at)),
      abandonment: true,
      ends: ['return'],
      bindings: unit.bindings,
      neverReturns: flow.neverReturns,
      isObject: (at) => this.#handle.objects.has(at),
    })
    return path?.node.type === 'YieldExpression' ? { is: 'generator', node: path.node } : undefined
  }

  /** Does the child live on when its generator is closed here? */
  #isLeftAlive(node: TSESTree.YieldExpression): boolean {
    const root = getCodeRoot(node)
    // what a `for await` reads to its end has told the end of the child as well
    for (const loop of this.#listReadings()) if (loop.range[1] <= node.range[0]) return false
    if (node.delegate) return this.#isLeftOpen(node.argument)
    for (let at: TSESTree.Node | undefined = node.parent; at && at !== root; at = at.parent)
      if (at.type === 'ForOfStatement' && at.await) return this.#isLeftOpen(at.right)
    return true
  }

  #listReadings(): TSESTree.ForOfStatement[] {
    const { root } = this.#site
    const loops = new Set<TSESTree.ForOfStatement>()
    for (const { facet, source } of this.#handle.uses) {
      if (facet !== 'stdout' && facet !== 'stderr') continue
      for (let at: TSESTree.Node | undefined = source; at && at !== root; at = at.parent)
        if (at.type === 'ForOfStatement' && at.await && at.range[0] > this.#site.node.range[0]) loops.add(at)
    }
    for (const loop of this.#listLineLoops(root)) loops.add(loop)
    return [...loops]
  }

  /** `for await (const line of lines)` over the readline interface of an output. */
  #listLineLoops(root: TSESTree.Node): TSESTree.ForOfStatement[] {
    const loops: TSESTree.ForOfStatement[] = []
    traverse(root, {
      visitorKeys: this.#context.unit.visitorKeys,
      enter: (node) => {
        if (node !== root && isFunctionNode(node)) return false
        if (node.type === 'ForOfStatement' && node.await && this.#isLines(node.right)) loops.push(node)
        return undefined
      },
    })
    return loops
  }

  /** Whoever stops to read lines leaves the pipe open; a stream is closed, and so ends what goes on to write. */
  #isLeftOpen(iterated: TSESTree.Node): boolean {
    if (this.#isLines(iterated)) return true
    return isLongLived(this.#site, this.#context.unit) || isStanding(this.#site, this.#context.unit)
  }

  #isLines(iterated: TSESTree.Node): boolean {
    const { unit } = this.#context
    const value = followConstants(iterated, unit.bindings)
    if (value.type !== 'CallExpression') return false
    const found = unit.resolveOrigin(value.callee)
    return isExport(found, 'readline', 'createInterface') || isExport(found, 'readline/promises', 'createInterface')
  }

  /** A kill that another piece of code runs, at a time of its own. */
  #isEndedElsewhere(): boolean {
    const { unit } = this.#context
    return this.#places.some((place) =>
      findCodeTriggers(place, unit, (root) => isAround(root, this.#site.node)).some(
        (trigger) => trigger.is === 'unknown' || (trigger.is === 'argument' && !this.#isOwnListener(trigger)),
      ),
    )
  }

  #isOwnListener({ call }: CodeTrigger & { readonly is: 'argument' }): boolean {
    return this.#handle.uses.some(({ kind, source }) => kind === 'listen' && source === call)
  }

  /** Where in the code of a root it is killed, or its output closed. */
  #listStops(root: SpawnSite['root']): TSESTree.Node[] {
    const { flow, unit } = this.#context
    const graph = flow.getGraph(root)
    return this.#places.flatMap((place) =>
      findCodeTriggers(place, unit, (code) => code === root).flatMap((trigger) =>
        trigger.is === 'direct' && trigger.root === root ? (findPoint(trigger.node, graph) ?? []) : [],
      ),
    )
  }

  /** Where in the code of a root its end is waited for, by whatever promise tells of it. */
  #listWaits(root: SpawnSite['root']): TSESTree.Node[] {
    const { unit } = this.#context
    const ends = this.#handle.uses.filter((use) => isDischarged(use, 'end') && use.kind !== 'drain')
    const isTelling = (node: TSESTree.Node): boolean => ends.some(({ source }) => isAround(node, source))
    const waits: TSESTree.Node[] = []
    traverse(root, {
      visitorKeys: unit.visitorKeys,
      enter: (node) => {
        if (node !== root && isFunctionNode(node)) return false
        if (node.type === 'AwaitExpression' && this.#mentionsEnd(node.argument, isTelling)) waits.push(node)
        return undefined
      },
    })
    return waits
  }

  #mentionsEnd(argument: TSESTree.Node, isTelling: (node: TSESTree.Node) => boolean): boolean {
    const { unit } = this.#context
    if (isTelling(argument)) return true
    let isEnd = false as boolean
    traverse(argument, {
      visitorKeys: unit.visitorKeys,
      enter: (node) => {
        const binding = node.type === 'Identifier' ? unit.bindings.resolve(node) : undefined
        isEnd ||=
          binding?.definitions.some(
            ({ node: declared }) => declared.type === 'VariableDeclarator' && declared.init && isTelling(declared.init),
          ) ?? false
        return !isEnd
      },
    })
    return isEnd
  }

  findStream(): SkippedCleanUp | undefined {
    // a kill anywhere may be the one that comes when the consumer has gone
    if (this.#places.length > 0) return undefined
    const sources = [this.#site.node, ...this.#handle.uses.map(({ source }) => source)]
    for (const source of sources) {
      const found = this.#findStreamAround(source)
      if (found) return found
    }
    return undefined
  }

  #findStreamAround(source: TSESTree.Node): SkippedCleanUp | undefined {
    const { unit } = this.#context
    for (let at: TSESTree.Node | undefined = source; at; at = at.parent) {
      if (at.type === 'ObjectExpression') {
        const made = climbWrappers(at).parent
        const isFirst = made?.type === 'NewExpression' && made.arguments[0] === climbWrappers(at)
        const stream = isFirst ? readStreamKind(unit.resolveOrigin(made.callee)) : undefined
        if (stream) return lacksMethod(at.properties, stream.method) ? { is: 'stream', node: at, stream } : undefined
      }
    }
    return this.#findStreamClass()
  }

  /** A class that extends a stream of Node, an object of which keeps the child in a field that no other code reaches. */
  #findStreamClass(): SkippedCleanUp | undefined {
    const { unit } = this.#context
    const object = findThisObject(this.#site.node)
    if (!object || object.isStatic || !object.owner.superClass || !isClassNode(object.owner)) return undefined
    const kind = readStreamKind(unit.resolveOrigin(object.owner.superClass))
    if (kind?.method !== 'destroy' || !this.#isFieldOf(object.owner)) return undefined
    const stream: StreamKind = { name: kind.name, method: '_destroy' }
    const isLacking = ['_destroy', 'destroy'].every((name) => lacksMethod(object.owner.body.body, name))
    return isLacking ? { is: 'stream', node: object.owner, stream } : undefined
  }

  #isFieldOf(owner: ClassNode): boolean {
    const parent = climbWrappers(this.#site.node).parent
    const target = parent?.type === 'AssignmentExpression' ? skipWrappers(parent.left) : undefined
    return target?.type === 'MemberExpression' && target.object.type === 'ThisExpression' && isAround(owner, target)
  }

  findKill(): SkippedCleanUp | undefined {
    const child = findChildInView(this.#site, this.#handle, this.#context)
    const { node: start, root } = this.#site
    if (!child || child.isWaitedFor || child.stops.length === 0) return undefined
    if (!child.stops.every(({ trigger }) => trigger.is === 'direct' && trigger.root === root)) return undefined
    if (this.#places.length > this.#kills.length) return undefined
    const { flow, unit } = this.#context
    const graph = flow.getGraph(root)
    const points = new Set(this.#listStops(root))
    const options = {
      bindings: unit.bindings,
      neverReturns: flow.neverReturns,
      isObject: (at: TSESTree.Node) => this.#handle.objects.has(at),
    }
    const waits = new Set(this.#listWaits(root))
    for (const node of this.#listThrowingAwaits(root)) {
      if (waits.has(node) || node.range[0] < start.range[1]) continue
      const isAlive = findReached(graph, { ...options, from: start, to: new Set([node]), stops: points })
      const next = isAlive && findReached(graph, { ...options, from: node, to: points })
      const kill = next && this.#kills.find(({ place }) => findPoint(place, graph) === next.node)
      if (kill) return { is: 'kill', node, kill }
    }
    return undefined
  }

  /** What may reject with nothing around it that would catch that, in source order. */
  #listThrowingAwaits(root: SpawnSite['root']): TSESTree.AwaitExpression[] {
    const { unit } = this.#context
    const awaits: TSESTree.AwaitExpression[] = []
    traverse(root, {
      visitorKeys: unit.visitorKeys,
      enter: (node) => {
        if ((node !== root && isFunctionNode(node)) || node.type === 'TryStatement') return false
        if (node.type === 'AwaitExpression' && !this.#isSafe(node)) awaits.push(node)
        return undefined
      },
    })
    return awaits
  }

  #isSafe(node: TSESTree.AwaitExpression): boolean {
    if (isSafeAwait(node)) return true
    const call = skipWrappers(node.argument)
    // a promise out of sight may have been seen to
    if (call.type !== 'CallExpression') return true
    if ([...this.#handle.objects].some((object) => isAround(call, object))) return true
    const callee = skipWrappers(call.callee)
    const name = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    if (name === 'catch' || getGlobalPath(this.#context.unit.resolveOrigin(callee)) === 'Promise.allSettled')
      return true
    const word = callee.type === 'Identifier' ? callee.name : (name ?? '')
    return WAITING.test(word)
  }
}

/** Functions that only let time pass. */
const WAITING = /^(?:delay|pause|setImmediate|setTimeout|sleep|tick|timeout|wait)(?:Ms|For)?$/

function isYield(node: TSESTree.Node): node is TSESTree.YieldExpression {
  return node.type === 'YieldExpression'
}

/** A kill, or an output that is closed. */
function isEnding({ kind, source }: HandleUse): boolean {
  if (kind === 'kill') return true
  if (kind !== 'drain' || source.type !== 'CallExpression') return false
  const callee = skipWrappers(source.callee)
  return callee.type === 'MemberExpression' && getStaticPropertyName(callee) === 'destroy'
}

function readStreamKind(found: Origin | undefined): StreamKind | undefined {
  const web = getGlobalPath(found) ?? (found?.module === 'stream/web' ? found.path.join('.') : undefined)
  if (web === 'ReadableStream') return { name: web, method: 'cancel' }
  if (web === 'WritableStream') return { name: web, method: 'abort' }
  for (const name of ['Readable', 'Writable', 'Duplex', 'Transform'])
    if (isExport(found, 'stream', name)) return { name, method: 'destroy' }
  return undefined
}

/** Is there certainly no property or method of that name? */
function lacksMethod(
  members: readonly (TSESTree.ClassElement | TSESTree.ObjectLiteralElement)[],
  name: string,
): boolean {
  return members.every((member) => {
    if (member.type === 'SpreadElement') return false
    if (!('key' in member)) return true
    const key = getStaticPropertyName(member as TSESTree.Property)
    return key !== undefined && key !== name
  })
}
