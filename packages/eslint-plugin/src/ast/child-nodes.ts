import type { TSESTree } from '@typescript-eslint/utils'

/** Keys that hold child nodes, by node type: `sourceCode.visitorKeys`. */
export type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>

// `parent` would lead back up; the others hold positions, tokens or raw values that merely look like nodes.
const NOT_CHILDREN = new Set(['parent', 'loc', 'range', 'tokens', 'comments', 'start', 'end', 'type'])

export function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/**
 * The direct children of a node, in the order of its keys. Without `visitorKeys` (an unknown parser, or a node type
 * that they do not list) every own or inherited enumerable property is looked at.
 */
export function getChildNodes(node: TSESTree.Node, visitorKeys?: VisitorKeys): TSESTree.Node[] {
  const children: TSESTree.Node[] = []
  const record = node as unknown as Record<string, unknown>
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) isNode(element) && children.push(element)
    else if (isNode(value)) children.push(value)
  }
  const keys = visitorKeys?.[node.type]
  if (keys) for (const key of keys) collect(record[key])
  // for-in, because the lazily decoded nodes of oxlint keep their fields as accessors on the prototype
  else for (const key in record) if (!NOT_CHILDREN.has(key)) collect(record[key])
  return children
}

export interface Traversal {
  readonly visitorKeys?: VisitorKeys | undefined
  /** Called before the children; `false` skips them. */
  enter(node: TSESTree.Node, parent: TSESTree.Node | undefined): boolean | void
}

/** Pre-order traversal in source order with a stack of its own: depth is bounded by memory, not by the call stack. */
export function traverse(root: TSESTree.Node, { visitorKeys, enter }: Traversal): void {
  const pending: { node: TSESTree.Node; parent: TSESTree.Node | undefined }[] = [{ node: root, parent: undefined }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, parent } = next
    if (enter(node, parent) === false) continue
    const children = getChildNodes(node, visitorKeys)
    for (let index = children.length - 1; index >= 0; index--) pending.push({ node: children[index]!, parent: node })
  }
}

/** Sets the `parent` of every node below `root`, for trees of a parser that does not. */
export function linkParents(root: TSESTree.Node, visitorKeys?: VisitorKeys): void {
  traverse(root, {
    visitorKeys,
    enter(node, parent) {
      if (parent) (node as { parent: TSESTree.Node }).parent = parent
    },
  })
}
