import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { traverse } from '../ast/child-nodes.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type CollectedOutput, findCollectedOutput } from './collected-output.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { findLocalFunction } from './local-function.ts'
import { getGlobalPath } from './module-origin.ts'
import { readResult, readResultName } from './result-reading.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** Output of a child that is kept without a bound, or with one that is of no use. */
export type UnboundedOutput =
  /** All that a stream gives is collected. */
  | { readonly is: 'collected'; readonly collected: CollectedOutput; readonly stream: string }
  /** A `maxBuffer` that no output reaches. */
  | { readonly is: 'unlimited'; readonly maxBuffer: TSESTree.Node }

/** A `maxBuffer` that is no bound, in bytes, or a listener that collects whatever comes. */
export function findUnboundedOutput(
  site: SpawnSite,
  handle: FollowedHandle,
  largest: number,
  unit: SourceUnit,
): UnboundedOutput | undefined {
  const maxBuffer = findUnlimited(site, largest, unit)
  if (maxBuffer) return { is: 'unlimited', maxBuffer }
  if (site.contract.handle !== 'child' || site.contract.outputLimit !== undefined) return undefined
  const collected = findCollectedOutput(handle, unit).find((output) => isKeptWhole(output, unit))
  if (!collected) return undefined
  const stream = handle.uses.find(({ source }) => source === collected.call)?.facet ?? 'stdout'
  return { is: 'collected', collected, stream }
}

const ENDLESS = /^(?:Infinity|Number\.(?:POSITIVE_INFINITY|MAX_SAFE_INTEGER|MAX_VALUE))$/

function findUnlimited(
  { contract, options: { shape } }: SpawnSite,
  largest: number,
  unit: SourceUnit,
): TSESTree.Node | undefined {
  const given = shape.get('maxBuffer')
  // a plain spawn() keeps nothing, and does not look at it
  if (given.is !== 'known' || (contract.handle === 'child' && contract.outputLimit === undefined)) return undefined
  const value = readPrimitive(given.value, unit.bindings)
  const isTooLarge = value.is === 'known' && typeof value.value === 'number' && value.value > largest
  const global = getGlobalPath(unit.resolveOrigin(followConstants(given.value, unit.bindings)))
  return isTooLarge || ENDLESS.test(global ?? '') ? given.value : undefined
}

/** What a listener that looks at the amount has in it, or one that lets the stream or the child go. */
const BOUNDING =
  /(?:[^=]>|<)(?!\/)|\.(?:length|byteLength|size|slice|splice|shift|substring|substr|pause|destroy|kill|off|removeListener|removeAllListeners|end|indexOf|lastIndexOf)\b/
const APPENDING = /^(?:push|unshift|add)$/
const LOOKING = /^(?:length|byteLength|size|slice|splice|shift|pop|substring|substr|indexOf|lastIndexOf|clear|delete)$/

/** Is everything added and nothing ever taken away, nor the amount looked at? */
function isKeptWhole({ binding, call, property }: CollectedOutput, unit: SourceUnit): boolean {
  const listener = call.arguments[1] && findLocalFunction(call.arguments[1], unit)
  if (!listener || binding.isExported || BOUNDING.test(withoutArrows(unit.text.slice(...listener.body.range))))
    return false
  const uses = binding.references.map(({ identifier, init }) =>
    init ? 'start' : readUse(identifier, binding, property),
  )
  return uses.includes('append') && !uses.includes('bound')
}

function withoutArrows(text: string): string {
  return text.replaceAll('=>', '')
}

/** What a use of the collecting variable, or of its property, does to what is collected. */
function readUse(
  identifier: TSESTree.Node,
  binding: Binding,
  property: string | undefined,
): 'append' | 'bound' | undefined {
  let at = climbWrappers(identifier)
  if (property !== undefined) {
    const member = at.parent
    if (member?.type !== 'MemberExpression' || member.object !== at) return undefined
    if (getStaticPropertyName(member) !== property) return undefined
    at = climbWrappers(member)
  }
  const { parent } = at
  if (parent?.type === 'AssignmentExpression' && parent.left === at) {
    if (parent.operator === '+=') return 'append'
    return mentions(parent.right, binding) ? 'append' : 'bound'
  }
  if (parent?.type !== 'MemberExpression' || parent.object !== at) return undefined
  const name = getStaticPropertyName(parent)
  const outer = climbWrappers(parent)
  if (outer.parent?.type === 'AssignmentExpression' && outer.parent.left === outer) return 'bound'
  const isCalled = outer.parent?.type === 'CallExpression' && skipWrappers(outer.parent.callee) === parent
  if (isCalled && APPENDING.test(name ?? '')) return 'append'
  // asked for at the end, it may be no more than "is there any"
  return name === undefined || (LOOKING.test(name) && isLookedAt(outer)) ? 'bound' : undefined
}

/** `out.length > LIMIT`, as against `out.length > 0` and `if (out.length)`. */
function isLookedAt(member: TSESTree.Node): boolean {
  const { parent } = member
  if (parent?.type !== 'BinaryExpression') return parent?.type === 'CallExpression'
  return ![parent.left, parent.right].some((side) => side.type === 'Literal' && (side.value === 0 || side.value === 1))
}

function mentions(root: TSESTree.Node, binding: Binding): boolean {
  return binding.references.some(({ identifier: { range } }) => range[0] >= root.range[0] && range[1] <= root.range[1])
}

/**
 * Is the output kept up to the limit of the API, although nobody uses it? Beyond it the child is ended, for nothing.
 */
export function isKeptForNothing(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): boolean {
  const { arguments: given, contract, node, options } = site
  if (contract.outputLimit === undefined || options.shape.get('maxBuffer').is !== 'absent') return false
  if (contract.isSync) {
    if (![options.stdio.stdout, options.stdio.stderr].some(({ kind }) => kind === 'pipe')) return false
    if (contract.like !== 'spawn') return climbWrappers(node).parent?.type === 'ExpressionStatement'
    return isUnread(node, unit)
  }
  if (contract.handle === 'promise') {
    return handle.uses.length > 0 && handle.uses.every((use) => use.kind === 'await' && isUnread(use.node, unit))
  }
  if (handle.uses.some(({ facet }) => facet === 'stdout' || facet === 'stderr')) return false
  if (handle.uses.some(({ facet, kind }) => facet === 'child' && kind === 'escape')) return false
  if (given.callback.is !== 'known') return given.callback.is === 'absent'
  const callback = findLocalFunction(given.callback.value, unit)
  if (!callback || mentionsAll(callback, unit)) return false
  return callback.params.slice(1).every((output) => readResultName(output, unit) === 'unused')
}

function isUnread(node: TSESTree.Node, unit: SourceUnit): boolean {
  const reading = readResult(node, ['status', 'error', 'signal'], unit)
  return !reading.isEscaped && reading.outputs === 0
}

function mentionsAll(root: TSESTree.Node, { visitorKeys }: SourceUnit): boolean {
  let isMentioned = false as boolean
  traverse(root, {
    visitorKeys,
    enter(node) {
      isMentioned ||= node.type === 'Identifier' && node.name === 'arguments'
      return !isMentioned
    },
  })
  return isMentioned
}
