/** Mutations that take away, put off or swap what listens to a child. */
import { climb, findCode, findFunction, isFunction, isWithin, strip } from './source-tree.mjs'
import { removeFromChain, replaceNode } from './text-edit.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {import('./text-edit.mjs').Edit} Edit */
/** @typedef {import('./child-handle.mjs').ChildUse} ChildUse */
/** @typedef {import('./child-handle.mjs').ChildHandle} ChildHandle */
/** @typedef {{ call: Node, module: string, method: string, facet: 'child' | 'promise' | 'none', handle: ChildHandle, tree: SourceTree }} MutableSite */
/** @typedef {{ edits: Edit[] }} Mutation */
/** @typedef {(site: MutableSite) => Mutation | undefined} Operator gives nothing where the site has nothing of the kind, or where the mutant would still be correct */

const LISTENING = /^(?:on|once|addListener|prependListener|prependOnceListener)$/
const OUTPUTS = ['stdout', 'stderr']
/** Long enough for every event to pass. */
const PAUSE = 'await new Promise((resolve) => setTimeout(resolve, 100));'

/**
 * @param {MutableSite} site
 * @param {readonly string[]} facets
 * @param {readonly string[]} events
 */
export const listenersFor = ({ handle }, facets, events) =>
  handle.uses.filter(
    ({ events: own, facet, name }) =>
      facets.includes(facet) &&
      (LISTENING.test(name) || name === 'events.once') &&
      own.some((event) => events.includes(event)),
  )

/** `exec` and `execFile` see to the end, the failed start and the output themselves. @param {MutableSite} site */
export const isLeftToAuthor = ({ facet, method }) => facet === 'child' && !method.startsWith('exec')

/** @param {ChildUse} use @param {SourceTree} tree @returns {Edit} */
function deleteListener(use, tree) {
  if (use.name === 'events.once') return replaceNode(use.call, 'undefined')
  return removeFromChain(use.call, tree)
}

/** `require-error-listener` @type {Operator} */
export function deleteErrorListener(site) {
  if (!isLeftToAuthor(site)) return undefined
  const listeners = listenersFor(site, ['child'], ['error', '?'])
  // `events.once` rejects on 'error'
  const waits = site.handle.uses.filter(({ facet, name }) => facet === 'child' && name === 'events.once')
  const own = [...new Set([...listeners, ...waits])]
  if (!listeners.some(({ events }) => events.includes('error')) && waits.length === 0) return undefined
  return { edits: own.map((use) => deleteListener(use, site.tree)) }
}

/** `no-floating-child`: nothing sees the end any more, neither on the child nor on its output. @type {Operator} */
export function deleteEndListeners(site) {
  if (!isLeftToAuthor(site)) return undefined
  const { handle, tree } = site
  const ends = [
    ...listenersFor(site, ['child'], ['exit', 'close', 'disconnect', '?']),
    ...handle.uses.filter(({ facet, name }) => facet === 'child' && name === 'events.once'),
  ]
  if (ends.length === 0) return undefined
  const streams = listenersFor(site, [...OUTPUTS, 'stdin'], ['end', 'close', 'finish', '?'])
  const edits = [...new Set([...ends, ...streams])].map((use) => deleteListener(use, tree))
  return { edits: [...edits, ...silencePipes(handle, tree), ...blindPolls(handle)] }
}

/** `exitCode` and `signalCode` are never asked. @param {ChildHandle} handle @returns {Edit[]} */
function blindPolls({ uses }) {
  return uses
    .filter(({ facet, name }) => facet === 'child' && /^(?:exitCode|signalCode)$/.test(name))
    .map(({ node }) => replaceNode(node, node.type === 'MemberExpression' ? 'null' : `${node.key.name}: _never`))
}

/** Whatever is given an output of the child gets another stream. @param {ChildHandle} handle @param {SourceTree} tree @returns {Edit[]} */
function silencePipes({ departures, uses }, tree) {
  const edits = []
  for (const { call, facet, name, node } of uses) {
    if (!OUTPUTS.includes(facet)) continue
    if (name === 'pipe' && call) edits.push(isAlone(call) ? removeFromChain(call, tree) : replaceOwner(call))
    if (name === 'for await' || name === 'events.once' || name === 'pipeline')
      edits.push(replaceNode(node, 'process.stdin'))
  }
  for (const { facet, node } of departures)
    if (OUTPUTS.includes(facet) && /^(?:Call|New|Property|Array)/.test(climb(node).parent.type))
      edits.push(replaceNode(node, 'process.stdin'))
  return edits
}

/** @param {Node} call */
const isAlone = (call) => climb(call).parent.type === 'ExpressionStatement'

/** @param {Node} call @returns {Edit} */
function replaceOwner(call) {
  return replaceNode(strip(call.callee).object, 'process.stdin')
}

/** `no-undrained-pipe` @type {Operator} */
export function deleteReaders(site) {
  if (!isLeftToAuthor(site)) return undefined
  const { handle, tree } = site
  const reads = handle.uses.filter(
    ({ call, events, facet, name }) =>
      OUTPUTS.includes(facet) &&
      call &&
      (LISTENING.test(name)
        ? events.some((event) => /^(?:data|readable|\?)$/.test(event))
        : /^(?:resume|destroy)$/.test(name)),
  )
  const edits = [...reads.map((use) => deleteListener(use, tree)), ...silencePipes(handle, tree)]
  return edits.length > 0 ? { edits } : undefined
}

/** `prefer-close-over-exit`: where the listener itself uses what was collected, or settles a promise. @type {Operator} */
export function swapCloseForExit(site) {
  if (!isLeftToAuthor(site)) return undefined
  const { handle, tree } = site
  const listeners = listenersFor(site, ['child'], ['close'])
  const collected = findCollected(handle, tree)
  if (collected.size === 0) return undefined
  // a stream's own end says that the output is complete
  if (listenersFor(site, OUTPUTS, ['end', 'close', '?']).length > 0) return undefined
  const using = listeners.filter(({ call }) => call && mentions(call, collected, tree))
  if (using.length === 0) return undefined
  const edits = listeners.flatMap(({ call, name }) => {
    const event = call?.arguments[name === 'events.once' ? 1 : 0]
    return event?.type === 'Literal' ? [replaceNode(event, event.raw.replace('close', 'exit'))] : []
  })
  return edits.length === listeners.length ? { edits } : undefined
}

/** Variables that the listeners for output add to. @param {ChildHandle} handle @param {SourceTree} tree */
function findCollected({ uses }, tree) {
  const collected = new Set()
  for (const { call, events, facet } of uses) {
    if (!OUTPUTS.includes(facet) || !call || !events.includes('data')) continue
    const listener = findFunction(call.arguments[1], tree)
    if (!listener) continue
    for (const node of tree.nodes) {
      if (!isWithin(node, listener)) continue
      const target =
        node.type === 'AssignmentExpression'
          ? strip(node.left)
          : node.type === 'CallExpression' && strip(node.callee).type === 'MemberExpression'
            ? strip(strip(node.callee).object)
            : undefined
      const isPush = node.type === 'AssignmentExpression' || strip(node.callee)?.property?.name === 'push'
      const variable = target?.type === 'Identifier' && isPush ? tree.resolve(target) : undefined
      const definition = variable?.identifiers[0]
      if (definition && !isWithin(definition, listener)) collected.add(variable)
    }
  }
  return collected
}

/** Does the listener that a call adds, or a function of the file that it calls, mention one of the variables? @param {Node} call @param {Set<any>} variables @param {SourceTree} tree */
function mentions(call, variables, tree) {
  const listener = findFunction(call.arguments[1], tree)
  if (!listener) return false
  const codes = [listener]
  for (const node of tree.nodes)
    if (node.type === 'CallExpression' && isWithin(node, listener)) {
      const callee = findFunction(node.callee, tree)
      if (callee) codes.push(callee)
    }
  return tree.nodes.some(
    (node) =>
      node.type === 'Identifier' && variables.has(tree.resolve(node)) && codes.some((code) => isWithin(node, code)),
  )
}

/** `no-late-listener`: an `await` (a `yield` in a generator that stands for an async function) behind the start. @type {Operator} */
export function insertPause(site) {
  const start = findStart(site)
  if (!start) return undefined
  const { code, statement } = start
  const at = statement.range[1]
  if (!isFunction(code)) return { edits: [[at, at, ` ${PAUSE}`]] }
  if (code.generator) {
    const isAwaiter = /__awaiter\(/.test(site.tree.text.slice(Math.max(0, code.range[0] - 80), code.range[0]))
    if (code.async) return { edits: [[at, at, ` ${PAUSE}`]] }
    return isAwaiter ? { edits: [[at, at, ` ${PAUSE.replace('await', 'yield')}`]] } : undefined
  }
  if (code.async) return { edits: [[at, at, ` ${PAUSE}`]] }
  const head = findHead(code)
  return head === undefined
    ? undefined
    : {
        edits: [
          [head, head, 'async '],
          [at, at, ` ${PAUSE}`],
        ],
      }
}

/** `no-late-listener`: the listeners are added by a timer. @type {Operator} */
export function deferListeners(site) {
  const start = findStart(site)
  if (!start) return undefined
  const statements = new Set(start.listeners.map(({ call }) => climb(call).parent))
  for (const statement of statements) if (statement.type !== 'ExpressionStatement') return undefined
  /** @type {Edit[]} */
  const edits = [...statements].flatMap(({ range: [from, to] }) => [
    [from, from, 'setTimeout(() => { '],
    [to, to, ' }, 100);'],
  ])
  return { edits }
}

/**
 * The statement that starts the child, where all that listens for one of its two events comes behind it.
 * @param {MutableSite} site
 */
function findStart(site) {
  const { call, handle, tree } = site
  if (!isLeftToAuthor(site)) return undefined
  let statement = call
  while (statement.parent && !/^(?:BlockStatement|Program|StaticBlock|SwitchCase)$/.test(statement.parent.type))
    statement = statement.parent
  if (isFunction(statement) || findCode(statement) !== findCode(call) || /^Return|^Export/.test(statement.type))
    return undefined
  const code = findCode(call)
  if (code.type === 'Program' && !/^\s*(?:import|export)\b/m.test(tree.text)) return undefined
  if (code.type === 'Program' && code !== statement.parent) return undefined
  const isBehind = (/** @type {ChildUse} */ { node }) => node.range[0] >= statement.range[1] && isWithin(node, code)
  const waits = handle.uses.filter(({ facet, name }) => facet === 'child' && name === 'events.once')
  // asked at any time, or kept until somebody reads
  const others = [
    ...handle.uses.filter(({ facet, name }) => facet === 'child' && /^(?:exitCode|signalCode)$/.test(name)),
    ...listenersFor(site, OUTPUTS, ['end', 'close', '?']),
  ]
  for (const events of [['error'], ['exit', 'close']]) {
    const listeners = [...listenersFor(site, ['child'], events), ...waits]
    if (events[0] !== 'error' && others.length > 0) continue
    if (listeners.length > 0 && listeners.every(isBehind) && listeners.every(({ node }) => findCode(node) === code))
      return { code, statement, listeners }
  }
  return undefined
}

/** Where `async` goes. @param {Node} code @returns {number | undefined} */
function findHead(code) {
  const owner = code.parent
  if (owner.type === 'MethodDefinition' || (owner.type === 'Property' && (owner.method || owner.kind !== 'init')))
    return (owner.kind === 'method' || owner.kind === 'init') && !owner.computed ? owner.key.range[0] : undefined
  return code.range[0]
}
