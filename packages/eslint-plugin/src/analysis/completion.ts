import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, Reference } from '../ast/bindings.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { getGlobalPath, getPatternPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isInText } from './text-search.ts'

/** `callback`: called with an error first. */
export type Settler = 'callback' | 'reject' | 'resolve'

/** How code tells that a child has ended: a promise that it settles, or a callback that it was given. */
export interface Completion {
  readonly kind: 'callback' | 'promise'
  /** `new Promise(…)`, `Promise.withResolvers()`, or the parameter. */
  readonly node: TSESTree.Node
  /** The names that settle it. */
  readonly settlers: ReadonlyMap<Binding, Settler>
  /** The code that has those names first. */
  readonly scope: CodeRoot
}

/** Names that a callback with an error first goes by; `onExit` and the like may be called as often as it happens. */
const CALLBACK = /^(?:cb|callback|done|next|\w*(?:Cb|Callback))$/

export function isCallbackName(name: string): boolean {
  return CALLBACK.test(name)
}

const known = new WeakMap<SpawnSite, readonly Completion[]>()

/** The promises and callbacks around a child, and the promises made right behind it whose code listens to the child. */
export function findCompletions(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): readonly Completion[] {
  let completions = known.get(site)
  if (!completions) known.set(site, (completions = listCompletions(site, handle, unit)))
  return completions
}

function listCompletions(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): Completion[] {
  const found: Completion[] = []
  for (let root: CodeRoot = site.root; isFunctionNode(root); root = getCodeRoot(root)) {
    const completion = readExecutor(root, unit) ?? readCallback(root, unit)
    if (completion) found.push(completion)
  }
  const executors = new Set<FunctionNode>()
  for (const { kind, source } of handle.uses) {
    if (kind !== 'listen') continue
    for (let root = getCodeRoot(source); root !== site.root && isFunctionNode(root); root = getCodeRoot(root))
      if (getCodeRoot(root) === site.root) executors.add(root)
  }
  for (const executor of executors) {
    const completion = readExecutor(executor, unit)
    if (completion) found.push(completion)
  }
  return [...found, ...(listDeferred(unit).get(site.root) ?? [])]
}

/** The promise that a function is the executor of. */
export function readExecutor(executor: FunctionNode, unit: SourceUnit): Completion | undefined {
  const at = climbWrappers(executor)
  const { parent } = at
  if (parent?.type !== 'NewExpression' || parent.arguments[0] !== at) return undefined
  if (parent.callee.type !== 'Identifier' || parent.callee.name !== 'Promise') return undefined
  const settlers = new Map<Binding, Settler>()
  for (const [index, role] of (['resolve', 'reject'] as const).entries()) {
    const parameter = executor.params[index]
    if (!parameter) continue
    const binding = parameter.type === 'Identifier' ? unit.bindings.resolve(parameter) : undefined
    if (!binding || binding.isReassigned) return undefined
    settlers.set(binding, role)
  }
  return settlers.size > 0 ? { kind: 'promise', node: parent, settlers, scope: executor } : undefined
}

function readCallback(owner: FunctionNode, unit: SourceUnit): Completion | undefined {
  const last = owner.params.at(-1)
  const parameter = last?.type === 'AssignmentPattern' ? last.left : last
  if (parameter?.type !== 'Identifier' || !isCallbackName(parameter.name)) return undefined
  const binding = unit.bindings.resolve(parameter)
  if (!binding || binding.references.some((use) => use.isWrite && !use.init && !isShifted(use, owner, unit)))
    return undefined
  return { kind: 'callback', node: parameter, settlers: new Map([[binding, 'callback']]), scope: owner }
}

/** `if (typeof options === 'function') callback = options`: the callback of whoever leaves out what stands in front of it. */
function isShifted({ root, writeExpression }: Reference, owner: FunctionNode, { bindings }: SourceUnit): boolean {
  const value = writeExpression && skipWrappers(writeExpression)
  const source = value?.type === 'Identifier' ? bindings.resolve(value) : undefined
  return root === owner && source?.kind === 'parameter' && source.root === owner
}

const DEFERRED = /\bwithResolvers\b/
const deferred = new WeakMap<SourceUnit, Map<CodeRoot, Completion[]>>()

/** `const { promise, resolve, reject } = Promise.withResolvers()`, by the code that it stands in. */
function listDeferred(unit: SourceUnit): ReadonlyMap<CodeRoot, Completion[]> {
  const listed = deferred.get(unit)
  if (listed) return listed
  const byCall = new Map<TSESTree.Node, { settlers: Map<Binding, Settler>; scope: CodeRoot }>()
  const candidates = isInText(DEFERRED, unit) ? unit.bindings.all : []
  for (const binding of candidates) {
    const [definition] = binding.definitions
    if (definition?.node.type !== 'VariableDeclarator' || binding.isReassigned) continue
    const path = getPatternPath(definition.name)?.join('.')
    const call = definition.node.init && skipWrappers(definition.node.init)
    if ((path !== 'resolve' && path !== 'reject') || call?.type !== 'CallExpression') continue
    if (getGlobalPath(unit.resolveOrigin(call.callee)) !== 'Promise.withResolvers') continue
    const entry = byCall.get(call) ?? { settlers: new Map<Binding, Settler>(), scope: binding.root }
    entry.settlers.set(binding, path)
    byCall.set(call, entry)
  }
  const byRoot = new Map<CodeRoot, Completion[]>()
  for (const [node, entry] of byCall) {
    byRoot.set(entry.scope, [...(byRoot.get(entry.scope) ?? []), { kind: 'promise', node, ...entry }])
  }
  deferred.set(unit, byRoot)
  return byRoot
}

/** Is the promise handed to code that may give up on it: a race, a helper with a time limit? */
export function isHandedOn({ kind, node }: Completion, unit: SourceUnit): boolean {
  if (kind === 'callback') return false
  const at = climbWrappers(node)
  const { parent } = at
  if (parent?.type === 'VariableDeclarator') {
    if (parent.id.type === 'Identifier') {
      const binding = unit.bindings.resolve(parent.id)
      return (
        !binding || binding.isExported || binding.references.some((use) => use.isRead && isGivenAway(use.identifier))
      )
    }
    const promise = unit.bindings.all.find(
      ({ definitions: [own] }) => own?.node === parent && getPatternPath(own.name)?.join('.') === 'promise',
    )
    return promise ? promise.references.some((use) => use.isRead && isGivenAway(use.identifier)) : true
  }
  return isGivenAway(node)
}

function isGivenAway(promise: TSESTree.Node): boolean {
  const at = climbWrappers(promise)
  const { parent } = at
  switch (parent?.type) {
    case 'AwaitExpression':
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
    case 'ExpressionStatement':
      return false
    case 'MemberExpression': {
      const name = getStaticPropertyName(parent)
      const link = climbWrappers(parent).parent
      const isChain = name === 'then' || name === 'catch' || name === 'finally'
      return !isChain || link?.type !== 'CallExpression' || isGivenAway(link)
    }
    default:
      return true
  }
}
