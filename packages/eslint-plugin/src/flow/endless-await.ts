import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'

/** `await new Promise(() => {})`, `await new Promise((_, reject) => …)`: nothing can resolve it, so no code follows. */
export function isEndlessAwait(suspension: TSESTree.Node, bindings: Bindings | undefined): boolean {
  if (suspension.type !== 'AwaitExpression' || !bindings) return false
  const awaited = skipWrappers(suspension.argument)
  if (awaited.type !== 'NewExpression') return false
  const { callee } = awaited
  const [executor] = awaited.arguments
  if (callee.type !== 'Identifier' || callee.name !== 'Promise' || !executor || bindings.resolve(callee)) return false
  const given = skipWrappers(executor)
  if (!isFunctionNode(given)) return false
  const [resolve] = given.params
  // without a parameter, a function with `arguments` of its own may still take it from there
  if (!resolve) return given.type === 'ArrowFunctionExpression'
  const binding = resolve.type === 'Identifier' ? bindings.resolve(resolve) : undefined
  return binding?.references.every(({ isRead }) => !isRead) ?? false
}
