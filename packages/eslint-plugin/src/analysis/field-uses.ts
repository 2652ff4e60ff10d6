import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { traverse } from '../ast/child-nodes.ts'
import { type ClassNode, isClassNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import {
  type ClassObject,
  findClassObject,
  findThisObject,
  isAsked,
  isDecorated,
  listInstances,
} from './class-instance.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

type NamedElement = TSESTree.AccessorProperty | TSESTree.PropertyDefinition
type Target =
  TSESTree.AccessorProperty | TSESTree.MemberExpression | TSESTree.PropertyDefinition | TSESTree.TSParameterProperty

/** Every place that gives or takes the value of a field. */
export interface FieldUses {
  /** `this.child`, `self.#child`, `instance.child`. */
  readonly members: readonly TSESTree.MemberExpression[]
  /** `child` of `const { child } = this`, with the declaration or assignment. */
  readonly patterns: readonly { readonly value: TSESTree.Node; readonly at: TSESTree.Node }[]
  /** What is written into it; `undefined` for what a pattern, a loop or an operator writes. */
  readonly values: readonly (TSESTree.Node | undefined)[]
}

/**
 * The uses of the field that `target` names, when all of them are in view: of a `#private` field, of one that TypeScript keeps
 * private, and of any field of a class whose objects do not leave the file. `undefined` for a field that others may reach.
 */
export function findFieldUses(target: Target, unit: SourceUnit): FieldUses | undefined {
  const name = readName(target)
  if (name === undefined) return undefined
  if (name.startsWith('#')) {
    const owner = findPrivateOwner(target, name)
    return owner && findPrivateUses(owner, name, unit)
  }
  const object = findFieldObject(target, unit)
  return object && findNamedUses(object, name, unit)
}

function findFieldObject(target: Target, unit: SourceUnit): ClassObject | undefined {
  switch (target.type) {
    case 'MemberExpression':
      return findClassObject(target.object, unit)
    case 'TSParameterProperty':
      return { owner: target.parent.parent.parent?.parent as ClassNode, isStatic: false }
    default:
      return { owner: target.parent.parent, isStatic: target.static }
  }
}

function readName(target: Target): string | undefined {
  return target.type === 'TSParameterProperty' ? readParameterName(target) : getStaticPropertyName(target)
}

function readParameterName({ parameter }: TSESTree.TSParameterProperty): string {
  return parameter.type === 'AssignmentPattern' ? parameter.left.name : parameter.name
}

const byClass = new WeakMap<ClassNode, Map<string, FieldUses | undefined>>()

function remember(owner: ClassNode, key: string, find: () => FieldUses | undefined): FieldUses | undefined {
  let known = byClass.get(owner)
  if (!known) byClass.set(owner, (known = new Map<string, FieldUses | undefined>()))
  if (!known.has(key)) known.set(key, find())
  return known.get(key)
}

/** The class whose body declares a `#name`: the innermost one around its use. */
export function findPrivateOwner(target: TSESTree.Node, name: string): ClassNode | undefined {
  for (let at: TSESTree.Node | undefined = target; at; at = at.parent)
    if (isClassNode(at) && findDeclaration(at, name)) return at
  return undefined
}

export function findDeclaration(owner: ClassNode, name: string): TSESTree.ClassElement | undefined {
  return owner.body.body.find((element) => 'key' in element && getStaticPropertyName(element as NamedElement) === name)
}

/** No code outside of the class can name it, whatever it is given. */
function findPrivateUses(owner: ClassNode, name: string, { visitorKeys }: SourceUnit): FieldUses | undefined {
  return remember(owner, name, () => {
    const declaration = findDeclaration(owner, name)
    if (!declaration || !isPlainField(declaration)) return undefined
    const members: TSESTree.MemberExpression[] = []
    traverse(owner.body, {
      visitorKeys,
      enter(node) {
        if (isClassNode(node) && findDeclaration(node, name)) return false
        if (node.type === 'MemberExpression' && getStaticPropertyName(node) === name) members.push(node)
        return undefined
      },
    })
    return { members, patterns: [], values: listValues(declaration, members) }
  })
}

function listValues(
  declaration: TSESTree.ClassElement | undefined,
  members: readonly TSESTree.MemberExpression[],
): (TSESTree.Node | undefined)[] {
  const initial = declaration?.type === 'PropertyDefinition' ? declaration.value : undefined
  return [...(initial ? [initial] : []), ...members.filter(isWritten).map(readAssigned)]
}

function isWritten(member: TSESTree.MemberExpression): boolean {
  const { parent } = climbWrappers(member)
  switch (parent?.type) {
    case 'AssignmentExpression':
      return skipWrappers(parent.left) === member
    case 'ArrayPattern':
    case 'AssignmentPattern':
    case 'RestElement':
    case 'UpdateExpression':
      return true
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === member
    case 'Property':
      return parent.parent.type === 'ObjectPattern'
    default:
      return false
  }
}

function readAssigned(member: TSESTree.MemberExpression): TSESTree.Node | undefined {
  const { parent } = climbWrappers(member)
  const isPlain = parent?.type === 'AssignmentExpression' && /^(?:=|\?\?=|\|\|=)$/.test(parent.operator)
  return isPlain ? parent.right : undefined
}

/** A method or accessor is no field, and a decorator may hand the value on. */
function isPlainField(element: TSESTree.ClassElement): boolean {
  return element.type === 'PropertyDefinition' && !isDecorated(element)
}

function findNamedUses(object: ClassObject, name: string, unit: SourceUnit): FieldUses | undefined {
  return remember(object.owner, object.isStatic ? `static ${name}` : name, () => {
    const { owner } = object
    const declaration = findDeclaration(owner, name)
    if (declaration && !isPlainField(declaration)) return undefined
    const instances = isTypePrivate(owner, name) ? NONE : listInstances(owner, unit)
    if (!instances) return undefined
    const { members, opaque, opaqueNames, patterns } = indexMembers(unit)
    const isOwn = (node: TSESTree.Node): boolean => isSameObject(node, object, unit) || isInstance(node)
    if (opaque.get(owner)?.has(object.isStatic) || [...instances].some((name) => opaqueNames.has(name)))
      return undefined
    if (isObjectRead(object, instances !== NONE, unit)) return undefined
    const own = members.get(name) ?? []
    // the same name on another object: that may be one of these objects
    if (!own.every((member) => isOwn(member.object))) return undefined
    const taken = patterns.get(name) ?? []
    if (!taken.every(({ source }) => source !== undefined && isOwn(source))) return undefined
    return { members: own, patterns: taken, values: listValues(declaration, own) }

    function isInstance(node: TSESTree.Node): boolean {
      if (node.type !== 'Identifier' || !instances || instances.size === 0) return false
      const binding = unit.bindings.resolve(node)
      return binding !== undefined && instances.has(binding)
    }
  })
}

const NONE: ReadonlySet<never> = new Set<never>()

/** `private child`, as a field or a parameter of the constructor: TypeScript refuses every use outside of the class. */
function isTypePrivate(owner: ClassNode, name: string): boolean {
  for (const element of owner.body.body) {
    if (element.type === 'PropertyDefinition' && getStaticPropertyName(element) === name)
      return element.accessibility === 'private' && !isDecorated(element)
    if (element.type !== 'MethodDefinition' || element.kind !== 'constructor') continue
    for (const parameter of element.value.params) {
      if (parameter.type !== 'TSParameterProperty') continue
      if (readParameterName(parameter) === name) return parameter.accessibility === 'private' && !isDecorated(parameter)
    }
  }
  return false
}

function isSameObject(node: TSESTree.Node, { isStatic, owner }: ClassObject, unit: SourceUnit): boolean {
  const found = findClassObject(node, unit)
  return found?.owner === owner && found.isStatic === isStatic
}

/** Is `this` used in a way that reads fields without naming them, or, of an object that is in view as a whole, handed out? */
function isObjectRead(object: ClassObject, isWhole: boolean, unit: SourceUnit): boolean {
  const selves = indexMembers(unit).selves.get(object.owner) ?? []
  return selves.some((self) => {
    if (findThisObject(self)?.isStatic !== object.isStatic) return false
    const at = climbWrappers(self)
    const { parent } = at
    switch (parent?.type) {
      case 'MemberExpression':
        return false
      case 'VariableDeclarator':
        // an alias is followed; of a pattern only the rest is not
        return parent.id.type === 'ObjectPattern' ? !isNamedPattern(parent.id) : isWhole && !isAskedByName(parent.id)
      case 'SpreadElement':
      case 'ForInStatement':
        return true
      case 'CallExpression':
        return isWhole || READING.test(getGlobalPath(unit.resolveOrigin(parent.callee)) ?? '')
      default:
        return isWhole
    }
  })

  function isAskedByName(name: TSESTree.Node): boolean {
    const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
    return binding?.references.every(({ identifier, isRead }) => !isRead || isAsked(identifier)) ?? false
  }
}

/** They read, copy or write all fields of an object. */
const READING = /^(?:Object|Reflect|JSON)\.|^structuredClone$/

function isNamedPattern({ properties }: TSESTree.ObjectPattern): boolean {
  return properties.every((property) => property.type === 'Property' && getStaticPropertyName(property) !== undefined)
}

interface MemberIndex {
  readonly members: ReadonlyMap<string, readonly TSESTree.MemberExpression[]>
  readonly patterns: ReadonlyMap<string, readonly Taken[]>
  /** Classes whose objects (or, with true, that themselves) are asked for a property whose name the source does not tell. */
  readonly opaque: ReadonlyMap<ClassNode, ReadonlySet<boolean>>
  /** Variables that are. */
  readonly opaqueNames: ReadonlySet<Binding>
  /** `this`, by the class that it belongs to. */
  readonly selves: ReadonlyMap<ClassNode, readonly TSESTree.ThisExpression[]>
}

interface Taken {
  readonly value: TSESTree.Node
  readonly at: TSESTree.Node
  readonly source: TSESTree.Node | undefined
}

const indexes = new WeakMap<SourceUnit, MemberIndex>()

/** All members of the file by name, read once. */
function indexMembers(unit: SourceUnit): MemberIndex {
  const known = indexes.get(unit)
  if (known) return known
  const members = new Map<string, TSESTree.MemberExpression[]>()
  const patterns = new Map<string, Taken[]>()
  const opaque = new Map<ClassNode, Set<boolean>>()
  const opaqueNames = new Set<Binding>()
  const selves = new Map<ClassNode, TSESTree.ThisExpression[]>()
  traverse(unit.program, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (node.type === 'ThisExpression') {
        const found = findThisObject(node)
        if (found) add(selves, found.owner, node)
      } else if (node.type === 'MemberExpression') {
        const name = getStaticPropertyName(node)
        if (name === undefined) addOpaque(node.object)
        else add(members, name, node)
      } else if (node.type === 'Property' && node.parent.type === 'ObjectPattern') {
        const name = getStaticPropertyName(node)
        if (name !== undefined) add(patterns, name, { value: node.value, ...readPatternSource(node.parent) })
      }
      return undefined
    },
  })
  const index = { members, patterns, opaque, opaqueNames, selves }
  indexes.set(unit, index)
  return index

  function addOpaque(object: TSESTree.Node): void {
    const found = findClassObject(object, unit)
    if (found) opaque.set(found.owner, (opaque.get(found.owner) ?? new Set()).add(found.isStatic))
    const binding = object.type === 'Identifier' ? unit.bindings.resolve(object) : undefined
    if (binding) opaqueNames.add(binding)
  }
}

function add<K, T>(to: Map<K, T[]>, name: K, value: T): void {
  const list = to.get(name)
  if (list) list.push(value)
  else to.set(name, [value])
}

function readPatternSource(pattern: TSESTree.ObjectPattern): { at: TSESTree.Node; source: TSESTree.Node | undefined } {
  const { parent } = pattern
  if (parent.type === 'VariableDeclarator') return { at: parent, source: parent.init ?? undefined }
  if (parent.type === 'AssignmentExpression') return { at: parent, source: parent.right }
  return { at: pattern, source: undefined }
}
