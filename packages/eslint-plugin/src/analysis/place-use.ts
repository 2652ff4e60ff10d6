import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { findNameOf } from './local-function.ts'
import type { SourceUnit } from './source-unit.ts'

/** Where code takes effect, seen from one graph. */
export interface UsePlace {
  /** Nodes of the graph at which it runs, or at which a closure that holds it is created, called or passed on. */
  readonly nodes: readonly TSESTree.Node[]
  /** Part of it lies in, or can be reached from, code outside: when that runs is not known. */
  readonly isOutside: boolean
}

const NOWHERE: UsePlace = { nodes: [], isOutside: false }
const OUTSIDE: UsePlace = { nodes: [], isOutside: true }
/** Functions that call one another, one after the other. */
const MAX_DEPTH = 64

/** Where the code of a function takes effect in the graph of a root: asked for every use in it, and by every path to it. */
const known = new WeakMap<CodeRoot, Map<CodeRoot, UsePlace>>()

/**
 * Places a node in the graph of `root`. In a nested function it takes effect where the closure is created or passed; a
 * function that nothing names is never called, so what it holds takes no effect at all.
 */
export function placeUse(node: TSESTree.Node, root: CodeRoot, unit: SourceUnit, depth = 0): UsePlace {
  const own = getCodeRoot(node)
  if (own === root) return { nodes: [node], isOutside: false }
  if (own.type === 'Program' || depth > MAX_DEPTH) return OUTSIDE
  if (own.range[0] < root.range[0] || own.range[1] > root.range[1]) return OUTSIDE
  let places = known.get(root)
  if (!places) known.set(root, (places = new Map<CodeRoot, UsePlace>()))
  let place = places.get(own)
  if (!place) {
    // functions that call each other in a circle: which of them runs first is not known
    places.set(own, OUTSIDE)
    places.set(own, (place = placeCode(own, root, unit, depth)))
  }
  return place
}

function placeCode(own: CodeRoot, root: CodeRoot, unit: SourceUnit, depth: number): UsePlace {
  const name = isFunctionNode(own) ? findNameOf(own) : undefined
  const binding = name && unit.bindings.resolve(name)
  if (!binding) return placeUse(own, root, unit, depth + 1)
  const isDeclaration = own.type === 'FunctionDeclaration'
  const calls = binding.references
    .filter(({ identifier, isRead }) => isRead && !isInside(identifier, own))
    .map(({ identifier }) => placeUse(identifier, root, unit, depth + 1))
  if (calls.length === 0 && !binding.isExported) return NOWHERE
  // a declaration is hoisted: being there does nothing
  const creation = isDeclaration ? NOWHERE : placeUse(own, root, unit, depth + 1)
  return {
    nodes: [...new Set([...creation.nodes, ...calls.flatMap(({ nodes }) => nodes)])],
    isOutside: binding.isExported || creation.isOutside || calls.some(({ isOutside }) => isOutside),
  }
}

function isInside(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
