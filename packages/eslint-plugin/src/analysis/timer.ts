import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findEnclosingClass, listOwnMembers } from './class-member.ts'
import { readPrimitive } from './known-value.ts'
import { isResultIgnored } from './local-function.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** A call of `setTimeout` or `setInterval`. */
export interface Timer {
  readonly call: TSESTree.CallExpression
  readonly isInterval: boolean
  /** In milliseconds, where the source tells it. */
  readonly delay: number | undefined
}

/** What a file does with the id of one timer. */
export interface TimerUses {
  readonly clears: readonly TSESTree.CallExpression[]
  /** `unref()`: it does not keep the program alive. */
  readonly isUnreferenced: boolean
  /** Code out of sight has the id, and may clear it. */
  readonly isEscaped: boolean
}

export function readTimer(call: TSESTree.CallExpression, unit: SourceUnit): Timer | undefined {
  const isInterval = isTimerFunction(call.callee, 'setInterval', unit)
  if (!isInterval && !isTimerFunction(call.callee, 'setTimeout', unit)) return undefined
  const [, delay] = call.arguments
  const value = delay && readPrimitive(delay, unit.bindings)
  const known = value?.is === 'known' && typeof value.value === 'number' ? value.value : undefined
  return { call, isInterval, delay: delay ? known : 0 }
}

function isTimerFunction(callee: TSESTree.Node, name: string, unit: SourceUnit): boolean {
  const found = unit.resolveOrigin(callee)
  return getGlobalPath(found) === name || isExport(found, 'timers', name)
}

const CLEARING = ['clearTimeout', 'clearInterval', 'clearImmediate']

/** Follows the id of a timer through variables, and through fields that only their class can reach. */
export function followTimer({ call }: Timer, unit: SourceUnit): TimerUses {
  const clears: TSESTree.CallExpression[] = []
  const seen = new Set<Binding | string>()
  let isUnreferenced = false
  let isEscaped = false
  follow(call)
  return { clears, isUnreferenced, isEscaped }

  function follow(node: TSESTree.Node): void {
    const at = climbWrappers(node)
    const { parent } = at
    switch (parent?.type) {
      case 'ExpressionStatement':
      case 'IfStatement':
      case 'UnaryExpression':
      case 'BinaryExpression':
        return
      case 'ArrowFunctionExpression':
        if (!isResultIgnored(parent, unit)) isEscaped = true
        return
      case 'ConditionalExpression':
        if (parent.test !== at) follow(parent)
        return
      case 'LogicalExpression':
        if (parent.right === at || parent.operator !== '&&') follow(parent)
        return
      case 'VariableDeclarator':
        if (parent.parent.kind === 'using') isEscaped = true
        else bind(parent.id)
        return
      case 'AssignmentExpression':
        if (parent.right !== at) return
        bind(skipWrappers(parent.left))
        follow(parent)
        return
      case 'MemberExpression':
        if (parent.object === at) followMember(parent)
        else isEscaped = true
        return
      case 'CallExpression':
        if (parent.arguments[0] === at && CLEARING.some((own) => isTimerFunction(parent.callee, own, unit)))
          clears.push(parent)
        else isEscaped = true
        return
      default:
        isEscaped = true
    }
  }

  function bind(target: TSESTree.Node): void {
    if (target.type === 'MemberExpression') bindField(target)
    else {
      const binding = target.type === 'Identifier' ? unit.bindings.resolve(target) : undefined
      if (!binding || binding.isExported) isEscaped = true
      if (!binding || seen.has(binding)) return
      seen.add(binding)
      for (const { identifier, isRead } of binding.references) if (isRead) follow(identifier)
    }
  }

  /** A public field may be cleared by whoever has the object. */
  function bindField(target: TSESTree.MemberExpression): void {
    const owner = target.object.type === 'ThisExpression' ? findEnclosingClass(target) : undefined
    const field = getStaticPropertyName(target)
    if (!owner || !field?.startsWith('#')) {
      isEscaped = true
      return
    }
    if (seen.has(field)) return
    seen.add(field)
    for (const member of listOwnMembers(owner, unit).get(field) ?? []) follow(member)
  }

  function followMember(member: TSESTree.MemberExpression): void {
    const outer = climbWrappers(member)
    const made = outer.parent?.type === 'CallExpression' && outer.parent.callee === outer ? outer.parent : undefined
    switch (getStaticPropertyName(member)) {
      case 'unref':
        isUnreferenced = true
        if (made) follow(made)
        return
      case 'refresh':
      case 'ref':
        if (made) follow(made)
        return
      case 'hasRef':
        return
      case 'close':
        if (made) clears.push(made)
        return
      default:
        isEscaped = true
    }
  }
}
