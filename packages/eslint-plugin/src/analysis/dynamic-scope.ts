import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { findNodesAt, findPositions } from '../ast/find-nodes-at.ts'
import type { SourceUnit } from './source-unit.ts'

const found = new WeakMap<SourceUnit, readonly TSESTree.Node[]>()

/**
 * Can code that is only known when it runs use a binding? A direct `eval()` sees every name around it, and what a name in
 * the body of `with` means depends on the object, so that scope managers list no reference there.
 */
export function isReachedDynamically({ root }: Binding, unit: SourceUnit): boolean {
  let places = found.get(unit)
  if (!places) found.set(unit, (places = listDynamicCode(unit)))
  return places.some(({ range }) => range[0] >= root.range[0] && range[1] <= root.range[1])
}

/** Is `node` in a `with` statement, where a name may be a property of its object? */
export function isInsideWith(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'WithStatement') return true
  return false
}

const DYNAMIC = /\b(?:eval|with)\s*(?:\?\.)?\s*\(/g

function listDynamicCode(unit: SourceUnit): TSESTree.Node[] {
  return findNodesAt(unit.program, findPositions(unit.text, DYNAMIC), unit.visitorKeys).filter(
    (node) => node.type === 'WithStatement' || isDirectEval(node, unit),
  )
}

function isDirectEval(node: TSESTree.Node, { bindings }: SourceUnit): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'eval') return false
  return bindings.resolve(node.callee) === undefined
}
