import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { getCodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * Whether a variable is truthy in a function that is made only where it is, or is not: `if (quiet) child.on('exit', () => …)`.
 * What the function itself tests is the flow's business; a variable that is assigned again may have changed by the time of the call.
 */
export function findEnclosingTruth(test: TSESTree.Node, unit: SourceUnit): boolean | undefined {
  const inner = skipWrappers(test)
  const binding = inner.type === 'Identifier' ? unit.bindings.resolve(inner) : undefined
  if (!binding || binding.isReassigned) return undefined
  let at: TSESTree.Node = getCodeRoot(inner)
  for (let { parent } = at; parent; at = parent, parent = at.parent) {
    if (parent.type !== 'IfStatement' && parent.type !== 'ConditionalExpression') continue
    if (at === parent.test) continue
    const truth = readTruth(parent.test, at === parent.consequent, binding, unit)
    if (truth !== undefined) return truth
  }
  return undefined
}

/** What it says of a variable that a condition holds, or does not. */
function readTruth(
  condition: TSESTree.Expression,
  holds: boolean,
  binding: Binding,
  unit: SourceUnit,
): boolean | undefined {
  const inner = skipWrappers(condition)
  if (inner.type === 'UnaryExpression' && inner.operator === '!')
    return readTruth(inner.argument, !holds, binding, unit)
  // only where both sides are decided
  if (inner.type === 'LogicalExpression' && inner.operator === (holds ? '&&' : '||'))
    return readTruth(inner.left, holds, binding, unit) ?? readTruth(inner.right, holds, binding, unit)
  return inner.type === 'Identifier' && unit.bindings.resolve(inner) === binding ? holds : undefined
}
