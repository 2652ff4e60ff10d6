/** Mutations of how the promise of a child, or a promise around one, is waited for and settled. */
import { climb, findCode, findFunction, findMentions, isFunction, isWithin, strip } from './source-tree.mjs'
import { isLeftToAuthor, listenersFor } from './listener-operators.mjs'
import { removeFromChain, replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {import('./listener-operators.mjs').Operator} Operator */
/** @typedef {import('./listener-operators.mjs').MutableSite} MutableSite */
/** @typedef {import('./child-handle.mjs').ChildUse} ChildUse */
/** @typedef {import('./text-edit.mjs').Edit} Edit */

/** `no-floating-exec-promise`: neither awaited, nor returned, nor caught. @type {Operator} */
export function dropAwait({ call, facet, handle, tree }) {
  if (facet !== 'promise') return undefined
  const handlers = handle.uses.filter(
    ({ call: link, facet: own, name }) =>
      own === 'promise' && (name === 'catch' || (name === 'then' && link.arguments.length > 1)),
  )
  const waits = handle.uses.filter(({ facet: own, name }) => own === 'promise' && /^(?:await|return)$/.test(name))
  /** @type {Edit[]} */
  const edits = handlers.map(({ call: link, name }) =>
    name === 'catch' ? removeFromChain(link, tree) : [link.arguments[0].range[1], link.arguments[1].range[1], ''],
  )
  for (const { name, node } of waits) {
    const value = name === 'await' ? node.argument : node
    const isOwn = isWithin(call, value)
    if (name === 'await' && isOwn && climb(node).parent.type === 'ExpressionStatement')
      edits.push([node.range[0], value.range[0], ''])
    else if (!isOwn) edits.push(replaceNode(node, '({})'))
    else edits.push([node.range[0], value.range[0], '('], [value.range[1], node.range[1], ', {})'])
  }
  return edits.length > 0 ? { edits } : undefined
}

const CALLBACK = /^(?:cb|callback|done|next|\w*(?:Cb|Callback))$/

/**
 * The functions that settle what waits for the child: those of promise executors around it or behind it, or a callback.
 * @param {MutableSite} site
 */
export function findSettlers({ call, handle, tree }) {
  const resolving = new Set()
  const rejecting = new Set()
  const read = (/** @type {Node} */ code) => {
    const isExecutor = code.parent?.type === 'NewExpression' && code.parent.callee.name === 'Promise'
    if (isExecutor) {
      const [resolve, reject] = code.params
      if (resolve) resolving.add(tree.resolve(resolve))
      if (reject) rejecting.add(tree.resolve(reject))
    }
    const last = code.params.at(-1)
    if (!isExecutor && last?.type === 'Identifier' && CALLBACK.test(last.name)) {
      resolving.add(tree.resolve(last))
      rejecting.add(tree.resolve(last))
    }
  }
  for (const node of [call, ...handle.uses.map((use) => use.node)])
    for (let code = findCode(node); isFunction(code); code = findCode(code)) read(code)
  resolving.delete(undefined)
  rejecting.delete(undefined)
  return { resolving, rejecting }
}

/**
 * Does what is listened with call, or hand on, one of these functions, itself or through a function of the file?
 * @param {Node} listener
 * @param {Set<any>} settlers
 * @param {SourceTree} tree
 * @param {number} depth
 * @returns {boolean}
 */
function runs(listener, settlers, tree, depth = 0) {
  if (!listener || depth > 3) return false
  const inner = strip(listener)
  if (inner.type === 'Identifier' && settlers.has(tree.resolve(inner))) return true
  const code = findFunction(inner, tree)
  if (!code) return false
  return tree.nodes.some(
    (node) =>
      node.type === 'Identifier' &&
      isWithin(node, code.body) &&
      (settlers.has(tree.resolve(node)) ||
        (node.parent.type === 'CallExpression' &&
          node.parent.callee === node &&
          runs(node, settlers, tree, depth + 1))),
  )
}

/**
 * The listeners that settle, by the event; nothing where something else settles as well: a timer, another emitter, code
 * behind the start.
 * @param {MutableSite} site
 */
function readWrapper(site) {
  if (!isLeftToAuthor(site)) return undefined
  const { rejecting, resolving } = findSettlers(site)
  if (resolving.size === 0) return undefined
  const all = new Set([...resolving, ...rejecting])
  const events = ['error', 'exit', 'close']
  const settling = listenersFor(site, ['child'], events).filter(
    ({ call }) => call && runs(call.arguments[1], all, site.tree),
  )
  const listeners = settling.map(({ call }) => call.arguments[1])
  if (![...all].every((settler) => isSettledBy(listeners, settler, site))) return undefined
  const on = (/** @type {string} */ event) => settling.filter((use) => use.events.includes(event))
  return { rejecting, resolving, onError: on('error'), onExit: on('exit'), onClose: on('close') }
}

/**
 * Is a settler mentioned by these listeners alone, by functions that only they run, or in front of the start?
 * @param {readonly Node[]} listeners
 * @param {any} settler
 * @param {MutableSite} site
 */
function isSettledBy(listeners, settler, { call, tree }) {
  const codes = new Set(listeners.map((listener) => findFunction(listener, tree)))
  /** @type {Node[]} */
  const pending = settler.references.map((/** @type {any} */ { identifier }) => identifier)
  const seen = new Set()
  for (let mention = pending.pop(); mention; mention = pending.pop()) {
    if (seen.has(mention)) continue
    seen.add(mention)
    if (mention.range[1] <= call.range[0] && findCode(mention) === findCode(call)) continue
    if (listeners.some((listener) => isWithin(mention, listener)) || isTest(mention)) continue
    if (isInCatch(mention, call)) continue
    const code = findCode(mention)
    if (codes.has(code)) continue
    const mentions = isFunction(code) ? findMentions(code, tree) : []
    if (mentions.length === 0 || settler.scope.block === code) return false
    pending.push(...mentions)
  }
  return true
}

/** What the start itself throws. @param {Node} mention @param {Node} call */
function isInCatch(mention, call) {
  for (let at = mention; at.parent; at = at.parent)
    if (at.type === 'CatchClause' && isWithin(call, at.parent.block)) return true
  return false
}

/** @param {Node} mention */
function isTest({ parent }) {
  return /^(?:IfStatement|UnaryExpression|BinaryExpression)$/.test(parent.type)
}

/** `no-unsettled-wrapper`: 'error' is heard and settles nothing, while only 'exit' does, which a failed start does not emit. @type {Operator} */
export function emptyErrorListener(site) {
  const wrapper = readWrapper(site)
  if (!wrapper || wrapper.onClose.length > 0) return undefined
  const { onError, onExit } = wrapper
  if (onError.length === 0 || onExit.length === 0 || onError.some(({ events }) => events.length > 1)) return undefined
  return { edits: onError.map(({ call }) => replaceNode(call.arguments[1], '() => {}')) }
}

/** `no-unsettled-wrapper`: 'close' settled it whatever happened; 'exit' in its place does not come when a start fails. @type {Operator} */
export function settleOnExit(site) {
  const wrapper = readWrapper(site)
  if (!wrapper || wrapper.onExit.length > 0) return undefined
  const { onClose, onError } = wrapper
  if (onClose.length === 0 || onError.length === 0) return undefined
  const events = onClose.map(({ call }) => call.arguments[0])
  if (events.some((event) => event?.type !== 'Literal') || onError.some(({ call }) => call.arguments.length < 2))
    return undefined
  return {
    edits: [
      ...events.map((event) => replaceNode(event, "'exit'")),
      ...onError.map(({ call }) => replaceNode(call.arguments[1], '() => {}')),
    ],
  }
}

/** `no-unsettled-wrapper`: the end settles nothing any more. @type {Operator} */
export function deleteEndSettler(site) {
  const wrapper = readWrapper(site)
  if (!wrapper) return undefined
  const { onClose, onError, onExit } = wrapper
  const ends = [...onExit, ...onClose].filter((use) => !onError.includes(use))
  if (ends.length === 0 || onError.length === 0) return undefined
  return { edits: ends.map(({ call }) => removeFromChain(call, site.tree)) }
}

/** `no-unsettled-wrapper`: a failure is no longer told; only where nothing else follows it. @type {Operator} */
export function dropReject(site) {
  const wrapper = readWrapper(site)
  if (!wrapper) return undefined
  const ends = [...new Set([...wrapper.onExit, ...wrapper.onClose])]
  if (ends.length !== 1 || wrapper.onError.some((use) => ends.includes(use))) return undefined
  const listener = findFunction(ends[0]?.call.arguments[1], site.tree)
  if (!listener) return undefined
  const calls = site.tree.nodes.filter((node) => node.type === 'CallExpression' && isWithin(node, listener.body))
  const named = (/** @type {Node} */ call) => call.callee.type === 'Identifier' && site.tree.resolve(call.callee)
  const rejects = calls.filter((call) => wrapper.rejecting.has(named(call)) && !isSuccess(call))
  const resolves = calls.filter((call) => wrapper.resolving.has(named(call)) && !rejects.includes(call))
  if (rejects.length === 0 || resolves.length === 0) return undefined
  if (!rejects.every((reject) => resolves.every((resolve) => areApart(reject, resolve, listener)))) return undefined
  return { edits: rejects.map((reject) => replaceNode(reject, 'undefined')) }
}

/** `callback(null, …)`, `callback()` @param {Node} call */
function isSuccess({ arguments: [first] }) {
  return first === undefined || (first.type === 'Literal' && first.value === null) || first.name === 'undefined'
}

/** Do no path take both: two branches of one test, or a `return` behind the first? @param {Node} reject @param {Node} resolve @param {Node} listener */
function areApart(reject, resolve, listener) {
  for (let at = reject; at !== listener; at = at.parent) {
    const { parent } = at
    if (/^(?:IfStatement|ConditionalExpression)$/.test(parent.type) && parent.test !== at && isWithin(resolve, parent))
      return !isWithin(resolve, at)
    if (at.type === 'ReturnStatement') return true
    if (
      parent.type === 'BlockStatement' &&
      parent.body.at(-1)?.type === 'ReturnStatement' &&
      !isWithin(resolve, parent)
    )
      return true
  }
  return false
}
