/** Mutations of what bounds the run time of a child. */
import { climb, findCode, findFunction, findMentions, isFunction, isWithin, nameOf, strip } from './source-tree.mjs'
import { replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./listener-operators.mjs').MutableSite} MutableSite */
/** @typedef {import('./text-edit.mjs').Edit} Edit */

/** `require-deadline`: `timeout` and `signal` are gone from the options of a call that blocks somebody. @type {Operator} */
export function deleteTimeout({ call, facet, handle, tree }) {
  const blocks =
    facet === 'none'
      ? isFunction(findCode(call))
      : handle.uses.some((use) => use.facet === 'promise' && /^(?:await|return)$/.test(use.name))
  if (!blocks || handle.uses.some(({ name }) => name === 'kill')) return undefined
  /** @type {Edit[]} */
  const edits = []
  for (const argument of call.arguments ?? []) {
    const options = findObject(argument, tree)
    for (const property of options?.properties ?? []) {
      if (property.type !== 'Property' || !/^(?:timeout|signal|cancelSignal)$/.test(nameOf(property) ?? '')) continue
      edits.push(replaceNode(property, `_${nameOf(property)}: ${tree.text.slice(...property.value.range)}`))
    }
  }
  return edits.length > 0 ? { edits } : undefined
}

/** @param {Node} node @param {SourceTree} tree @returns {Node | undefined} the literal that it is, or is initialised with */
export function findObject(node, tree) {
  const inner = strip(node)
  if (inner?.type === 'ObjectExpression') return inner
  const definition = inner?.type === 'Identifier' ? tree.resolve(inner)?.defs[0] : undefined
  const initial =
    definition?.type === 'Variable' && definition.node.id.type === 'Identifier'
      ? strip(definition.node.init)
      : undefined
  return initial?.type === 'ObjectExpression' ? initial : undefined
}

/**
 * The timers whose callback kills the child, and the calls that clear them.
 * @param {MutableSite} site
 */
export function findKillTimers({ handle, tree }) {
  const kills = handle.uses.filter(({ facet, name }) => (facet === 'child' && name === 'kill') || facet === 'pid')
  const timers = tree.nodes.filter(
    (node) =>
      node.type === 'CallExpression' &&
      /^set(?:Timeout|Interval)$/.test(node.callee.name ?? nameOf(node.callee) ?? '') &&
      kills.some((kill) => isRunBy(node.arguments[0], kill.node, tree)),
  )
  return timers.flatMap((timer) => {
    const target = findTarget(timer)
    if (!target) return []
    const clears = tree.nodes.filter(
      (node) =>
        node.type === 'CallExpression' &&
        /^clear(?:Timeout|Interval)$/.test(node.callee.name ?? '') &&
        node.arguments[0] &&
        isSame(strip(node.arguments[0]), target, tree),
    )
    const isUnreferenced = tree.nodes.some(
      (node) =>
        node.type === 'MemberExpression' && nameOf(node) === 'unref' && isSame(strip(node.object), target, tree),
    )
    return [{ timer, clears, isUnreferenced, kills }]
  })
}

/** @param {Node} callback @param {Node} kill @param {SourceTree} tree @param {number} depth @returns {boolean} */
function isRunBy(callback, kill, tree, depth = 0) {
  const code = callback && findFunction(callback, tree)
  if (!code || depth > 2) return false
  if (isWithin(kill, code)) return true
  const owner = findCode(kill)
  if (!isFunction(owner)) return false
  return findMentions(owner, tree).some((mention) => isRunBy(callback, mention, tree, depth + 1))
}

/** What keeps the id. @param {Node} timer @returns {Node | undefined} */
function findTarget(timer) {
  let at = climb(timer)
  while (/^(?:ConditionalExpression|LogicalExpression)$/.test(at.parent.type)) at = climb(at.parent)
  const { parent } = at
  if (parent.type === 'VariableDeclarator') return parent.id
  return parent.type === 'AssignmentExpression' ? strip(parent.left) : undefined
}

/** @param {Node} node @param {Node} target @param {SourceTree} tree */
function isSame(node, target, tree) {
  if (node.type !== target.type) return false
  if (node.type === 'Identifier') return tree.resolve(node) !== undefined && tree.resolve(node) === tree.resolve(target)
  return tree.text.slice(...node.range) === tree.text.slice(...target.range)
}

/** `no-dangling-kill-timer` @type {Operator} */
export function deleteClear(site) {
  const timers = findKillTimers(site).filter(({ clears, isUnreferenced }) => clears.length > 0 && !isUnreferenced)
  const edits = timers.flatMap(({ clears }) => clears.map((clear) => replaceNode(clear, 'undefined')))
  return edits.length > 0 ? { edits } : undefined
}
