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
  pushChildNodes(children, node, visitorKeys)
  return children
}

function pushChildNodes(to: TSESTree.Node[], node: TSESTree.Node, visitorKeys: VisitorKeys | undefined): void {
  const record = node as unknown as Record<string, unknown>
  const keys = visitorKeys?.[node.type]
  if (keys) for (const key of keys) pushNodes(to, record[key])
  // for-in, because the lazily decoded nodes of oxlint keep their fields as accessors on the prototype
  else for (const key in record) if (!NOT_CHILDREN.has(key)) pushNodes(to, record[key])
}

function pushNodes(to: TSESTree.Node[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const element of value) if (isNode(element)) to.push(element)
  } else if (isNode(value)) to.push(value)
}

export interface Traversal {
  readonly visitorKeys?: VisitorKeys | undefined
  /** Called before the children; `false` skips them. */
  readonly enter: (node: TSESTree.Node, parent: TSESTree.Node | undefined) => boolean | undefined
}

/** Pre-order traversal in source order with a stack of its own: depth is bounded by memory, not by the call stack. */
export function traverse(root: TSESTree.Node, { visitorKeys, enter }: Traversal): void {
  // two stacks of one height: a pair for each node would cost an allocation each
  const nodes: TSESTree.Node[] = [root]
  const parents: (TSESTree.Node | undefined)[] = [undefined]
  const children: TSESTree.Node[] = []
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (enter(node, parents.pop()) === false) continue
    children.length = 0
    pushChildNodes(children, node, visitorKeys)
    for (let child = children.pop(); child; child = children.pop()) {
      nodes.push(child)
      parents.push(node)
    }
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
