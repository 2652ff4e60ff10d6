/** A parsed source with parents and resolved names: what mutations are planned on. Shares no code with the plugin. */
import { parser } from 'typescript-eslint'

/** @typedef {any} Node an ESTree node with `parent` and `range` */
/** @typedef {any} Variable of eslint-scope */
/** @typedef {{ ast: Node, text: string, resolve: (identifier: Node) => Variable | undefined, nodes: readonly Node[] }} SourceTree `nodes` in source order, outer before inner */

/**
 * @param {string} text
 * @param {string} path
 * @returns {SourceTree | undefined} nothing if it does not parse
 */
export function parseSourceTree(text, path) {
  /** @type {any} */
  let parsed
  try {
    parsed = /** @type {any} */ (parser).parseForESLint(text, {
      loc: true,
      range: true,
      sourceType: 'module',
      ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(path) },
    })
  } catch {
    return undefined
  }
  const { ast, scopeManager, visitorKeys } = parsed
  /** @type {Node[]} */
  const nodes = []
  const pending = [ast]
  for (let node = pending.pop(); node; node = pending.pop()) {
    nodes.push(node)
    const children = (visitorKeys[node.type] ?? []).flatMap((/** @type {string} */ key) => node[key] ?? [])
    for (const child of children.reverse()) {
      if (!child) continue
      child.parent = node
      pending.push(child)
    }
  }
  const resolved = new Map()
  for (const scope of scopeManager.scopes)
    for (const reference of scope.references) resolved.set(reference.identifier, reference.resolved ?? undefined)
  for (const scope of scopeManager.scopes)
    for (const variable of scope.variables)
      for (const name of variable.identifiers) if (!resolved.has(name)) resolved.set(name, variable)
  return { ast, text, nodes, resolve: (identifier) => resolved.get(identifier) }
}

/** @param {Node} node */
export const isFunction = (node) => /^(?:Arrow)?Function(?:Expression|Declaration)$/.test(node?.type)

/**
 * @param {Node} node
 * @returns {Node} the innermost function around it, or the program
 */
export function findCode(node) {
  let at = node.parent
  while (at.parent && !isFunction(at)) at = at.parent
  return at
}

/**
 * The outermost expression that is the same value: type assertions, chains and parentheses.
 * @param {Node} node
 * @returns {Node}
 */
export function climb(node) {
  let at = node
  while (
    /^(?:ChainExpression|TSAsExpression|TSNonNullExpression|TSTypeAssertion|TSSatisfiesExpression)$/.test(
      at.parent?.type,
    )
  )
    at = at.parent
  return at
}

/**
 * @param {Node} node
 * @returns {Node} below type assertions and chains
 */
export function strip(node) {
  let at = node
  while (
    /^(?:ChainExpression|TSAsExpression|TSNonNullExpression|TSTypeAssertion|TSSatisfiesExpression)$/.test(at?.type)
  )
    at = at.expression
  return at
}

/**
 * @param {Node} member a member expression or a property
 * @returns {string | undefined}
 */
export function nameOf(member) {
  const key = member.type === 'MemberExpression' ? member.property : member.key
  if (key?.type === 'PrivateIdentifier') return `#${key.name}`
  if (!member.computed) return key?.name ?? key?.value
  return key?.type === 'Literal' ? String(key.value) : undefined
}

/**
 * @param {Node} inner
 * @param {Node} outer
 */
export const isWithin = (inner, outer) => inner.range[0] >= outer.range[0] && inner.range[1] <= outer.range[1]

/**
 * The function of this file that an expression is or names.
 * @param {Node} expression
 * @param {SourceTree} tree
 * @returns {Node | undefined}
 */
export function findFunction(expression, tree) {
  const inner = strip(expression)
  if (isFunction(inner)) return inner
  if (inner?.type !== 'Identifier') return undefined
  const [definition] = tree.resolve(inner)?.defs ?? []
  if (definition?.type === 'FunctionName') return definition.node
  const initial = definition?.type === 'Variable' && definition.node.init ? strip(definition.node.init) : undefined
  return initial && isFunction(initial) ? initial : undefined
}

/**
 * The references to the name that a function goes by.
 * @param {Node} code
 * @param {SourceTree} tree
 * @returns {Node[]}
 */
export function findMentions(code, tree) {
  const name =
    code.type === 'FunctionDeclaration'
      ? code.id
      : code.parent?.type === 'VariableDeclarator' && code.parent.init === code
        ? code.parent.id
        : undefined
  const variable = name?.type === 'Identifier' ? tree.resolve(name) : undefined
  return (variable?.references ?? [])
    .map((/** @type {any} */ { identifier }) => identifier)
    .filter((/** @type {Node} */ identifier) => identifier !== name)
}
