import type { TSESTree } from '@typescript-eslint/utils'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findInitialValue } from './known-value.ts'
import { isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** The function of this file that a callee names, when it can only be this one. */
export function findLocalFunction(callee: TSESTree.Node, unit: SourceUnit): FunctionNode | undefined {
  const inner = skipWrappers(callee)
  if (isFunctionNode(inner)) return inner
  if (inner.type !== 'Identifier') return undefined
  const binding = unit.bindings.resolve(inner)
  const [definition] = binding?.definitions ?? []
  if (!binding || !definition || binding.isReassigned) return undefined
  if (definition.node.type === 'FunctionDeclaration' && binding.definitions.length === 1) return definition.node
  const initial = findInitialValue(inner, unit.bindings)
  const value = initial && skipWrappers(initial)
  return isFunctionNode(value) ? value : undefined
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
const SCHEDULING = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process.nextTick']

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
  const found = unit.resolveOrigin(callee)
  return (
    SCHEDULING.some((name) => found?.module === '' && found.path.join('.') === name) ||
    isExport(found, 'process', 'nextTick')
  )
}
