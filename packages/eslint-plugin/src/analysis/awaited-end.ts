import type { TSESTree } from '@typescript-eslint/utils'
import type { Definition } from '../ast/bindings.ts'
import { traverse } from '../ast/child-nodes.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type Completion, findCompletions } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { type HandleUse, isDischarged } from './handle-use.ts'
import { findLocalFunction } from './local-function.ts'
import { endsProgram } from './program-end.ts'
import { collectSettleTriggers, type SettleTrigger } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/**
 * What waits for the end of a child, so that the child is run to its end rather than kept: a promise or a callback that
 * nothing but its end settles, `events.once()`, a loop over its output, a listener that passes the news on, or a program that
 * ends when the child does.
 */
export function findWaitForEnd(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): HandleUse | undefined {
  const ends = handle.uses.filter((use) => isDischarged(use, 'end') && use.kind !== 'escape')
  const waiting = ends.find(
    ({ kind, source }) => kind === 'observe' || kind === 'await' || (kind === 'listen' && isPassedOn(source, unit)),
  )
  if (waiting) return waiting
  const listening = ends.find(({ kind }) => kind === 'listen')
  if (!listening) return undefined
  return findCompletions(site, handle, unit).some((completion) => isSettledByEnd(completion, site, handle, unit))
    ? listening
    : undefined
}

/** Does a listener tell others: an emitter, a function that the code around it was given, the system? */
function isPassedOn(call: TSESTree.Node, unit: SourceUnit): boolean {
  const listener = call.type === 'CallExpression' ? call.arguments[1] : undefined
  if (!listener) return true
  const code = findLocalFunction(listener, unit)
  if (!code) return !isSettler(listener, unit)
  if (endsProgram(code, unit)) return true
  let isTold = false
  traverse(code.body, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (node.type === 'CallExpression' && isTelling(node, unit)) isTold = true
      return !isTold
    },
  })
  return isTold
}

function isTelling({ callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const inner = skipWrappers(callee)
  if (inner.type === 'MemberExpression') return /^emit|^on[A-Z]/.test(getStaticPropertyName(inner) ?? 'emit')
  return findDefinition(inner, unit)?.kind === 'parameter' && !isSettler(inner, unit)
}

/** A function that settles a promise: what settles that besides the end is looked at apart. */
function isSettler(node: TSESTree.Node, unit: SourceUnit): boolean {
  const definition = findDefinition(skipWrappers(node), unit)
  const executor = definition?.kind === 'parameter' ? definition.node : undefined
  return isFunctionNode(executor) && executor.parent.type === 'NewExpression'
}

function findDefinition(name: TSESTree.Node, unit: SourceUnit): Definition | undefined {
  return name.type === 'Identifier' ? unit.bindings.resolve(name)?.definitions[0] : undefined
}

/** A rejection tells of a failure: whoever waits for a server to be ready hears of its early end in this way. */
function isSettledByEnd(completion: Completion, site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): boolean {
  const settlers = new Map([...completion.settlers].filter(([, settler]) => settler !== 'reject'))
  const { all } = collectSettleTriggers({ ...completion, settlers }, handle, unit)
  const isEarly = (trigger: SettleTrigger): boolean =>
    trigger.is === 'event'
      ? !trigger.events.every((event) => ENDING.test(event))
      : trigger.is === 'code' && (completion.kind === 'promise' || trigger.node.range[0] > site.node.range[1])
  return all.some((trigger) => trigger.is === 'event' && !isEarly(trigger)) && !all.some(isEarly)
}

const ENDING = /^(?:close|disconnect|end|error|exit)$/
