import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, BindingKind, Bindings, Definition, Reference } from './bindings.ts'
import { getChildNodes, type VisitorKeys } from './child-nodes.ts'
import { isExportedDefinition, isExportingReference } from './exported-name.ts'
import { getCodeRoot, isFunctionNode } from './function-node.ts'
import { isReassigned, rootOfDefinition } from './scope-bindings.ts'

interface Scope {
  readonly parent: Scope | undefined
  /** Takes `var` and top-level functions: function bodies, the program, static blocks, fields, namespaces. */
  readonly isVariableScope: boolean
  readonly names: Map<string, Entry>
}

interface Entry {
  readonly name: string
  readonly definitions: Definition[]
  readonly references: Reference[]
}

interface PendingReference {
  readonly scope: Scope
  readonly reference: Reference
}

/**
 * Bindings from the tree alone, for files whose parser gives no scope manager. Declarations are collected in one pass
 * and references resolved when all are known, so that hoisting needs no order. Needs `parent` links.
 */
export function createTreeBindings(program: TSESTree.Program, visitorKeys?: VisitorKeys): Bindings {
  return new Binder(visitorKeys).bind(program)
}

interface Task {
  readonly node: TSESTree.Node
  readonly scope: Scope
  /** The expression that a pattern takes apart, and whether the pattern declares. */
  readonly pattern?: {
    readonly value: TSESTree.Node | undefined
    readonly init: boolean
    readonly readsToo?: boolean
    /** The default values around, outermost first: each may be what is written. */
    readonly defaults?: readonly TSESTree.Node[]
  }
}

class Binder {
  readonly #visitorKeys: VisitorKeys | undefined
  readonly #entries: Entry[] = []
  readonly #pending: PendingReference[] = []
  readonly #byIdentifier = new Map<TSESTree.Node, Entry>()
  #tasks: Task[] = []

  constructor(visitorKeys: VisitorKeys | undefined) {
    this.#visitorKeys = visitorKeys
  }

  bind(program: TSESTree.Program): Bindings {
    this.#tasks.push({ node: program, scope: newScope(undefined, true) })
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) this.#visit(task)
    for (const { reference, scope } of this.#pending) {
      const entry = lookUp(scope, reference.identifier.name)
      if (!entry) continue
      entry.references.push(reference)
      this.#byIdentifier.set(reference.identifier, entry)
    }
    const bindings = new Map(this.#entries.map((entry) => [entry, toBinding(entry)]))
    return {
      all: [...bindings.values()],
      resolve: (identifier) => {
        const entry = this.#byIdentifier.get(identifier)
        return entry && bindings.get(entry)
      },
    }
  }

  #declare(scope: Scope, kind: BindingKind, name: TSESTree.Identifier, node: TSESTree.Node): void {
    let entry = scope.names.get(name.name)
    if (!entry) {
      entry = { name: name.name, definitions: [], references: [] }
      scope.names.set(name.name, entry)
      this.#entries.push(entry)
    }
    entry.definitions.push({ kind, name, node })
    if (!this.#byIdentifier.has(name)) this.#byIdentifier.set(name, entry)
  }

  #refer(
    scope: Scope,
    identifier: TSESTree.Identifier | TSESTree.JSXIdentifier,
    use: { isRead: boolean; isWrite: boolean; init?: boolean; writeExpression?: TSESTree.Node | undefined },
  ): void {
    const reference: Reference = {
      identifier,
      isRead: use.isRead,
      isWrite: use.isWrite,
      init: use.init ?? false,
      writeExpression: use.writeExpression,
      root: getCodeRoot(identifier),
    }
    this.#pending.push({ scope, reference })
  }

  #later(scope: Scope, ...nodes: readonly (TSESTree.Node | null | undefined)[]): void {
    for (const node of nodes) if (node) this.#tasks.push({ node, scope })
  }

  #laterChildren(scope: Scope, node: TSESTree.Node): void {
    this.#later(scope, ...getChildNodes(node, this.#visitorKeys))
  }

  #visit({ node, pattern, scope }: Task): void {
    if (pattern) return this.#visitPattern(scope, node, pattern)
    switch (node.type) {
      case 'Identifier':
        this.#refer(scope, node, { isRead: true, isWrite: false })
        this.#later(scope, ...(node.decorators ?? []))
        return
      case 'JSXIdentifier':
        this.#refer(scope, node, { isRead: true, isWrite: false })
        return
      case 'JSXOpeningElement':
        this.#later(scope, jsxRoot(node.name), ...node.attributes)
        return
      case 'JSXClosingElement':
        return
      case 'JSXAttribute':
        this.#later(scope, node.value)
        return
      case 'MemberExpression':
        this.#later(scope, node.object, node.computed ? node.property : undefined)
        return
      case 'Property':
        this.#later(scope, node.computed ? node.key : undefined, node.value)
        return
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'AccessorProperty':
        this.#later(scope, ...(node.decorators ?? []), node.computed ? node.key : undefined)
        if (node.value) this.#later(node.type === 'MethodDefinition' ? scope : newScope(scope, true), node.value)
        return
      case 'TSAbstractMethodDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'TSAbstractAccessorProperty':
        this.#later(scope, node.computed ? node.key : undefined)
        return
      case 'AssignmentExpression':
        this.#later(scope, node.right)
        this.#tasks.push({
          node: node.left,
          scope,
          pattern: { value: node.right, init: false, readsToo: node.operator !== '=' },
        })
        return
      case 'UpdateExpression':
        this.#tasks.push({ node: node.argument, scope, pattern: { value: undefined, init: false, readsToo: true } })
        return
      case 'VariableDeclaration':
        return this.#visitVariables(scope, node)
      case 'ForInStatement':
      case 'ForOfStatement': {
        const inner = newScope(scope, false)
        this.#later(node.left.type === 'VariableDeclaration' && node.left.kind !== 'var' ? inner : scope, node.right)
        this.#later(inner, node.body)
        if (node.left.type === 'VariableDeclaration') this.#visitVariables(inner, node.left, node.right)
        else this.#tasks.push({ node: node.left, scope: inner, pattern: { value: node.right, init: false } })
        return
      }
      case 'BlockStatement':
      case 'ForStatement':
        this.#laterChildren(newScope(scope, false), node)
        return
      case 'SwitchStatement':
        this.#later(scope, node.discriminant)
        this.#later(newScope(scope, false), ...node.cases)
        return
      case 'StaticBlock':
      case 'TSModuleBlock':
        this.#laterChildren(newScope(scope, true), node)
        return
      case 'CatchClause': {
        const inner = newScope(scope, false)
        if (node.param) {
          this.#declarePattern(inner, 'catch', node.param, node)
          this.#tasks.push({ node: node.param, scope: inner, pattern: { value: undefined, init: true } })
        }
        this.#later(inner, node.body)
        return
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#visitFunction(scope, node)
      case 'TSDeclareFunction':
        if (node.id) this.#declare(scope, 'function', node.id, node)
        return
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const inner = newScope(scope, false)
        if (node.id) {
          if (node.type === 'ClassDeclaration') this.#declare(scope, 'class', node.id, node)
          this.#declare(inner, 'class', node.id, node)
        }
        this.#later(scope, ...(node.decorators ?? []))
        this.#later(inner, node.superClass, ...node.body.body)
        return
      }
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) this.#declare(scope, 'import', specifier.local, specifier)
        return
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#later(scope, node.declaration)
        else if (!node.source && node.exportKind !== 'type') {
          for (const specifier of node.specifiers) {
            if (specifier.exportKind !== 'type') this.#later(scope, specifier.local)
          }
        }
        return
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return
      case 'LabeledStatement':
        this.#later(scope, node.body)
        return
      case 'TSImportEqualsDeclaration':
        this.#declare(scope, 'import', node.id, node)
        if (node.moduleReference.type !== 'TSExternalModuleReference') {
          const root = leftmost(node.moduleReference)
          if (root) this.#later(scope, root)
        }
        return
      case 'TSEnumDeclaration': {
        this.#declare(scope, 'enum', node.id, node)
        const inner = newScope(scope, false)
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- parsers before typescript-eslint 8 have no body here
        const members = node.body?.members ?? node.members
        for (const member of members) {
          // A member's plain name can be read in later initialisers; it hides an outer binding of that name.
          const name = member.id.type === 'Identifier' ? member.id.name : undefined
          if (name !== undefined) inner.names.set(name, { name, definitions: [], references: [] })
          this.#later(inner, member.initializer)
        }
        return
      }
      case 'TSModuleDeclaration':
        if (node.id.type === 'Identifier' && node.kind !== 'global') this.#declare(scope, 'namespace', node.id, node)
        this.#later(scope, node.body)
        return
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSNonNullExpression':
      case 'TSInstantiationExpression':
      case 'TSExportAssignment':
        this.#later(scope, node.expression)
        return
      case 'Program':
        this.#laterChildren(scope, node)
        return
      default:
        if (!node.type.startsWith('TS')) this.#laterChildren(scope, node)
    }
  }

  #visitVariables(scope: Scope, node: TSESTree.VariableDeclaration, iterated?: TSESTree.Node): void {
    const kind = node.kind === 'await using' ? 'using' : node.kind
    const target = node.kind === 'var' ? variableScope(scope) : scope
    for (const declarator of node.declarations) {
      this.#declarePattern(target, kind, declarator.id, declarator)
      this.#later(scope, declarator.init)
      const value = iterated ?? declarator.init ?? undefined
      // Without a value nothing is written, but keys and defaults of a pattern would still be read.
      if (value) this.#tasks.push({ node: declarator.id, scope, pattern: { value, init: true } })
    }
  }

  #visitFunction(outer: Scope, node: TSESTree.Node): void {
    if (!isFunctionNode(node)) return
    let scope = outer
    if (node.id) {
      if (node.type === 'FunctionDeclaration') this.#declare(outer, 'function', node.id, node)
      else {
        scope = newScope(outer, false)
        this.#declare(scope, 'function', node.id, node)
      }
    }
    const params = newScope(scope, true)
    if (node.type !== 'ArrowFunctionExpression')
      params.names.set('arguments', { name: 'arguments', definitions: [], references: [] })
    for (const param of node.params) {
      this.#declarePattern(params, 'parameter', param, node)
      this.#tasks.push({ node: param, scope: params, pattern: { value: undefined, init: true } })
    }
    if (node.body?.type !== 'BlockStatement') {
      this.#later(params, node.body)
      return
    }
    // Names of the body cannot be seen by defaults, but a `var` or function of a parameter's name is that parameter.
    const body = newScope(params, true)
    for (const [name, entry] of params.names) if (name !== 'arguments') body.names.set(name, entry)
    this.#later(body, ...node.body.body)
  }

  #declarePattern(scope: Scope, kind: BindingKind, pattern: TSESTree.Node, node: TSESTree.Node): void {
    const pending: (TSESTree.Node | null)[] = [pattern]
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      switch (at?.type) {
        case 'Identifier':
          this.#declare(scope, kind, at, node)
          break
        case 'ArrayPattern':
          pending.push(...at.elements.toReversed())
          break
        case 'ObjectPattern':
          for (const property of at.properties.toReversed()) {
            pending.push(property.type === 'RestElement' ? property : property.value)
          }
          break
        case 'RestElement':
          pending.push(at.argument)
          break
        case 'AssignmentPattern':
          pending.push(at.left)
          break
        case 'TSParameterProperty':
          pending.push(at.parameter)
          break
      }
    }
  }

  /** The targets of a pattern are written, its keys and defaults read. */
  #visitPattern(scope: Scope, node: TSESTree.Node, pattern: NonNullable<Task['pattern']>): void {
    const { init, value } = pattern
    const into = (part: TSESTree.Node | null): void => {
      if (part) this.#tasks.push({ node: part, scope, pattern })
    }
    switch (node.type) {
      case 'Identifier':
        this.#later(scope, ...(node.decorators ?? []))
        for (const writeExpression of pattern.defaults ?? []) {
          this.#refer(scope, node, { isRead: false, isWrite: true, init, writeExpression })
        }
        if (value || !init) {
          this.#refer(scope, node, { isRead: pattern.readsToo ?? false, isWrite: true, init, writeExpression: value })
        }
        return
      case 'ArrayPattern':
        for (const element of node.elements) into(element)
        return
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'Property' && property.computed) this.#later(scope, property.key)
          into(property.type === 'Property' ? property.value : property)
        }
        return
      case 'RestElement':
        into(node.argument)
        return
      case 'AssignmentPattern':
        this.#later(scope, node.right)
        this.#tasks.push({
          node: node.left,
          scope,
          pattern: { ...pattern, defaults: [...(pattern.defaults ?? []), node.right] },
        })
        return
      case 'TSParameterProperty':
        this.#later(scope, ...node.decorators)
        into(node.parameter)
        return
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
        into(node.expression)
        return
      default:
        this.#later(scope, node)
    }
  }
}

function newScope(parent: Scope | undefined, isVariableScope: boolean): Scope {
  return { parent, isVariableScope, names: new Map() }
}

function variableScope(scope: Scope): Scope {
  let at = scope
  while (!at.isVariableScope && at.parent) at = at.parent
  return at
}

function lookUp(scope: Scope, name: string): Entry | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const entry = at.names.get(name)
    // Names that hide without being bindings: `arguments`, members of an enum
    if (entry) return entry.definitions.length > 0 ? entry : undefined
  }
  return undefined
}

/** `a` of `<a.b>`; `undefined` for `<div>`, which is a string. */
function jsxRoot(name: TSESTree.JSXTagNameExpression): TSESTree.JSXIdentifier | undefined {
  let at = name
  while (at.type === 'JSXMemberExpression') at = at.object
  if (at.type !== 'JSXIdentifier') return undefined
  return at === name && /^[a-z]/.test(at.name) ? undefined : at
}

function leftmost(name: TSESTree.Node): TSESTree.Identifier | undefined {
  let at = name
  while (at.type === 'TSQualifiedName') at = at.left
  return at.type === 'Identifier' ? at : undefined
}

function toBinding({ definitions, name, references }: Entry): Binding {
  definitions.sort((a, b) => a.name.range[0] - b.name.range[0])
  const first = definitions[0]!
  const ordered = references.sort((a, b) => a.identifier.range[0] - b.identifier.range[0])
  const writes = ordered.filter(({ isWrite }) => isWrite)
  return {
    name,
    kind: first.kind,
    definitions,
    references: ordered,
    root: rootOfDefinition(first),
    isReassigned: isReassigned(definitions, writes),
    isExported:
      definitions.some(isExportedDefinition) || ordered.some(({ identifier }) => isExportingReference(identifier)),
  }
}
