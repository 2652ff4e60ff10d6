/** Mutations of how a child is ended, detached, kept and let go. */
import { findKillTimers, findObject } from './deadline-operators.mjs'
import { isLeftToAuthor, listenersFor } from './listener-operators.mjs'
import { findSettlers } from './promise-operators.mjs'
import { climb, findCode, findFunction, findMentions, isFunction, isWithin, nameOf, strip } from './source-tree.mjs'
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

/** Signals that a shell holds back, or that end nothing. */
const NOT_ENDING = /^SIG(?:INT|CONT|STOP|USR1|USR2|WINCH)$/

/** `no-shell-kill`: a child that is killed is started by a shell. @type {Operator} */
export function addShell(site) {
  const { call, handle } = site
  if (!isLeftToAuthor(site) || site.method === 'fork' || findOption(site, 'shell')) return undefined
  const kills = handle.uses.filter(({ call: kill, facet, name }) => facet === 'child' && name === 'kill' && kill)
  if (kills.every(({ call: kill }) => NOT_ENDING.test(kill.arguments[0]?.value ?? ''))) return undefined
  // with the shell its pipes are gone, and a command that reads its input meets the end of it
  if (handle.uses.some(({ facet, name }) => facet === 'stdin' && /^(?:write|end|pipe into)$/.test(name)))
    return undefined
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

/**
 * `require-kill-escalation`: behind a signal that the child may ignore stands a last resort that is guarded by `killed`.
 * @type {Operator}
 */
export function addDeadEscalation({ handle, tree }) {
  const kills = handle.uses.filter(({ call, facet, name }) => facet === 'child' && name === 'kill' && call)
  if (kills.some(({ call }) => /^(?:SIGKILL|9)$/.test(String(call.arguments[0]?.value)))) return undefined
  /** @type {Edit[]} */
  const edits = []
  for (const { call, node } of kills) {
    const statement = climb(call).parent
    if (statement.type !== 'ExpressionStatement' || statement.parent.type !== 'BlockStatement') continue
    const child = tree.text.slice(...strip(node.object).range)
    const at = statement.range[1]
    edits.push([at, at, ` setTimeout(() => { if (!${child}.killed) ${child}.kill('SIGKILL') }, 5000).unref();`])
  }
  return edits.length > 0 ? { edits } : undefined
}

/**
 * The statement that gives a child its name, in a function, and that name.
 * @param {MutableSite} site
 */
function findNaming({ call }) {
  const { parent } = climb(call)
  const declaration = parent.parent
  const isNamed = parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
  if (!isNamed || declaration.declarations.length !== 1 || declaration.parent.type !== 'BlockStatement')
    return undefined
  return { name: parent.id.name, at: declaration.range[1] }
}

/** @param {MutableSite} site @param {RegExp} names */
const isHeard = (site, names) =>
  listenersFor(site, ['child'], ['exit', 'close']).length > 0 && !site.handle.uses.some(({ name }) => names.test(name))

/**
 * `no-dangling-kill-timer`: a child that is waited for, and that nothing else ends, gets a time limit that nobody clears.
 * @type {Operator}
 */
export function insertKillTimer(site) {
  const naming = findNaming(site)
  // a program that ends itself waits for no timer
  if (endsItself(site.tree)) return undefined
  if (!naming || !isLeftToAuthor(site) || isDetached(site) || !isHeard(site, /^kill$/)) return undefined
  const { at, name } = naming
  return { edits: [[at, at, ` setTimeout(() => { ${name}.kill() }, 30000);`]] }
}

/**
 * `require-kill-on-timeout`: a promise that the end of the child settles gets a time limit that gives up, and kills nothing.
 * @type {Operator}
 */
export function insertLimit(site) {
  const { call, tree } = site
  const naming = findNaming(site)
  const code = findCode(call)
  const isExecutor = code.parent?.type === 'NewExpression' && code.parent.callee.name === 'Promise'
  const reject = isExecutor ? code.params[1] : undefined
  if (!naming || reject?.type !== 'Identifier' || !isLeftToAuthor(site) || isDetached(site)) return undefined
  if (!isHeard(site, /^kill$/) || /\b(?:timeout|signal)\b/.test(tree.text.slice(...call.range))) return undefined
  const { at } = naming
  return { edits: [[at, at, ` setTimeout(() => { ${reject.name}(new Error('timed out')) }, 30000);`]] }
}

/** @param {SourceTree} tree */
const endsItself = ({ text }) => /\bprocess\s*\.\s*(?:exit|reallyExit|abort)\s*\(/.test(text)

const REPEATING = /^(?:on|addListener|forEach|map|flatMap|reduce|setInterval|get|post|put|use)$/

/**
 * Does the file show that the code around a start runs more than once? It stands in a loop, in the callback of an event or an
 * iteration, in a function that is called in two places, or in one that is exported and given what to start.
 * @param {MutableSite} site
 */
function isRunAgain({ call, tree }) {
  for (let code = findCode(call), from = call; isFunction(code); from = code, code = findCode(code)) {
    for (let at = from.parent; at !== code; at = at.parent)
      if (/^(?:For\w*|(?:Do)?While)Statement$/.test(at.type)) return true
    const { parent } = climb(code)
    if (parent.type === 'CallExpression' && parent.callee !== code) {
      const callee = strip(parent.callee)
      const name = callee.type === 'MemberExpression' ? nameOf(callee) : callee.name
      if (REPEATING.test(name ?? '')) return true
    }
    const calls = findMentions(code, tree).filter((/** @type {Node} */ mention) => mention.parent.callee === mention)
    if (calls.length > 1 || (isPublic(code, tree) && isTold(call, code, tree))) return true
  }
  return false
}

/** A method, or what goes by an export. @param {Node} code @param {SourceTree} tree */
function isPublic(code, tree) {
  const { parent } = climb(code)
  if (parent.type === 'MethodDefinition') return parent.kind === 'method'
  const isExport = (/** @type {Node} */ node) =>
    /^Export/.test(node.type) ||
    (node.type === 'AssignmentExpression' && /^(?:module\.)?exports\b/.test(tree.text.slice(...node.left.range)))
  if (isExport(parent) || (parent.type === 'VariableDeclarator' && isExport(parent.parent.parent))) return true
  return findMentions(code, tree).some((/** @type {Node} */ mention) => isExport(mention.parent))
}

/** Is a parameter, directly or by way of variables, what is started? @param {Node} call @param {Node} code @param {SourceTree} tree */
function isTold(call, code, tree) {
  const seen = new Set()
  /** @param {Node} part @returns {boolean} */
  const isMadeOfParameter = (part) =>
    tree.nodes.some((node) => {
      const variable = node.type === 'Identifier' && isWithin(node, part) ? tree.resolve(node) : undefined
      if (!variable || seen.has(variable)) return false
      seen.add(variable)
      const [definition] = variable.defs
      if (definition?.type === 'Parameter') return definition.node === code
      if (definition?.type !== 'Variable' || !isWithin(definition.node, code)) return false
      return variable.references.some((/** @type {any} */ { writeExpr }) => writeExpr && isMadeOfParameter(writeExpr))
    })
  return (call.arguments ?? [])
    .slice(0, 2)
    .some((/** @type {Node} */ part) => part.type !== 'ObjectExpression' && isMadeOfParameter(part))
}

/**
 * `no-leaked-abort-listener`: code that runs again and again listens to the program for the child's sake, and never stops to.
 * @type {Operator}
 */
export function insertProcessListener(site) {
  const naming = findNaming(site)
  // one listener for one child of a program is right
  if (!isRunAgain(site)) return undefined
  if (!naming || !isLeftToAuthor(site) || isDetached(site) || !isHeard(site, /^kill$/)) return undefined
  const { at, name } = naming
  return { edits: [[at, at, ` process.on('SIGTERM', () => { ${name}.kill() });`]] }
}

/** `no-lost-handle`: what was there before is not stopped any more when another child is started in its place. @type {Operator} */
export function dropStop({ call, tree }) {
  const { parent } = climb(call)
  if (parent.type !== 'AssignmentExpression' || parent.right !== climb(call)) return undefined
  const written = tree.text.slice(...parent.left.range)
  const code = findCode(call)
  const stops = tree.nodes.filter(
    (node) =>
      node.type === 'CallExpression' &&
      findCode(node) === code &&
      node.range[1] <= call.range[0] &&
      node.callee.type === 'MemberExpression' &&
      nameOf(node.callee) === 'kill' &&
      tree.text.slice(...strip(node.callee.object).range) === written,
  )
  return stops.length > 0 ? { edits: stops.map((stop) => replaceNode(stop, 'undefined')) } : undefined
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
