import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findNameOf } from './local-function.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** Code that the event loop runs beside other code, and that a synchronous call holds up with all the rest. */
export interface HeldUpCode {
  readonly kind: 'async' | 'listener' | 'request' | 'timer'
  /** The function or method, the event, or the timer, where it has a name. */
  readonly name: string | undefined
  /** The async function; the call that is given the callback. */
  readonly node: TSESTree.Node
}

const MAX_CALLBACKS = 3

/**
 * The async function, listener, request handler or timer that makes a synchronous call run, through functions of the file.
 * None where the program ends behind the call, and none where nothing runs beside it: an async function that the
 * program itself waits for, and a command of a command line.
 */
export function findHeldUpCode(site: SpawnSite, unit: SourceUnit, flow: Flow): HeldUpCode | undefined {
  return findAround(site.node, unit, flow, 0)
}

function findAround(node: TSESTree.Node, unit: SourceUnit, flow: Flow, depth: number): HeldUpCode | undefined {
  for (const trigger of findCodeTriggers(node, unit, isAsync)) {
    const found = readTrigger(trigger)
    // asked last: it takes a graph of the code, and most calls hold nothing up
    if (found) return isLastDeed(node, unit, flow) ? undefined : found
  }
  return undefined

  function readTrigger(trigger: CodeTrigger): HeldUpCode | undefined {
    if (trigger.is === 'unknown') return undefined
    const found = readHolder(trigger)
    const from = trigger.is === 'direct' ? trigger.node : trigger.call
    // whatever a helper's callers do, the code up to here has been looked at
    return found && from !== node && isLastDeed(from, unit, flow) ? undefined : found
  }

  function readHolder(trigger: Exclude<CodeTrigger, { readonly is: 'unknown' }>): HeldUpCode | undefined {
    if (trigger.is === 'direct') {
      if (!isFunctionNode(trigger.root) || isForeground(trigger.root, unit)) return undefined
      return { kind: 'async', name: nameFunction(trigger.root), node: trigger.root }
    }
    const known = readCallback(trigger.call, trigger.index, unit)
    if (known !== 'passed on') return known
    return depth < MAX_CALLBACKS ? findAround(trigger.call, unit, flow, depth + 1) : undefined
  }
}

function isAsync(root: CodeRoot): boolean {
  return isFunctionNode(root) && root.async
}

/** Does every way on from here end the program? Nothing is left that could be held up. */
function isLastDeed(node: TSESTree.Node, { bindings }: SourceUnit, { getGraph, neverReturns }: Flow): boolean {
  const graph = getGraph(getCodeRoot(node))
  const from = findPoint(node, graph)
  return !from || !graph.isExact || findOpenPath(graph, { from, bindings, neverReturns }) === undefined
}

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate']
const ADDING = /^(?:on|once|addListener|prepend(?:Once)?Listener)$/
/** What a program hears when it ends or is asked to. */
const ENDING = /^(?:exit|beforeExit|uncaughtException|unhandledRejection|disconnect|SIG[A-Z]+)$/
/** They run the function that they are given as a part of the code around them. */
const PASSING = /^(?:every|filter|find|findIndex|flatMap|forEach|map|reduce|some|sort|then|catch|finally|nextTick)$/
const ROUTING = /^(?:all|delete|get|head|options|patch|post|put|use)$/
const REQUEST = /^_?(?:req|request|ctx|context)$/

/** Who runs a callback that is handed to a call; `'passed on'`: the code around it. */
function readCallback(
  call: TSESTree.CallExpression,
  index: number,
  unit: SourceUnit,
): HeldUpCode | 'passed on' | undefined {
  const callee = skipWrappers(call.callee)
  const found = unit.resolveOrigin(callee)
  const timer = TIMERS.find((name) => getGlobalPath(found) === name || isExport(found, 'timers', name))
  if (timer !== undefined) return index === 0 ? { kind: 'timer', name: timer, node: call } : undefined
  const isServer = ['http', 'https', 'http2', 'net'].some((module) => isExport(found, module, 'createServer'))
  if (isServer) return { kind: 'request', name: undefined, node: call }
  const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
  if (callee.type !== 'MemberExpression' || method === undefined) return undefined
  if (PASSING.test(method)) return 'passed on'
  if (ADDING.test(method) && index === 1) {
    const event = getStaticString(call.arguments[0])
    const isOver = event === undefined || ENDING.test(event)
    return isOver ? undefined : { kind: 'listener', name: event, node: call }
  }
  return ROUTING.test(method) && isRequestHandler(call.arguments[index])
    ? { kind: 'request', name: undefined, node: call }
    : undefined
}

/** `(req, res) => …`, `(ctx, next) => …` */
function isRequestHandler(argument: TSESTree.Node | undefined): boolean {
  const callback = argument && skipWrappers(argument)
  if (!isFunctionNode(callback) || callback.params.length < 2) return false
  const [first] = callback.params
  return first?.type === 'Identifier' && REQUEST.test(first.name)
}

/** Functions that a command line runs, one for each run of the program. */
const COMMAND = /^(?:action|command|defineCommand|handler|run|main|cli)$/
const MAX_DEPTH = 6

/**
 * Does the program do nothing but this meanwhile? An async function that the program itself calls, or another such
 * function with `await`, and the function of a command.
 */
function isForeground(own: FunctionNode, unit: SourceUnit, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false
  const at = climbWrappers(own)
  const { parent } = at
  if (parent?.type === 'CallExpression') {
    if (parent.callee === at) return isRunInForeground(parent, unit, depth)
    const callee = skipWrappers(parent.callee)
    const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    return method !== undefined && COMMAND.test(method)
  }
  const isMember = parent?.type === 'Property' || parent?.type === 'MethodDefinition'
  if (isMember && parent.value === own) return COMMAND.test(getStaticPropertyName(parent) ?? '')
  const name = findNameOf(own)
  const binding = name && unit.bindings.resolve(name)
  if (!binding || binding.isExported || binding.isReassigned) return false
  const reads = binding.references.filter(({ isRead }) => isRead)
  return reads.every(({ identifier }) => {
    const use = climbWrappers(identifier)
    if (use.parent?.type !== 'CallExpression') return false
    return use.parent.callee === use
      ? isRunInForeground(use.parent, unit, depth)
      : // `program.command('build').action(build)`
        use.parent.callee.type === 'MemberExpression' && COMMAND.test(getStaticPropertyName(use.parent.callee) ?? '')
  })
}

/** A call that its caller waits for, and that no other call runs beside. */
function isRunInForeground(call: TSESTree.CallExpression, unit: SourceUnit, depth: number): boolean {
  const root = getCodeRoot(call)
  const { parent } = climbWrappers(call)
  // an entry of a list or an argument, as of `Promise.all`, has others beside it
  if (root.type === 'Program') return parent?.type !== 'ArrayExpression' && parent?.type !== 'CallExpression'
  if (!isFunctionNode(root) || !root.async) return false
  const isWaitedFor = parent?.type === 'AwaitExpression' || parent?.type === 'ReturnStatement'
  return isWaitedFor && isForeground(root, unit, depth + 1)
}

function nameFunction(own: FunctionNode): string | undefined {
  const name = findNameOf(own)?.name ?? (own.type === 'FunctionExpression' ? own.id?.name : undefined)
  if (name !== undefined) return name
  const { parent } = climbWrappers(own)
  switch (parent?.type) {
    case 'MethodDefinition':
    case 'Property':
    case 'PropertyDefinition':
      return getStaticPropertyName(parent)
    case 'AssignmentExpression':
      return parent.left.type === 'MemberExpression' ? getStaticPropertyName(parent.left) : undefined
    default:
      return undefined
  }
}
