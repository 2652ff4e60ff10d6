import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { findNodesAt, findPositions } from '../ast/find-nodes-at.ts'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type ChildInView, findChildInView, type ProgramContext } from './child-in-view.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { findLocalFunction } from './local-function.ts'
import { isExport } from './module-origin.ts'
import { findExitTriggers, listExits } from './program-exit.ts'
import { readSignalListener, type SignalListener } from './program-moment.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A listener for a signal that keeps it from a child. */
export type SwallowedSignal =
  /** The program ends at `exit`, and the child does not. */
  | { readonly is: 'left'; readonly listener: SignalListener; readonly event: string; readonly exit: TSESTree.Node }
  /** Nothing happens at all. */
  | { readonly is: 'ignored'; readonly listener: SignalListener; readonly event: string; readonly code: FunctionNode }

/**
 * With a listener for it a signal no longer ends the program, and nobody passes it on (measured with Node 20: a child
 * outlives a program whose SIGTERM listener calls `process.exit()`, and one that only logs lives on with its child). From a
 * terminal SIGINT comes to the child as well, so a listener that leaves the work to the child is right.
 */
export function findSwallowedSignal(
  site: SpawnSite,
  handle: FollowedHandle,
  context: ProgramContext,
): SwallowedSignal | undefined {
  const listeners = listSignalListeners(context.unit)
  if (listeners.length === 0) return undefined
  const child = findChildInView(site, handle, context)
  if (!child || child.isStopped('end') || child.isTimed || !isThereForLong(child)) return undefined
  const open = listeners.filter(({ events }) => !isPassedOn(events, child, context.unit))
  return findLeaving(open, context.unit) ?? findIgnoring(open, listeners, context.unit)
}

/** What a program stands for, or means to stop by other means, is there when a signal comes. */
function isThereForLong(child: ChildInView): boolean {
  return child.isStoodFor || (child.isMeantToStay && !child.isWaitedFor)
}

/** Does a listener for one of the same signals kill the child? */
function isPassedOn(events: readonly string[], { stops }: ChildInView, unit: SourceUnit): boolean {
  return stops.some(({ moment, trigger }) => {
    if (moment !== 'signal' || trigger.is !== 'argument') return false
    const other = readSignalListener(trigger.call, unit)?.events
    return other?.some((event) => events.includes(event)) ?? false
  })
}

function findLeaving(listeners: readonly SignalListener[], unit: SourceUnit): SwallowedSignal | undefined {
  for (const exit of listExits(unit)) {
    for (const trigger of findExitTriggers(exit, unit, () => false)) {
      const listener = listeners.find(({ call }) => trigger.is === 'argument' && call === trigger.call)
      const event = listener?.events.find((name) => name === 'SIGTERM') ?? listener?.events.find(isSentToOne)
      if (listener && event !== undefined) return { is: 'left', listener, event, exit }
    }
  }
  return undefined
}

/** From a terminal SIGINT comes to everybody; other signals are sent to one process. */
function isSentToOne(event: string): boolean {
  return event !== 'SIGINT'
}

function findIgnoring(
  open: readonly SignalListener[],
  all: readonly SignalListener[],
  unit: SourceUnit,
): SwallowedSignal | undefined {
  for (const listener of open) {
    const event = listener.events.find((name) => name === 'SIGTERM')
    const code = readInertCode(listener, unit)
    if (event === undefined || !code) continue
    const others = all.filter((other) => other.events.includes(event))
    if (others.every((other) => readInertCode(other, unit))) return { is: 'ignored', listener, event, code }
  }
  return undefined
}

/** The listener, when it says something at most. */
function readInertCode({ call }: SignalListener, unit: SourceUnit): FunctionNode | undefined {
  const given = call.arguments[1]
  const code = given && findLocalFunction(given, unit)
  if (!code) return undefined
  let isInert = true as boolean
  traverse(code.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (!isInert || isFunctionNode(node)) return false
      isInert = !ACTING.test(node.type) && (node.type !== 'CallExpression' || isSaying(node, unit))
      return undefined
    },
  })
  return isInert ? code : undefined
}

const ACTING = /^(?:Assignment|Await|Import|New|TaggedTemplate|Update|Yield)Expression$|^(?:Throw|Return)Statement$/

function isSaying({ callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const inner = skipWrappers(callee)
  if (inner.type !== 'MemberExpression') return false
  const isConsole = unit.resolveOrigin(inner.object)?.path.join('.') === 'console'
  return isConsole || isExport(unit.resolveOrigin(inner), 'process', 'stdout.write') || isLogging(inner)
}

function isLogging(member: TSESTree.MemberExpression): boolean {
  const object = skipWrappers(member.object)
  const isLogger = object.type === 'Identifier' && /^log(?:ger)?$/i.test(object.name)
  return isLogger && /^(?:debug|error|info|log|trace|verbose|warn)$/.test(getStaticPropertyName(member) ?? '')
}

const known = new WeakMap<SourceUnit, readonly SignalListener[]>()

function listSignalListeners(unit: SourceUnit): readonly SignalListener[] {
  let listeners = known.get(unit)
  if (!listeners) known.set(unit, (listeners = findSignalListeners(unit)))
  return listeners
}

const ADDING = /\b(?:on|once|addListener|prepend(?:Once)?Listener)\b/g

function findSignalListeners(unit: SourceUnit): SignalListener[] {
  const found: SignalListener[] = []
  if (!/\bSIG[A-Z]/.test(unit.text)) return found
  for (const node of findNodesAt(unit.program, findPositions(unit.text, ADDING), unit.visitorKeys)) {
    const listener = node.type === 'CallExpression' ? readSignalListener(node, unit) : undefined
    if (listener) found.push(listener)
  }
  return found
}
