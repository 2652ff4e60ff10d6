import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { type ClassNode, isClassNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { followConstants } from './known-value.ts'
import { isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** A class of the file, and whether an object of it or the class itself: `this` of a static method is the class. */
export interface ClassObject {
  readonly owner: ClassNode
  readonly isStatic: boolean
}

/** What `this` is at a place: `undefined` in a function of its own, whose callers decide. Needs `parent` links. */
export function findThisObject(node: TSESTree.Node): ClassObject | undefined {
  let below = node
  for (let at = node.parent; at; below = at, at = at.parent) {
    if (isFunctionNode(at)) {
      if (at.type === 'ArrowFunctionExpression') continue
      if (at.parent.type !== 'MethodDefinition' || at.parent.value !== at) return undefined
      return { owner: at.parent.parent.parent, isStatic: at.parent.static }
    }
    if ((at.type === 'PropertyDefinition' || at.type === 'AccessorProperty') && at.value === below)
      return { owner: at.parent.parent, isStatic: at.static }
    if (at.type === 'StaticBlock') return { owner: at.parent.parent, isStatic: true }
    // the heritage, keys and decorators of a class have the `this` of the code around it
    if (isClassNode(at) && below.type === 'ClassBody') return undefined
  }
  return undefined
}

/** The object that an expression gives by name: `this`, `const self = this`, the name of the class for the class itself. */
export function findClassObject(node: TSESTree.Node, unit: SourceUnit): ClassObject | undefined {
  const value = followConstants(node, unit.bindings)
  if (value.type === 'ThisExpression') return findThisObject(value)
  const definition = value.type === 'Identifier' ? unit.bindings.resolve(value)?.definitions[0]?.node : undefined
  return isClassNode(definition) ? { owner: definition, isStatic: true } : undefined
}

const contained = new WeakMap<ClassNode, ReadonlySet<Binding> | undefined>()

/**
 * The variables that hold objects of a class, when all of its objects are in view: it is neither exported nor extended nor
 * handed out, and its objects are only asked for their members. `undefined` for every other class.
 */
export function listInstances(owner: ClassNode, unit: SourceUnit): ReadonlySet<Binding> | undefined {
  if (!contained.has(owner)) contained.set(owner, findInstances(owner, unit))
  return contained.get(owner)
}

function findInstances(owner: ClassNode, unit: SourceUnit): ReadonlySet<Binding> | undefined {
  if (isDecorated(owner) || !isPlainHeritage(owner, unit)) return undefined
  const at = climbWrappers(owner)
  const isNamed = owner.type === 'ClassDeclaration' || at.parent?.type === 'VariableDeclarator'
  const names = [owner, at.parent].flatMap((node) => (node && indexDefinitions(unit).get(node)) ?? [])
  if (!isNamed || names.length === 0 || names.some((name) => name.isExported || name.isReassigned)) return undefined
  const instances = new Set<Binding>()
  let isMade = false
  for (const { references } of names) {
    for (const { identifier, isRead } of references) {
      if (!isRead) continue
      const { parent } = climbWrappers(identifier)
      if (parent?.type === 'BinaryExpression' && parent.operator === 'instanceof') continue
      if (parent?.type !== 'NewExpression' || skipWrappers(parent.callee) !== identifier) return undefined
      if (!collectInstance(parent, instances, unit)) return undefined
      isMade = true
    }
  }
  // what makes objects of a class that nothing here does is out of sight
  return isMade ? instances : undefined
}

/** Decorators see the class, the field or the method, and all objects that are made. */
export function isDecorated(node: { readonly decorators?: readonly TSESTree.Decorator[] }): boolean {
  return node.decorators !== undefined && node.decorators.length > 0
}

const definitions = new WeakMap<SourceUnit, ReadonlyMap<TSESTree.Node, readonly Binding[]>>()

/** The names that a node declares; that of a class is declared outside, and once more inside of it. */
function indexDefinitions(unit: SourceUnit): ReadonlyMap<TSESTree.Node, readonly Binding[]> {
  const known = definitions.get(unit)
  if (known) return known
  const index = new Map<TSESTree.Node, Binding[]>()
  for (const binding of unit.bindings.all)
    for (const { node } of binding.definitions) index.set(node, [...(index.get(node) ?? []), binding])
  definitions.set(unit, index)
  return index
}

/** Node's emitter is a base that looks into no field of others. */
function isPlainHeritage({ superClass }: ClassNode, unit: SourceUnit): boolean {
  if (!superClass) return true
  const found = unit.resolveOrigin(superClass)
  return (
    ['EventEmitter', 'default', 'default.EventEmitter'].some((name) => isExport(found, 'events', name)) ||
    (found?.module === 'events' && found.path.length === 0)
  )
}

function collectInstance(made: TSESTree.NewExpression, instances: Set<Binding>, unit: SourceUnit): boolean {
  const at = climbWrappers(made)
  const { parent } = at
  if (parent?.type === 'ExpressionStatement') return true
  if (parent?.type === 'MemberExpression') return isAsked(at)
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return false
  const binding = unit.bindings.resolve(parent.id)
  if (!binding || binding.isExported || binding.isReassigned) return false
  instances.add(binding)
  return binding.references.every(({ identifier, isRead }) => !isRead || isAsked(identifier))
}

/** Is only a member with a known name asked for? */
export function isAsked(node: TSESTree.Node): boolean {
  const at = climbWrappers(node)
  return (
    at.parent?.type === 'MemberExpression' && at.parent.object === at && getStaticPropertyName(at.parent) !== undefined
  )
}
