import type { TSESTree } from '@typescript-eslint/utils'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'

/** `await null`, and `await new Promise((resolve) => …)`, whose executor has nothing to reject it with. */
export function isSafeAwait(suspension: TSESTree.Node): boolean {
  if (suspension.type !== 'AwaitExpression') return false
  const awaited = skipWrappers(suspension.argument)
  if (getStaticPrimitive(awaited)) return true
  if (awaited.type !== 'NewExpression') return false
  const { callee } = awaited
  const [executor] = awaited.arguments
  if (callee.type !== 'Identifier' || callee.name !== 'Promise' || !executor) return false
  const given = skipWrappers(executor)
  return isFunctionNode(given) && given.params.length === 1 && given.params[0]?.type === 'Identifier'
}
