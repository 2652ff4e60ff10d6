import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, BindingKind, Bindings, Definition, Reference } from './bindings.ts'
import { type CodeRoot, getCodeRoot, isFunctionNode } from './function-node.ts'
import { isExportedDefinition, isExportingReference } from './exported-name.ts'

/** The part of a scope manager that is read: that of eslint-scope, of typescript-eslint and of oxlint. */
export interface ScopeManagerLike {
  readonly scopes: readonly ScopeLike[]
}

export interface ScopeLike {
  readonly variables: readonly VariableLike[]
  readonly type: string
}

export interface VariableLike {
  readonly name: string
  readonly defs: readonly {
    readonly type: string
    readonly name: unknown
    readonly node: unknown
    readonly parent?: unknown
  }[]
  readonly references: readonly ReferenceLike[]
}

export interface ReferenceLike {
  readonly identifier: unknown
  readonly init?: boolean | null | undefined
  readonly writeExpr?: unknown
  /** typescript-eslint only: false where a name stands for a type. */
  readonly isValueReference?: boolean
  isRead(): boolean
  isWrite(): boolean
}

/** Bindings of a file that has a scope manager, each read when it is first asked for. Needs `parent` links. */
export function createScopeBindings(scopeManager: ScopeManagerLike): Bindings {
  const bindings = new Map<VariableLike, Binding | undefined>()
  let byIdentifier: ReadonlyMap<unknown, VariableLike> | undefined

  function bindingOf(variable: VariableLike): Binding | undefined {
    if (!bindings.has(variable)) bindings.set(variable, toBinding(variable))
    return bindings.get(variable)
  }

  return {
    get all() {
      return scopeManager.scopes.flatMap(({ variables }) =>
        variables.map(bindingOf).filter((binding) => binding !== undefined),
      )
    },
    resolve(identifier) {
      const variable = (byIdentifier ??= indexIdentifiers(scopeManager)).get(identifier)
      return variable && bindingOf(variable)
    },
  }
}

function indexIdentifiers({ scopes }: ScopeManagerLike): ReadonlyMap<unknown, VariableLike> {
  const byIdentifier = new Map<unknown, VariableLike>()
  for (const { variables } of scopes) {
    for (const variable of variables) {
      // The name of a class is declared twice, outside and in its own scope; both are kept, as their references differ.
      let isKnown = false
      for (const { name, node, parent, type } of variable.defs) {
        if (!kindOf(type, node as TSESTree.Node, parent as TSESTree.Node | undefined)) continue
        isKnown = true
        if (!byIdentifier.has(name)) byIdentifier.set(name, variable)
      }
      if (!isKnown) continue
      for (const reference of variable.references)
        if (isEvaluated(reference)) byIdentifier.set(reference.identifier, variable)
    }
  }
  return byIdentifier
}

function toBinding(variable: VariableLike): Binding | undefined {
  const definitions: Definition[] = []
  for (const { name, node, parent, type } of variable.defs) {
    const kind = kindOf(type, node as TSESTree.Node, parent as TSESTree.Node | undefined)
    if (kind) definitions.push({ kind, name: name as TSESTree.Identifier, node: node as TSESTree.Node })
  }
  definitions.sort((a, b) => a.name.range[0] - b.name.range[0])
  const [first] = definitions
  return first && new ScopeBinding(variable, definitions, first)
}

/** Of most names only the definition is asked for: the rest is read on demand. */
class ScopeBinding implements Binding {
  readonly name: string
  readonly kind: BindingKind
  readonly definitions: readonly Definition[]
  readonly #variable: VariableLike
  #references: readonly Reference[] | undefined
  #root: CodeRoot | undefined
  #isExported: boolean | undefined
  #isReassigned: boolean | undefined

  constructor(variable: VariableLike, definitions: readonly Definition[], { kind }: Definition) {
    this.#variable = variable
    this.name = variable.name
    this.kind = kind
    this.definitions = definitions
  }

  get references(): readonly Reference[] {
    return (this.#references ??= this.#variable.references
      .filter(isEvaluated)
      .map(toReference)
      .sort((a, b) => a.identifier.range[0] - b.identifier.range[0]))
  }

  get root(): CodeRoot {
    return (this.#root ??= rootOfDefinition(this.definitions[0]!))
  }

  get isReassigned(): boolean {
    return (this.#isReassigned ??= isReassigned(
      this.definitions,
      this.references.filter((reference) => reference.isWrite),
    ))
  }

  get isExported(): boolean {
    return (this.#isExported ??=
      this.definitions.some(isExportedDefinition) ||
      this.references.some(({ identifier }) => isExportingReference(identifier)))
  }
}

function kindOf(type: string, node: TSESTree.Node, parent: TSESTree.Node | undefined): BindingKind | undefined {
  switch (type) {
    case 'CatchClause':
      return 'catch'
    case 'ClassName':
      return 'class'
    case 'FunctionName':
      return 'function'
    case 'ImportBinding':
      return 'import'
    case 'Parameter':
      // Signatures without a body have parameters that nothing can use
      return isFunctionNode(node) ? 'parameter' : undefined
    case 'TSEnumName':
      return 'enum'
    case 'TSModuleName':
      return 'namespace'
    case 'Variable': {
      const declaration = parent ?? node.parent
      if (declaration?.type !== 'VariableDeclaration') return 'let'
      return declaration.kind === 'await using' ? 'using' : declaration.kind
    }
    // Types, enum members (reached as properties), and names that a configuration declares
    default:
      return undefined
  }
}

/** `typeof x` and `x is T` in a type evaluate nothing, nor does a closing tag, although some scope managers list them. */
function isEvaluated({ identifier, isValueReference }: ReferenceLike): boolean {
  if (isValueReference === false) return false
  let at = (identifier as TSESTree.Node).parent
  while (at?.type === 'TSQualifiedName' || at?.type === 'JSXMemberExpression') at = at.parent
  return at?.type !== 'TSTypeQuery' && at?.type !== 'TSTypePredicate' && at?.type !== 'JSXClosingElement'
}

function toReference(reference: ReferenceLike): Reference {
  const identifier = reference.identifier as TSESTree.Identifier | TSESTree.JSXIdentifier
  return {
    identifier,
    isRead: reference.isRead(),
    isWrite: reference.isWrite(),
    init: reference.init === true,
    writeExpression: (reference.writeExpr as TSESTree.Node | null | undefined) ?? undefined,
    root: getCodeRoot(identifier),
  }
}

/** Parameters and the name of a function expression live inside; everything else where the declaration stands. */
export function rootOfDefinition({ kind, name, node }: Definition): CodeRoot {
  if (kind === 'parameter') return node as CodeRoot
  if (node.type === 'FunctionExpression') return node
  return getCodeRoot(kind === 'function' || kind === 'class' ? node : name)
}

/** `let x; x = 1` is written once but read as `undefined` before: it counts as reassigned, as does a parameter's write. */
export function isReassigned(definitions: readonly Definition[], writes: readonly Reference[]): boolean {
  return (
    writes.some((write) => !write.init) ||
    definitions.length > 1 ||
    (writes.length > 1 && definitions[0]?.kind !== 'parameter')
  )
}
