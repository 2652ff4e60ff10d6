import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'
import { findNamedMethod } from './class-method.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isChildListener } from './handle-use.ts'
import { findLocalFunction } from './local-function.ts'
import { listRunSteps, type RunStep } from './run-step.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A child that is started again by the listener for its own end. */
export interface Respawn {
  readonly event: string
  readonly listen: TSESTree.CallExpression
  /** What starts it again: a call, or the function itself where that is the listener. */
  readonly again: TSESTree.Node
}

/**
 * The fixture `crash-loop` runs it: a child that fails at once is started again for ever. A delay, a count, a look at the
 * clock, and any condition that is not about how the child ended or whether the program wants it, make this silent.
 */
export function findRespawn(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): Respawn | undefined {
  if (site.contract.handle !== 'child') return undefined
  const steps = listRunSteps(site.node, unit)
  for (const use of handle.uses) {
    const { events, source } = use
    if (!isChildListener(use, 'exit', 'close') || source.type !== 'CallExpression' || use.via === 'collection') continue
    const event = events?.find((name) => name === 'exit' || name === 'close')
    const given = source.arguments[1]
    const listener = given && (findLocalFunction(given, unit) ?? findNamedMethod(given, unit))
    if (!given || !listener || event === undefined || !isAddedWithStart(source, steps)) continue
    const direct = steps.find(({ root }) => root === listener)
    if (!direct) continue
    if (!listWay(direct).every((step) => isUnbounded(step, site, unit, listener))) continue
    const isListener = getCodeRoot(site.node) === listener || direct.node === site.node
    return { event, listen: source, again: isListener ? given : direct.node }
  }
  return undefined
}

function listWay(step: RunStep): RunStep[] {
  return step.inner ? [step, ...listWay(step.inner)] : [step]
}

/** By the code that starts the child, so that each of them gets the listener. */
function isAddedWithStart(listen: TSESTree.Node, steps: readonly RunStep[]): boolean {
  return steps.some(({ root }) => isFunctionNode(root) && root === getCodeRoot(listen))
}

/** Neither a condition in front of the step nor anything on the way there puts it off or counts it. */
function isUnbounded({ node, root }: RunStep, site: SpawnSite, unit: SourceUnit, listener: FunctionNode): boolean {
  if (!isFunctionNode(root) || root.generator) return false
  // another file, another count: each start is a different one
  if (
    node !== site.node &&
    node.type === 'CallExpression' &&
    !node.arguments.every((argument) => isSame(argument, unit))
  )
    return false
  let isPlain = true as boolean
  traverse(root.body, {
    visitorKeys: unit.visitorKeys,
    enter(at) {
      if (!isPlain || isFunctionNode(at)) return false
      if (COUNTING.test(at.type) || (at.type === 'AssignmentExpression' && at.operator !== '=')) isPlain = false
      if (at.range[0] >= node.range[0]) return isPlain
      if (at.type === 'AwaitExpression' || /^(?:For\w*|While|DoWhile|Switch)Statement$/.test(at.type)) isPlain = false
      if (isDeciding(at, node) && !isUnboundedTest(at.test, root, unit, listener)) isPlain = false
      return isPlain
    },
  })
  return isPlain
}

const COUNTING = /^(?:UpdateExpression|YieldExpression)$/

type Deciding = TSESTree.ConditionalExpression | TSESTree.IfStatement

/** A test around the step, or in front of it in a statement that may leave. */
function isDeciding(at: TSESTree.Node, node: TSESTree.Node): at is Deciding {
  if (at.type !== 'IfStatement' && at.type !== 'ConditionalExpression') return false
  const isAround = node.range[0] >= at.range[0] && node.range[1] <= at.range[1]
  return isAround || at.type === 'IfStatement'
}

/** A flag that outlives the call, or how the child ended; not one certain status, by which a child asks for it. */
function isUnboundedTest(test: TSESTree.Node, root: CodeRoot, unit: SourceUnit, listener: FunctionNode): boolean {
  const inner = skipWrappers(test)
  switch (inner.type) {
    case 'LogicalExpression':
      return isUnboundedTest(inner.left, root, unit, listener) && isUnboundedTest(inner.right, root, unit, listener)
    case 'UnaryExpression':
      return inner.operator === '!' && isUnboundedTest(inner.argument, root, unit, listener)
    case 'BinaryExpression': {
      const value = getStaticPrimitive(inner.right)
      const isOther = /^!==?$/.test(inner.operator) && value !== undefined && (value.value === 0 || value.value == null)
      return isOther && isStatus(inner.left, unit, listener)
    }
    case 'Identifier': {
      const binding = unit.bindings.resolve(inner)
      return binding !== undefined && (binding.root !== root || isStatus(inner, unit, listener))
    }
    case 'MemberExpression':
      return inner.object.type === 'ThisExpression'
    default:
      return false
  }
}

function isStatus(node: TSESTree.Node, unit: SourceUnit, { params }: FunctionNode): boolean {
  const inner = skipWrappers(node)
  const binding = inner.type === 'Identifier' ? unit.bindings.resolve(inner) : undefined
  return (
    binding !== undefined && params.some((own) => own.type === 'Identifier' && unit.bindings.resolve(own) === binding)
  )
}

/** What is the same at each start: nothing, a literal, or a name that is not written again. */
function isSame(argument: TSESTree.Node, unit: SourceUnit): boolean {
  if (getStaticPrimitive(argument)) return true
  return argument.type === 'Identifier' && unit.bindings.resolve(argument)?.isReassigned === false
}
