import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, Bindings, Definition } from '../ast/bindings.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'

/** Where a value comes from: a property path below a module's exports, or below the global object. */
export interface Origin {
  /** Without the `node:` prefix; `GLOBAL` for the global object. */
  readonly module: string
  readonly path: readonly string[]
  /** `util.promisify` has been applied to it. */
  readonly isPromisified: boolean
  /** The value is still the promise of `import()`. */
  readonly isPromise: boolean
}

/** The module name that stands for the global object. */
export const GLOBAL = ''

export type OriginResolver = (node: TSESTree.Node) => Origin | undefined

/** Helpers that compilers wrap around `require()` and that hand on the module (TypeScript, Babel, esbuild, Rollup). */
const INTEROP_HELPER =
  /^_{0,2}(?:importStar|importDefault|toESM|interopRequire(?:Wildcard|Default)|interopNamespace(?:Default|Compat)?)\d*$/

/** Stands for the function that `createRequire()` returns. */
const REQUIRE = 'createRequire()'

const MAX_DEPTH = 24

/** Resolves expressions to the exports they name, by binding and through every form of import. */
export function createOriginResolver(bindings: Bindings): OriginResolver {
  const ofBinding = new Map<Binding, Origin | undefined>()

  function resolve(node: TSESTree.Node, depth: number): Origin | undefined {
    if (depth > MAX_DEPTH) return undefined
    const inner = skipWrappers(node)
    switch (inner.type) {
      case 'Identifier': {
        const binding = bindings.resolve(inner)
        return binding ? resolveBinding(binding, depth) : origin(GLOBAL, [inner.name])
      }
      case 'MemberExpression': {
        const name = getStaticPropertyName(inner)
        const base = name === undefined ? undefined : resolve(inner.object, depth + 1)
        return base && name !== undefined ? select(base, name) : undefined
      }
      case 'CallExpression':
        return resolveCall(inner, depth)
      case 'ImportExpression': {
        const source = getStaticString(inner.source)
        return source === undefined ? undefined : { ...origin(source), isPromise: true }
      }
      case 'AwaitExpression': {
        const awaited = resolve(inner.argument, depth + 1)
        return awaited?.isPromise ? { ...awaited, isPromise: false } : undefined
      }
      case 'SequenceExpression': {
        // `(0, cp.spawn)(…)`, as compilers write calls of imported functions
        const last = inner.expressions.at(-1)
        return last && resolve(last, depth + 1)
      }
      case 'AssignmentExpression':
        return inner.operator === '=' ? resolve(inner.right, depth + 1) : undefined
      case 'ConditionalExpression':
        return agreeing([inner.consequent, inner.alternate], depth)
      case 'LogicalExpression':
        return agreeing([inner.left, inner.right], depth)
      default:
        return undefined
    }
  }

  function agreeing(alternatives: TSESTree.Node[], depth: number): Origin | undefined {
    const [first, ...rest] = alternatives.map((alternative) => resolve(alternative, depth + 1))
    return first && rest.every((other) => other && isSameOrigin(first, other)) ? first : undefined
  }

  function resolveCall(call: TSESTree.CallExpression, depth: number): Origin | undefined {
    const [first] = call.arguments
    if (!first || first.type === 'SpreadElement') return undefined
    const callee = skipWrappers(call.callee)
    const helper =
      callee.type === 'Identifier'
        ? callee.name
        : callee.type === 'MemberExpression'
          ? getStaticPropertyName(callee)
          : undefined
    if (helper !== undefined && INTEROP_HELPER.test(helper)) return resolve(first, depth + 1)
    const called = resolve(callee, depth + 1)
    if (!called) return undefined
    if (isExport(called, 'module', 'createRequire')) return origin('module', [REQUIRE])
    if (isExport(called, 'util', 'promisify')) {
      const target = resolve(first, depth + 1)
      return target && !target.isPromise ? { ...target, isPromisified: true } : undefined
    }
    const source = getStaticString(first)
    if (source === undefined) return undefined
    if (isRequire(called) || isExport(called, 'process', 'getBuiltinModule')) return origin(source)
    return undefined
  }

  function isRequire(called: Origin): boolean {
    const path = getGlobalPath(called)
    return path === 'require' || path === 'module.require' || (called.module === 'module' && called.path[0] === REQUIRE)
  }

  function resolveBinding(binding: Binding, depth: number): Origin | undefined {
    if (ofBinding.has(binding)) return ofBinding.get(binding)
    // while it is being computed a cyclic alias resolves to nothing
    ofBinding.set(binding, undefined)
    const found = computeBinding(binding, depth)
    ofBinding.set(binding, found)
    return found
  }

  function computeBinding(binding: Binding, depth: number): Origin | undefined {
    const [definition] = binding.definitions
    if (binding.definitions.length !== 1 || !definition) return undefined
    if (definition.kind === 'import') return resolveImport(definition, depth)
    if (definition.kind === 'parameter')
      return binding.isReassigned ? undefined : resolveThenParameter(definition, depth)
    if (definition.node.type !== 'VariableDeclarator' && definition.kind !== 'namespace') return undefined
    // a default in a pattern, `{ spawn = other }`, is not used: the module has the export
    const writes = binding.references.filter(({ identifier, isWrite, writeExpression }) => {
      const { parent } = identifier
      return isWrite && !(parent.type === 'AssignmentPattern' && parent.right === writeExpression)
    })
    const origins = writes.map(({ identifier, writeExpression }) => {
      const path = getPatternPath(identifier)
      if (!writeExpression || !path) return undefined
      return selectAll(resolve(writeExpression, depth + 1), path)
    })
    const [first, ...rest] = origins
    return first && rest.every((other) => other && isSameOrigin(first, other)) ? first : undefined
  }

  function resolveImport({ node }: Definition, depth: number): Origin | undefined {
    if (isTypeImport(node)) return undefined
    switch (node.type) {
      case 'ImportSpecifier': {
        const name = node.imported.type === 'Identifier' ? node.imported.name : node.imported.value
        return origin((node.parent as TSESTree.ImportDeclaration).source.value, [name])
      }
      case 'ImportDefaultSpecifier':
        return origin(node.parent.source.value, ['default'])
      case 'ImportNamespaceSpecifier':
        return origin(node.parent.source.value)
      case 'TSImportEqualsDeclaration':
        return resolveModuleReference(node.moduleReference, depth)
      default:
        return undefined
    }
  }

  function resolveModuleReference(reference: TSESTree.Node, depth: number): Origin | undefined {
    if (reference.type === 'TSExternalModuleReference') {
      const source = getStaticString(reference.expression)
      return source === undefined ? undefined : origin(source)
    }
    if (reference.type === 'TSQualifiedName') {
      const base = resolveModuleReference(reference.left, depth + 1)
      return base && select(base, reference.right.name)
    }
    return reference.type === 'Identifier' ? resolve(reference, depth + 1) : undefined
  }

  /** `import('node:child_process').then(({ spawn }) => …)` */
  function resolveThenParameter({ name, node }: Definition, depth: number): Origin | undefined {
    if (!isFunctionNode(node) || node.parent.type !== 'CallExpression' || node.parent.arguments[0] !== node)
      return undefined
    const callee = skipWrappers(node.parent.callee)
    const path = getPatternPath(name)
    if (!path || callee.type !== 'MemberExpression' || getStaticPropertyName(callee) !== 'then') return undefined
    const [parameter] = node.params
    if (!parameter || parameter.range[0] > name.range[0] || parameter.range[1] < name.range[1]) return undefined
    const imported = resolve(callee.object, depth + 1)
    return imported?.isPromise ? selectAll({ ...imported, isPromise: false }, path) : undefined
  }

  return (node) => resolve(node, 0)
}

/** `import type { x }`, `import { type x }`, `import type x = require()`: nothing is there when the program runs. */
export function isTypeImport(node: TSESTree.Node): boolean {
  const declaration = node.parent?.type === 'ImportDeclaration' ? node.parent : node
  return [node, declaration].some((part) => 'importKind' in part && part.importKind === 'type')
}

/** Is this the named export, by whichever import form? `process` is a module and a global. */
export function isExport(found: Origin | undefined, module: string, name: string): boolean {
  if (!found || found.isPromisified || found.isPromise) return false
  const path = found.path[0] === 'default' ? found.path.slice(1) : found.path
  if (found.module === module) return path.join('.') === name
  return found.module === GLOBAL && found.path.join('.') === `${module}.${name}`
}

/** `name` for a global, `globalThis.name` included. */
export function getGlobalPath(found: Origin | undefined): string | undefined {
  if (found?.module !== GLOBAL || found.isPromise || found.isPromisified) return undefined
  const [first, ...rest] = found.path
  return (first === 'globalThis' || first === 'global' ? rest : found.path).join('.')
}

function origin(source: string, path: readonly string[] = []): Origin {
  return {
    module: source.startsWith('node:') ? source.slice('node:'.length) : source,
    path,
    isPromisified: false,
    isPromise: false,
  }
}

function select(base: Origin, name: string): Origin | undefined {
  return base.isPromise || base.isPromisified ? undefined : { ...base, path: [...base.path, name] }
}

function selectAll(base: Origin | undefined, path: readonly string[]): Origin | undefined {
  return path.reduce<Origin | undefined>((at, name) => at && select(at, name), base)
}

function isSameOrigin(a: Origin, b: Origin): boolean {
  return (
    a.module === b.module &&
    a.isPromisified === b.isPromisified &&
    a.isPromise === b.isPromise &&
    a.path.join('\0') === b.path.join('\0')
  )
}

/**
 * The property path from the value that a pattern takes apart to the identifier that it binds: `[]` for `x = value`,
 * `['a', 'b']` for `{ a: { b: x = 1 } } = value`. `undefined` for array patterns, rest elements and computed keys.
 */
export function getPatternPath(identifier: TSESTree.Node): string[] | undefined {
  const path: string[] = []
  let at: TSESTree.Node = identifier
  for (let parent = at.parent; parent; at = parent, parent = at.parent) {
    switch (parent.type) {
      case 'AssignmentPattern':
        if (parent.left !== at) return path.reverse()
        break
      case 'Property': {
        if (parent.parent.type !== 'ObjectPattern') return undefined
        const name = getStaticPropertyName(parent)
        if (name === undefined) return undefined
        path.push(name)
        break
      }
      case 'ObjectPattern':
        break
      case 'ArrayPattern':
      case 'RestElement':
        return undefined
      default:
        return path.reverse()
    }
  }
  return path.reverse()
}
