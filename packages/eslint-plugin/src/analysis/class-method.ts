import type { TSESTree } from '@typescript-eslint/utils'
import { type FunctionNode, isClassNode, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findClassObject, isDecorated, listInstances } from './class-instance.ts'
import { findDeclaration, findFieldUses, findPrivateOwner } from './field-uses.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * The method that `this.name(…)` calls, when no other class can have put its own in the place: a `#private` one, one that
 * TypeScript keeps private, one of a class whose objects are all in view; or the function that such a field always holds.
 */
export function findOwnMethod(callee: TSESTree.Node, unit: SourceUnit): FunctionNode | undefined {
  const member = skipWrappers(callee)
  const name = member.type === 'MemberExpression' ? getStaticPropertyName(member) : undefined
  if (member.type !== 'MemberExpression' || name === undefined) return undefined
  const isPrivate = name.startsWith('#')
  const owner = isPrivate ? findPrivateOwner(member, name) : findClassObject(member.object, unit)?.owner
  if (!owner) return undefined
  const element = findDeclaration(owner, name)
  if (element?.type === 'PropertyDefinition') {
    const [value, ...others] = findFieldUses(member, unit)?.values ?? []
    const held = value && others.length === 0 ? skipWrappers(value) : undefined
    return isFunctionNode(held) ? held : undefined
  }
  if (element?.type !== 'MethodDefinition' || element.kind !== 'method' || isDecorated(element)) return undefined
  const isFixed = isPrivate || element.accessibility === 'private' || listInstances(owner, unit) !== undefined
  return isFixed && element.value.type === 'FunctionExpression' ? element.value : undefined
}

/** The method of the class around it that `this.name(…)` calls, unless a subclass has its own. */
export function findNamedMethod(callee: TSESTree.Node, unit: SourceUnit): FunctionNode | undefined {
  const member = skipWrappers(callee)
  const name = member.type === 'MemberExpression' ? getStaticPropertyName(member) : undefined
  if (member.type !== 'MemberExpression' || name === undefined) return undefined
  const owner = findClassObject(member.object, unit)?.owner
  const element = owner && findDeclaration(owner, name)
  const isMethod = element?.type === 'MethodDefinition' && element.kind === 'method'
  return isMethod && element.value.type === 'FunctionExpression' ? element.value : undefined
}

/** The constructor that `new` runs, of a class of this file. */
export function findLocalConstructor({ callee }: TSESTree.NewExpression, unit: SourceUnit): FunctionNode | undefined {
  const name = skipWrappers(callee)
  const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
  const definition = binding?.definitions[0]?.node
  const value =
    definition?.type === 'VariableDeclarator' && definition.init ? skipWrappers(definition.init) : definition
  if (!binding || binding.isReassigned || !isClassNode(value) || isDecorated(value)) return undefined
  const own = value.body.body.find((element) => element.type === 'MethodDefinition' && element.kind === 'constructor')
  return own?.type === 'MethodDefinition' && own.value.type === 'FunctionExpression' ? own.value : undefined
}
