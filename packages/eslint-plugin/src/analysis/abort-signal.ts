import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { getCodeRoot } from '../ast/function-node.ts'
import { isInLoop } from '../ast/loop.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findEnclosingClass, listOwnMembers } from './class-member.ts'
import { findInitialValue, listAlternatives, readPrimitive } from './known-value.ts'
import { getGlobalPath, getPatternPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * Whether a signal can end a child that is awaited:
 * - `never`: nobody aborts it; `late`: only the code behind the wait does
 * - `fires`: something in the file aborts it, or may; `unknown`: it comes from, or goes, out of sight
 */
export type SignalBound = 'fires' | 'late' | 'never' | 'unknown'

const MAX_DEPTH = 6

/**
 * Follows a signal to its controller, through `AbortSignal.any()`, destructuring, constants and private fields.
 *
 * @param start the call that is given the signal
 */
export function readSignalBound(signal: TSESTree.Node, start: TSESTree.Node, unit: SourceUnit, depth = 0): SignalBound {
  if (depth > MAX_DEPTH) return 'unknown'
  const bounds = listAlternatives(signal, unit.bindings)
    // no signal at all aborts nothing
    .filter((alternative) => readPrimitive(alternative, unit.bindings).is === 'unknown')
    .map((alternative) => readOne(alternative, start, unit, depth))
  return combine(bounds)
}

/** What several signals, any of which will do, come to. */
function combine(bounds: readonly SignalBound[]): SignalBound {
  for (const bound of ['fires', 'unknown', 'late'] as const) if (bounds.includes(bound)) return bound
  return 'never'
}

function readOne(value: TSESTree.Node, start: TSESTree.Node, unit: SourceUnit, depth: number): SignalBound {
  switch (value.type) {
    case 'CallExpression':
      return readCall(value, start, unit, depth)
    case 'MemberExpression':
      return getStaticPropertyName(value) === 'signal' ? readController(value.object, start, unit) : 'unknown'
    case 'Identifier': {
      const binding = unit.bindings.resolve(value)
      const definition = binding?.definitions[0]
      // `const { signal } = controller`
      if (!binding || binding.isReassigned || definition?.node.type !== 'VariableDeclarator') return 'unknown'
      if (getPatternPath(definition.name)?.join('.') !== 'signal' || !definition.node.init) return 'unknown'
      return readController(definition.node.init, start, unit)
    }
    default:
      return 'unknown'
  }
}

function readCall(call: TSESTree.CallExpression, start: TSESTree.Node, unit: SourceUnit, depth: number): SignalBound {
  const path = getGlobalPath(unit.resolveOrigin(call.callee))
  if (path === 'AbortSignal.timeout' || path === 'AbortSignal.abort') return 'fires'
  const [list] = call.arguments
  if (path !== 'AbortSignal.any' || list?.type !== 'ArrayExpression') return 'unknown'
  return combine(
    list.elements.map((element) =>
      !element || element.type === 'SpreadElement' ? 'unknown' : readSignalBound(element, start, unit, depth + 1),
    ),
  )
}

function readController(controller: TSESTree.Node, start: TSESTree.Node, unit: SourceUnit): SignalBound {
  const object = skipWrappers(controller)
  if (isNewController(object, unit)) return 'never'
  if (object.type === 'MemberExpression') return readField(object, unit)
  const binding = object.type === 'Identifier' ? unit.bindings.resolve(object) : undefined
  const initial = object.type === 'Identifier' ? findInitialValue(object, unit.bindings) : undefined
  if (!binding || !initial || binding.isExported || !isNewController(initial, unit)) return 'unknown'
  return readUses(listReads(binding), binding.root === getCodeRoot(start) ? start : undefined)
}

/** `#controller = new AbortController()`: nobody else can reach it. */
function readField(field: TSESTree.MemberExpression, unit: SourceUnit): SignalBound {
  const owner = field.object.type === 'ThisExpression' ? findEnclosingClass(field) : undefined
  const name = getStaticPropertyName(field)
  if (!owner || !name?.startsWith('#')) return 'unknown'
  const isInitialised = owner.body.body.some(
    (member) =>
      member.type === 'PropertyDefinition' &&
      getStaticPropertyName(member) === name &&
      member.value !== null &&
      isNewController(member.value, unit),
  )
  return isInitialised ? readUses(listOwnMembers(owner, unit).get(name) ?? [], undefined) : 'unknown'
}

function listReads({ references }: Binding): TSESTree.Node[] {
  return references.flatMap(({ identifier, isRead }) => (isRead ? [identifier] : []))
}

/**
 * What the file does with a controller, apart from giving its signal away.
 *
 * @param start of a controller that each run of the code makes for itself; another run may abort one that they share
 */
function readUses(uses: readonly TSESTree.Node[], start: TSESTree.Node | undefined): SignalBound {
  return combine(
    uses.map((use) => {
      const at = climbWrappers(use)
      const { parent } = at
      if (parent?.type === 'VariableDeclarator') return isOnlySignal(parent.id) ? 'never' : 'unknown'
      if (parent?.type !== 'MemberExpression' || parent.object !== at) return 'unknown'
      const name = getStaticPropertyName(parent)
      if (name === 'signal') return 'never'
      if (name !== 'abort') return 'unknown'
      return start && isBehindWait(parent, start) ? 'late' : 'fires'
    }),
  )
}

function isOnlySignal(pattern: TSESTree.Node): boolean {
  return (
    pattern.type === 'ObjectPattern' &&
    pattern.properties.every((property) => property.type === 'Property' && getStaticPropertyName(property) === 'signal')
  )
}

/** Can the code run only when the `await` of the call is over? */
function isBehindWait(node: TSESTree.Node, start: TSESTree.Node): boolean {
  const wait = climbWrappers(start).parent
  if (wait?.type !== 'AwaitExpression' || isInLoop(start)) return false
  return getCodeRoot(node) === getCodeRoot(start) && node.range[0] > wait.range[1]
}

function isNewController(node: TSESTree.Node, unit: SourceUnit): boolean {
  const value = skipWrappers(node)
  return value.type === 'NewExpression' && getGlobalPath(unit.resolveOrigin(value.callee)) === 'AbortController'
}
