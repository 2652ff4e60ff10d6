/** Mutations of what a program does with the input of a child. */
import { climb } from './source-tree.mjs'
import { listenersFor } from './listener-operators.mjs'
import { removeFromChain, replaceNode } from './text-edit.mjs'

/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./text-edit.mjs').Edit} Edit */

/** `no-unended-stdin` @type {Operator} */
export function deleteStdinEnd({ handle, tree }) {
  const own = handle.uses.filter(({ facet }) => facet === 'stdin')
  const ends = own.filter(({ call, name }) => call && /^(?:end|destroy)$/.test(name))
  const pipes = own.filter(({ call, name }) => name === 'pipe into' && call?.arguments.length === 1)
  const isFed = own.some(({ call, name }) => name === 'write' || name === 'pipe into' || isWithData(name, call))
  if (!isFed || ends.length + pipes.length === 0) return undefined
  /** @type {Edit[]} */
  const edits = ends.map(({ call, name, node }) =>
    isWithData(name, call) ? replaceNode(node.property, 'write') : removeFromChain(call, tree),
  )
  for (const { node } of pipes) edits.push([node.range[1], node.range[1], ', { end: false }'])
  return { edits }
}

/** @param {string} name @param {any} call */
function isWithData(name, call) {
  const [first] = call?.arguments ?? []
  return name === 'end' && first !== undefined && !/Function/.test(first.type)
}

/** `require-stdin-error-listener` @type {Operator} */
export function deleteStdinListener(site) {
  const listeners = listenersFor(site, ['stdin'], ['error'])
  return listeners.length > 0 ? { edits: listeners.map(({ call }) => removeFromChain(call, site.tree)) } : undefined
}

/** `require-stdin-error-listener`: a child whose input was left alone is written to. @type {Operator} */
export function insertWrite({ call, facet, handle, method, tree }) {
  // a child whose input is no pipe has no `stdin`: `fork` inherits it
  if (facet !== 'child' || method === 'fork' || tree.text.slice(...call.range).includes('stdio')) return undefined
  if (handle.uses.some(({ facet }) => facet === 'stdin' || facet === 'stdio')) return undefined
  const { parent } = climb(call)
  const declaration = parent.parent
  if (parent.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return undefined
  if (declaration.declarations.length !== 1 || !/^(?:BlockStatement|Program)$/.test(declaration.parent.type))
    return undefined
  const at = declaration.range[1]
  return { edits: [[at, at, ` ${parent.id.name}.stdin.end('one line of input\\n');`]] }
}
