import type { TSESTree } from '@typescript-eslint/utils'

export type FunctionNode = TSESTree.ArrowFunctionExpression | TSESTree.FunctionDeclaration | TSESTree.FunctionExpression

export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression

/**
 * A node whose code runs on its own: a function body, the program, a static block, or a class field's initialiser.
 * Each has a control-flow graph of its own.
 */
export type CodeRoot =
  FunctionNode | TSESTree.AccessorProperty | TSESTree.Program | TSESTree.PropertyDefinition | TSESTree.StaticBlock

export function isFunctionNode(node: TSESTree.Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  )
}

export function isClassNode(node: TSESTree.Node | null | undefined): node is ClassNode {
  return node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression'
}

function isFieldNode(node: TSESTree.Node): node is TSESTree.AccessorProperty | TSESTree.PropertyDefinition {
  return node.type === 'PropertyDefinition' || node.type === 'AccessorProperty'
}

/** The function around `node`, without `node` itself. Needs `parent` links. */
export function getEnclosingFunction(node: TSESTree.Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunctionNode(at)) return at
  return undefined
}

/**
 * The root of the control-flow graph that evaluates `node`. A function belongs to the root that creates it; a class
 * field's key and decorators belong to the code around the class, its value to the field. Needs `parent` links.
 */
export function getCodeRoot(node: TSESTree.Node): CodeRoot {
  let below = node
  let at = node.parent
  for (; at; below = at, at = at.parent) {
    if (isFunctionNode(at) ? below !== at.id : at.type === 'Program' || at.type === 'StaticBlock') return at as CodeRoot
    if (isFieldNode(at) && below === at.value) return at
  }
  if (below.type === 'Program') return below
  throw new TypeError(`No program above the ${node.type}: parent links are missing`)
}
