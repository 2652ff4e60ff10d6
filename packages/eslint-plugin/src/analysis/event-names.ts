import type { TSESTree } from '@typescript-eslint/utils'
import { isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { ERROR_MONITOR } from './handle-use.ts'
import { followConstants, listAlternatives } from './known-value.ts'
import { isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * The events that the first argument of `on` can name. Through a loop over listed names (`for (const e of ['exit',
 * 'error'])`, `['exit', 'error'].forEach(…)`) it names all of them. `undefined` when the source does not tell.
 */
export function readEventNames(node: TSESTree.Node, unit: SourceUnit): string[] | undefined {
  const listed = findListedNames(node, unit)
  if (listed) return listed
  const names: string[] = []
  for (const alternative of listAlternatives(node, unit.bindings)) {
    const name = isExport(unit.resolveOrigin(alternative), 'events', 'errorMonitor')
      ? ERROR_MONITOR
      : getStaticString(alternative)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names.length === 1 ? names : undefined
}

function findListedNames(node: TSESTree.Node, unit: SourceUnit): string[] | undefined {
  const inner = skipWrappers(node)
  const definition = inner.type === 'Identifier' ? unit.bindings.resolve(inner)?.definitions[0] : undefined
  const list = definition && findIteratedList(definition.name, unit)
  const names = list?.elements.map((element) => (element ? getStaticString(element) : undefined))
  return names?.every((name) => name !== undefined) ? names : undefined
}

/** The array literal whose elements a loop variable, or a callback's first parameter, goes through. */
function findIteratedList(name: TSESTree.Identifier, { bindings }: SourceUnit): TSESTree.ArrayExpression | undefined {
  const { parent } = name
  let iterated: TSESTree.Node | undefined
  if (parent.type === 'VariableDeclarator' && parent.parent.parent.type === 'ForOfStatement')
    iterated = parent.parent.parent.right
  else if (isFunctionNode(parent) && parent.params[0] === name) {
    const call = climbWrappers(parent).parent
    const callee =
      call?.type === 'CallExpression' && call.arguments[0] === parent ? skipWrappers(call.callee) : undefined
    if (callee?.type !== 'MemberExpression') return undefined
    const method = getStaticPropertyName(callee)
    if (method === 'forEach' || method === 'map') iterated = callee.object
  }
  const list = iterated && followConstants(iterated, bindings)
  return list?.type === 'ArrayExpression' ? list : undefined
}
