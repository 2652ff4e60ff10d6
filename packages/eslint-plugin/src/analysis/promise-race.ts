import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { isInLoop } from '../ast/loop.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { readExecutor } from './completion.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { findLocalFunction } from './local-function.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import { isChainMethod } from './promise-use.ts'
import type { SourceUnit } from './source-unit.ts'
import { findTimeLimits, listSettlements } from './time-limit.ts'

/** A `Promise.race` in which time takes part. */
export interface TimedRace {
  readonly call: TSESTree.CallExpression
  /** The time limit rejects; otherwise it only lets the race go on. */
  readonly rejects: boolean
  /** In milliseconds, where the source tells it. */
  readonly delay: number | undefined
}

type TimeEntry = Omit<TimedRace, 'call'>

const MAX_DEPTH = 4

/** The race of a list that holds `promise`, directly, under a name, behind `then`, or in a function that it is given to. */
export function findRaces(promise: TSESTree.Node, unit: SourceUnit, depth = 0): TSESTree.CallExpression[] {
  if (depth > MAX_DEPTH) return []
  const at = climbWrappers(promise)
  const { parent } = at
  switch (parent?.type) {
    case 'ArrayExpression': {
      const call = climbWrappers(parent).parent
      // in a loop it is only asked how long it takes
      return call?.type === 'CallExpression' && isRace(call, unit) && !isInLoop(call) ? [call] : []
    }
    case 'VariableDeclarator':
      return parent.init === at ? followName(parent.id, unit, depth) : []
    case 'MemberExpression': {
      const call = climbWrappers(parent).parent
      const isChain = parent.object === at && isChainMethod(getStaticPropertyName(parent))
      return isChain && call?.type === 'CallExpression' ? findRaces(call, unit, depth + 1) : []
    }
    case 'CallExpression': {
      const callee = findLocalFunction(parent.callee, unit)
      const parameter = callee?.params[parent.arguments.indexOf(at as TSESTree.Expression)]
      return parameter ? followName(parameter, unit, depth) : []
    }
    default:
      return []
  }
}

function followName(name: TSESTree.Node, unit: SourceUnit, depth: number): TSESTree.CallExpression[] {
  const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
  if (!binding || binding.isReassigned) return []
  // whoever waits for it elsewhere has not given up
  if (binding.references.some(({ identifier }) => climbWrappers(identifier).parent?.type === 'AwaitExpression'))
    return []
  return binding.references.flatMap(({ identifier, isRead }) => (isRead ? findRaces(identifier, unit, depth + 1) : []))
}

export function isRace(call: TSESTree.CallExpression, unit: SourceUnit): boolean {
  return getGlobalPath(unit.resolveOrigin(call.callee)) === 'Promise.race'
}

/** The race, if one of its entries is over after some time. */
export function readTimedRace(call: TSESTree.CallExpression, unit: SourceUnit): TimedRace | undefined {
  const [list] = call.arguments
  const entries = list && followConstants(list, unit.bindings)
  if (entries?.type !== 'ArrayExpression') return undefined
  const ends = entries.elements.map((entry) => (entry ? readTimeEntry(entry, unit) : undefined))
  const end = ends.find((own) => own !== undefined)
  return end && { call, ...end }
}

/** How a promise is settled that waits for nothing but time. */
function readTimeEntry(entry: TSESTree.Node, unit: SourceUnit, depth = 0): TimeEntry | undefined {
  if (depth > MAX_DEPTH) return undefined
  const value = followConstants(entry, unit.bindings)
  if (value.type === 'NewExpression') return readExecutorEnd(value.arguments[0], unit)
  if (value.type !== 'CallExpression') return undefined
  if (isExport(unit.resolveOrigin(value.callee), 'timers/promises', 'setTimeout')) {
    const delay = value.arguments[0] && readPrimitive(value.arguments[0], unit.bindings)
    return { rejects: false, delay: delay?.is === 'known' && typeof delay.value === 'number' ? delay.value : undefined }
  }
  const callee = skipWrappers(value.callee)
  if (callee.type === 'MemberExpression' && isChainMethod(getStaticPropertyName(callee))) {
    const end = readTimeEntry(callee.object, unit, depth + 1)
    return end && { ...end, rejects: end.rejects || value.arguments.some((handler) => mayThrow(handler, unit)) }
  }
  const local = findLocalFunction(callee, unit)
  const made = local && findReturnedPromise(local)
  return made && readTimeEntry(made, unit, depth + 1)
}

function readExecutorEnd(executor: TSESTree.Node | undefined, unit: SourceUnit): TimeEntry | undefined {
  const completion = isFunctionNode(executor) ? readExecutor(executor, unit) : undefined
  if (!completion) return undefined
  const settlements = listSettlements(completion, unit)
  const limits = findTimeLimits(settlements, unit)
  const [first] = limits
  if (!first || limits.length < settlements.length) return undefined
  return { rejects: limits.some(({ settler }) => settler === 'reject'), delay: first.timer.delay }
}

/** `sleep(ms).then(() => { throw … })` */
function mayThrow(handler: TSESTree.Node, unit: SourceUnit): boolean {
  let throws = false
  const callee = findLocalFunction(handler, unit)
  if (!callee) return false
  traverse(callee.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (isFunctionNode(node)) return false
      throws ||= node.type === 'ThrowStatement'
      return !throws
    },
  })
  return throws
}

/** The promise that a function does nothing but make. */
function findReturnedPromise({ body }: FunctionNode): TSESTree.Node | undefined {
  const inner = body.type === 'BlockStatement' ? body.body.at(-1) : undefined
  const value = inner?.type === 'ReturnStatement' ? inner.argument : body.type === 'BlockStatement' ? undefined : body
  const made = value && skipWrappers(value)
  return made?.type === 'NewExpression' || made?.type === 'CallExpression' ? made : undefined
}
