import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
import { isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

const known = new WeakMap<SourceUnit, readonly TSESTree.Node[]>()

/** The calls of `process.exit()` in a file, and the places that pass it on as a listener, in source order. */
export function listExits(unit: SourceUnit): readonly TSESTree.Node[] {
  let exits = known.get(unit)
  if (!exits) known.set(unit, (exits = findExits(unit)))
  return exits
}

function findExits(unit: SourceUnit): TSESTree.Node[] {
  const exits: TSESTree.Node[] = []
  if (!/\bexit\b/.test(unit.text)) return exits
  traverse(unit.program, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      const named = node.type === 'CallExpression' ? node.callee : isPassed(node) ? node : undefined
      if (named && isExport(unit.resolveOrigin(named), 'process', 'exit')) exits.push(node)
      return undefined
    },
  })
  return exits
}

function isPassed(node: TSESTree.Node): boolean {
  const { parent } = node
  return (
    (node.type === 'MemberExpression' || node.type === 'Identifier') &&
    parent?.type === 'CallExpression' &&
    parent.arguments.includes(node)
  )
}

/** What makes an exit happen. */
export function findExitTriggers(
  exit: TSESTree.Node,
  unit: SourceUnit,
  isStop: (root: TSESTree.Node) => boolean,
): CodeTrigger[] {
  if (exit.type === 'CallExpression') return findCodeTriggers(exit, unit, isStop)
  const at = climbWrappers(exit)
  const call = at.parent as TSESTree.CallExpression
  return [{ is: 'argument', call, index: call.arguments.indexOf(at as TSESTree.Expression) }]
}
