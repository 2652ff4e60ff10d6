import type { TSESTree } from '@typescript-eslint/utils'
import { getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { isOutputEvent } from './child-ending.ts'
import { type ChildInView, findChildInView, type ProgramContext, type Start } from './child-in-view.ts'
import type { CodeTrigger } from './code-trigger.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { isAround } from './kill-timer.ts'
import { findLocalFunction } from './local-function.ts'
import { findExitTriggers, listExits } from './program-exit.ts'
import { isChainMethod } from './promise-use.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isStanding } from './standing-child.ts'
import { findSwallowedSignal } from './swallowed-signal.ts'
import { readTimer } from './timer.ts'

/** A child that is still there when the program is not. */
export type Orphan =
  /** `process.exit()` at `node` comes while the child runs. */
  | { readonly is: 'exit'; readonly node: TSESTree.Node }
  /** Nothing stops it, however the program ends. */
  | { readonly is: 'unstopped' }

/**
 * Measured with Node 20: a child outlives `process.exit()`, an uncaught exception and a signal alike; only 'exit' listeners
 * and those for signals run before.
 */
export function findOrphan(site: SpawnSite, handle: FollowedHandle, context: ProgramContext): Orphan | undefined {
  const child = findChildInView(site, handle, context)
  if (!child || child.isStopped('end') || child.isTimed) return undefined
  const { isMeantToStay } = child
  // what has a callback is waited for by that
  if (!isMeantToStay && site.contract.like !== 'spawn') return undefined
  const exit = new ExitSearch(child, context).find()
  if (exit) return { is: 'exit', node: exit }
  if (!isMeantToStay || child.isStopped('signal') || !isUnstopped(child, context)) return undefined
  return findSwallowedSignal(site, handle, context) ? undefined : { is: 'unstopped' }
}

function isUnstopped(child: ChildInView, { unit }: ProgramContext): boolean {
  const { site, stops } = child
  if (!stops.every(({ trigger }) => isRestart(trigger, site)) || child.isWaitedFor || child.isStoodFor) return false
  // what has the terminal is used by somebody, and gets the Ctrl-C as well
  return site.options.stdio.stdin.kind !== 'inherit' || (stops.length > 0 && isStanding(site, unit))
}

/** The earlier child is killed in front of the start of the next one. */
function isRestart(trigger: CodeTrigger, { node, root }: SpawnSite): boolean {
  return (
    trigger.is === 'direct' && trigger.root === root && isFunctionNode(root) && trigger.node.range[1] <= node.range[0]
  )
}

/** Looks for an end of the program that is reached while the child runs. */
class ExitSearch {
  readonly #child: ChildInView
  readonly #context: ProgramContext

  constructor(child: ChildInView, context: ProgramContext) {
    this.#child = child
    this.#context = context
  }

  find(): TSESTree.Node | undefined {
    const { unit } = this.#context
    const starts = this.#child.listStarts()
    return listExits(unit).find((exit) =>
      findExitTriggers(exit, unit, (code) => isAround(code, this.#child.site.node)).some((trigger) => {
        const place = trigger.is === 'direct' ? trigger.node : trigger.is === 'argument' ? trigger.call : undefined
        const start = place && starts.find(({ root }) => root === getCodeRoot(place))
        if (!start || !this.#child.isReachedAlive(start.node, start.root, place)) return false
        return trigger.is === 'direct' || (trigger.is === 'argument' && this.#isRunAlive(trigger, exit, start))
      }),
    )
  }

  /** A callback that ends the program: of a timer, a promise, another child, or for what this one says. */
  #isRunAlive(
    { call, index }: { readonly call: TSESTree.CallExpression; readonly index: number },
    exit: TSESTree.Node,
    start: Start,
  ): boolean {
    const { siblings, unit } = this.#context
    const { handle, isMeantToStay, site, stops } = this.#child
    if (call === site.node || stops.some(({ trigger }) => trigger.is === 'direct' && trigger.root === start.root))
      return false
    const own = handle.uses.find(({ source }) => source === call)
    const isAlive = own
      ? isMeantToStay && isSpeaking(own)
      : siblings.isChildListener(call) || readTimer(call, unit) !== undefined || isChainCall(call)
    // what an earlier link of the chain does has been done
    if (!isAlive || stops.some(({ trigger }) => trigger.is === 'argument' && isEarlierLink(trigger.call, call)))
      return false
    const callback = call.arguments[index]
    const code = callback && findLocalFunction(callback, unit)
    if (!code) return callback === exit
    return getCodeRoot(exit) === code && this.#child.isReachedAlive('entry', code, exit)
  }
}

/** It speaks while it runs. */
function isSpeaking({ events, facet }: HandleUse): boolean {
  return events?.every((event) => isOutputEvent(facet, event)) ?? false
}

function isChainCall({ callee }: TSESTree.CallExpression): boolean {
  const inner = skipWrappers(callee)
  return inner.type === 'MemberExpression' && isChainMethod(getStaticPropertyName(inner))
}

/** Is a call of `then` and its like made on what the other one gives? */
function isEarlierLink(earlier: TSESTree.CallExpression, later: TSESTree.CallExpression): boolean {
  const callee = skipWrappers(later.callee)
  if (callee.type !== 'MemberExpression' || earlier === later) return false
  const isWithin = earlier.range[0] >= callee.object.range[0] && earlier.range[1] <= callee.object.range[1]
  if (!isWithin) return false
  const name = getStaticPropertyName(callee)
  const method = skipWrappers(earlier.callee)
  // a rejection skips what was to be done before
  return name !== 'catch' || (method.type === 'MemberExpression' && getStaticPropertyName(method) !== 'then')
}
