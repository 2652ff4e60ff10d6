import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findInitialValue } from './known-value.ts'
import { getListenerIndex, readLastName } from './listener-index.ts'
import { getPatternPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

const MAX_DEPTH = 8

/** Is it what a caller gives: a parameter, a property of one, or a name for that? */
export function isGivenByCaller(value: TSESTree.Node, unit: SourceUnit): boolean {
  let at: TSESTree.Node | undefined = value
  for (let depth = 0; at && depth < MAX_DEPTH; depth++) {
    const name = findRootName(at)
    const binding = name && unit.bindings.resolve(name)
    if (!name || !binding || binding.isReassigned) return false
    if (binding.kind === 'parameter') return true
    at = findInitialValue(name, unit.bindings) ?? findTakenApart(binding)
  }
  return false
}

/** `const { signal } = options` */
function findTakenApart({ definitions: [definition] }: Binding): TSESTree.Node | undefined {
  if (definition?.node.type !== 'VariableDeclarator' || !getPatternPath(definition.name)) return undefined
  return definition.node.init ?? undefined
}

/** `options` of `options.task.signal`. */
function findRootName(node: TSESTree.Node): TSESTree.Identifier | undefined {
  let at: TSESTree.Node = skipWrappers(node)
  while (at.type === 'MemberExpression') at = skipWrappers(at.object)
  return at.type === 'Identifier' ? at : undefined
}

/**
 * Does something ask a signal whether it is aborted, or get it, and may ask? Anything of the same last name counts as the
 * same signal.
 */
export function mayBeAsked(signal: TSESTree.Node, unit: SourceUnit): boolean {
  const name = readLastName(signal, unit)
  if (getListenerIndex(unit).asked.has(name)) return true
  const root = findRootName(signal)
  const binding = root && unit.bindings.resolve(root)
  if (!binding) return true
  const isItself = skipWrappers(signal).type === 'Identifier'
  return binding.references.some(
    ({ identifier, isRead }) => isRead && !isInert(identifier, isItself ? undefined : name),
  )
}

/** A use of a signal, or of the object that has it by `name`, that cannot tell whether it is aborted. */
function isInert(use: TSESTree.Node, name: string | undefined): boolean {
  const at = climbWrappers(use)
  const { parent } = at
  switch (parent?.type) {
    case 'MemberExpression': {
      if (parent.object !== at) return false
      const own = getStaticPropertyName(parent)
      if (own === undefined) return false
      if (name === undefined) return /^(?:add|remove)EventListener$|^(?:reason|onabort)$/.test(own)
      return own !== name || isInert(parent, undefined)
    }
    case 'IfStatement':
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'ExpressionStatement':
      return true
    case 'ConditionalExpression':
      return parent.test === at
    case 'LogicalExpression':
      return parent.left === at && parent.operator === '&&'
    case 'VariableDeclarator':
      // what it is taken apart into is looked at by its own name
      return parent.id.type === 'ObjectPattern'
    default:
      return false
  }
}
