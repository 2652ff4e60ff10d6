import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, Bindings } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { followConstants } from './known-value.ts'
import { ABSENT, known, type ThreeValued, UNKNOWN } from './three-valued.ts'

/** The properties of an object that is built in the file. */
export interface ObjectShape {
  /** The object literal that a new property can be written into, if it stands right where it is used. */
  readonly literal: TSESTree.ObjectExpression | undefined
  /** Nothing at all is known about it. */
  readonly isOpaque: boolean
  get(name: string): ThreeValued<TSESTree.Node>
}

export const EMPTY_SHAPE: ObjectShape = { literal: undefined, isOpaque: false, get: () => ABSENT }
export const OPAQUE_SHAPE: ObjectShape = { literal: undefined, isOpaque: true, get: () => UNKNOWN }

const MAX_DEPTH = 8

/**
 * Reads an object through constants and spreads of known objects. A property that is assigned later is unknown; so are
 * all, once the object is passed to a function that may change it.
 *
 * @param isReader calls that only read the objects they are given
 */
export function readObjectShape(
  node: TSESTree.Node,
  bindings: Bindings,
  isReader: (call: TSESTree.CallExpression) => boolean,
  depth = 0,
): ObjectShape {
  const inner = skipWrappers(node)
  const value = followConstants(inner, bindings)
  if (value.type !== 'ObjectExpression' || depth > MAX_DEPTH)
    return isNothing(value, bindings) ? EMPTY_SHAPE : OPAQUE_SHAPE
  const changed = collectChanges(inner, bindings, isReader)
  if (changed === 'all') return OPAQUE_SHAPE
  return {
    literal: value === inner ? value : undefined,
    isOpaque: false,
    get: (name) => (changed.has(name) ? UNKNOWN : findProperty(value, name)),
  }

  function findProperty(object: TSESTree.ObjectExpression, name: string): ThreeValued<TSESTree.Node> {
    for (const property of object.properties.toReversed()) {
      if (property.type === 'SpreadElement') {
        const spread = readSpread(property.argument, name)
        if (spread.is !== 'absent') return spread
        continue
      }
      const key = getStaticPropertyName(property)
      if (key === undefined) return UNKNOWN
      if (key === name) return property.kind === 'init' ? known(property.value) : UNKNOWN
    }
    return ABSENT
  }

  function readSpread(argument: TSESTree.Expression, name: string): ThreeValued<TSESTree.Node> {
    const inside = skipWrappers(argument)
    // `...(condition && { … })`, `...(condition ? { … } : {})`: absent only if absent both ways
    const parts =
      inside.type === 'LogicalExpression' && inside.operator === '&&'
        ? [inside.right]
        : inside.type === 'ConditionalExpression'
          ? [inside.consequent, inside.alternate]
          : [inside]
    const facts = parts.map((part) => readObjectShape(part, bindings, isReader, depth + 1).get(name))
    if (facts.every(({ is }) => is === 'absent')) return ABSENT
    return facts.length === 1 && parts[0] === inside ? (facts[0] ?? UNKNOWN) : UNKNOWN
  }
}

/** `undefined`, `null`: options that are not given. */
function isNothing(value: TSESTree.Node, bindings: Bindings): boolean {
  if (value.type === 'Literal') return value.raw === 'null'
  return value.type === 'Identifier' && value.name === 'undefined' && !bindings.resolve(value)
}

function collectChanges(
  node: TSESTree.Node,
  bindings: Bindings,
  isReader: (call: TSESTree.CallExpression) => boolean,
): ReadonlySet<string> | 'all' {
  const changed = new Set<string>()
  const seen = new Set<Binding>()
  for (let at = node; at.type === 'Identifier';) {
    const binding = bindings.resolve(at)
    if (!binding || seen.has(binding)) break
    seen.add(binding)
    if (binding.isExported) return 'all'
    for (const { identifier, isRead } of binding.references) {
      if (!isRead) continue
      const effect = readEffect(identifier, isReader)
      if (effect === 'all') return 'all'
      if (effect !== undefined) changed.add(effect)
    }
    const initial = binding.definitions[0]?.node
    if (initial?.type !== 'VariableDeclarator' || !initial.init) break
    at = skipWrappers(initial.init)
  }
  return changed
}

/** What a use of an object may change: a property by name, `'all'` of them, or nothing. */
function readEffect(
  identifier: TSESTree.Node,
  isReader: (call: TSESTree.CallExpression) => boolean,
): string | undefined {
  const at = climbWrappers(identifier)
  const { parent } = at
  switch (parent?.type) {
    case 'MemberExpression': {
      if (parent.object !== at) return undefined
      const target = climbWrappers(parent)
      const name = getStaticPropertyName(parent)
      const isWritten =
        (target.parent?.type === 'AssignmentExpression' && target.parent.left === target) ||
        target.parent?.type === 'UpdateExpression' ||
        (target.parent?.type === 'UnaryExpression' && target.parent.operator === 'delete')
      if (isWritten) return name ?? 'all'
      // `options.stdio.push(…)`, `options.env.A = 1` change what the property holds
      return target.parent?.type === 'MemberExpression' || target.parent?.type === 'CallExpression' ? name : undefined
    }
    case 'SpreadElement':
    case 'BinaryExpression':
    case 'UnaryExpression':
    case 'IfStatement':
    case 'TemplateLiteral':
      return undefined
    case 'VariableDeclarator':
      // an alias that is bound once is read through; taking it apart changes nothing
      return parent.init === at && parent.id.type === 'ObjectPattern' ? undefined : 'all'
    case 'CallExpression':
      return isReader(parent) ? undefined : 'all'
    default:
      return 'all'
  }
}
