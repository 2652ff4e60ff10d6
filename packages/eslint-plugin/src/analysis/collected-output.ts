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
  const isFromChunk = (value: TSESTree.Node): boolean => mentions(value, isOwn, unit)
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

function mentions(value: TSESTree.Node, isWanted: (binding: Binding) => boolean, unit: SourceUnit): boolean {
  let isFound = false
  traverse(value, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      const binding = node.type === 'Identifier' ? unit.bindings.resolve(node) : undefined
      if (binding && isWanted(binding)) isFound = true
      return !isFound
    },
  })
  return isFound
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

/** Every place that takes what has been collected, as against adding to it or starting it anew. */
export function listReads({ binding, property }: CollectedOutput): TSESTree.Node[] {
  const reads: TSESTree.Node[] = []
  for (const { identifier, isRead } of binding.references) {
    if (!isRead) continue
    let at = climbWrappers(identifier)
    const member = at.parent
    if (property !== undefined && member?.type === 'MemberExpression' && member.object === at) {
      const name = getStaticPropertyName(member)
      if (name !== undefined && name !== property) continue
      at = climbWrappers(member)
    }
    if (!isWrittenTo(at)) reads.push(identifier)
  }
  return reads
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
 * The first of `reads` that a function comes to before anything else can run: in its own code up to the first `await`, in
 * callbacks of array methods, and in the functions of the file that it calls.
 */
export function findImmediateRead(
  callee: FunctionNode,
  reads: ReadonlySet<TSESTree.Node>,
  unit: SourceUnit,
  depth = 0,
): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  let isSuspended = false
  traverse(callee.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (found || isSuspended) return false
      if (isFunctionNode(node) && node !== callee.body) return runsAtOnce(node)
      if (reads.has(node)) found = node
      if (node.type === 'CallExpression' && depth < MAX_DEPTH) {
        const local = findLocalFunction(node.callee, unit)
        if (local && local !== callee) found = findImmediateRead(local, reads, unit, depth + 1)
      }
      if (node.type === 'AwaitExpression') {
        // its operand is still evaluated before
        found ??= findRead(node.argument, reads, unit)
        isSuspended = true
      }
      return !found
    },
  })
  return found
}

function findRead(
  root: TSESTree.Node,
  reads: ReadonlySet<TSESTree.Node>,
  { visitorKeys }: SourceUnit,
): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  traverse(root, {
    visitorKeys,
    enter(node) {
      if (reads.has(node)) found = node
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
