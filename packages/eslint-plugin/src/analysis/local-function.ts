import type { TSESTree } from '@typescript-eslint/utils'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findInitialValue } from './known-value.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** The function of this file that a callee names, when it can only be this one. */
export function findLocalFunction(callee: TSESTree.Node, unit: SourceUnit): FunctionNode | undefined {
  const inner = skipWrappers(callee)
  if (isFunctionNode(inner)) return inner
  if (inner.type !== 'Identifier') return undefined
  const binding = unit.bindings.resolve(inner)
  const [definition] = binding?.definitions ?? []
  if (!binding || !definition || binding.isReassigned) return undefined
  // of a parameter, the node is the function that it belongs to
  if (definition.kind === 'function' && definition.node.type === 'FunctionDeclaration')
    return binding.definitions.length === 1 ? definition.node : undefined
  const initial = findInitialValue(inner, unit.bindings)
  const value = initial && skipWrappers(initial)
  return isFunctionNode(value) ? value : undefined
}

/** The one name that a function goes by: its own, or the variable that it initialises. */
export function findNameOf(node: FunctionNode): TSESTree.Identifier | undefined {
  if (node.type === 'FunctionDeclaration') return node.id ?? undefined
  const at = climbWrappers(node)
  return at.parent?.type === 'VariableDeclarator' && at.parent.init === at && at.parent.id.type === 'Identifier'
    ? at.parent.id
    : undefined
}

/** The promise that a call resolves: `new Promise((resolve) => …)` of `resolve(value)`. */
export function findResolvedPromise({ callee }: TSESTree.CallExpression, unit: SourceUnit): TSESTree.Node | undefined {
  const name = skipWrappers(callee)
  const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
  const [definition] = binding?.definitions ?? []
  if (!definition || !binding || binding.isReassigned || !isFunctionNode(definition.node)) return undefined
  if (definition.node.params[0] !== definition.name) return undefined
  const executor = climbWrappers(definition.node)
  const { parent } = executor
  if (parent?.type !== 'NewExpression' || parent.arguments[0] !== executor) return undefined
  return getGlobalPath(unit.resolveOrigin(parent.callee)) === 'Promise' ? parent : undefined
}

/** The call that gives an array of what a callback returns: `list.map(callback)`, `Array.from(list, callback)`. */
export function findMappingCall(callback: FunctionNode, unit: SourceUnit): TSESTree.CallExpression | undefined {
  const at = climbWrappers(callback)
  const { parent } = at
  // an async callback gives promises, which somebody has to wait for first
  if (parent?.type !== 'CallExpression' || callback.async || callback.generator) return undefined
  const callee = skipWrappers(parent.callee)
  const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  if (method === 'map' && parent.arguments[0] === at) return parent
  const isFrom = parent.arguments[1] === at && getGlobalPath(unit.resolveOrigin(callee)) === 'Array.from'
  return isFrom ? parent : undefined
}

const LISTENING = new Set([
  'on',
  'once',
  'addListener',
  'prependListener',
  'prependOnceListener',
  'addEventListener',
  'forEach',
])
const DEFERRING = ['setTimeout', 'setImmediate', 'queueMicrotask', 'process.nextTick']

/** Is what a callback returns dropped: a promise executor, a listener, a timer's function, the callback of `forEach`? */
export function isResultIgnored(callback: FunctionNode, unit: SourceUnit): boolean {
  const at = climbWrappers(callback)
  const { parent } = at
  if (parent?.type === 'NewExpression') {
    return parent.arguments[0] === at && parent.callee.type === 'Identifier' && parent.callee.name === 'Promise'
  }
  if (parent?.type !== 'CallExpression' || !parent.arguments.includes(at as TSESTree.Expression)) return false
  const callee = skipWrappers(parent.callee)
  if (callee.type === 'MemberExpression' && LISTENING.has(getStaticPropertyName(callee) ?? '')) return true
  return isDeferring(callee, unit) || getGlobalPath(unit.resolveOrigin(callee)) === 'setInterval'
}

/** Does a call of this run the function that it is given once, later? */
export function isDeferring(callee: TSESTree.Node, unit: SourceUnit): boolean {
  const found = unit.resolveOrigin(callee)
  return DEFERRING.includes(getGlobalPath(found) ?? '') || isExport(found, 'process', 'nextTick')
}
