import type { TSESTree } from '@typescript-eslint/utils'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isDischarged } from './handle-use.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

type Call = TSESTree.CallExpression | TSESTree.TaggedTemplateExpression

/** May somebody end the child by its pid: in whatever code that is handed to, or by a command that names it? */
export function mayEndByPid({ pids, uses }: FollowedHandle, unit: SourceUnit): boolean {
  const isKept = uses.some(
    (use) => use.kind === 'pid' && isDischarged(use, 'deadline') && !findCallAround(use.source, unit),
  )
  return isKept || [...pids].some((pid) => isPidGiven(pid, unit))
}

/** The pid of a child in a field, which is not followed through names. */
export function isPidHandedOn(pid: TSESTree.Node, unit: SourceUnit): boolean {
  if (findCallAround(pid, unit)) return isPidGiven(pid, unit)
  const { parent } = climbWrappers(pid)
  return (
    parent?.type === 'VariableDeclarator' ||
    parent?.type === 'AssignmentExpression' ||
    parent?.type === 'ReturnStatement' ||
    parent?.type === 'Property' ||
    parent?.type === 'ArrowFunctionExpression'
  )
}

/** To a call that may do more than report it; what `process.kill()` does is told by its own use. */
function isPidGiven(pid: TSESTree.Node, unit: SourceUnit): boolean {
  const call = findCallAround(pid, unit)
  return call !== undefined && !isReport(call) && !(call.type === 'CallExpression' && isProcessKill(call, unit))
}

/** The call that a value is given to, in whatever form. */
function findCallAround(node: TSESTree.Node, unit: SourceUnit): Call | undefined {
  for (let at: TSESTree.Node | undefined = node; at && !/(?:Statement|Declaration)$/.test(at.type); at = at.parent) {
    if (at.type === 'TaggedTemplateExpression') return at
    if (at.type === 'CallExpression' && !isConversion(at, unit)) return at
  }
  return undefined
}

function isConversion({ callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const inner = skipWrappers(callee)
  if (inner.type === 'MemberExpression') return getStaticPropertyName(inner) === 'toString'
  return /^(?:String|Number|parseInt)$/.test(getGlobalPath(unit.resolveOrigin(inner)) ?? '')
}

function isProcessKill({ callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  return isExport(unit.resolveOrigin(callee), 'process', 'kill')
}

/** `console.log(child.pid)` and its like. */
function isReport(call: Call): boolean {
  const inner = skipWrappers(call.type === 'CallExpression' ? call.callee : call.tag)
  return (
    inner.type === 'MemberExpression' &&
    /^(?:log|debug|info|warn|error|trace|verbose|write)$/.test(getStaticPropertyName(inner) ?? '')
  )
}
