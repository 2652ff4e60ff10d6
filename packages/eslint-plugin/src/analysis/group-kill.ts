import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { getCodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findEnclosingClass, listOwnMembers } from './class-member.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/**
 * A call that certainly signals the group of this child, and of no other one: `process.kill(-child.pid)`. Of a child that is
 * not detached it throws ESRCH (measured), as no group has its pid for a name.
 */
export function findGroupKill(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
): TSESTree.CallExpression | undefined {
  // it leads a session, and with it a group, by itself
  if (site.command.names?.some((name) => /(?:^|\/)setsid$/.test(name)) ?? false) return undefined
  const { kills } = findKilling(handle, unit)
  const isAbout = (node: TSESTree.Node): boolean => handle.objects.has(node) || handle.pids.has(node)
  return kills.find((kill) => kill.isGroup && isOfOneChild(kill) && isUnconditional(kill) && !hasFallback(kill))?.node

  /** What is signalled can be no child of another site. */
  function isOfOneChild({ node, place }: KillCall): boolean {
    const given = place !== node && place.type === 'CallExpression' ? place.arguments : []
    return [node.arguments[0], ...given].every((argument) => !argument || isWrittenOnce(argument))
  }

  function isWrittenOnce(node: TSESTree.Node): boolean {
    let at = followConstants(node, unit.bindings)
    if (at.type === 'UnaryExpression') at = followConstants(at.argument, unit.bindings)
    if (at.type === 'MemberExpression' && getStaticPropertyName(at) === 'pid') at = skipWrappers(at.object)
    at = followConstants(at, unit.bindings)
    if (at.type === 'MemberExpression') {
      const owner = at.object.type === 'ThisExpression' ? findEnclosingClass(at) : undefined
      const name = getStaticPropertyName(at)
      const members = owner && name !== undefined ? listOwnMembers(owner, unit).get(name) : undefined
      return members !== undefined && members.filter((member) => isGivenChild(member)).length <= 1
    }
    const binding = at.type === 'Identifier' ? unit.bindings.resolve(at) : undefined
    const writes = binding?.references.filter(
      ({ isWrite, writeExpression }) => isWrite && writeExpression && !isNothing(writeExpression),
    )
    return (writes?.length ?? 0) <= 1
  }

  function isGivenChild(member: TSESTree.MemberExpression): boolean {
    const { parent } = member
    return parent.type === 'AssignmentExpression' && parent.left === member && !isNothing(parent.right)
  }

  function isNothing(value: TSESTree.Node): boolean {
    const read = readPrimitive(value, unit.bindings)
    return read.is === 'absent' || (read.is === 'known' && read.value === null)
  }

  /** No condition on the way to it asks for anything but the platform and the child itself. */
  function isUnconditional({ node, place }: KillCall): boolean {
    const child = readChild(node)
    return isFree(node, child) && (place === node || isFree(place, child))
  }

  function isFree(node: TSESTree.Node, child: string): boolean {
    const root = getCodeRoot(node)
    for (let at = node; at !== root && at.parent; at = at.parent)
      if (!listTests(at.parent, at).every((test) => isPlain(test, child))) return false
    return true
  }

  /** The text of what the pid is read from. */
  function readChild({ arguments: [group] }: TSESTree.CallExpression): string {
    const negated = group && skipWrappers(group)
    const pid = negated?.type === 'UnaryExpression' ? skipWrappers(negated.argument) : undefined
    return pid?.type === 'MemberExpression' ? unit.text.slice(...skipWrappers(pid.object).range) : ''
  }

  function isPlain(test: TSESTree.Node, child: string): boolean {
    let isKnown = true
    traverse(test, {
      visitorKeys: unit.visitorKeys,
      enter(node) {
        if (isAbout(node) || unit.text.slice(...node.range) === child) return false
        if (node.type === 'MemberExpression' && isChildState(node)) return false
        if (node.type === 'ThisExpression') isKnown = false
        if (node.type === 'Identifier') isKnown &&= PLATFORM.test(node.name)
        return isKnown
      },
    })
    return isKnown
  }

  function isChildState(member: TSESTree.MemberExpression): boolean {
    return /^(?:pid|exitCode|signalCode|killed)$/.test(getStaticPropertyName(member) ?? '')
  }
}

const PLATFORM = /^(?:process|os|platform|undefined|(?:is_?)?(?:win\w*|posix|unix|linux|mac\w*|darwin))$/i

/** The tests that decide whether `below`, a part of `node`, is reached; earlier `if`s of a block may have left it. */
function listTests(node: TSESTree.Node, below: TSESTree.Node): TSESTree.Node[] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return node.test === below ? [] : [node.test]
    case 'LogicalExpression':
      return node.right === below ? [node.left] : []
    case 'SwitchCase':
      return [node.parent.discriminant]
    case 'BlockStatement':
      return node.body.flatMap((statement) =>
        statement.type === 'IfStatement' && statement.range[1] <= below.range[0] ? [statement.test] : [],
      )
    default:
      return []
  }
}

/** A `catch` that goes on to kill the child alone knows that there may be no group. */
function hasFallback({ node }: KillCall): boolean {
  const root = getCodeRoot(node)
  let below: TSESTree.Node = node
  for (let at: TSESTree.Node | undefined = node.parent; at && at !== root; below = at, at = at.parent) {
    if (at.type !== 'TryStatement' || at.block !== below || !at.handler) continue
    let isKilling = false as boolean
    traverse(at.handler.body, {
      enter(inner) {
        if (inner.type === 'CallExpression' && /kill|terminate|stop|end/i.test(readCalleeName(inner))) isKilling = true
        return !isKilling
      },
    })
    if (isKilling) return true
  }
  return false
}

function readCalleeName({ callee }: TSESTree.CallExpression): string {
  const inner = skipWrappers(callee)
  if (inner.type === 'Identifier') return inner.name
  return inner.type === 'MemberExpression' ? (getStaticPropertyName(inner) ?? '') : ''
}
