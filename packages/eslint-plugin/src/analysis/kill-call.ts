import type { TSESTree } from '@typescript-eslint/utils'
import type { ClassNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { findEnclosingClass, listOwnMembers } from './class-member.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { isExport } from './module-origin.ts'
import { isPidHandedOn } from './pid-use.ts'
import type { SourceUnit } from './source-unit.ts'

/** A call that sends a signal to a child. */
export interface KillCall {
  readonly node: TSESTree.CallExpression
  /** Where it takes effect: of a kill in a function that is handed the child, the call of that function. */
  readonly place: TSESTree.Node
  /** `handle`: `child.kill()`; `pid`: `process.kill(child.pid)`; `other`: a package or a configured function. */
  readonly by: 'handle' | 'other' | 'pid'
  /** `process.kill(-child.pid)`: the process group that the child leads, if it leads one. */
  readonly isGroup: boolean
  /** The signal's name in capitals, or its number; `undefined` where the source does not tell. */
  readonly signal: number | string | undefined
}

/** What a file does to end one child, and what it asks about that. */
export interface Killing {
  readonly kills: readonly KillCall[]
  /** Reads of `child.killed`. */
  readonly killedReads: readonly TSESTree.MemberExpression[]
  /** The end of a child that is kept in a field is listened to in the class. */
  readonly isFieldObserved: boolean
  /** Something else may be done with the child, out of sight. */
  readonly isEscaped: boolean
  /** The pid of a child that is kept in a field is handed to other code. */
  readonly isPidGiven: boolean
}

/** In the code around the child and, for one that is kept in a field, in the class. */
export function findKilling(handle: FollowedHandle, unit: SourceUnit): Killing {
  const kills: KillCall[] = []
  const killedReads: TSESTree.MemberExpression[] = []
  const fields = new Map<ClassNode, Set<string>>()
  let isFieldObserved = false
  let isEscaped = false
  let isPidGiven = false
  for (const { facet, kind, node: place, source } of handle.uses) {
    // in another file, where neither lines nor names mean what they mean here
    if (!isIn(source, unit.program)) isEscaped = true
    else if (kind === 'kill' && source.type === 'CallExpression') kills.push(readKill(source, place, unit))
    else if (kind === 'inspect') {
      const read = skipWrappers(source)
      if (read.type === 'MemberExpression' && getStaticPropertyName(read) === 'killed') killedReads.push(read)
    } else if (kind === 'escape' && (facet === 'child' || facet === 'promise')) {
      const field = readField(source)
      if (!field) isEscaped = true
      else fields.set(field.owner, (fields.get(field.owner) ?? new Set<string>()).add(field.name))
    }
  }
  for (const [owner, names] of fields) {
    const members = listOwnMembers(owner, unit)
    for (const name of names) for (const member of members.get(name) ?? []) followField(member)
  }
  return { kills, killedReads, isFieldObserved, isEscaped, isPidGiven }

  function followField(node: TSESTree.Node): void {
    const at = climbWrappers(node)
    const { parent } = at
    if (parent?.type === 'AssignmentExpression' && parent.left === at) return
    if (parent?.type === 'VariableDeclarator' && parent.init === at && parent.id.type === 'Identifier') {
      const binding = unit.bindings.resolve(parent.id)
      if (!binding || binding.isReassigned) isEscaped = true
      else for (const { identifier, isRead } of binding.references) if (isRead) followField(identifier)
      return
    }
    if (parent?.type !== 'MemberExpression' || parent.object !== at) {
      if (!parent || !isTest(at, parent)) isEscaped = true
      return
    }
    const outer = climbWrappers(parent)
    const call = outer.parent?.type === 'CallExpression' && outer.parent.callee === outer ? outer.parent : undefined
    const name = getStaticPropertyName(parent)
    if (name === 'kill' && call) kills.push(readKill(call, call, unit))
    else if (name === 'killed') killedReads.push(parent)
    else if (call && /^(?:on|once|addListener)$/.test(name ?? ''))
      isFieldObserved ||= /^(?:exit|close)$/.test(getStaticString(call.arguments[0]) ?? '')
    else if (name === 'pid') followPid(outer)
  }

  function followPid(pid: TSESTree.Node): void {
    const sign = pid.parent
    const { parent } = sign?.type === 'UnaryExpression' && sign.operator === '-' ? climbWrappers(sign) : pid
    if (parent?.type === 'CallExpression' && isExport(unit.resolveOrigin(parent.callee), 'process', 'kill'))
      kills.push(readKill(parent, parent, unit))
    else if (isPidHandedOn(pid, unit)) isPidGiven = true
  }
}

/** The field that an escaped child is kept in: `this.child = spawn(…)`, `child = spawn(…)` in a class. */
function readField(source: TSESTree.Node): { owner: ClassNode; name: string } | undefined {
  const target = source.type === 'AssignmentExpression' ? skipWrappers(source.left) : source.parent
  if (target?.type !== 'PropertyDefinition' && target?.type !== 'MemberExpression') return undefined
  if (target.type === 'MemberExpression' && target.object.type !== 'ThisExpression') return undefined
  const owner = findEnclosingClass(target)
  const name = getStaticPropertyName(target)
  return owner && name !== undefined ? { owner, name } : undefined
}

function isTest(at: TSESTree.Node, parent: TSESTree.Node): boolean {
  switch (parent.type) {
    case 'BinaryExpression':
    case 'ExpressionStatement':
    case 'IfStatement':
    case 'UnaryExpression':
    case 'WhileStatement':
      return true
    case 'LogicalExpression':
      return parent.left === at && parent.operator === '&&'
    case 'ConditionalExpression':
      return parent.test === at
    default:
      return false
  }
}

function readKill(node: TSESTree.CallExpression, place: TSESTree.Node, unit: SourceUnit): KillCall {
  const callee = skipWrappers(node.callee)
  if (isExport(unit.resolveOrigin(callee), 'process', 'kill'))
    return {
      node,
      place,
      by: 'pid',
      isGroup: isNegated(node.arguments[0], unit),
      signal: readSignal(node.arguments[1], unit),
    }
  const isMethod = callee.type === 'MemberExpression' && getStaticPropertyName(callee) === 'kill'
  return isMethod && node.arguments.length < 2
    ? { node, place, by: 'handle', isGroup: false, signal: readSignal(node.arguments[0], unit) }
    : { node, place, by: 'other', isGroup: false, signal: undefined }
}

function isNegated(argument: TSESTree.Node | undefined, unit: SourceUnit): boolean {
  const value = argument && followConstants(argument, unit.bindings)
  return value?.type === 'UnaryExpression' && value.operator === '-'
}

function readSignal(argument: TSESTree.Node | undefined, unit: SourceUnit): number | string | undefined {
  if (!argument) return 'SIGTERM'
  const value = readPrimitive(argument, unit.bindings)
  if (value.is === 'absent') return 'SIGTERM'
  if (value.is !== 'known') return undefined
  if (typeof value.value === 'string') return value.value.toUpperCase()
  return typeof value.value === 'number' ? value.value : undefined
}

function isIn(node: TSESTree.Node, program: TSESTree.Program): boolean {
  let at = node
  while (at.parent) at = at.parent
  return at === program
}
