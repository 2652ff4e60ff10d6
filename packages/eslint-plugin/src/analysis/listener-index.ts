import type { TSESTree } from '@typescript-eslint/utils'
import { findNodesAt, findPositions } from '../ast/find-nodes-at.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { SourceUnit } from './source-unit.ts'

/** What a file does about listeners and aborts, by the last name of what it does it to. */
export interface ListenerIndex {
  /** Calls that remove listeners: of `off` and the like. */
  readonly removals: ReadonlyMap<string, readonly TSESTree.CallExpression[]>
  /** Names that are asked whether they are aborted. */
  readonly asked: ReadonlySet<string>
}

const indexes = new WeakMap<SourceUnit, ListenerIndex>()

const REMOVING = /^(?:off|removeListener|removeEventListener|removeAllListeners)$/
const ASKING = /^(?:aborted|throwIfAborted)$/
const EITHER = /\b(?:off|remove(?:All|Event)?Listeners?|aborted|throwIfAborted)\b/g

export function getListenerIndex(unit: SourceUnit): ListenerIndex {
  const known = indexes.get(unit)
  if (known) return known
  const removals = new Map<string, TSESTree.CallExpression[]>()
  const asked = new Set<string>()
  for (const node of findNodesAt(unit.program, findPositions(unit.text, EITHER), unit.visitorKeys)) {
    if (node.type === 'MemberExpression' && ASKING.test(getStaticPropertyName(node) ?? ''))
      asked.add(readLastName(node.object, unit))
    if (node.type !== 'CallExpression') continue
    const callee = skipWrappers(node.callee)
    if (callee.type !== 'MemberExpression' || !REMOVING.test(getStaticPropertyName(callee) ?? '')) continue
    const name = readLastName(callee.object, unit)
    removals.set(name, [...(removals.get(name) ?? []), node])
  }
  const index = { removals, asked }
  indexes.set(unit, index)
  return index
}

/** `signal` of `options.signal`: what is called the same is taken for the same. */
export function readLastName(node: TSESTree.Node, unit: SourceUnit): string {
  const inner = skipWrappers(node)
  if (inner.type === 'Identifier') return inner.name
  const name = inner.type === 'MemberExpression' ? getStaticPropertyName(inner) : undefined
  return name ?? unit.text.slice(...inner.range)
}
