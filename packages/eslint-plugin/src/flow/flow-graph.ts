import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeRoot } from '../ast/function-node.ts'

/**
 * The control flow of one piece of code, from the tree alone: ESTree with or without TypeScript and JSX, of any parser.
 *
 * Points are recorded in the order of evaluation, each at the *completion* of its node: operands before operators,
 * arguments before the call, the value before the assignment. A nested function or class is one point, its creation
 * (a function declaration's at the start of its block, where it is hoisted to). Function bodies, static blocks and
 * field initialisers have graphs of their own; an immediately invoked function is an ordinary closure and a call.
 * Literals, and operators that only steer in a test position (`!`, `&&`, `||`, `??`, `?:`), have no point.
 */
export interface FlowGraph {
  readonly root: CodeRoot
  readonly entry: FlowBlock
  /** All blocks, `id` is the index. The exits have no points. */
  readonly blocks: readonly FlowBlock[]
  readonly exits: { readonly end: FlowBlock; readonly return: FlowBlock; readonly throw: FlowBlock }
  /**
   * False when `finally` blocks nest in each other so deeply that one copy per way through them would explode. Such a
   * graph has too many paths, so queries answer "nothing found" on it.
   */
  readonly isExact: boolean
  /** Where a node completes. Several places where a `finally` block was copied per way through it, none in literals. */
  pointsOf(node: TSESTree.Node): readonly PointPlace[]
}

export interface PointPlace {
  readonly block: FlowBlock
  readonly index: number
}

export interface FlowBlock {
  readonly id: number
  readonly points: FlowPoint[]
  readonly edges: FlowEdge[]
  /** Where an exception at any point of this block continues: a catch clause, a copy of `finally`, or the throw exit. */
  readonly handler: FlowBlock | undefined
  /** An exception from here meets a `try` of this graph, not the caller. */
  readonly isGuarded: boolean
}

/**
 * - `evaluate` the node is complete
 * - `suspend` other code runs before the next point: `await`, `yield`, `for await` (the loop, at each step), and the end
 *   of a scope with `await using` (the declaration)
 * - `dispose` the end of a scope with `using` (the declaration)
 * - `bind` the identifier of a declaration or assignment receives its value
 */
export type PointKind = 'bind' | 'dispose' | 'evaluate' | 'suspend'

export interface FlowPoint {
  readonly node: TSESTree.Node
  readonly kind: PointKind
  /** Of a `bind`: the expression whose value is bound, where it is one expression. */
  readonly value?: TSESTree.Node
}

/**
 * What an edge says about its test node:
 * - `truthy`, `nonNullish` (of `??` and `?.`), `defined` (a default value is not used) about the value of `test`
 * - `equals`: `test` is a case label and equals `subject`, the discriminant
 * - `entered`: the loop `test` (for-in, for-of) runs at least once; `continued`: it runs once more
 */
export type TestCondition = 'continued' | 'defined' | 'entered' | 'equals' | 'nonNullish' | 'truthy'

export interface FlowTest {
  readonly test: TSESTree.Node
  readonly condition: TestCondition
  readonly holds: boolean
  readonly subject?: TSESTree.Node
}

export interface FlowEdge {
  readonly to: FlowBlock
  readonly test?: FlowTest
  /** Leads back to the head of a loop. */
  readonly isBack?: boolean
  /** A generator is closed by its consumer at this `yield`; only followed where a query asks for it. */
  readonly isAbandon?: boolean
}
