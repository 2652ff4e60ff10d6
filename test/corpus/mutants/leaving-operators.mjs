/** Mutations of what happens to a child when its caller gives up, or its owner is left early. */
import { findObject } from './deadline-operators.mjs'
import { listKills } from './exit-operators.mjs'
import { climb, findCode, isFunction, isWithin, nameOf, strip } from './source-tree.mjs'
import { replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./text-edit.mjs').Edit} Edit */

/** `require-signal-propagation`: the signal of the caller is asked in front of the start, and the child is not given it. @type {Operator} */
export function askSignalInstead({ call, tree }) {
  const statement = findStatement(call)
  for (const argument of call.arguments ?? []) {
    const properties = findObject(argument, tree)?.properties ?? []
    const given = properties.find(
      (/** @type {Node} */ property) =>
        property.type === 'Property' && /^(?:signal|cancelSignal)$/.test(nameOf(property) ?? ''),
    )
    const value = given && strip(given.value)
    let root = value
    while (root?.type === 'MemberExpression') root = strip(root.object)
    const isGiven = root?.type === 'Identifier' && tree.resolve(root)?.defs[0]?.type === 'Parameter'
    if (!isGiven || !statement) continue
    const [start] = statement.range
    return {
      edits: [
        /** @type {Edit} */ ([start, start, `${tree.text.slice(...value.range)}?.throwIfAborted(); `]),
        replaceNode(given, `_${nameOf(given)}: undefined`),
      ],
    }
  }
  return undefined
}

/** `require-cleanup-on-abandon`: the `finally` of a generator no longer kills the child. @type {Operator} */
export function dropFinallyKill(site) {
  const code = findCode(site.call)
  if (site.facet !== 'child' || !isFunction(code) || !code.generator) return undefined
  const kills = listKills(site).filter((kill) => findFinalizer(kill, code))
  return kills.length > 0 ? { edits: kills.map((kill) => replaceNode(kill, 'undefined')) } : undefined
}

/** `require-cleanup-on-abandon`: something that may throw is awaited in front of the kill. @type {Operator} */
export function insertThrowingAwait(site) {
  const { call, facet } = site
  const code = findCode(call)
  if (facet !== 'child' || !isFunction(code) || !code.async) return undefined
  // something else bounds it, or lets it go
  const isBounded = site.tree.nodes.some(
    (node) =>
      node.type === 'Property' && isWithin(node, call) && /^(?:detached|signal|timeout)$/.test(nameOf(node) ?? ''),
  )
  const kills = listKills(site)
  if (isBounded || kills.length === 0 || kills.some((kill) => findCode(kill) !== code || findTry(kill, code)))
    return undefined
  const statement = kills[0] && findStatement(kills[0])
  if (!statement || statement.range[0] < call.range[1] || isWithin(call, statement)) return undefined
  const [start] = statement.range
  return { edits: [/** @type {Edit} */ ([start, start, 'await work(); '])] }
}

/** The statement of a block around a node. @param {Node} node @returns {Node | undefined} */
function findStatement(node) {
  let at = climb(node)
  while (at.parent && !/^(?:BlockStatement|Program)$/.test(at.parent.type)) {
    if (isFunction(at)) return undefined
    at = at.parent
  }
  return at.parent ? at : undefined
}

/** @param {Node} node @param {Node} code */
function findFinalizer(node, code) {
  for (let at = node; at !== code; at = at.parent)
    if (at.parent.type === 'TryStatement' && at.parent.finalizer === at) return at
  return undefined
}

/** @param {Node} node @param {Node} code */
function findTry(node, code) {
  for (let at = node; at !== code; at = at.parent) if (at.type === 'TryStatement') return at
  return undefined
}
