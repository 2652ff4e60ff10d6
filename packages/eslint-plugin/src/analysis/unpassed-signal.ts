import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { isCallbackName, readExecutor } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { findKilling } from './kill-call.ts'
import { isAround } from './kill-timer.ts'
import { findLocalFunction } from './local-function.ts'
import { getGlobalPath } from './module-origin.ts'
import { mayEndByPid } from './pid-use.ts'
import { isAbortOption, listReceivedSignals, type ReceivedSignal } from './received-signal.ts'
import type { SourceUnit } from './source-unit.ts'
import { findCallContract, type SpawnSite } from './spawn-site.ts'
import { isKnownAs } from './three-valued.ts'

/** A signal that a function is given, and a child that it starts without it. */
export interface UnpassedSignal {
  readonly signal: ReceivedSignal
  /** What is done about an abort instead: the signal is asked, or an 'abort' listener settles the promise. */
  readonly instead: { readonly is: 'asks' | 'settles'; readonly node: TSESTree.Node } | undefined
}

/**
 * Measured with Node 20: neither a rejected promise, nor `throwIfAborted()` in front of the start, nor a `fetch()` with the same
 * signal has any effect on the child; it runs to its own end.
 */
export function findUnpassedSignal(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
): UnpassedSignal | undefined {
  // a call that blocks the program cannot be aborted at all
  if (site.contract.isSync || !isUnbounded(site) || !isInView(handle, unit)) return undefined
  const owner = findReceiver(site, unit)
  if (!owner || isCleanUp(site, owner.code)) return undefined
  for (const signal of owner.signals) {
    if (signal.isPassedOn) continue
    const search = new SignalSearch(site, handle, unit)
    if (signal.reads.every((read) => search.isInert(read))) return { signal, instead: search.instead }
  }
  return undefined
}

/** Nothing that is said where it starts ends it, or lets it go. */
function isUnbounded({ options: { detached, shape, signal, timeout } }: SpawnSite): boolean {
  if (signal.is !== 'absent' || (timeout.is !== 'absent' && !isKnownAs(timeout, 0))) return false
  // tinyexec hands those on
  if (shape.get('nodeOptions').is !== 'absent') return false
  return detached.is === 'absent' || isKnownAs(detached, false)
}

/** Nobody else has the child, and nobody ends it or lets it go, whenever that may be. */
function isInView(handle: FollowedHandle, unit: SourceUnit): boolean {
  if (mayEndByPid(handle, unit)) return false
  const { kills } = findKilling(handle, unit)
  return kills.length === 0 && !handle.uses.some((use) => mayEnd(use, handle, unit))
}

function mayEnd(use: HandleUse, handle: FollowedHandle, unit: SourceUnit): boolean {
  switch (use.kind) {
    case 'kill':
    case 'unref':
    case 'send':
      return true
    case 'escape':
      return use.facet !== 'promise' || !isWaitedFor(use, handle, unit)
    default:
      return false
  }
}

/** The promise goes to whoever waits for it, by what cannot reach the child: an async function, `Promise.all()`. */
function isWaitedFor(use: HandleUse, handle: FollowedHandle, unit: SourceUnit): boolean {
  const returned = handle.returns.find((given) => given.use === use)
  if (returned) return returned.owner.async
  const { source } = use
  return (
    source.type === 'CallExpression' &&
    /^Promise\.(?:all|allSettled|any|race)$/.test(getGlobalPath(unit.resolveOrigin(source.callee)) ?? '')
  )
}

interface Receiver {
  readonly code: FunctionNode
  readonly signals: readonly ReceivedSignal[]
}

/** The function that is given a signal, and whose call runs the start. */
function findReceiver({ root }: SpawnSite, unit: SourceUnit): Receiver | undefined {
  for (let at: CodeRoot = root; isFunctionNode(at); at = getCodeRoot(at)) {
    const signals = listReceivedSignals(at, unit)
    if (signals.length > 0) return { code: at, signals }
    if (!isRunAtOnce(at, unit)) return undefined
  }
  return undefined
}

/** An executor, a function that is called where it stands, the callback of a method of arrays. */
function isRunAtOnce(code: FunctionNode, unit: SourceUnit): boolean {
  if (readExecutor(code, unit)) return true
  const at = climbWrappers(code)
  const { parent } = at
  if (parent?.type !== 'CallExpression') return false
  if (parent.callee === at) return true
  const callee = skipWrappers(parent.callee)
  return (
    parent.arguments[0] === at &&
    callee.type === 'MemberExpression' &&
    /^(?:map|flatMap|forEach)$/.test(getStaticPropertyName(callee) ?? '')
  )
}

/** What puts things right has to be done after an abort as well. */
function isCleanUp({ node }: SpawnSite, code: FunctionNode): boolean {
  let below: TSESTree.Node = node
  for (let at: TSESTree.Node | undefined = node.parent; at && at !== code; below = at, at = at.parent) {
    if (at.type === 'CatchClause' || (at.type === 'TryStatement' && at.finalizer === below)) return true
    if (at.type === 'IfStatement' && at.consequent === below && isAbortTest(at.test)) return true
  }
  return false
}

function isAbortTest(test: TSESTree.Node): boolean {
  const inner = skipWrappers(test)
  if (inner.type === 'LogicalExpression') return isAbortTest(inner.left) || isAbortTest(inner.right)
  return inner.type === 'MemberExpression' && getStaticPropertyName(inner) === 'aborted'
}

const MAX_DEPTH = 4

/** Asks of each mention of a signal whether it can have an effect on a child that nobody ends by its handle. */
class SignalSearch {
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #unit: SourceUnit
  instead: UnpassedSignal['instead']

  constructor(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit) {
    this.#site = site
    this.#handle = handle
    this.#unit = unit
  }

  isInert(read: TSESTree.Node, depth = 0): boolean {
    const at = climbWrappers(read)
    const { parent } = at
    switch (parent?.type) {
      case 'MemberExpression':
        return parent.object === at && this.#isInertMember(parent, depth)
      case 'IfStatement':
      case 'UnaryExpression':
      case 'BinaryExpression':
      case 'ExpressionStatement':
        return true
      case 'ConditionalExpression':
        return parent.test === at
      case 'LogicalExpression':
        return parent.left === at && parent.operator === '&&'
      case 'CallExpression':
        return parent.callee !== at && this.#isInertArgument(parent, at, depth)
      default:
        // the option of another call: of one that starts another child as well
        return isAbortOption(at, this.#unit) || this.#isOptionOfSibling(at)
    }
  }

  #isInertMember(member: TSESTree.MemberExpression, depth: number): boolean {
    const name = getStaticPropertyName(member)
    const at = climbWrappers(member)
    const call = at.parent?.type === 'CallExpression' && at.parent.callee === at ? at.parent : undefined
    switch (name) {
      case 'aborted':
        this.#note('asks', member)
        return !this.#isInReading(member)
      case 'throwIfAborted':
        this.#note('asks', member)
        return call !== undefined && !this.#isInReading(member)
      case 'reason':
        return true
      case 'removeEventListener':
        return call !== undefined
      case 'addEventListener': {
        const listener = call?.arguments[1]
        if (!listener || getStaticString(call.arguments[0]) !== 'abort' || !this.#isHarmless(listener, depth))
          return false
        this.#note('settles', call)
        return true
      }
      default:
        return false
    }
  }

  #note(is: 'asks' | 'settles', node: TSESTree.Node): void {
    // a check behind the start is none in front of it, and what settles says more
    if (is === 'asks' && (this.instead || node.range[0] > this.#site.node.range[0])) return
    if (this.instead?.is !== 'settles') this.instead = { is, node }
  }

  /** Whoever stops reading an output closes it, and a child that goes on writing ends by that. */
  #isInReading(node: TSESTree.Node): boolean {
    const root = getCodeRoot(node)
    for (let at = node.parent; at && at !== root; at = at.parent)
      if (at.type === 'ForOfStatement' && at.await) return true
    return this.#isChildCode(root) && /\b(?:end|destroy)\s*\(/.test(this.#unit.text.slice(...root.range))
  }

  #isChildCode(root: CodeRoot): boolean {
    return root !== this.#site.root && this.#handle.uses.some(({ source }) => isAround(root, source))
  }

  #isInertArgument(call: TSESTree.CallExpression, argument: TSESTree.Node, depth: number): boolean {
    if (depth > MAX_DEPTH) return false
    const callee = findLocalFunction(call.callee, this.#unit)
    const parameter = callee?.params[call.arguments.indexOf(argument as TSESTree.Expression)]
    // with the child beside it, it is for the child
    if (parameter?.type !== 'Identifier' || call.arguments.some((other) => this.#handle.objects.has(other)))
      return false
    const binding = this.#unit.bindings.resolve(parameter)
    if (!binding || binding.isReassigned) return false
    return binding.references.every(({ identifier, isRead }) => !isRead || this.isInert(identifier, depth + 1))
  }

  #isOptionOfSibling(value: TSESTree.Node): boolean {
    const { parent } = value
    if (parent?.type !== 'Property' || parent.parent.type !== 'ObjectExpression') return false
    const call = climbWrappers(parent.parent).parent
    return (
      call?.type === 'CallExpression' &&
      call !== this.#site.node &&
      findCallContract(call.callee, this.#unit) !== undefined
    )
  }

  /** A listener that only settles, clears and tells. */
  #isHarmless(listener: TSESTree.Node, depth: number): boolean {
    if (this.#isSettler(listener)) return true
    const code = findLocalFunction(listener, this.#unit)
    if (!code || depth > MAX_DEPTH) return false
    let isHarmless = true as boolean
    traverse(code.body, {
      visitorKeys: this.#unit.visitorKeys,
      enter: (node) => {
        if (node.type === 'CallExpression') isHarmless &&= this.#isHarmlessCall(node, depth)
        else if (node.type === 'NewExpression') isHarmless &&= isError(node)
        else if (/^(?:Await|Yield|Import|TaggedTemplate)Expression$/.test(node.type)) isHarmless = false
        return isHarmless
      },
    })
    return isHarmless
  }

  #isHarmlessCall(call: TSESTree.CallExpression, depth: number): boolean {
    const callee = skipWrappers(call.callee)
    if (this.#isSettler(callee)) return true
    const path = getGlobalPath(this.#unit.resolveOrigin(callee)) ?? ''
    if (/^(?:console\.\w+|clear(?:Timeout|Interval|Immediate))$/.test(path)) return true
    if (callee.type === 'MemberExpression')
      return /^(?:removeEventListener|removeListener|off)$/.test(getStaticPropertyName(callee) ?? '')
    return findLocalFunction(callee, this.#unit) !== undefined && this.#isHarmless(callee, depth + 1)
  }

  /** `resolve`, `reject`, or the callback of the caller. */
  #isSettler(callee: TSESTree.Node): boolean {
    const name = skipWrappers(callee)
    const binding = name.type === 'Identifier' ? this.#unit.bindings.resolve(name) : undefined
    if (binding?.kind !== 'parameter' || !isFunctionNode(binding.root)) return false
    return readExecutor(binding.root, this.#unit)?.settlers.has(binding) ?? isCallbackName(binding.name)
  }
}

function isError({ callee }: TSESTree.NewExpression): boolean {
  const name = skipWrappers(callee)
  return name.type === 'Identifier' && /(?:Error|Exception)$/.test(name.name)
}
