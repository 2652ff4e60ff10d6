import type { TSESTree } from '@typescript-eslint/utils'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { type CodeTrigger, findCodeTriggers } from './code-trigger.ts'
import type { Completion, Settler } from './completion.ts'
import type { SourceUnit } from './source-unit.ts'
import { readTimer, type Timer } from './timer.ts'

/** A timer that settles what waits for a child. */
export interface TimeLimit {
  readonly timer: Timer
  /** The call that settles it, or that of the timer which is given what settles it. */
  readonly settle: TSESTree.CallExpression
  readonly settler: Settler
}

/** What makes a completion settle: how, and what runs that. */
export interface Settlement {
  readonly settle: TSESTree.CallExpression
  readonly settler: Settler
  readonly trigger: CodeTrigger
}

/** Every mention of what settles a completion, with what runs it. */
export function listSettlements({ scope, settlers }: Completion, unit: SourceUnit): Settlement[] {
  const found: Settlement[] = []
  for (const [binding, settler] of settlers) {
    for (const { identifier, isRead } of binding.references) {
      const at = climbWrappers(identifier)
      const { parent } = at
      if (!isRead || parent?.type !== 'CallExpression') continue
      const triggers: CodeTrigger[] =
        parent.callee === at
          ? findCodeTriggers(parent, unit, (root) => root === scope)
          : [{ is: 'argument', call: parent, index: parent.arguments.indexOf(at as TSESTree.Expression) }]
      for (const trigger of triggers) found.push({ settle: parent, settler, trigger })
    }
  }
  return found
}

/** The timeouts among them; an interval asks again and again, for whatever. */
export function findTimeLimits(settlements: readonly Settlement[], unit: SourceUnit): TimeLimit[] {
  return settlements.flatMap(({ settle, settler, trigger }) => {
    const timer = trigger.is === 'argument' && trigger.index === 0 ? readTimer(trigger.call, unit) : undefined
    return timer && !timer.isInterval ? [{ timer, settle, settler }] : []
  })
}
