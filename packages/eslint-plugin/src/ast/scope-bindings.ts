import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, BindingKind, Bindings, Definition, Reference } from './bindings.ts'
import { type CodeRoot, getCodeRoot, isFunctionNode } from './function-node.ts'
import { isExportedDefinition, isExportingReference } from './exported-name.ts'

/** The part of a scope manager that is read: that of eslint-scope, of typescript-eslint and of oxlint. */
export interface ScopeManagerLike {
  readonly scopes: readonly ScopeLike[]
}

export interface ScopeLike {
  /** The node that has the scope; several scopes can share one. */
  readonly block: unknown
  readonly variables: readonly VariableLike[]
  /** Those that stand in this scope itself, whatever they refer to. */
  readonly references: readonly ReferenceLike[]
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
  readonly resolved?: VariableLike | null | undefined
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
  const resolved = new Map<unknown, VariableLike | undefined>()
  let scopes: ScopesByBlock | undefined

  function bindingOf(variable: VariableLike): Binding | undefined {
    if (!bindings.has(variable)) bindings.set(variable, toBinding(variable))
    return bindings.get(variable)
  }

  function findVariable(identifier: TSESTree.Node): VariableLike | undefined {
    scopes ??= new ScopesByBlock(scopeManager)
    let reference: ReferenceLike | undefined
    let declared: VariableLike | undefined
    let at = scopes.findBlock(identifier)
    for (; at; at = at.parent && scopes.findBlock(at.parent)) {
      const isDeclaredInside = declared !== undefined
      for (const names of scopes.get(at)) {
        // it stands in one scope, the innermost
        reference ??= names.references.get(identifier)
        if (reference?.resolved && isEvaluated(reference)) return reference.resolved
        // the names of classes and enums are declared twice, inside and outside: the outer one is meant
        declared = names.declarations.get(identifier) ?? declared
      }
      const isGlobal = reference !== undefined && reference.init !== true && !reference.isWrite()
      if (isDeclaredInside || isGlobal) break
    }
    return declared
  }

  return {
    get all() {
      return scopeManager.scopes.flatMap(({ variables }) =>
        variables.map(bindingOf).filter((binding) => binding !== undefined),
      )
    },
    resolve(identifier) {
      let variable = resolved.get(identifier)
      if (!variable && !resolved.has(identifier)) resolved.set(identifier, (variable = findVariable(identifier)))
      return variable && bindingOf(variable)
    },
  }
}

/** The references and declarations of one scope by their identifiers; of most scopes of a file nobody asks. */
class ScopeNames {
  readonly #scope: ScopeLike
  #references: ReadonlyMap<unknown, ReferenceLike> | undefined
  #declarations: ReadonlyMap<unknown, VariableLike> | undefined

  constructor(scope: ScopeLike) {
    this.#scope = scope
  }

  get references(): ReadonlyMap<unknown, ReferenceLike> {
    if (this.#references) return this.#references
    const references = new Map<unknown, ReferenceLike>()
    for (const reference of this.#scope.references) references.set(reference.identifier, reference)
    return (this.#references = references)
  }

  get declarations(): ReadonlyMap<unknown, VariableLike> {
    if (this.#declarations) return this.#declarations
    const declarations = new Map<unknown, VariableLike>()
    for (const variable of this.#scope.variables) {
      for (const { name, node, parent, type } of variable.defs) {
        if (kindOf(type, node as TSESTree.Node, parent as TSESTree.Node | undefined)) declarations.set(name, variable)
      }
    }
    return (this.#declarations = declarations)
  }
}

/** Nodes between a name and the nearest scope, beyond which the way is kept: operators can nest by the thousand. */
const SHORT_WAY = 32

/** Scopes by the node that has them, the inner ones first. */
class ScopesByBlock {
  readonly #scopes = new Map<unknown, ScopeLike[]>()
  readonly #names = new Map<unknown, readonly ScopeNames[]>()
  readonly #longWays = new Map<TSESTree.Node, TSESTree.Node | undefined>()

  constructor({ scopes }: ScopeManagerLike) {
    for (const scope of scopes) {
      const known = this.#scopes.get(scope.block)
      if (known) known.unshift(scope)
      else this.#scopes.set(scope.block, [scope])
    }
  }

  /** The nearest node with a scope, `node` included: the value of a class field is the block of its own scope. */
  findBlock(node: TSESTree.Node): TSESTree.Node | undefined {
    let at: TSESTree.Node | undefined = node
    for (let steps = 0; steps < SHORT_WAY; steps++) {
      if (!at || this.#scopes.has(at)) return at
      at = at.parent
    }
    const way: TSESTree.Node[] = []
    while (at && !this.#scopes.has(at) && !this.#longWays.has(at)) {
      way.push(at)
      at = at.parent
    }
    const block = at && this.#longWays.has(at) ? this.#longWays.get(at) : at
    for (const passed of way) this.#longWays.set(passed, block)
    return block
  }

  get(block: TSESTree.Node): readonly ScopeNames[] {
    let names = this.#names.get(block)
    if (!names) {
      names = (this.#scopes.get(block) ?? []).map((scope) => new ScopeNames(scope))
      this.#names.set(block, names)
    }
    return names
  }
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
      .map((reference) => new ScopeReference(reference))
      .sort((a, b) => a.identifier.range[0] - b.identifier.range[0]))
  }

  get root(): CodeRoot {
    return (this.#root ??= rootOfDefinition(this.definitions[0]!))
  }

  get isReassigned(): boolean {
    return (this.#isReassigned ??= isReassigned(
      this.definitions,
      this.#variable.references.filter((reference) => reference.isWrite() && isEvaluated(reference)),
    ))
  }

  get isExported(): boolean {
    return (this.#isExported ??=
      this.definitions.some(isExportedDefinition) ||
      this.#variable.references.some(
        (reference) => isExportingReference(reference.identifier as TSESTree.Node) && isEvaluated(reference),
      ))
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

class ScopeReference implements Reference {
  readonly identifier: TSESTree.Identifier | TSESTree.JSXIdentifier
  readonly isRead: boolean
  readonly isWrite: boolean
  readonly init: boolean
  readonly writeExpression: TSESTree.Node | undefined
  #root: CodeRoot | undefined

  constructor(reference: ReferenceLike) {
    this.identifier = reference.identifier as TSESTree.Identifier | TSESTree.JSXIdentifier
    this.isRead = reference.isRead()
    this.isWrite = reference.isWrite()
    this.init = reference.init === true
    this.writeExpression = (reference.writeExpr as TSESTree.Node | null | undefined) ?? undefined
  }

  get root(): CodeRoot {
    return (this.#root ??= getCodeRoot(this.identifier))
  }
}

/** Parameters and the name of a function expression live inside; everything else where the declaration stands. */
export function rootOfDefinition({ kind, name, node }: Definition): CodeRoot {
  if (kind === 'parameter') return node as CodeRoot
  if (node.type === 'FunctionExpression') return node
  return getCodeRoot(kind === 'function' || kind === 'class' ? node : name)
}

/** `let x; x = 1` is written once but read as `undefined` before: it counts as reassigned, as does a parameter's write. */
export function isReassigned(
  definitions: readonly Definition[],
  writes: readonly { readonly init?: boolean | null | undefined }[],
): boolean {
  return (
    writes.some((write) => write.init !== true) ||
    definitions.length > 1 ||
    (writes.length > 1 && definitions[0]?.kind !== 'parameter')
  )
}
