import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { Contract } from './contracts.ts'
import type { FollowedHandle, Held } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { findNameOf } from './local-function.ts'
import { followConstants } from './known-value.ts'
import { enterCall } from './parameter-values.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnArguments } from './spawn-arguments.ts'
import { readStart, type SpawnSite } from './spawn-site.ts'
import { known, type ThreeValued } from './three-valued.ts'

/** A child that a function starts and returns: the summary of the function, as its callers need it. */
export interface HandedBack {
  /** The call in the function that gives it the child; of one that was handed back itself, the call of that function. */
  readonly start: SpawnSite
  readonly owner: FunctionNode
  /** Where the child and its streams lie in what the function returns. */
  readonly held: readonly Held[]
  /** The function gives a promise of that. */
  readonly isPromise: boolean
  /** The file of the function. */
  readonly unit: SourceUnit
  /** What the function does with the child by itself: for a caller it has happened at the call. */
  readonly uses: readonly HandleUse[]
}

/** A function that chooses between more children than these is not followed to its callers. */
const MAX_CHILDREN = 4
/** Functions between the start of a child and the code that is left with it. */
const MAX_CHAIN = 8

export interface FileSummary {
  /** Calls of functions of the file that hand back a child. */
  readonly calls: readonly SpawnSite[]
  readonly byFunction: ReadonlyMap<FunctionNode, readonly HandedBack[]>
}

/** Summarises the functions of a file: the least set that `sites`, and the calls that are found by it, lead to. */
export function summariseFunctions(
  sites: readonly SpawnSite[],
  unit: SourceUnit,
  getHandle: (site: SpawnSite) => FollowedHandle,
): FileSummary {
  const summaries = new Map<FunctionNode, HandedBack[]>()
  const crowded = new Set<FunctionNode>()
  const found: SpawnSite[] = []
  const pending = [...sites]
  // it grows while it is walked through
  for (const site of pending) {
    for (const summary of summariseReturns(site, getHandle(site), unit)) {
      const { owner } = summary
      // a function that calls itself hands back what it started deeper down
      if (listOwners(site).includes(owner)) continue
      const others = summaries.get(owner) ?? []
      summaries.set(owner, [...others, summary])
      if (others.length >= MAX_CHILDREN) {
        crowded.add(owner)
        continue
      }
      for (const call of listCalls(owner, unit)) {
        const next = readHandingCall(call, summary, unit)
        found.push(next)
        pending.push(next)
      }
    }
  }
  for (const owner of crowded) summaries.delete(owner)
  const isSure = (site: SpawnSite): boolean => !listOwners(site).some((owner) => crowded.has(owner))
  return { calls: found.filter(isSure), byFunction: summaries }
}

/** The call that really starts the child. */
export function getFirstStart(site: SpawnSite): SpawnSite {
  let at = site
  while (at.handedBack) at = at.handedBack.start
  return at
}

/** The value of the call is the child itself, or the promise that stands for it: neither an object around it nor a promise of the child. */
export function isGivenAsSuch({ handedBack }: SpawnSite): boolean {
  return !handedBack || (!handedBack.isPromise && handedBack.held.every(({ path }) => path.length === 0))
}

/**
 * The children of each call: one, but for a function that hands back more than one, at different places of an object, or
 * one of several. Of these it is not known which: they are only wrong if all of them are.
 */
export function groupByCall(sites: readonly SpawnSite[]): readonly (readonly (readonly SpawnSite[])[])[] {
  const byCall = new Map<TSESTree.Node, Map<string, SpawnSite[]>>()
  for (const site of sites) {
    const place = site.handedBack?.held.map(({ path }) => path.join('.')).join(' ') ?? ''
    const children = byCall.get(site.node) ?? new Map<string, SpawnSite[]>()
    byCall.set(site.node, children.set(place, [...(children.get(place) ?? []), site]))
  }
  return [...byCall.values()].map((children) => [...children.values()])
}

function isAround(root: CodeRoot, node: TSESTree.Node): boolean {
  return root.type === 'Program' || (root.range[0] <= node.range[0] && root.range[1] >= node.range[1])
}

function listOwners(site: SpawnSite): FunctionNode[] {
  const owners: FunctionNode[] = []
  for (let at = site.handedBack; at; at = at.start.handedBack) owners.push(at.owner)
  return owners
}

/** What each function that returns the child of a site does with it. */
function summariseReturns(site: SpawnSite, { holders, returns, uses }: FollowedHandle, unit: SourceUnit): HandedBack[] {
  if (listOwners(site).length >= MAX_CHAIN) return []
  const owners = new Set(returns.map(({ owner }) => owner))
  return [...owners].flatMap((owner) => {
    const own = returns.filter((given) => given.owner === owner)
    const held = own.map((given) => given.held)
    const isChild = held.some(({ facet }) => facet === 'child' || facet === 'promise')
    // a variable around the function keeps the child for others, who may see to it
    const isKept = [...holders].some(({ root }) => root !== owner && isAround(root, owner))
    if (!isChild || isKept || owner.generator) return []
    const handing = new Set(own.map(({ use }) => use))
    return {
      start: site,
      owner,
      held,
      unit,
      isPromise: owner.async || held.some(({ isPromised }) => isPromised === true),
      uses: uses.filter((use) => !handing.has(use)),
    }
  })
}

/** Calls of a function by its one name, and of one that is called where it stands. */
function listCalls(callee: FunctionNode, unit: SourceUnit): TSESTree.CallExpression[] {
  const name = findNameOf(callee)
  const binding = name && unit.bindings.resolve(name)
  if (!binding) return toCall(callee)
  if (binding.isReassigned || binding.definitions.length > 1) return []
  return binding.references.flatMap(({ identifier, isRead }) => (isRead ? toCall(identifier) : []))
}

function toCall(callee: TSESTree.Node): TSESTree.CallExpression[] {
  const at = climbWrappers(callee)
  return at.parent?.type === 'CallExpression' && at.parent.callee === at ? [at.parent] : []
}

/** A call of a function that hands back a child, read as the place that starts it. */
export function readHandingCall(call: TSESTree.CallExpression, summary: HandedBack, caller: SourceUnit): SpawnSite {
  const { isPromise, owner, start } = summary
  const unit = enterCall(owner, call, start.unit, caller)
  const read = readStart(getFirstStart(start).node, start.contract, unit)
  const { command } = read
  const called = skipWrappers(call.callee)
  // `(0, server.start)()`
  const callee = called.type === 'SequenceExpression' ? skipWrappers(called.expressions.at(-1) ?? called) : called
  const name = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  return {
    ...read,
    // a path that is a parameter is known by its name; one that is not known here may still be what that name says
    command: { ...command, maySelf: command.maySelf || (!command.names && start.command.maySelf) },
    arguments: followArguments(read.arguments, unit),
    node: call,
    // of a function that is called where it stands, the place in it
    callee: isFunctionNode(callee) ? start.callee : callee,
    name: callee.type === 'Identifier' ? callee.name : (name ?? 'function'),
    contract: limitContract(start, isPromise),
    root: getCodeRoot(call),
    unit,
    handedBack: summary,
  }
}

/**
 * The bound on the run time is the business of whoever writes the options. A promise of the wrapper's promise has no
 * child of its own, and asks for the result: where that says less than the failure of a start, its loss is not judged.
 */
function limitContract({ contract, options: { signal, timeout } }: SpawnSite, isPromise: boolean): Contract {
  const owes = new Set(contract.owes)
  if (timeout.is !== 'unknown' && signal.is !== 'unknown') owes.delete('deadline')
  if (!isPromise || contract.handle !== 'promise') return { ...contract, owes }
  if (contract.neglect === 'silence') owes.delete('outcome')
  return { ...contract, owes, isChild: false, neglect: 'crash' }
}

/** The arguments as the caller wrote them, where they come from the caller. */
function followArguments(
  { args, callback, command, options }: SpawnArguments,
  { bindings }: SourceUnit,
): SpawnArguments {
  const follow = (argument: ThreeValued<TSESTree.Node>): ThreeValued<TSESTree.Node> =>
    argument.is === 'known' ? known(followConstants(argument.value, bindings)) : argument
  return {
    command: command && followConstants(command, bindings),
    args: follow(args),
    callback: follow(callback),
    options: follow(options),
  }
}
