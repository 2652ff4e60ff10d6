import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot } from '../ast/function-node.ts'
import { findCodeTriggers } from './code-trigger.ts'
import type { KillCall } from './kill-call.ts'
import { findLocalFunction } from './local-function.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { readTimer, type Timer } from './timer.ts'

/** A timer that sends a signal to a child. */
export interface KillTimer extends Timer {
  readonly kills: readonly KillCall[]
}

/** The timers whose callback kills the child: by itself, through a function of the file or a method of the class. */
export function findKillTimers(kills: readonly KillCall[], site: SpawnSite, unit: SourceUnit): KillTimer[] {
  const found = new Map<TSESTree.CallExpression, { timer: Timer; kills: KillCall[] }>()
  for (const kill of kills) {
    for (const call of listTriggeringCalls(kill, site, unit)) {
      const timer = readTimer(call, unit)
      const entry = found.get(call)
      if (entry) entry.kills.push(kill)
      else if (timer) found.set(call, { timer, kills: [kill] })
    }
  }
  return [...found.values()].map((entry) => ({ ...entry.timer, kills: entry.kills }))
}

/** The calls that are given, first, a function that runs the kill. */
function listTriggeringCalls(kill: KillCall, site: SpawnSite, unit: SourceUnit): TSESTree.CallExpression[] {
  return findPassing(kill, site, unit).flatMap(({ call, index }) => (index === 0 ? [call] : []))
}

/** The calls that are given a function that does what stands at `node` with the child of a site, and the place of it. */
export function findPassing(
  { node, place }: { readonly node: TSESTree.Node; readonly place: TSESTree.Node },
  site: SpawnSite,
  unit: SourceUnit,
): { readonly call: TSESTree.CallExpression; readonly index: number }[] {
  const startsChild = (root: CodeRoot): boolean => isAround(root, site.node)
  const triggers = findCodeTriggers(place, unit, startsChild)
  if (place !== node && place.type === 'CallExpression') {
    // what calls a function that is handed the child may be about another child
    const helper = findLocalFunction(place.callee, unit)
    triggers.push(...findCodeTriggers(node, unit, (root) => root === helper || startsChild(root)))
  }
  return triggers.filter((trigger) => trigger.is === 'argument')
}

/** Is the code that runs `node`, or is around it? */
export function isAround(root: TSESTree.Node, node: TSESTree.Node): boolean {
  return root === getCodeRoot(node) || (root.range[0] <= node.range[0] && root.range[1] >= node.range[1])
}
