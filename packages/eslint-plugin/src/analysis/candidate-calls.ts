import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { findNodesAt, findPositions, inSourceOrder } from '../ast/find-nodes-at.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { SourceUnit } from './source-unit.ts'
import { findTriggerNames } from './trigger-name.ts'

/** What can start a child. */
export type SpawnCall = TSESTree.CallExpression | TSESTree.TaggedTemplateExpression

/**
 * The calls that may call an export of a module that starts children, in source order: the way from the modules' names
 * to the calls, instead of from each call of the file to where its callee comes from. Nearly every call of nearly every file
 * has nothing to do with them. Whether a candidate is what it seems is for `resolveOrigin` to say; that can only find
 * what is on this way, so a form that it learns to follow has to be followed here.
 */
export function findCandidateCalls(unit: SourceUnit): SpawnCall[] {
  return findCallsOfModules(findTriggerNames(unit.text), unit)
}

/** The same for any modules, by the offsets of their quoted names, ascending. */
export function findCallsOfModules(positions: readonly number[], unit: SourceUnit): SpawnCall[] {
  if (positions.length === 0) return []
  const follower = new ValueFollower(unit)
  for (const node of findNodesAt(unit.program, positions, unit.visitorKeys))
    if (node.type === 'Literal' || node.type === 'TemplateLiteral') follower.followName(node)
  return [...follower.calls].sort(inSourceOrder)
}

/**
 * Whatever may be, by some name of the file, the property `name` of something: the calls of it, and the arguments that it is, in
 * source order. As above, whether it is is for `resolveOrigin` to say.
 */
export function findCandidateUses(
  name: string,
  unit: SourceUnit,
): { readonly calls: readonly SpawnCall[]; readonly given: readonly TSESTree.Node[] } {
  const follower = new ValueFollower(unit)
  const positions = findPositions(unit.text, new RegExp(`\\b${name}\\b`, 'g'))
  for (const node of findNodesAt(unit.program, positions, unit.visitorKeys)) follower.followProperty(node, name)
  return { calls: [...follower.calls].sort(inSourceOrder), given: [...follower.given].sort(inSourceOrder) }
}

/** Follows values forwards, wherever they may go by name, and notes what calls them, or is given them. */
class ValueFollower {
  readonly calls = new Set<SpawnCall>()
  readonly given = new Set<TSESTree.Node>()
  readonly #unit: SourceUnit
  readonly #values = new Set<TSESTree.Node>()
  readonly #bindings = new Set<Binding>()
  readonly #pending: TSESTree.Node[] = []

  constructor(unit: SourceUnit) {
    this.#unit = unit
  }

  /** From the string that names a module to what the import gives. */
  followName(literal: TSESTree.Literal | TSESTree.TemplateLiteral): void {
    const at = climbWrappers(literal)
    const { parent } = at
    switch (parent?.type) {
      case 'ImportDeclaration':
        for (const { local } of parent.specifiers) this.#bind(local)
        break
      case 'TSExternalModuleReference':
        if (parent.parent.type === 'TSImportEqualsDeclaration') this.#bind(parent.parent.id)
        break
      case 'ImportExpression':
        if (parent.source === at) this.#pending.push(parent)
        break
      case 'CallExpression':
        if (parent.arguments[0] === at) this.#pending.push(parent)
        break
      default:
      // a re-export, a type, a test's title
    }
    this.#followPending()
  }

  /** From the name of a property, where it is read, to what the object has there. */
  followProperty(node: TSESTree.Node, name: string): void {
    switch (node.type) {
      case 'MemberExpression':
        if (getStaticPropertyName(node) === name) this.#pending.push(node)
        break
      case 'TSQualifiedName':
        if (node.right.name === name) this.#pending.push(node)
        break
      case 'Property':
        if (node.parent.type === 'ObjectPattern' && getStaticPropertyName(node) === name) this.#bind(node.value)
        break
      case 'ImportSpecifier':
        this.#bind(node.local)
        break
      default:
      // a name of something else
    }
    this.#followPending()
  }

  #followPending(): void {
    for (let value = this.#pending.pop(); value; value = this.#pending.pop()) this.#follow(value)
  }

  #follow(value: TSESTree.Node): void {
    if (this.#values.has(value)) return
    this.#values.add(value)
    const at = climbWrappers(value)
    const { parent } = at
    switch (parent?.type) {
      case 'CallExpression':
        if (parent.callee === at) this.#addCall(parent)
        else this.given.add(at)
        // what is given it can hand it on: `promisify(exec)`, `__importStar(require(…))`
        if (parent.arguments[0] === at) this.#pending.push(parent)
        return
      case 'TaggedTemplateExpression':
        if (parent.tag === at) this.calls.add(parent)
        return
      case 'MemberExpression':
        if (parent.object !== at) return
        this.#pending.push(parent)
        if (getStaticPropertyName(parent) === 'then') this.#followThen(parent)
        return
      case 'AwaitExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'SequenceExpression':
        this.#pending.push(parent)
        return
      case 'AssignmentExpression':
        if (parent.right !== at) return
        this.#bind(parent.left)
        this.#pending.push(parent)
        return
      case 'VariableDeclarator':
        if (parent.init === at) this.#bind(parent.id)
        return
      case 'AssignmentPattern':
        if (parent.right === at) this.#bind(parent.left)
        return
      case 'ForInStatement':
      case 'ForOfStatement':
        if (parent.right === at)
          this.#bind(parent.left.type === 'VariableDeclaration' ? parent.left.declarations[0].id : parent.left)
        return
      case 'TSQualifiedName':
        if (parent.left === at) this.#pending.push(parent)
        return
      case 'TSImportEqualsDeclaration':
        if (parent.moduleReference === at) this.#bind(parent.id)
        return
      default:
      // kept in an object, returned, handed on: `resolveOrigin` does not see it come out again
    }
  }

  #addCall(call: TSESTree.CallExpression): void {
    this.calls.add(call)
    // `$({ cwd })`…``
    const tag = climbWrappers(call)
    if (tag.parent?.type === 'TaggedTemplateExpression' && tag.parent.tag === tag) this.calls.add(tag.parent)
  }

  /** `import('node:child_process').then(({ spawn }) => …)` */
  #followThen(member: TSESTree.MemberExpression): void {
    const callee = climbWrappers(member)
    const callback = callee.parent?.type === 'CallExpression' ? callee.parent.arguments[0] : undefined
    const parameter = isFunctionNode(callback) ? callback.params[0] : undefined
    if (parameter) this.#bind(parameter)
  }

  /** To every read of every name in a pattern, whatever part of the value it is given. */
  #bind(pattern: TSESTree.Node): void {
    switch (pattern.type) {
      case 'Identifier':
        this.#followBinding(this.#unit.bindings.resolve(pattern))
        return
      case 'AssignmentPattern':
        this.#bind(pattern.left)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) if (property.type === 'Property') this.#bind(property.value)
        return
      default:
      // `[spawn] = cp`, `{ ...rest } = cp`, `this.cp = cp`
    }
  }

  #followBinding(binding: Binding | undefined): void {
    if (!binding || this.#bindings.has(binding)) return
    this.#bindings.add(binding)
    for (const { identifier, isRead } of binding.references) if (isRead) this.#pending.push(identifier)
  }
}
