import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { traverse } from '../ast/child-nodes.ts'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { findLocalFunction } from './local-function.ts'
import type { SourceUnit } from './source-unit.ts'

/** A variable, or one property of it, in which a `data` listener keeps what the child prints. */
export interface CollectedOutput {
  readonly binding: Binding
  readonly property: string | undefined
  /** The call that adds the listener. */
  readonly call: TSESTree.CallExpression
}

const MAX_DEPTH = 3
/** Functions that are looked into for one read. */
const MAX_FUNCTIONS = 16
const APPENDING = new Set(['push', 'unshift', 'add'])

/** Where the output of a child is collected: `out += chunk`, `chunks.push(chunk)`, `result.stdout = result.stdout + chunk`. */
export function findCollectedOutput({ uses }: FollowedHandle, unit: SourceUnit): CollectedOutput[] {
  const found: CollectedOutput[] = []
  for (const { events, facet, kind, source } of uses) {
    if (kind !== 'listen' || (facet !== 'stdout' && facet !== 'stderr') || !events?.includes('data')) continue
    if (source.type !== 'CallExpression') continue
    const listener = source.arguments[1] && findLocalFunction(source.arguments[1], unit)
    if (listener) collectFrom(listener, source, found, unit)
  }
  return found
}

function collectFrom(
  listener: FunctionNode,
  call: TSESTree.CallExpression,
  found: CollectedOutput[],
  unit: SourceUnit,
  depth = 0,
): void {
  const isOwn = (binding: Binding): boolean =>
    binding.definitions.every(({ name }) => name.range[0] >= listener.range[0] && name.range[1] <= listener.range[1])
  const isFromChunk = createMentionTest(listener, isOwn, unit)
  const add = (target: TSESTree.Node): void => {
    const kept = readTarget(target, unit)
    if (kept && !isOwn(kept.binding)) found.push({ ...kept, call })
  }
  traverse(listener.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (node.type === 'AssignmentExpression' && isFromChunk(node.right)) add(node.left)
      if (node.type !== 'CallExpression' || !node.arguments.some(isFromChunk)) return
      const callee = skipWrappers(node.callee)
      if (callee.type === 'MemberExpression' && APPENDING.has(getStaticPropertyName(callee) ?? '')) add(callee.object)
      // `(chunk) => append(chunk)`
      const local = depth < MAX_DEPTH ? findLocalFunction(callee, unit) : undefined
      if (local && local !== listener) collectFrom(local, call, found, unit, depth + 1)
    },
  })
}

/** Does an expression of `root` mention one of these bindings? Asked of every expression in it, so the mentions are listed once. */
function createMentionTest(
  root: TSESTree.Node,
  isWanted: (binding: Binding) => boolean,
  { bindings, visitorKeys }: SourceUnit,
): (value: TSESTree.Node) => boolean {
  const starts: number[] = []
  traverse(root, {
    visitorKeys,
    enter(node) {
      const binding = node.type === 'Identifier' ? bindings.resolve(node) : undefined
      if (binding && isWanted(binding)) starts.push(node.range[0])
    },
  })
  starts.sort((a, b) => a - b)
  return ({ range: [from, to] }) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) < from) low = middle + 1
      else high = middle
    }
    return (starts[low] ?? Number.POSITIVE_INFINITY) < to
  }
}

function readTarget(
  target: TSESTree.Node,
  { bindings }: SourceUnit,
): { binding: Binding; property: string | undefined } | undefined {
  const inner = skipWrappers(target)
  const object = inner.type === 'MemberExpression' ? skipWrappers(inner.object) : inner
  const binding = object.type === 'Identifier' ? bindings.resolve(object) : undefined
  if (!binding || binding.kind === 'import') return undefined
  if (inner.type !== 'MemberExpression') return { binding, property: undefined }
  // `chunks[chunks.length] = chunk`
  return { binding, property: inner.computed ? undefined : getStaticPropertyName(inner) }
}

/** The collection that an identifier takes from, as against adding to it or starting it anew. */
export type ReadTest = (node: TSESTree.Node) => CollectedOutput | undefined

export function createReadTest(collected: readonly CollectedOutput[], { bindings }: SourceUnit): ReadTest {
  const byBinding = new Map<Binding, CollectedOutput[]>()
  for (const output of collected) byBinding.set(output.binding, [...(byBinding.get(output.binding) ?? []), output])
  return (node) => {
    if (node.type !== 'Identifier') return undefined
    const binding = bindings.resolve(node)
    const outputs = binding && byBinding.get(binding)
    const isDeclared = binding?.definitions.some(({ name }) => name === node)
    return isDeclared ? undefined : outputs?.find(({ property }) => isTaken(node, property))
  }
}

function isTaken(identifier: TSESTree.Identifier, property: string | undefined): boolean {
  let at = climbWrappers(identifier)
  const member = at.parent
  if (property !== undefined && member?.type === 'MemberExpression' && member.object === at) {
    const name = getStaticPropertyName(member)
    if (name !== undefined && name !== property) return false
    at = climbWrappers(member)
  }
  return !isWrittenTo(at)
}

function isWrittenTo(at: TSESTree.Node): boolean {
  const { parent } = at
  if (parent?.type === 'AssignmentExpression') return parent.left === at
  if (parent?.type !== 'MemberExpression' || parent.object !== at) return false
  const outer = climbWrappers(parent)
  if (outer.parent?.type === 'AssignmentExpression') return outer.parent.left === outer
  const isCalled = outer.parent?.type === 'CallExpression' && outer.parent.callee === outer
  return isCalled && APPENDING.has(getStaticPropertyName(parent) ?? '')
}

const ITERATING = /^(?:every|filter|find|findIndex|findLast|flatMap|forEach|map|reduce|reduceRight|some|sort)$/

/**
 * The first read that a function comes to before anything else can run: in its own code up to the first `await`, in
 * callbacks of array methods, and in the functions of the file that it calls.
 */
export function findImmediateRead(callee: FunctionNode, isRead: ReadTest, unit: SourceUnit): TSESTree.Node | undefined {
  return findReadBelow(callee, isRead, unit, new Set())
}

function findReadBelow(
  callee: FunctionNode,
  isRead: ReadTest,
  unit: SourceUnit,
  seen: Set<FunctionNode>,
): TSESTree.Node | undefined {
  seen.add(callee)
  let found: TSESTree.Node | undefined
  let isSuspended = false
  traverse(callee.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (found || isSuspended) return false
      if (isFunctionNode(node) && node !== callee.body) return runsAtOnce(node)
      if (isRead(node)) found = node
      if (node.type === 'CallExpression' && seen.size < MAX_FUNCTIONS) {
        const local = findLocalFunction(node.callee, unit)
        if (local && !seen.has(local)) found = findReadBelow(local, isRead, unit, seen)
      }
      if (node.type === 'AwaitExpression') {
        // its operand is still evaluated before
        found ??= findRead(node.argument, isRead, unit)
        isSuspended = true
      }
      return !found
    },
  })
  return found
}

function findRead(root: TSESTree.Node, isRead: ReadTest, { visitorKeys }: SourceUnit): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  traverse(root, {
    visitorKeys,
    enter(node) {
      if (isRead(node)) found = node
      return !found && !isFunctionNode(node)
    },
  })
  return found
}

function runsAtOnce(callback: FunctionNode): boolean {
  const { parent } = climbWrappers(callback)
  if (parent?.type !== 'CallExpression') return false
  const callee = skipWrappers(parent.callee)
  return (
    callee === callback || (callee.type === 'MemberExpression' && ITERATING.test(getStaticPropertyName(callee) ?? ''))
  )
}
