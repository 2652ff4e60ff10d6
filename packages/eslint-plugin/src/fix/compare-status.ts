import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule } from 'eslint'
import type { Bindings } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'

type Fixer = (fixer: Rule.RuleFixer) => Rule.Fix

/**
 * Makes the one test of a status tell 0 from `null`: `if (code)` becomes `if (code !== 0)`; or gives the status that the
 * program ends with a fallback. `undefined` where it is tested in more than one place, or in another way.
 */
export function compareStatus(
  status: TSESTree.Identifier,
  node: TSESTree.Node,
  is: 'signalAsSuccess' | 'signalExitsZero',
  bindings: Bindings,
): Fixer | undefined {
  const uses = bindings.resolve(status)?.references.map(({ identifier }) => identifier) ?? []
  if (is === 'signalExitsZero') {
    const value = readStatus(node)
    if (value?.type !== 'Identifier') return undefined
    return (fixer) => fixer.insertTextAfter(value, ' ?? 1')
  }
  const tests = uses.map((use) => readTest(use)).filter((test) => test !== undefined)
  const [only, ...others] = tests
  if (!only || others.length > 0) return undefined
  return (fixer) => fixer.replaceText(only.node as never, `${status.name} ${only.isZero ? '===' : '!=='} 0`)
}

function readStatus(node: TSESTree.Node): TSESTree.Node | undefined {
  const value =
    node.type === 'CallExpression' ? node.arguments[0] : node.type === 'AssignmentExpression' ? node.right : undefined
  return value && skipWrappers(value)
}

/** What a use of the status tests: `code` and `code > 0` that it is not 0, `!code` that it is. */
function readTest(use: TSESTree.Node): { node: TSESTree.Node; isZero: boolean } | undefined {
  const at = climbWrappers(use)
  const { parent } = at
  if (parent?.type === 'UnaryExpression' && parent.operator === '!') return { node: parent, isZero: true }
  if (
    parent?.type === 'BinaryExpression' &&
    parent.left === at &&
    (parent.operator === '>' || parent.operator === '>=')
  )
    return { node: parent, isZero: false }
  if (parent?.type === 'IfStatement' || (parent?.type === 'ConditionalExpression' && parent.test === at))
    return { node: at, isZero: false }
  return undefined
}
