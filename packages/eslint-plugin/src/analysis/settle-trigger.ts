import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import type { Completion, Settler } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { Facet, HandleUse } from './handle-use.ts'
import { followConstants } from './known-value.ts'
import { isDeferring } from './local-function.ts'
import { isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** What makes a completion settle. */
export type SettleTrigger =
  /** Events of the child or of its streams; what listens is a function, or the settler itself. */
  | {
      readonly is: 'event'
      readonly facet: Facet
      readonly events: readonly string[]
      readonly listener: FunctionNode | Settler
      readonly call: TSESTree.CallExpression
      /** It settles only after something else: a timer, the answer to a question. */
      readonly isDelayed: boolean
    }
  /** The code that makes the child, before any event. */
  | { readonly is: 'code'; readonly node: TSESTree.Node }
  | { readonly is: 'unknown' }

export interface SettleTriggers {
  readonly all: readonly SettleTrigger[]
  /** The functions through which the completion is settled. */
  readonly codes: ReadonlySet<CodeRoot>
  /** Those among them that hand it to what is out of sight, which may settle it once they have run. */
  readonly entrusting: ReadonlySet<CodeRoot>
}

const UNKNOWN: SettleTrigger = { is: 'unknown' }

const known = new WeakMap<FollowedHandle, Map<Completion, SettleTriggers>>()

/** Follows every mention of what settles a completion to what runs it. */
export function collectSettleTriggers(
  completion: Completion,
  handle: FollowedHandle,
  unit: SourceUnit,
): SettleTriggers {
  let ofHandle = known.get(handle)
  if (!ofHandle) known.set(handle, (ofHandle = new Map<Completion, SettleTriggers>()))
  let triggers = ofHandle.get(completion)
  if (!triggers) ofHandle.set(completion, (triggers = followSettlers(completion, handle, unit)))
  return triggers
}

function followSettlers(completion: Completion, handle: FollowedHandle, unit: SourceUnit): SettleTriggers {
  const collector = new TriggerCollector(completion, handle, unit)
  for (const [binding, settler] of completion.settlers) {
    if (binding.isExported) collector.add(UNKNOWN)
    for (const { identifier, isRead } of binding.references) if (isRead) collector.followMention(identifier, settler)
  }
  return collector
}

class TriggerCollector implements SettleTriggers {
  readonly all: SettleTrigger[] = []
  readonly codes = new Set<CodeRoot>()
  readonly entrusting = new Set<CodeRoot>()
  readonly #completion: Completion
  readonly #unit: SourceUnit
  readonly #listening = new Map<TSESTree.Node, HandleUse>()
  /** Functions that settle it as soon as they are called. */
  readonly #prompt = new Set<CodeRoot>()

  constructor(completion: Completion, handle: FollowedHandle, unit: SourceUnit) {
    this.#completion = completion
    this.#unit = unit
    for (const use of handle.uses) if (use.kind === 'listen') this.#listening.set(use.source, use)
  }

  add(trigger: SettleTrigger): void {
    this.all.push(trigger)
  }

  /** @param carried what is mentioned: the settler, or a function that runs it */
  followMention(mention: TSESTree.Node, carried: FunctionNode | Settler, isDelayed = false): void {
    let at = climbWrappers(mention)
    while (at.parent?.type === 'ConditionalExpression' && at.parent.test !== at) at = climbWrappers(at.parent)
    const { parent } = at
    switch (parent?.type) {
      case 'CallExpression':
      case 'NewExpression':
        if (parent.callee === at) this.#followCode(getCodeRoot(parent), parent, isDelayed)
        else this.#followArgument(parent, at, carried, isDelayed)
        return
      case 'LogicalExpression':
        // `callback && callback(…)`
        if (parent.operator !== '&&' || parent.left !== at) this.#entrust(at)
        return
      case 'IfStatement':
      case 'UnaryExpression':
      case 'BinaryExpression':
      case 'ConditionalExpression':
      case 'ExpressionStatement':
        return
      default:
        this.#entrust(at)
    }
  }

  #followArgument(
    call: TSESTree.CallExpression | TSESTree.NewExpression,
    argument: TSESTree.Node,
    carried: FunctionNode | Settler,
    isDelayed: boolean,
  ): void {
    if (call.type === 'NewExpression') {
      this.#entrust(call)
      return
    }
    if (isRemoval(call)) return
    if (call.arguments[0] === argument && isDeferring(call.callee, this.#unit)) {
      this.#followCode(getCodeRoot(call), call, true)
      return
    }
    const use = this.#listening.get(call)
    const trigger = use ? { facet: use.facet, events: use.events } : this.#readLines(call)
    if (call.arguments[1] === argument && trigger?.events)
      this.add({ is: 'event', facet: trigger.facet, events: trigger.events, listener: carried, call, isDelayed })
    else this.#entrust(call)
  }

  /** What is out of sight cannot settle it before the function around has run. */
  #entrust(at: TSESTree.Node): void {
    const root = getCodeRoot(at)
    if (root === this.#completion.scope || !isFunctionNode(root)) {
      this.add(UNKNOWN)
      return
    }
    this.entrusting.add(root)
    this.#followCode(root, at, true)
  }

  /** `readline` over the output: its lines come as the output does, its 'close' as the end of that. */
  #readLines(call: TSESTree.CallExpression): { facet: Facet; events: string[] } | undefined {
    const callee = skipWrappers(call.callee)
    if (callee.type !== 'MemberExpression' || !/^(?:on|once)$/.test(getStaticPropertyName(callee) ?? ''))
      return undefined
    const emitter = followConstants(callee.object, this.#unit.bindings)
    if (emitter.type !== 'CallExpression' || !this.#isReadline(emitter)) return undefined
    const event = getStaticString(call.arguments[0])
    return event === 'line' || event === 'close'
      ? { facet: 'stdout', events: [event === 'line' ? 'data' : 'close'] }
      : undefined
  }

  /** Over a stream of this child: its creation is a use of the child in the same code. */
  #isReadline(call: TSESTree.CallExpression): boolean {
    if (!isExport(this.#unit.resolveOrigin(call.callee), 'readline', 'createInterface')) return false
    const [options] = call.arguments
    if (options?.type !== 'ObjectExpression') return false
    return options.properties.some((property) => {
      if (property.type !== 'Property' || getStaticPropertyName(property) !== 'input') return false
      const input = skipWrappers(property.value)
      return input.type === 'MemberExpression' && /^std(?:out|err)$/.test(getStaticPropertyName(input) ?? '')
    })
  }

  #followCode(root: CodeRoot, node: TSESTree.Node, isDelayed: boolean): void {
    if (root === this.#completion.scope) {
      this.add({ is: 'code', node })
      return
    }
    if (this.codes.has(root) && (isDelayed || this.#prompt.has(root))) return
    this.codes.add(root)
    if (!isDelayed) this.#prompt.add(root)
    if (!isFunctionNode(root) || root.generator) {
      this.add(UNKNOWN)
      return
    }
    const at = climbWrappers(root)
    const { parent } = at
    if (root.type === 'FunctionDeclaration') this.#followName(root.id, root, isDelayed)
    else if (parent?.type === 'VariableDeclarator' && parent.init === at && parent.id.type === 'Identifier')
      this.#followName(parent.id, root, isDelayed)
    else if (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') {
      if (parent.callee === at) this.#followCode(getCodeRoot(parent), parent, isDelayed)
      else this.#followArgument(parent, at, root, isDelayed)
    } else this.#entrust(at)
  }

  #followName(name: TSESTree.Identifier | null, root: FunctionNode, isDelayed: boolean): void {
    const binding = name ? this.#unit.bindings.resolve(name) : undefined
    if (!binding || binding.isExported || binding.isReassigned) {
      this.add(UNKNOWN)
      return
    }
    for (const { identifier, isRead } of binding.references) if (isRead) this.followMention(identifier, root, isDelayed)
  }
}

function isRemoval(call: TSESTree.CallExpression): boolean {
  const callee = skipWrappers(call.callee)
  return callee.type === 'MemberExpression' && /^(?:off|removeListener)$/.test(getStaticPropertyName(callee) ?? '')
}
