/** Replacements of source text, and where a place is after them. */

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {readonly [start: number, end: number, text: string]} Edit */

/**
 * @param {string} text
 * @param {readonly Edit[]} edits
 * @returns {string} nested replacements give way to the outer one
 */
export function applyEdits(text, edits) {
  let result = ''
  let at = 0
  for (const [start, end, replacement] of normalise(edits)) {
    result += text.slice(at, start) + replacement
    at = end
  }
  return result + text.slice(at)
}

/**
 * @param {number} offset
 * @param {readonly Edit[]} edits
 * @returns {number | undefined} nothing if it was replaced
 */
export function shiftOffset(offset, edits) {
  let shift = 0
  for (const [start, end, replacement] of normalise(edits)) {
    if (offset >= end && (offset > start || end > start || offset === start))
      shift += replacement.length - (end - start)
    else if (offset > start) return undefined
  }
  return offset + shift
}

/** @param {readonly Edit[]} edits @returns {Edit[]} in order, outer ones only */
function normalise(edits) {
  const sorted = [...edits].sort((a, b) => a[0] - b[0] || b[1] - a[1])
  /** @type {Edit[]} */
  const kept = []
  for (const edit of sorted) {
    const last = kept.at(-1)
    const isInside = last && edit[0] < last[1]
    const isSame = last && edit[0] === last[0] && edit[1] === last[1] && edit[2] === last[2]
    if (!isInside && !isSame) kept.push(edit)
  }
  return kept
}

/**
 * Takes a method call out of its chain: `child.on('error', f).on('exit', g)` becomes `child.on('exit', g)`.
 * @param {Node} call
 * @param {SourceTree} tree
 * @returns {Edit}
 */
export function removeFromChain(call, tree) {
  let callee = call.callee
  while (callee.type !== 'MemberExpression') callee = callee.expression
  const before = tree.text.slice(callee.object.range[1], callee.property.range[0])
  const bracket = callee.computed ? before.lastIndexOf('[') : -1
  let dot = callee.computed ? before.lastIndexOf('?.') : before.lastIndexOf('.')
  if (!callee.computed && before[dot - 1] === '?') dot -= 1
  const start = callee.object.range[1] + (dot >= 0 ? dot : bracket)
  return [start, call.range[1], '']
}

/**
 * @param {Node} node
 * @param {string} text
 * @returns {Edit}
 */
export const replaceNode = (node, text) => [node.range[0], node.range[1], text]
