import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule } from 'eslint'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticString } from '../ast/static-value.ts'

/**
 * `source.on('data', (chunk) => target.write(chunk))`, as a statement that does nothing else, becomes
 * `source.pipe(target, { end: false })`; `undefined` for any other.
 */
export function pipeInstead(
  listen: TSESTree.CallExpression,
  write: TSESTree.CallExpression,
  sourceCode: Rule.RuleContext['sourceCode'],
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  const [event, listener] = listen.arguments
  const source = skipWrappers(listen.callee)
  const target = skipWrappers(write.callee)
  if (listen.parent.type !== 'ExpressionStatement' || getStaticString(event) !== 'data') return undefined
  if (source.type !== 'MemberExpression' || target.type !== 'MemberExpression' || target.optional) return undefined
  if (!isFunctionNode(listener) || listener.params.length !== 1 || write.arguments.length !== 1) return undefined
  const [chunk] = listener.params
  const [written] = write.arguments
  const isSame = chunk?.type === 'Identifier' && written?.type === 'Identifier' && chunk.name === written.name
  if (!isSame || findOnly(listener.body) !== write) return undefined
  const text = (node: TSESTree.Node): string => sourceCode.getText(node as never)
  return (fixer) =>
    fixer.replaceText(listen as never, `${text(source.object)}.pipe(${text(target.object)}, { end: false })`)
}

/** The expression that is all that a body does. */
function findOnly(body: TSESTree.Node): TSESTree.Node | undefined {
  if (body.type !== 'BlockStatement') return skipWrappers(body)
  const [only, ...others] = body.body
  return only?.type === 'ExpressionStatement' && others.length === 0 ? skipWrappers(only.expression) : undefined
}
