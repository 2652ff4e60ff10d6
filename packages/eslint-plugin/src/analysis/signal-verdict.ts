import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import { findReached } from '../flow/find-suspension.ts'
import type { FlowTest } from '../flow/flow-graph.ts'
import { type AssumedValue, type Assumptions, decideTest, evaluate, isTruthy } from './assumed-value.ts'
import { type ChildEnding, FAILED, KILLED, SUCCEEDED } from './child-ending.ts'
import { findCompletions } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isChildListener } from './handle-use.ts'
import type { Flow } from './life-verdict.ts'
import { findLocalFunction } from './local-function.ts'
import { isExport } from './module-origin.ts'
import { getSettleReader, SettleReader } from './settle-outcome.ts'
import { collectSettleTriggers } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { mayBeStopped } from './stopped-child.ts'
import { isMetBeforeEnd } from './use-order.ts'

/** How the end by a signal, whose status is `null`, passes for a success. */
export interface SignalLoss {
  /** What goes on as after a success, or gives the program the status 0. */
  readonly is: 'signalAsSuccess' | 'signalExitsZero'
  /** The call that does it; the listener, where it is all that comes after it. */
  readonly node: TSESTree.Node
  /** The parameter with the status, where it has a name. */
  readonly status: TSESTree.Identifier | undefined
}

export function findSignalLoss(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): SignalLoss | undefined {
  if (site.contract.handle !== 'child' || !site.contract.owes.has('end') || mayBeStopped(site, handle)) return undefined
  for (const use of handle.uses) {
    const { source } = use
    if (!isChildListener(use, 'exit', 'close') || source.type !== 'CallExpression') continue
    const loss = readLoss(source)
    if (loss && !isJudgedByAnother(use) && isMetBeforeEnd(use, site, handle, unit, flow)) return loss
  }
  return undefined

  /** Another listener looks at the signal, or ends the program in its own way, whichever of them comes first. */
  function isJudgedByAnother(own: HandleUse): boolean {
    return handle.uses.some((use) => {
      if (use === own || !isChildListener(use, 'exit', 'close') || use.source.type !== 'CallExpression') return false
      const listener = use.source.arguments[1]
      const callee = listener && findLocalFunction(listener, unit)
      if (!callee) return false
      return mentionsSignal(callee, unit) || (endsProgram(callee, unit, flow) && !readLoss(use.source))
    })
  }

  function readLoss(call: TSESTree.CallExpression): SignalLoss | undefined {
    const listener = call.arguments[1]
    if (!listener) return undefined
    if (isExport(unit.resolveOrigin(listener), 'process', 'exit'))
      return { is: 'signalExitsZero', node: listener, status: undefined }
    const callee = findLocalFunction(listener, unit)
    if (!callee || mentionsSignal(callee, unit)) return undefined
    const [status] = callee.params
    if (status?.type !== 'Identifier') return undefined
    const node = findSuccess(callee, site, handle, unit, flow)
    if (node && !isDistinguished(status, node, unit)) return { is: 'signalAsSuccess', node, status }
    const exit = findExit(callee, unit, flow)
    return exit && { is: 'signalExitsZero', node: exit, status }
  }
}

/** What a listener does alike after status 0 and after a signal, but not after a failure. */
function findSuccess(
  listener: FunctionNode,
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): TSESTree.Node | undefined {
  const completions = findCompletions(site, handle, unit)
  for (const completion of completions.length > 0 ? completions : [undefined]) {
    const reader = completion
      ? getSettleReader(completion, collectSettleTriggers(completion, handle, unit), unit, flow)
      : getEndReader(unit, flow)
    const read = ({ events, properties }: ChildEnding) => reader.read(listener, events.get('exit') ?? [], properties)
    const killed = read(KILLED)
    if ([...killed.keys()].some((outcome) => outcome !== 'success' && outcome !== 'none')) continue
    const success = killed.get('success')
    const isFailureTold = FAILED.every((ending) => {
      const failed = read(ending)
      if (failed.has('success') || failed.has('unknown')) return false
      // where nothing is settled, a failure ends the program for certain, and this does not
      return success ? failed.has('failure') || failed.has('end') : failed.size === 1 && failed.has('end')
    })
    if (!isFailureTold) continue
    const succeeded = read(SUCCEEDED)
    if (success && succeeded.has('success')) return success
    if (!success && succeeded.size === 1 && succeeded.has('none')) return listener
  }
  return undefined
}

const endReaders = new WeakMap<SourceUnit, SettleReader>()

/** Reads of functions only whether they end the program: the same for every child of a file. */
function getEndReader(unit: SourceUnit, flow: Flow): SettleReader {
  let reader = endReaders.get(unit)
  if (!reader) {
    const triggers = { codes: new Set<never>(), entrusting: new Set<never>() }
    endReaders.set(unit, (reader = new SettleReader({ settlers: new Map() }, triggers, unit, flow)))
  }
  return reader
}

/** Does a listener end the program for certain when a signal ended the child? */
function endsProgram(listener: FunctionNode, unit: SourceUnit, flow: Flow): boolean {
  const { events, properties } = KILLED
  const outcomes = getEndReader(unit, flow).read(listener, events.get('exit') ?? [], properties)
  return outcomes.size === 1 && outcomes.has('end')
}

const exits = new WeakMap<FunctionNode, { readonly node: TSESTree.Node | undefined }>()

/** `process.exit(code)`, `process.exitCode = code`: with `null` the program ends with 0 (measured). */
function findExit(listener: FunctionNode, unit: SourceUnit, flow: Flow): TSESTree.Node | undefined {
  let exit = exits.get(listener)
  // one function can listen to many children
  if (!exit) exits.set(listener, (exit = { node: searchExit(listener, unit, flow) }))
  return exit.node
}

function searchExit(listener: FunctionNode, unit: SourceUnit, flow: Flow): TSESTree.Node | undefined {
  const graph = flow.getGraph(listener)
  let found: TSESTree.Node | undefined
  traverse(listener.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (found || (isFunctionNode(node) && node !== listener)) return false
      const status = readExitStatus(node, unit)
      if (!status || getCodeRoot(node) !== listener) return true
      const statusAt = (ending: ChildEnding) => evaluate(status, assume(listener, ending, unit), unit)
      const isLost = isZero(statusAt(KILLED)) && FAILED.every((ending) => isNonZero(statusAt(ending)))
      const given = assume(listener, KILLED, unit)
      const assumes = (test: FlowTest) => decideTest(test, given, unit)
      // an exit is a point that nothing follows, so it is looked for as a target
      if (!isLost || !findReached(graph, { from: 'entry', bindings: unit.bindings, assumes, to: new Set([node]) }))
        return true
      if (node.type === 'CallExpression' || isStatusKept(node, assumes)) found = node
      return true
    },
  })
  return found

  /** Nothing gives the program another status after the assignment. */
  function isStatusKept(assignment: TSESTree.Node, assumes: (test: FlowTest) => boolean | undefined): boolean {
    const stops = (node: TSESTree.Node): boolean => readExitStatus(node, unit) !== undefined
    const options = { from: assignment, stops, assumes, bindings: unit.bindings, neverReturns: flow.neverReturns }
    if (findOpenPath(graph, { ...options, ends: ['end', 'return'] })) return true
    const isPlainExit = (node: TSESTree.Node): boolean =>
      node.type === 'CallExpression' &&
      node.arguments.length === 0 &&
      isExport(unit.resolveOrigin(node.callee), 'process', 'exit')
    return findReached(graph, { ...options, to: isPlainExit }) !== undefined
  }
}

function readExitStatus(node: TSESTree.Node, unit: SourceUnit): TSESTree.Node | undefined {
  if (node.type === 'CallExpression')
    return isExport(unit.resolveOrigin(node.callee), 'process', 'exit') ? node.arguments[0] : undefined
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return undefined
  return isExport(unit.resolveOrigin(node.left), 'process', 'exitCode') ? node.right : undefined
}

function assume(listener: FunctionNode, { events, properties }: ChildEnding, unit: SourceUnit): Assumptions {
  const bindings = new Map<NonNullable<ReturnType<typeof unit.bindings.resolve>>, AssumedValue>()
  for (const [index, value] of (events.get('exit') ?? []).entries()) {
    const parameter = listener.params[index]
    const binding = parameter?.type === 'Identifier' ? unit.bindings.resolve(parameter) : undefined
    if (binding && !binding.isReassigned) bindings.set(binding, value)
  }
  return { bindings, properties }
}

function isZero(value: AssumedValue | undefined): boolean {
  return value?.is === 'primitive' && !value.value
}

function isNonZero(value: AssumedValue | undefined): boolean {
  return value !== undefined && isTruthy(value)
}

/** A listener that looks at the signal, by its parameter or by the child, means what it does. */
export function mentionsSignal(listener: FunctionNode, unit: SourceUnit): boolean {
  const [, signal] = listener.params
  if (signal && signal.type !== 'Identifier') return true
  const binding = signal && unit.bindings.resolve(signal)
  const isTested = binding?.references.some(({ identifier }) => !isReported(identifier, listener))
  return Boolean(isTested) || /\b(?:signalCode|killed)\b/.test(unit.text.slice(...listener.range))
}

/** Inside a message or another argument: it tells, and decides nothing. */
function isReported(identifier: TSESTree.Node, listener: TSESTree.Node): boolean {
  for (let at = identifier.parent; at && at !== listener; at = at.parent) {
    if (at.type === 'TemplateLiteral') return true
    if (at.type === 'IfStatement' || at.type === 'ConditionalExpression' || at.type === 'LogicalExpression')
      return false
  }
  return false
}

/** The one who waits is given the status, or it is compared with `null` on purpose. */
function isDistinguished(status: TSESTree.Identifier, settling: TSESTree.Node, unit: SourceUnit): boolean {
  return (unit.bindings.resolve(status)?.references ?? []).some(({ identifier }) => {
    const { parent } = identifier
    if (parent.type === 'LogicalExpression' && parent.operator === '??') return true
    if (parent.type === 'BinaryExpression' && [parent.left, parent.right].some(isNull)) return true
    return !isFunctionNode(settling) && isInside(identifier, settling) && !isTest(identifier, settling)
  })
}

/** `callback(code ? new Error() : null)` hands on no status. */
function isTest(identifier: TSESTree.Node, settling: TSESTree.Node): boolean {
  for (let at = identifier; at.parent && at !== settling; at = at.parent) {
    if (at.parent.type === 'ConditionalExpression') return true
    if (at.parent.type === 'LogicalExpression' && at.parent.operator === '&&' && at.parent.left === at) return true
  }
  return false
}

function isNull(node: TSESTree.Node): boolean {
  const inner = skipWrappers(node)
  return (
    (inner.type === 'Literal' && inner.raw === 'null') || (inner.type === 'Identifier' && inner.name === 'undefined')
  )
}

function isInside(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
