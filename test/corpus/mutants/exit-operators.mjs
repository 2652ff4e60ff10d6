/** Mutations of what becomes of a child when the program ends, is stopped, or gives up. */
import { climb, findCode, isFunction, isWithin, nameOf, strip } from './source-tree.mjs'
import { replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./listener-operators.mjs').MutableSite} MutableSite */

const ENDING_EVENT = /^(?:exit|SIG[A-Z]+|uncaughtException|unhandledRejection)$/

/** The calls that send the child a signal. @param {MutableSite} site @returns {Node[]} */
export function listKills({ handle }) {
  return handle.uses.flatMap(({ call, facet, name, node }) => {
    if (facet === 'child' && name === 'kill' && call) return [call]
    if (facet !== 'pid') return []
    const outer = climb(node)
    const { parent } = outer.parent.type === 'UnaryExpression' ? outer.parent : outer
    return parent.type === 'CallExpression' && nameOf(strip(parent.callee)) === 'kill' ? [parent] : []
  })
}

/** @param {Node} node */
const isExit = (node) => {
  const callee = node.type === 'CallExpression' ? strip(node.callee) : undefined
  return callee?.type === 'MemberExpression' && strip(callee.object).name === 'process' && nameOf(callee) === 'exit'
}

/** Does code run because the program is about to end? @param {Node} node @param {MutableSite} site */
function isAtEnd(node, { tree }) {
  for (let code = findCode(node); isFunction(code); code = findCode(code)) {
    const call = climb(code).parent
    const callee = call?.type === 'CallExpression' ? strip(call.callee) : undefined
    if (callee?.type === 'MemberExpression' && strip(callee.object).name === 'process')
      if (ENDING_EVENT.test(call.arguments[0]?.value ?? '')) return true
  }
  const code = findCode(node)
  return tree.nodes.some((other) => isExit(other) && findCode(other) === code && other.range[0] > node.range[1])
}

/** `no-orphan-on-exit`: what stops the child when the program ends is gone, and every other kill with it. @type {Operator} */
export function deleteExitKill(site) {
  const kills = listKills(site)
  if (site.facet !== 'child' || !kills.some((kill) => isAtEnd(kill, site))) return undefined
  return { edits: kills.map((kill) => replaceNode(kill, 'undefined')) }
}

const LETTING_GO = /^(?:detached|signal|timeout)$/

/** `no-orphan-on-exit`: the program may end right behind the start. @type {Operator} */
export function insertExit(site) {
  const { call, handle, method, tree } = site
  if (site.facet !== 'child' || method !== 'spawn') return undefined
  // what reads what the program writes may end by itself
  const isLetGo =
    handle.uses.some(({ facet, name }) => name === 'unref' || facet === 'stdin' || facet === 'stdio') ||
    tree.nodes.some((node) => node.type === 'Property' && isWithin(node, call) && LETTING_GO.test(nameOf(node) ?? ''))
  let statement = call
  while (statement.parent && !/^(?:BlockStatement|Program)$/.test(statement.parent.type)) statement = statement.parent
  if (isLetGo || !/^(?:Variable|Expression)/.test(statement.type) || findCode(statement) !== findCode(call))
    return undefined
  return { edits: [[statement.range[1], statement.range[1], '\nif (globalThis.isBroken) process.exit(1);']] }
}

/** `no-swallowed-signal`: the listener for a signal no longer passes it on, whatever else stops the child. @type {Operator} */
export function deleteSignalKill(site) {
  const kills = listKills(site).filter((kill) => isInSignalListener(kill))
  return kills.length > 0 ? { edits: kills.map((kill) => replaceNode(kill, 'undefined')) } : undefined
}

/** @param {Node} node */
function isInSignalListener(node) {
  for (let code = findCode(node); isFunction(code); code = findCode(code)) {
    const call = climb(code).parent
    const callee = call?.type === 'CallExpression' ? strip(call.callee) : undefined
    if (callee?.type !== 'MemberExpression' || strip(callee.object).name !== 'process') continue
    if (/^SIG(?:TERM|HUP)$/.test(call.arguments[0]?.value ?? '')) return true
  }
  return false
}

/** `no-swallowed-signal`: SIGTERM ends the program that stands for the child, and the program alone. @type {Operator} */
export function insertLeaving(site) {
  const { handle, tree } = site
  const isStoodFor = handle.uses.some(
    ({ call, events, facet, name }) =>
      facet === 'child' &&
      /^(?:on|once)$/.test(name) &&
      events.some((event) => event === 'exit' || event === 'close') &&
      /\bprocess\s*\.\s*exit/.test(tree.text.slice(...(call?.range ?? [0, 0]))),
  )
  if (!isStoodFor || listKills(site).length > 0) return undefined
  const { edits } = insertExit(site) ?? {}
  return edits && { edits: edits.map(([from, to]) => [from, to, "\nprocess.on('SIGTERM', () => process.exit(143));"]) }
}
