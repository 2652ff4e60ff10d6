import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findReached } from '../flow/find-suspension.ts'
import { followConstants } from './known-value.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findNameOf } from './local-function.ts'
import { getGlobalPath } from './module-origin.ts'
import { hasAwait } from './repeated-code.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A list each of whose elements starts a child, all at once. */
export interface StartSwarm {
  readonly list: TSESTree.Node
  /** The loop, or the call of `map()`. */
  readonly node: TSESTree.Node
}

const MAX_DEPTH = 4

/**
 * The list whose length is the number of children that run at the same time. None where something may limit it: an `await` in
 * the loop or before the start, a function out of sight that is given the callback, a list that the source bounds.
 *
 * @param max how many children at once are few
 */
export function findStartSwarm(site: SpawnSite, max: number, unit: SourceUnit, flow: Flow): StartSwarm | undefined {
  return findAround(site.node, max, unit, flow, new Set())
}

function findAround(
  node: TSESTree.Node,
  max: number,
  unit: SourceUnit,
  flow: Flow,
  seen: Set<CodeRoot>,
): StartSwarm | undefined {
  const root = getCodeRoot(node)
  const loop = findLoop(node, root, max, unit, flow)
  if (loop) return loop === 'limited' ? undefined : loop
  if (!isFunctionNode(root) || seen.has(root) || seen.size > MAX_DEPTH || mayWaitBefore(node, root, unit))
    return undefined
  seen.add(root)
  const at = climbWrappers(root)
  const { parent } = at
  if (parent?.type === 'NewExpression') {
    const isPromise = getGlobalPath(unit.resolveOrigin(parent.callee)) === 'Promise' && parent.arguments[0] === at
    return isPromise ? findAround(parent, max, unit, flow, seen) : undefined
  }
  if (parent?.type === 'CallExpression') {
    if (skipWrappers(parent.callee) === root) return findAround(parent, max, unit, flow, seen)
    const list = readIterated(parent, at)
    return list && isLong(list, max, unit) ? { list, node: parent } : undefined
  }
  const name = findNameOf(root)
  const binding = name && unit.bindings.resolve(name)
  if (!binding || binding.isReassigned) return undefined
  for (const { identifier, isRead } of binding.references) {
    const use = climbWrappers(identifier)
    if (!isRead || use.parent?.type !== 'CallExpression') continue
    // `files.map(convert)`
    const list = use.parent.callee === use ? undefined : readIterated(use.parent, use)
    if (list && isLong(list, max, unit)) return { list, node: use.parent }
    const found = use.parent.callee === use ? findAround(use.parent, max, unit, flow, seen) : undefined
    if (found) return found
  }
  return undefined
}

const ITERATING = /^(?:flatMap|forEach|map)$/

/** The list whose every element a callback is called with, at once. */
function readIterated(call: TSESTree.CallExpression, callback: TSESTree.Node): TSESTree.Node | undefined {
  const callee = skipWrappers(call.callee)
  if (callee.type !== 'MemberExpression' || call.arguments[0] !== callback) return undefined
  return ITERATING.test(getStaticPropertyName(callee) ?? '') ? callee.object : undefined
}

/** The loop around a start; `limited`: something holds it up, or it is no loop over a long list. */
function findLoop(
  node: TSESTree.Node,
  root: CodeRoot,
  max: number,
  unit: SourceUnit,
  { getGraph, neverReturns }: Flow,
): StartSwarm | 'limited' | undefined {
  for (let at = node.parent; at && at !== root; at = at.parent) {
    if (!/^(?:For\w*|While|DoWhile)Statement$/.test(at.type)) continue
    const list = readLoopList(at)
    if (!list || !isLong(list, max, unit) || hasAwait(at, unit)) return 'limited'
    const graph = getGraph(root)
    const point = findPoint(node, graph)
    const options = { bindings: unit.bindings, neverReturns }
    // a `break` behind the first start
    const isRepeated = point && findReached(graph, { ...options, from: point, to: new Set([point]) }) !== undefined
    return isRepeated ? { list, node: at } : 'limited'
  }
  return undefined
}

function readLoopList(loop: TSESTree.Node): TSESTree.Node | undefined {
  if (loop.type === 'ForOfStatement') return loop.await ? undefined : loop.right
  if (loop.type === 'ForInStatement') return loop.right
  if (loop.type !== 'ForStatement' || loop.test?.type !== 'BinaryExpression') return undefined
  const limit = skipWrappers(loop.test.right)
  return limit.type === 'MemberExpression' && getStaticPropertyName(limit) === 'length' ? limit.object : undefined
}

/** They wait for the disk alone; whatever else is awaited may be a place in a queue. */
const LOCAL_WORK = /^(?:fs|fs\/promises|fs-extra|os|path|crypto)$/

function mayWaitBefore(node: TSESTree.Node, root: FunctionNode, unit: SourceUnit): boolean {
  if (!root.async) return root.generator
  let mayWait = root.generator
  traverse(root.body, {
    visitorKeys: unit.visitorKeys,
    enter(inner) {
      if (mayWait || inner.range[0] > node.range[0] || (isFunctionNode(inner) && inner !== root)) return false
      if (inner.type === 'ForOfStatement' && inner.await) mayWait = true
      if (inner.type !== 'AwaitExpression' || inner.range[1] > node.range[0]) return undefined
      const awaited = skipWrappers(inner.argument)
      const found = awaited.type === 'CallExpression' ? unit.resolveOrigin(awaited.callee) : undefined
      mayWait = !found || !LOCAL_WORK.test(found.module)
      return undefined
    },
  })
  return mayWait
}

/** A part of a longer list, or what stands for the places that there are. */
const PART = /batch|chunk|slice|group|page|worker|slot|thread|core|cpu|pool|shard|concurren|parallel/i
/** A constant of the program. */
const CONSTANT = /^[A-Z][A-Z\d_]*$/
/** They give no more than they are given. */
const KEEPING = /^(?:concat|entries|filter|flat|flatMap|keys|map|reverse|sort|toReversed|toSorted|values)$/
const LISTING = /^(?:Array\.from|Object\.(?:entries|keys|values))$/

/** May the list have more elements than `max`, as far as the source tells? */
function isLong(list: TSESTree.Node, max: number, unit: SourceUnit, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false
  const named = skipWrappers(list)
  const name = readName(named)
  if (name !== undefined && (PART.test(name) || CONSTANT.test(name))) return false
  if (named.type === 'Identifier' && isLoopVariable(named, unit)) return false
  const value = followConstants(named, unit.bindings)
  switch (value.type) {
    case 'ArrayExpression':
      if (value.elements.length > max) return true
      return value.elements.some(
        (element) => element?.type === 'SpreadElement' && isLong(element.argument, max, unit, depth + 1),
      )
    case 'ObjectExpression':
      return value.properties.length > max || value.properties.some(({ type }) => type === 'SpreadElement')
    case 'CallExpression': {
      const callee = skipWrappers(value.callee)
      if (LISTING.test(getGlobalPath(unit.resolveOrigin(callee)) ?? '')) {
        const [source] = value.arguments
        // `Array.from({ length: workers }, …)` counts places
        if (!source || skipWrappers(source).type === 'ObjectExpression') return false
        return isLong(source, max, unit, depth + 1)
      }
      if (callee.type === 'MemberExpression') {
        const method = getStaticPropertyName(callee)
        if (method !== undefined && KEEPING.test(method)) return isLong(callee.object, max, unit, depth + 1)
        if (method === 'slice' || method === 'splice' || method === 'fill') return false
      }
      return !PART.test(readName(callee) ?? '')
    }
    case 'Identifier':
    case 'MemberExpression':
      return true
    default:
      return value.type === 'AwaitExpression' ? isLong(value.argument, max, unit, depth + 1) : false
  }
}

function readName(node: TSESTree.Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' ? getStaticPropertyName(node) : undefined
}

/** An element of a list of lists: each is a part of the whole. */
function isLoopVariable(name: TSESTree.Identifier, { bindings }: SourceUnit): boolean {
  const definition = bindings.resolve(name)?.definitions[0]
  const declaration = definition?.node.type === 'VariableDeclarator' ? definition.node.parent : undefined
  return declaration?.parent.type === 'ForOfStatement' && declaration.parent.left === declaration
}
