import type { TSESTree } from '@typescript-eslint/utils'
import { getStaticPrimitive } from '../ast/static-value.ts'
import type { Contract, Obligation } from './contracts.ts'
import { type Discharge, NOTHING } from './handle-use.ts'

/** Somebody waits for the promise, handles its rejection, or says that it may fail unseen. */
export const OUTCOME: Discharge = new Set<Obligation>(['outcome'])

const CHAINING = ['then', 'catch', 'finally'] as const
export type ChainMethod = (typeof CHAINING)[number]

export function isChainMethod(name: string | undefined): name is ChainMethod {
  return CHAINING.some((method) => method === name)
}

/**
 * What `then`, `catch` and `finally` alone do for the promise they are called on: with a handler for the rejection it is
 * handled, otherwise the promise that they give has the same rejection. Where a failure is swallowed, being asked for
 * the result is all that counts.
 */
export function readChainCall(
  method: ChainMethod,
  { arguments: given }: TSESTree.CallExpression,
  { neglect }: Contract,
): Discharge {
  if (given.some(({ type }) => type === 'SpreadElement')) return OUTCOME
  const [first, second] = given
  switch (method) {
    case 'catch':
      return isHandler(first) ? OUTCOME : NOTHING
    case 'then':
      return isHandler(second) || (neglect === 'silence' && isHandler(first)) ? OUTCOME : NOTHING
    case 'finally':
      return NOTHING
  }
}

function isHandler(argument: TSESTree.Node | undefined): boolean {
  return argument !== undefined && !getStaticPrimitive(argument)
}
