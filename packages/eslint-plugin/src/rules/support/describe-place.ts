import type { TSESTree } from '@typescript-eslint/utils'
import type { OpenPath } from '../../flow/find-open-path.ts'

/** The line where a path ends, for a message. */
export function describePathEnd({ position }: OpenPath): { line: string } {
  return { line: String(position.line) }
}

/** The word and the line of an `await`, a `yield` or the like, for a message. */
export function describeSuspension(node: TSESTree.Node): { line: string; suspension: string } {
  const suspension = node.type === 'YieldExpression' ? 'yield' : node.type === 'ForOfStatement' ? 'for await' : 'await'
  return { line: String(node.loc.start.line), suspension }
}
