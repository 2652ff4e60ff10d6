/** Mutations of how a child is ended, detached, kept and let go. */
import { findKillTimers, findObject } from './deadline-operators.mjs'
import { isLeftToAuthor, listenersFor } from './listener-operators.mjs'
import { findSettlers } from './promise-operators.mjs'
import { climb, findCode, findFunction, isFunction, isWithin, nameOf, strip } from './source-tree.mjs'
import { removeFromChain, replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./listener-operators.mjs').MutableSite} MutableSite */
/** @typedef {import('./text-edit.mjs').Edit} Edit */

/** @param {MutableSite} site @param {string} name @returns {Node | undefined} the property of the options */
function findOption({ call, tree }, name) {
  for (const argument of call.arguments ?? []) {
    const property = findObject(argument, tree)?.properties.find(
      (/** @type {Node} */ own) => own.type === 'Property' && nameOf(own) === name,
    )
    if (property) return property
  }
  return undefined
}

/** @param {MutableSite} site */
const isDetached = (site) => findOption(site, 'detached')?.value.value === true

/** @param {MutableSite} site */
const listUnrefs = ({ handle }) =>
  handle.uses.filter(({ call, facet, name }) => facet === 'child' && name === 'unref' && call)

/** `consistent-detached`: nothing lets go of a child that nobody waits for. @type {Operator} */
export function deleteUnref(site) {
  const unrefs = listUnrefs(site)
  if (!isDetached(site) || unrefs.length === 0) return undefined
  const isLookedAt =
    listenersFor(site, ['child'], ['exit', 'close', 'disconnect', '?']).length > 0 ||
    site.handle.uses.some(({ facet, name }) => facet === 'pid' || /^(?:kill|events\.once|exitCode)$/.test(name))
  return isLookedAt ? undefined : { edits: unrefs.map(({ call }) => removeFromChain(call, site.tree)) }
}

/** `consistent-detached`: a child that is let go gets pipes. @type {Operator} */
export function addPipes(site) {
  const stdio = findOption(site, 'stdio')
  if (!isDetached(site) || listUnrefs(site).length === 0 || stdio?.value.type !== 'Literal') return undefined
  return stdio.value.value === 'ignore' ? { edits: [replaceNode(stdio.value, "'pipe'")] } : undefined
}

/** `consistent-detached`: a group is killed that the child does not lead. @type {Operator} */
export function dropDetached(site) {
  const detached = findOption(site, 'detached')
  const isGroupKilled = site.handle.uses.some(
    ({ facet, node }) => facet === 'pid' && climb(node).parent.type === 'UnaryExpression',
  )
  return detached && isGroupKilled && isDetached(site)
    ? { edits: [replaceNode(detached, '_detached: true')] }
    : undefined
}

/** `no-shell-kill`: a child that is killed is started by a shell. @type {Operator} */
export function addShell(site) {
  const { call, handle } = site
  if (!isLeftToAuthor(site) || site.method === 'fork' || findOption(site, 'shell')) return undefined
  if (!handle.uses.some(({ call: kill, facet, name }) => facet === 'child' && name === 'kill' && kill)) return undefined
  const last = call.arguments.at(-1)
  if (last?.type === 'ObjectExpression') {
    const at = last.range[0] + 1
    return { edits: [[at, at, ' shell: true,']] }
  }
  const isWithoutOptions =
    call.arguments.length === 1 || (call.arguments.length === 2 && last.type === 'ArrayExpression')
  return isWithoutOptions ? { edits: [[last.range[1], last.range[1], ', { shell: true }']] } : undefined
}

/** `require-kill-on-timeout`: a timer that settles what waits for the child no longer kills it. @type {Operator} */
export function deleteKillOnTimeout(site) {
  const { rejecting, resolving } = findSettlers(site)
  const settlers = new Set([...rejecting, ...resolving])
  /** @type {Edit[]} */
  const edits = []
  for (const { timer, kills } of findKillTimers(site)) {
    const callback = findFunction(timer.arguments[0], site.tree)
    const isSettling = site.tree.nodes.some(
      (node) => node.type === 'Identifier' && isWithin(node, callback) && settlers.has(site.tree.resolve(node)),
    )
    const own = kills.filter(({ node }) => isWithin(node, callback))
    if (isSettling && own.length > 0)
      for (const { call, facet, node } of own) {
        const kill = call ?? findCall(node)
        if (kill && (facet === 'child' || isWithin(kill, callback))) edits.push(replaceNode(kill, 'undefined'))
      }
  }
  return edits.length > 0 ? { edits } : undefined
}

/** The call that is given a pid. @param {Node} node @returns {Node | undefined} */
function findCall(node) {
  const outer = climb(node)
  const { parent } = outer.parent.type === 'UnaryExpression' ? outer.parent : outer
  return parent.type === 'CallExpression' ? parent : undefined
}

/** `require-kill-escalation`: the last resort is guarded by `killed`, which is true by then. @type {Operator} */
export function guardByKilled({ handle, tree }) {
  const kills = handle.uses.filter(({ call, facet, name }) => facet === 'child' && name === 'kill' && call)
  const last = kills.filter(({ call }) => call.arguments[0]?.value === 'SIGKILL')
  if (last.length === 0 || last.length === kills.length) return undefined
  /** @type {Edit[]} */
  const edits = []
  for (const { call, node } of last) {
    const statement = climb(call).parent
    if (statement.type !== 'ExpressionStatement' || findCode(call) === findCode(kills[0]?.call)) continue
    edits.push([statement.range[0], statement.range[0], `if (!${tree.text.slice(...node.object.range)}.killed) `])
  }
  return edits.length > 0 ? { edits } : undefined
}

/** `no-lost-handle`: the guard that a child is there already is gone. @type {Operator} */
export function dropGuard({ call, tree }) {
  let value = climb(call)
  while (value.parent.type === 'MemberExpression' || value.parent.type === 'CallExpression') value = climb(value.parent)
  const { parent } = value
  if (parent.type !== 'AssignmentExpression' || parent.right !== value) return undefined
  const written = tree.text.slice(...parent.left.range)
  const code = findCode(call)
  const guards = tree.nodes.filter(
    (node) =>
      node.type === 'IfStatement' &&
      findCode(node) === code &&
      node.range[1] <= call.range[0] &&
      !node.alternate &&
      tree.text.slice(...node.test.range) === written &&
      /^\{?\s*(?:return|throw)\b/.test(tree.text.slice(...node.consequent.range)),
  )
  return guards.length > 0 ? { edits: guards.map(({ test }) => replaceNode(test, 'false')) } : undefined
}

const ADDING = /^(?:addEventListener|on|once|addListener)$/
const REMOVING = /^(?:removeEventListener|off|removeListener)$/

/** `no-leaked-abort-listener`: what listens to a signal or to the program for the child's sake stays. @type {Operator} */
export function deleteRemoval({ call, handle, tree }) {
  const code = findCode(call)
  if (!isFunction(code)) return undefined
  /** @param {Node} node */
  const readListener = (node) => {
    const callee = node.type === 'CallExpression' ? strip(node.callee) : undefined
    if (callee?.type !== 'MemberExpression' || !isWithin(node, code)) return undefined
    const isLonger = nameOf(callee) === 'addEventListener' || strip(callee.object).name === 'process'
    return { name: nameOf(callee) ?? '', isLonger, listener: node.arguments[1] }
  }
  const added = tree.nodes.filter((node) => {
    const found = readListener(node)
    const listener = found && ADDING.test(found.name) && found.isLonger && findFunction(found.listener, tree)
    return listener && handle.uses.some((use) => isWithin(use.node, listener))
  })
  const names = new Set(added.map(({ arguments: [, listener] }) => tree.resolve(strip(listener))))
  names.delete(undefined)
  const removals = tree.nodes.filter((node) => {
    const found = readListener(node)
    return found?.listener && REMOVING.test(found.name) && names.has(tree.resolve(strip(found.listener)))
  })
  return removals.length > 0 ? { edits: removals.map((removal) => replaceNode(removal, 'undefined')) } : undefined
}
