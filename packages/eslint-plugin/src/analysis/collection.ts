import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type CollectionStep, ELEMENT, ENTRY, KEY, VALUE } from './collection-step.ts'
import { type FieldUses, findFieldUses } from './field-uses.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

export type CollectionKind = 'list' | 'map' | 'object' | 'set'

/** An array, a set, a map or an object of this file, kept where nobody else reaches it. */
export interface Collection {
  readonly kind: CollectionKind
  readonly keeper: Binding | FieldUses
}

/** The collection that an expression names, when it is made in this file, each time anew. */
export function findCollection(node: TSESTree.Node, unit: SourceUnit): Collection | undefined {
  const named = skipWrappers(node)
  if (named.type === 'Identifier') {
    const binding = unit.bindings.resolve(named)
    if (!binding || binding.kind === 'parameter') return undefined
    const kind = remember(binding, () => {
      const writes = binding.references.filter(({ isWrite }) => isWrite)
      return agree(writes.map(({ identifier, writeExpression }) => readWrite(identifier, writeExpression, unit)))
    })
    return kind && { kind, keeper: binding }
  }
  if (named.type !== 'MemberExpression') return undefined
  const field = findFieldUses(named, unit)
  const kind = field && remember(field, () => agree(field.values.map((value) => value && readKind(value, unit))))
  return kind && { kind, keeper: field }
}

const kinds = new WeakMap<Collection['keeper'], CollectionKind | undefined>()

function remember(keeper: Collection['keeper'], read: () => CollectionKind | undefined): CollectionKind | undefined {
  if (!kinds.has(keeper)) kinds.set(keeper, read())
  return kinds.get(keeper)
}

/** A name that is written by a pattern or a loop gets a part of what is written there. */
function readWrite(
  identifier: TSESTree.Node,
  value: TSESTree.Node | undefined,
  unit: SourceUnit,
): CollectionKind | undefined {
  const { parent } = climbWrappers(identifier)
  const isWhole =
    (parent?.type === 'VariableDeclarator' && parent.id === identifier) ||
    (parent?.type === 'AssignmentExpression' && parent.left === identifier)
  return isWhole && value ? readKind(value, unit) : undefined
}

function agree(kinds: readonly (CollectionKind | undefined)[]): CollectionKind | undefined {
  const [first, ...others] = kinds
  return others.every((kind) => kind === first) ? first : undefined
}

/** They give a new array whatever they are called on. */
const COPYING = /^(?:concat|filter|flat|flatMap|map|slice|toReversed|toSorted|toSpliced)$/

/** What an expression makes that is new and named by nothing else. */
function readKind(node: TSESTree.Node, unit: SourceUnit): CollectionKind | undefined {
  const value = skipWrappers(node)
  switch (value.type) {
    case 'ArrayExpression':
      return 'list'
    case 'ObjectExpression':
      return 'object'
    case 'NewExpression':
      switch (getGlobalPath(unit.resolveOrigin(value.callee))) {
        case 'Array':
          return 'list'
        case 'Map':
        case 'WeakMap':
          return 'map'
        case 'Set':
        case 'WeakSet':
          return 'set'
        default:
          return undefined
      }
    case 'CallExpression': {
      const global = getGlobalPath(unit.resolveOrigin(value.callee))
      if (global === 'Array.from' || global === 'Object.values' || global === 'Array.of') return 'list'
      if (global === 'Object.create') return 'object'
      const callee = skipWrappers(value.callee)
      const isCopy = callee.type === 'MemberExpression' && COPYING.test(getStaticPropertyName(callee) ?? '')
      return isCopy ? 'list' : undefined
    }
    default:
      return undefined
  }
}

/** What a call of a method of a collection does with one of its arguments: keeps it at a step, or only looks for it. */
export function readCollectionArgument(
  { kind }: Collection,
  method: string,
  index: number,
): { readonly step: CollectionStep } | 'looked for' | undefined {
  switch (kind) {
    case 'list':
      if (method === 'push' || method === 'unshift' || (method === 'splice' && index > 1)) return { step: ELEMENT }
      return /^(?:includes|indexOf|lastIndexOf)$/.test(method) ? 'looked for' : undefined
    case 'set':
      if (method === 'add') return { step: ELEMENT }
      return /^(?:delete|has)$/.test(method) ? 'looked for' : undefined
    case 'map':
      if (method === 'set') return { step: index === 0 ? KEY : VALUE }
      return /^(?:delete|get|has)$/.test(method) ? 'looked for' : undefined
    case 'object':
      return undefined
  }
}

/** Where `collection[name] = value` keeps the value; a name that is written out is a property like any other. */
export function readStoreStep({ kind }: Collection, name: string | undefined): string | undefined {
  if (kind === 'list') return name === undefined || /^\d+$/.test(name) ? ELEMENT : undefined
  return kind === 'object' ? (name ?? ENTRY) : undefined
}
