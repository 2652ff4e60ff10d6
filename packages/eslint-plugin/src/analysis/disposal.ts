import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { followConstants } from './known-value.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * `using child = spawn(…)`: at the end of the scope it is sent SIGTERM, and not waited for. A child has no
 * `Symbol.asyncDispose`, so `await using` does the same (measured with Node 24).
 */
export function isUsing({ parent }: TSESTree.VariableDeclarator): boolean {
  return parent.kind === 'using' || parent.kind === 'await using'
}

/** `child[Symbol.dispose]`, which is `kill()` */
export function isDisposer({ computed, property }: TSESTree.MemberExpression, unit: SourceUnit): boolean {
  return computed && getGlobalPath(unit.resolveOrigin(property)) === 'Symbol.dispose'
}

/** The method of a `DisposableStack` of this file that a call hands something to. */
export function findStackMethod(
  { callee }: TSESTree.CallExpression | TSESTree.NewExpression,
  unit: SourceUnit,
): 'adopt' | 'use' | undefined {
  const member = skipWrappers(callee)
  if (member.type !== 'MemberExpression') return undefined
  const name = getStaticPropertyName(member)
  if (name !== 'use' && name !== 'adopt') return undefined
  const stack = followConstants(member.object, unit.bindings)
  const made = stack.type === 'NewExpression' ? getGlobalPath(unit.resolveOrigin(stack.callee)) : undefined
  return made === 'DisposableStack' || made === 'AsyncDisposableStack' ? name : undefined
}
