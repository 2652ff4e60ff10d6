import type { TSESTree } from '@typescript-eslint/utils'
import { isExportingReference } from '../ast/exported-name.ts'
import { type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { listOwnMembers, findEnclosingClass } from './class-member.ts'
import { findNameOf } from './local-function.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

const MAX_DEPTH = 4

/** Events that come again and again; others may come once. */
const RECURRING =
  /^(?:add|change|unlink|connection|data|keypress|line|message|reload|request|restart|SIGHUP|SIGUSR[12])$/
/** Names of what a program does once, or what a framework calls once for each object. */
const ONCE =
  /^(?:init|setup|activate|bootstrap|main|register|before|create|mount|load|prepare|ng[A-Z]|component|on[A-Z]|_)/i

/**
 * What makes a place of the code run again, as far as the file tells: the public function or method whose every further call
 * comes there, or an event that recurs. `undefined` where one run is all that is known, or `isGuarded` says that a run before is asked for.
 */
export function findRepetition(
  node: TSESTree.Node,
  unit: SourceUnit,
  isGuarded: (node: TSESTree.Node, code: FunctionNode) => boolean,
  depth = 0,
): string | undefined {
  const code = getCodeRoot(node)
  if (!isFunctionNode(code) || depth > MAX_DEPTH || isGuarded(node, code)) return undefined
  const climb = (at: TSESTree.Node): string | undefined => findRepetition(at, unit, isGuarded, depth + 1)
  const at = climbWrappers(code)
  const { parent } = at
  switch (parent?.type) {
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return repeatMethod(parent)
    case 'NewExpression':
      return getGlobalPath(unit.resolveOrigin(parent.callee)) === 'Promise' ? climb(parent) : undefined
    case 'CallExpression':
      return repeatArgument(parent, at)
    case 'AssignmentExpression':
      return isExports(parent.left)
        ? describe(getStaticPropertyName(parent.left as TSESTree.MemberExpression))
        : undefined
    default:
      return repeatFunction(code)
  }

  function repeatMethod(method: TSESTree.MethodDefinition | TSESTree.PropertyDefinition): string | undefined {
    const name = getStaticPropertyName(method)
    if (name === undefined || (method.type === 'MethodDefinition' && method.kind !== 'method')) return undefined
    const owner = findEnclosingClass(method)
    const mentions = owner ? (listOwnMembers(owner, unit).get(name) ?? []) : []
    if (name.startsWith('#') || method.accessibility === 'private') return repeatAll(mentions)
    if (method.accessibility === 'protected' || (mentions.length > 0 && repeatAll(mentions) === undefined))
      return undefined
    return describe(name)
  }

  function repeatFunction(own: FunctionNode): string | undefined {
    const name = findNameOf(own)
    const binding = name && unit.bindings.resolve(name)
    if (!binding || binding.isReassigned) return undefined
    const mentions = binding.references.map(({ identifier }) => identifier)
    const inside = mentions.filter((mention) => !isExported(mention) && !isExportingReference(mention))
    if (!binding.isExported && inside.length === mentions.length) return repeatAll(inside)
    return inside.length > 0 && repeatAll(inside) === undefined ? undefined : describe(binding.name)
  }

  /** One caller that asks first, or that runs when the child has ended, shows that somebody has thought of it. */
  function repeatAll(mentions: readonly TSESTree.Node[]): string | undefined {
    let first: string | undefined
    for (const mention of mentions) {
      const use = climbWrappers(mention)
      if (use.parent?.type !== 'CallExpression') return undefined
      const found = use.parent.callee === use ? climb(use.parent) : repeatArgument(use.parent, use)
      if (found === undefined) return undefined
      first ??= found
    }
    return first
  }

  function repeatArgument(call: TSESTree.CallExpression, argument: TSESTree.Node): string | undefined {
    const callee = skipWrappers(call.callee)
    if (argument === call.arguments[0] && getGlobalPath(unit.resolveOrigin(callee)) === 'setInterval') return 'interval'
    const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    if (argument !== call.arguments[1] || (method !== 'on' && method !== 'addListener')) return undefined
    const event = getStaticString(call.arguments[0])
    return event !== undefined && RECURRING.test(event) ? `'${event}' event` : undefined
  }
}

function describe(name: string | undefined): string | undefined {
  return name === undefined || ONCE.test(name) ? undefined : `\`${name}()\``
}

/** `exports.start = start`, `module.exports = { start }`. */
function isExported(mention: TSESTree.Node): boolean {
  const at = climbWrappers(mention)
  const { parent } = at
  if (parent?.type === 'AssignmentExpression') return parent.right === at && isExports(parent.left)
  if (parent?.type !== 'Property' || parent.value !== at || parent.parent.type !== 'ObjectExpression') return false
  const holder = climbWrappers(parent.parent).parent
  return holder?.type === 'AssignmentExpression' && isExports(holder.left)
}

function isExports(target: TSESTree.Node): boolean {
  if (target.type !== 'MemberExpression') return false
  const { object } = target
  if (object.type === 'Identifier')
    return object.name === 'exports' || (object.name === 'module' && getStaticPropertyName(target) === 'exports')
  return object.type === 'MemberExpression' && isExports(object)
}
