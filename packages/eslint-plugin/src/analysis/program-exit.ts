import type { TSESTree } from '@typescript-eslint/utils'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { findCandidateUses } from './candidate-calls.ts'
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
  const { calls, given } = findCandidateUses('exit', unit)
  const isExit = (node: TSESTree.Node): boolean => isExport(unit.resolveOrigin(node), 'process', 'exit')
  return [
    ...calls.filter((call) => call.type === 'CallExpression' && isExit(call.callee)),
    ...given.filter((node) => (node.type === 'MemberExpression' || node.type === 'Identifier') && isExit(node)),
  ].sort((a, b) => a.range[0] - b.range[0])
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
