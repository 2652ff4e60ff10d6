/**
 * What a file does with a child, told by names and bindings alone: no flow, no tables of effects. It plans the mutations
 * and says where a child leaves the code in view, so it must not share the plugin's blind spots.
 */
import { climb, findCode, findFunction, findMentions, isFunction, nameOf, strip } from './source-tree.mjs'

/** @typedef {import('./source-tree.mjs').Node} Node */
/** @typedef {import('./source-tree.mjs').SourceTree} SourceTree */
/** @typedef {'child' | 'promise' | 'stdin' | 'stdout' | 'stderr' | 'stdio' | 'pid'} Facet */
/**
 * @typedef {object} ChildUse
 * @property {Facet} facet
 * @property {string} name of the property or method, `events.once`, `for await`, `await`
 * @property {Node} node the member expression, or the expression that is used
 * @property {Node} [call] of the method, or of the function that it is given to
 * @property {readonly string[]} events of a listener
 */
/** @typedef {{ facet: Facet, reason: string, node: Node }} Departure where a facet goes out of sight of one function's code */
/** @typedef {{ uses: ChildUse[], departures: Departure[] }} ChildHandle */

const LISTENING = /^(?:on|once|addListener|prependListener|prependOnceListener)$/
const FLUENT =
  /^(?:on|once|addListener|prependListener|prependOnceListener|off|removeListener|removeAllListeners|setMaxListeners|setEncoding|pause|resume|end|unref|ref)$/
const COLLECTING = /^(?:push|unshift|add|set)$/
const MAX_STEPS = 2_000

/**
 * @param {Node} site the call that starts the child
 * @param {'child' | 'promise'} facet what the call gives
 * @param {SourceTree} tree
 * @returns {ChildHandle}
 */
export function followChild(site, facet, tree) {
  /** @type {ChildUse[]} */
  const uses = []
  /** @type {Departure[]} */
  const departures = []
  const seen = new Set()
  let steps = 0
  follow(site, facet)
  return { uses, departures }

  /**
   * @param {Node} node
   * @param {Facet} facet
   * @returns {void}
   */
  function follow(node, facet) {
    const key = `${facet} ${node.range[0]} ${node.range[1]}`
    if (seen.has(key) || ++steps > MAX_STEPS) return
    seen.add(key)
    const at = climb(node)
    const { parent } = at
    const depart = (/** @type {string} */ reason) => void departures.push({ facet, reason, node: at })
    switch (parent?.type) {
      case 'MemberExpression':
        if (parent.object === at) followMember(parent, facet)
        return
      case 'VariableDeclarator':
        if (parent.init === at) bind(parent.id, facet, at)
        return
      case 'AssignmentExpression':
        if (parent.right !== at) return
        assign(strip(parent.left), facet, at)
        follow(parent, facet)
        return
      case 'AwaitExpression':
        uses.push({ facet, name: 'await', node: parent, events: [] })
        if (facet === 'child') follow(parent, facet)
        return
      case 'ConditionalExpression':
        if (parent.test !== at) follow(parent, facet)
        return
      case 'LogicalExpression':
        if (parent.right === at || parent.operator !== '&&') follow(parent, facet)
        return
      case 'ReturnStatement':
      case 'ArrowFunctionExpression':
        if (facet === 'promise') uses.push({ facet, name: 'return', node: at, events: [] })
        followReturn(parent.type === 'ReturnStatement' ? findCode(parent) : parent, facet, at)
        return
      case 'CallExpression':
        if (parent.callee !== at) followArgument(parent, at, facet)
        return
      case 'NewExpression':
        if (parent.callee !== at) depart('given to a constructor')
        return
      case 'Property':
        if (parent.value === at && parent.parent.type === 'ObjectExpression') {
          if (climb(parent.parent).parent?.type === 'CallExpression') depart('given to a function')
          else depart('kept in an object')
        }
        return
      case 'PropertyDefinition':
        depart('kept in a class field')
        return
      case 'ArrayExpression':
      case 'SpreadElement':
        depart('kept in a collection')
        return
      case 'ForOfStatement':
        if (parent.right === at) uses.push({ facet, name: 'for await', node: at, events: [] })
        return
      case 'YieldExpression':
        if (findCode(parent).generator) depart('yielded')
        return
      case 'ExportDefaultDeclaration':
      case 'ExportSpecifier':
        depart('exported')
        return
      default:
    }
  }

  /**
   * @param {Node} pattern
   * @param {Facet} facet
   * @param {Node} at
   * @returns {void}
   */
  function bind(pattern, facet, at) {
    if (pattern.type === 'Identifier') {
      const variable = tree.resolve(pattern)
      if (!variable) return
      const definition = variable.defs[0]
      if (definition?.parent?.parent?.type === 'ExportNamedDeclaration')
        departures.push({ facet, reason: 'exported', node: at })
      for (const { identifier } of variable.references)
        if (identifier !== pattern) {
          if (findCode(identifier) !== findCode(at) && !isWithinCode(identifier, findCode(at)))
            departures.push({ facet, reason: 'kept in a variable of outer code', node: at })
          follow(identifier, facet)
        }
      return
    }
    if (pattern.type === 'ObjectPattern')
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') continue
        const next = selectFacet(facet, nameOf(property))
        const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
        if (next) bind(target, next, at)
        else uses.push({ facet, name: nameOf(property) ?? '', node: property, events: [] })
      }
  }

  /** @param {Node} target @param {Facet} facet @param {Node} at */
  function assign(target, facet, at) {
    if (target.type !== 'MemberExpression') {
      bind(target, facet, at)
      return
    }
    const isOwn = target.object.type === 'ThisExpression'
    departures.push({ facet, reason: isOwn ? 'kept in a class field' : 'kept in a property', node: at })
    const written = tree.text.slice(...target.range)
    const root = findRootVariable(target)
    const owner = isOwn ? findClass(target) : tree.ast
    for (const other of tree.nodes)
      if (
        other.type === 'MemberExpression' &&
        other !== target &&
        other.range[0] >= owner.range[0] &&
        other.range[1] <= owner.range[1] &&
        tree.text.slice(...other.range).replace('?.', '.') === written &&
        findRootVariable(other) === root
      )
        follow(other, facet)
  }

  /** @param {Node} member */
  function findRootVariable(member) {
    let at = member
    while (at.type === 'MemberExpression') at = strip(at.object)
    return at.type === 'Identifier' ? tree.resolve(at) : at.type
  }

  /** @param {Node} member @param {Facet} facet */
  function followMember(member, facet) {
    const name = nameOf(member) ?? '?'
    const next = selectFacet(facet, name)
    if (next) {
      follow(member, next)
      return
    }
    const outer = climb(member)
    if (facet === 'stdio' || (outer.parent.type === 'AssignmentExpression' && outer.parent.left === outer)) return
    const call = outer.parent.type === 'CallExpression' && outer.parent.callee === outer ? outer.parent : undefined
    if (facet === 'child' && name === 'pid') {
      uses.push({ facet: 'pid', name, node: outer, events: [] })
      return
    }
    const isListener = call && LISTENING.test(name)
    uses.push({
      facet,
      name,
      node: member,
      ...(call && { call }),
      events: isListener ? readEvents(call.arguments[0]) : [],
    })
    if (call && (FLUENT.test(name) || (facet === 'promise' && /^(?:then|catch|finally)$/.test(name))))
      follow(call, facet)
  }

  /** @param {Node} call @param {Node} argument @param {Facet} facet */
  function followArgument(call, argument, facet) {
    const depart = (/** @type {string} */ reason) => void departures.push({ facet, reason, node: argument })
    const callee = strip(call.callee)
    const last = callee.type === 'MemberExpression' ? nameOf(callee) : callee.name
    const index = call.arguments.indexOf(argument)
    const parameter = findFunction(callee, tree)?.params[index]
    if (parameter) {
      departures.push({ facet, reason: 'given to a function of the file', node: argument })
      bind(parameter.type === 'AssignmentPattern' ? parameter.left : parameter, facet, argument)
      return
    }
    if (index === 0 && /^(?:once|on)$/.test(last ?? '') && facet !== 'promise') {
      uses.push({ facet, name: 'events.once', node: argument, call, events: readEvents(call.arguments[1]) })
      return
    }
    if (last === 'pipe' && facet === 'stdin') {
      uses.push({ facet, name: 'pipe into', node: argument, call, events: [] })
      return
    }
    if (last === 'pipeline') {
      uses.push({ facet, name: 'pipeline', node: argument, call, events: [] })
      return
    }
    if (/^(?:log|debug|info|warn|error|Boolean|String)$/.test(last ?? '') && facet !== 'promise') return
    if (facet === 'promise' && callee.type === 'MemberExpression' && callee.object.name === 'Promise') {
      depart('kept in a collection')
      return
    }
    depart(COLLECTING.test(last ?? '') ? 'kept in a collection' : 'given to a function')
  }

  /** @param {Node} code @param {Facet} facet @param {Node} at */
  function followReturn(code, facet, at) {
    const { parent } = climb(code)
    const isDropped =
      (parent?.type === 'NewExpression' && parent.callee.name === 'Promise') ||
      (parent?.type === 'CallExpression' && /^(?:on|once|setTimeout|setImmediate|forEach)$/.test(calledName(parent)))
    if (isDropped) return
    departures.push({ facet, reason: 'returned', node: at })
    for (const mention of findMentions(code, tree)) {
      const call = climb(mention).parent
      if (call?.type !== 'CallExpression' || call.callee !== climb(mention)) continue
      // an async function gives a promise of the child
      if (facet === 'promise' || !code.async) follow(call, facet)
      else if (climb(call).parent?.type === 'AwaitExpression') follow(climb(call).parent, facet)
    }
  }

  /** @param {Node} node @returns {readonly string[]} */
  function readEvents(node) {
    const inner = node && strip(node)
    if (inner?.type === 'Literal' && typeof inner.value === 'string') return [inner.value]
    if (inner?.type !== 'Identifier') return ['?']
    // `for (const event of ['exit', 'close'])`
    const definition = tree.resolve(inner)?.defs[0]
    const loop = definition?.node?.parent?.parent
    if (loop?.type !== 'ForOfStatement' || loop.right.type !== 'ArrayExpression') return ['?']
    return loop.right.elements.map((/** @type {Node} */ element) => String(element?.value ?? '?'))
  }
}

/** @param {Node} call @returns {string} */
const calledName = ({ callee }) => (callee.type === 'MemberExpression' ? nameOf(callee) : callee.name) ?? ''

/** @param {Node} node @param {Node} code */
function isWithinCode(node, code) {
  for (let at = findCode(node); at; at = at.parent && findCode(at)) if (at === code) return true
  return false
}

/** @param {Node} node @returns {Node} */
function findClass(node) {
  let at = node
  while (at.parent && !/^Class/.test(at.type)) at = at.parent
  return at
}

/** @param {Facet} facet @param {string | undefined} name @returns {Facet | undefined} */
function selectFacet(facet, name) {
  if (facet === 'child' && /^std(?:in|out|err|io)$/.test(name ?? '')) return /** @type {Facet} */ (name)
  if (facet === 'promise' && (name === 'child' || name === 'process')) return 'child'
  if (facet === 'promise' && /^std(?:in|out|err)$/.test(name ?? '')) return /** @type {Facet} */ (name)
  if (facet === 'stdio') return /** @type {Facet | undefined} */ (['stdin', 'stdout', 'stderr'][Number(name)])
  return undefined
}

/** @param {Node} node */
export const isInFunction = (node) => isFunction(findCode(node))
