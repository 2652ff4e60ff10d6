import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

type Fixer = (fixer: Rule.RuleFixer) => Rule.Fix

/** Puts `await` in front of a promise that is a statement of its own, where the code may wait. */
export function addAwait(call: TSESTree.Node, sourceCode: SourceCode): Fixer | undefined {
  const promise = findChainEnd(call)
  if (promise.parent?.type !== 'ExpressionStatement' || !mayAwait(promise, sourceCode)) return undefined
  return (fixer) => fixer.insertTextBefore(promise as never, 'await ')
}

/**
 * Adds a `catch` that prints the failure: to the variable that holds the promise, which other code may use as a child,
 * else to the end of the chain that starts with `call`. `undefined` where the chain goes on with what is no promise.
 */
export function addCatch(call: TSESTree.Node, sourceCode: SourceCode): Fixer | undefined {
  const promise = findChainEnd(call)
  const indentation = getIndentation(call, sourceCode)
  const end = hasSemicolon(call, sourceCode) ? ';' : ''
  const line = `${getLineBreak(sourceCode)}${indentation}`
  const link = `.catch((error) => {${line}  console.error(error)${end}${line}})`
  const named = findNamedStatement(promise)
  if (named) {
    const { name, statement } = named
    return (fixer) => fixer.insertTextAfter(statement as never, `${line}${name}${link}${end}`)
  }
  if (climbWrappers(promise).parent?.type === 'MemberExpression') return undefined
  return (fixer) => fixer.insertTextAfter(promise as never, link)
}

/** `call.then(…).finally(…)`: the promise that stands for all of them. */
function findChainEnd(call: TSESTree.Node): TSESTree.Node {
  let end = call
  for (;;) {
    const member = climbWrappers(end).parent
    if (member?.type !== 'MemberExpression' || !/^(?:then|finally)$/.test(getStaticPropertyName(member) ?? ''))
      return end
    const link = climbWrappers(member).parent
    if (link?.type !== 'CallExpression') return end
    end = link
  }
}

function mayAwait(node: TSESTree.Node, sourceCode: SourceCode): boolean {
  const root = getCodeRoot(node)
  if (isFunctionNode(root)) return root.async
  return root.type === 'Program' && sourceCode.ast.sourceType === 'module'
}
