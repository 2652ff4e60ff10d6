/**
 * Finds the calls that start a child process, by binding. Deliberately small and independent of the plugin: it selects
 * packages for the corpus and draws the sites that are labelled by reading, so it must not share the plugin's blind spots.
 */
import { parser } from 'typescript-eslint'

/** @typedef {import('eslint').Rule.Node} AnyNode */
/** @typedef {{ module: string, method: string, line: number, column: number, node: AnyNode, region: [number, number] }} CreationSite `line` from 1, `column` from 0; `region`: first and last line of the function around it */

/** A handle is often created in an executor or arrow and used one function further out; beyond this length a function is a module in disguise. */
const MAX_REGION_LINES = 80
/** What counts as near a site that is in no function. */
const TOP_LEVEL_LINES = 10

const CHILD_PROCESS_METHODS = new Set(['spawn', 'fork', 'exec', 'execFile', 'spawnSync', 'execSync', 'execFileSync'])
const WRAPPER_METHODS = new Map([
  ['cross-spawn', new Set(['default', 'spawn', 'sync'])],
  [
    'execa',
    new Set([
      'default',
      'execa',
      'execaSync',
      'execaCommand',
      'execaCommandSync',
      'execaNode',
      'command',
      'commandSync',
      'sync',
      'shell',
      'shellSync',
      'node',
      'stdout',
      '$',
    ]),
  ],
  ['tinyexec', new Set(['x', 'exec'])],
  ['nano-spawn', new Set(['default'])],
  ['zx', new Set(['$', 'spawn', 'exec'])],
])

/** @param {unknown} source */
function normaliseModule(source) {
  if (source === 'child_process' || source === 'node:child_process') return 'child_process'
  return typeof source === 'string' && WRAPPER_METHODS.has(source) ? source : undefined
}

/**
 * @param {string} module
 * @param {string} method
 */
function isCreator(module, method) {
  return module === 'child_process'
    ? CHILD_PROCESS_METHODS.has(method)
    : (WRAPPER_METHODS.get(module)?.has(method) ?? false)
}

/**
 * @param {string} text
 * @param {string} path
 * @returns {CreationSite[]} in source order; a file that does not parse has none
 */
export function findCreationSites(text, path) {
  /** @type {any} */
  let parsed
  try {
    // The second parameter is missing in the package's type of the flat-config parser.
    parsed = /** @type {any} */ (parser).parseForESLint(text, {
      loc: true,
      range: true,
      sourceType: 'module',
      ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(path) },
    })
  } catch {
    return []
  }
  const { ast, scopeManager, visitorKeys } = parsed
  if (!scopeManager) return []
  const resolved = new Map()
  for (const scope of scopeManager.scopes)
    for (const reference of scope.references) resolved.set(reference.identifier, reference.resolved)
  const active = new Set()

  /** @returns {{ module: string, method?: string } | undefined} what an expression denotes, if it comes from a child-starting module */
  function denote(/** @type {any} */ node) {
    if (!node || active.has(node)) return undefined
    active.add(node)
    try {
      return denoteUnguarded(node)
    } finally {
      active.delete(node)
    }
  }

  function denoteUnguarded(/** @type {any} */ node) {
    switch (node.type) {
      case 'Identifier':
        return denoteVariable(resolved.get(node))
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ChainExpression':
        return denote(node.expression)
      case 'AwaitExpression':
        return denote(node.argument)
      case 'SequenceExpression':
        return denote(node.expressions.at(-1))
      case 'ImportExpression':
        return denoteModule(node.source.value)
      case 'MemberExpression': {
        const name = node.computed ? node.property.value : node.property.name
        return typeof name === 'string' ? selectMember(denote(node.object), name) : undefined
      }
      case 'CallExpression':
        return denoteCall(node)
      default:
        return undefined
    }
  }

  function denoteCall(/** @type {any} */ node) {
    const { callee, arguments: args } = node
    const name = callee.type === 'MemberExpression' ? callee.property.name : callee.name
    if (callee.type === 'Identifier' && callee.name === 'require') return denoteModule(args[0]?.value)
    if (name === 'getBuiltinModule') return denoteModule(args[0]?.value)
    // __importStar(require(…)), _interopRequireDefault(require(…)), promisify(exec), pify(exec)
    if (typeof name === 'string' && /^_*(?:import|interop|toESM|promisify|pify|denodeify|bind)/i.test(name))
      return denote(args[0])
    if (callee.type === 'Identifier' && args.length === 0) {
      // Babel's lazy imports: function _child_process() { const data = require('child_process'); … return data }
      const definition = resolved.get(callee)?.defs[0]?.node
      if (definition?.type === 'FunctionDeclaration') {
        const match = /require\(['"]([^'"]+)['"]\)/.exec(text.slice(definition.range[0], definition.range[1]))
        if (match && definition.range[1] - definition.range[0] < 400) return denoteModule(match[1])
      }
    }
    return undefined
  }

  const denoteModule = (/** @type {unknown} */ source) => {
    const module = normaliseModule(source)
    return module === undefined ? undefined : { module }
  }

  function selectMember(
    /** @type {{ module: string, method?: string } | undefined} */ base,
    /** @type {string} */ name,
  ) {
    if (!base) return undefined
    if (base.method === undefined) return name === 'default' ? base : { module: base.module, method: name }
    return base.module === 'execa' || base.module === 'cross-spawn' ? { module: base.module, method: name } : undefined
  }

  function denoteVariable(/** @type {any} */ variable) {
    const definition = variable?.defs[0]
    if (!definition) return undefined
    if (definition.type === 'ImportBinding') {
      const specifier = definition.node
      if (specifier.type === 'TSImportEqualsDeclaration')
        return denoteModule(specifier.moduleReference?.expression?.value)
      const base = denoteModule(definition.parent.source?.value)
      if (specifier.type === 'ImportSpecifier')
        return selectMember(base, specifier.imported.name ?? specifier.imported.value)
      return base
    }
    if (definition.type !== 'Variable') return undefined
    const found = denotePattern(definition.node.id, definition.node.init, definition.name)
    if (found) return found
    for (const reference of variable.references)
      if (reference.writeExpr && !reference.init && reference.writeExpr.type !== 'AssignmentPattern') {
        const assigned = denote(reference.writeExpr)
        if (assigned) return assigned
      }
    return undefined
  }

  function denotePattern(/** @type {any} */ id, /** @type {any} */ init, /** @type {any} */ name) {
    if (id.type === 'Identifier') return denote(init)
    if (id.type !== 'ObjectPattern') return undefined
    const property = id.properties.find((/** @type {any} */ p) => p.value === name || p.value?.left === name)
    const key = property?.key?.name ?? property?.key?.value
    return typeof key === 'string' ? selectMember(denote(init), key) : undefined
  }

  /** @type {CreationSite[]} */
  const sites = []
  /** @type {[number, number][]} */
  const functions = []
  /** @returns {[number, number]} */
  const findRegion = (/** @type {number} */ line) =>
    functions.find(([first, last]) => last - first < MAX_REGION_LINES) ??
    functions.at(-1) ?? [line, line + TOP_LEVEL_LINES]
  const visit = (/** @type {any} */ node) => {
    const isFunction = /Function/.test(node.type) && node.body
    if (isFunction) functions.push([node.loc.start.line, node.loc.end.line])
    if (node.type === 'CallExpression' || node.type === 'TaggedTemplateExpression') {
      const target = denote(node.type === 'CallExpression' ? node.callee : node.tag)
      const method = target && (target.method ?? 'default')
      if (target && method !== undefined && isCreator(target.module, method))
        sites.push({
          module: target.module,
          method,
          line: node.loc.start.line,
          column: node.loc.start.column,
          node,
          region: findRegion(node.loc.start.line),
        })
    }
    for (const key of visitorKeys?.[node.type] ?? []) {
      const child = node[key]
      if (Array.isArray(child)) for (const item of child) item && visit(item)
      else if (child) visit(child)
    }
    if (isFunction) functions.pop()
  }
  visit(ast)
  return sites.sort((a, b) => a.line - b.line || a.column - b.column)
}
