import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../../ast/static-value.ts'
import type { OpenPath } from '../../flow/find-open-path.ts'

/** The line where a path ends, for a message. */
export function describePathEnd({ position }: OpenPath): { line: string } {
  return { line: String(position.line) }
}

/** The word and the line of an `await`, a `yield`, a timer or the like, for a message. */
export function describeSuspension(node: TSESTree.Node): { line: string; suspension: string } {
  return { line: String(node.loc.start.line), suspension: findWord(node) }
}

function findWord(node: TSESTree.Node): string {
  if (node.type === 'YieldExpression') return 'yield'
  if (node.type === 'ForOfStatement') return 'for await'
  if (node.type !== 'CallExpression') return 'await'
  const callee = skipWrappers(node.callee)
  const name = callee.type === 'Identifier' ? callee.name : undefined
  return name ?? (callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined) ?? 'call'
}
