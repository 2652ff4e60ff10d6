import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type ClassNode, isClassNode, isFunctionNode } from '../ast/function-node.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { SourceUnit } from './source-unit.ts'

const known = new WeakMap<ClassNode, ReadonlyMap<string, readonly TSESTree.MemberExpression[]>>()

/** Every `this.name` in the code of a class, where `this` is its instance, by name. */
export function listOwnMembers(
  owner: ClassNode,
  { visitorKeys }: SourceUnit,
): ReadonlyMap<string, readonly TSESTree.MemberExpression[]> {
  const cached = known.get(owner)
  if (cached) return cached
  const members = new Map<string, TSESTree.MemberExpression[]>()
  traverse(owner.body, {
    visitorKeys,
    enter(node, parent) {
      if (isClassNode(node)) return false
      // a function of its own has a `this` of its own, a method has the instance
      if (isFunctionNode(node) && node.type !== 'ArrowFunctionExpression' && parent?.type !== 'MethodDefinition')
        return false
      if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return undefined
      const name = getStaticPropertyName(node)
      if (name !== undefined) members.set(name, [...(members.get(name) ?? []), node])
      return undefined
    },
  })
  known.set(owner, members)
  return members
}

/** The class around `node`, without `node` itself. Needs `parent` links. */
export function findEnclosingClass(node: TSESTree.Node): ClassNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isClassNode(at)) return at
  return undefined
}
