import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import type { FunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import { findReached } from '../flow/find-suspension.ts'
import type { FlowTest } from '../flow/flow-graph.ts'
import { type AssumedValue, type Assumptions, decideTest, evaluate, isTruthy, OBJECT } from './assumed-value.ts'
import type { Completion, Settler } from './completion.ts'
import type { Flow } from './life-verdict.ts'
import { findLocalFunction, isDeferring } from './local-function.ts'
import type { SettleTriggers } from './settle-trigger.ts'
import type { SourceUnit } from './source-unit.ts'
import { isInText } from './text-search.ts'

/**
 * What code may do to a completion: settle it as a `success` or a `failure`, as one of both (`unknown`), `none` of this, or
 * `end` the program or throw.
 */
export type SettleOutcome = 'end' | 'failure' | 'none' | 'success' | 'unknown'

/** Each outcome that is possible, with the call that brings it about where there is one. */
export type SettleOutcomes = ReadonlyMap<SettleOutcome, TSESTree.Node>

const MAX_DEPTH = 5

/** The properties of a child that an ending says something about. */
const PROPERTY = /\b(?:exitCode|signalCode)\b/

/** The outcome of a settler that is itself the listener, or is called with `first`. */
export function readSettler(settler: Settler, first: AssumedValue | undefined | 'none'): SettleOutcome {
  if (settler === 'resolve') return 'success'
  if (settler === 'reject') return 'failure'
  if (first === undefined) return 'unknown'
  return first !== 'none' && isTruthy(first) ? 'failure' : 'success'
}

const readers = new WeakMap<SettleTriggers, SettleReader>()

/** The reader of a completion, which keeps what it has read. */
export function getSettleReader(
  completion: Completion,
  triggers: SettleTriggers,
  unit: SourceUnit,
  flow: Flow,
): SettleReader {
  let reader = readers.get(triggers)
  if (!reader) readers.set(triggers, (reader = new SettleReader(completion, triggers, unit, flow)))
  return reader
}

/** Reads what functions do to one completion. */
export class SettleReader {
  readonly #settlers: Completion['settlers']
  readonly #codes: SettleTriggers['codes']
  readonly #entrusting: SettleTriggers['entrusting']
  readonly #unit: SourceUnit
  readonly #flow: Flow
  readonly #known = new Map<FunctionNode, Map<string, SettleOutcomes>>()

  constructor(
    { settlers }: Pick<Completion, 'settlers'>,
    { codes, entrusting }: Pick<SettleTriggers, 'codes' | 'entrusting'>,
    unit: SourceUnit,
    flow: Flow,
  ) {
    this.#settlers = settlers
    this.#codes = codes
    this.#entrusting = entrusting
    this.#unit = unit
    this.#flow = flow
  }

  /**
   * What a call of `callee` with these arguments may do. `undefined` in the list: an argument that is not known.
   *
   * @param outer what the parameters of the functions around it are
   */
  read(
    callee: FunctionNode,
    given: readonly (AssumedValue | undefined)[],
    properties: Assumptions['properties'],
    outer: Assumptions['bindings'] = new Map(),
    depth = 0,
  ): SettleOutcomes {
    if (outer.size > 0) return this.#read(callee, given, properties, outer, depth)
    // of most listeners every ending is the same: what they are not given makes no difference
    const seen = isInText(PROPERTY, this.#unit) ? [...properties.values()] : []
    const key = `${depth} ${given.slice(0, callee.params.length).map(printValue).join(' ')} | ${seen.map(printValue).join(' ')}`
    let known = this.#known.get(callee)
    if (!known) this.#known.set(callee, (known = new Map<string, SettleOutcomes>()))
    let outcomes = known.get(key)
    if (!outcomes) known.set(key, (outcomes = this.#read(callee, given, properties, outer, depth)))
    return outcomes
  }

  #read(
    callee: FunctionNode,
    given: readonly (AssumedValue | undefined)[],
    properties: Assumptions['properties'],
    outer: Assumptions['bindings'],
    depth: number,
  ): SettleOutcomes {
    const graph = this.#flow.getGraph(callee)
    if (!graph.isExact || depth > MAX_DEPTH) return new Map([['unknown', callee]])
    const bindings = new Map([...outer, ...this.#bindParameters(callee, given)])
    const assumptions: Assumptions = { bindings, properties }
    const effects = new Map<TSESTree.Node, SettleOutcomes>()
    // what settles it stands in functions that are known, and in no others
    for (const { points } of this.#codes.has(callee) ? graph.blocks : []) {
      for (const { node } of points) {
        if (node.type !== 'CallExpression' || effects.has(node)) continue
        const effect = this.#readCall(node, assumptions, depth)
        if (effect) effects.set(node, effect)
      }
    }
    const certain = new Set([...effects].filter(([, effect]) => !effect.has('none')).map(([node]) => node))
    const options = {
      from: 'entry' as const,
      stops: certain,
      bindings: this.#unit.bindings,
      neverReturns: this.#flow.neverReturns,
      assumes: createDecision(assumptions, this.#unit),
    }
    const outcomes = new Map<SettleOutcome, TSESTree.Node>()
    for (const [node, effect] of [...effects].reverse()) {
      if ([...effect.keys()].every((outcome) => outcome === 'none' || outcomes.has(outcome))) continue
      if (!findReached(graph, { ...options, to: new Set([node]) })) continue
      for (const outcome of effect.keys()) if (outcome !== 'none' && !outcomes.has(outcome)) outcomes.set(outcome, node)
    }
    if (findOpenPath(graph, { ...options, ends: ['end', 'return'] })) outcomes.set('none', callee)
    if (this.#entrusting.has(callee)) outcomes.set('unknown', callee).set('none', callee)
    if (outcomes.size === 0 || findOpenPath(graph, { ...options, ends: ['throw'] })) outcomes.set('end', callee)
    return outcomes
  }

  #bindParameters(
    callee: FunctionNode,
    given: readonly (AssumedValue | undefined)[],
  ): ReadonlyMap<Binding, AssumedValue> {
    // `if (callback) callback()`: where it is given, which is what is looked at
    const assumed = new Map<Binding, AssumedValue>([...this.#settlers.keys()].map((binding) => [binding, OBJECT]))
    for (const [index, parameter] of callee.params.entries()) {
      const value = given[index]
      const binding = parameter.type === 'Identifier' ? this.#unit.bindings.resolve(parameter) : undefined
      if (value && binding && !binding.isReassigned) assumed.set(binding, value)
    }
    return assumed
  }

  #readCall(call: TSESTree.CallExpression, assumptions: Assumptions, depth: number): SettleOutcomes | undefined {
    const outcomes = new Map<SettleOutcome, TSESTree.Node>()
    for (const callee of this.#listCallees(call.callee, assumptions)) {
      const settler = this.#findSettler(callee)
      if (settler) {
        const [first] = call.arguments
        outcomes.set(readSettler(settler, first ? evaluate(first, assumptions, this.#unit) : 'none'), call)
        continue
      }
      const local = findLocalFunction(callee, this.#unit)
      if (!local || !this.#codes.has(local)) continue
      const given = call.arguments.map((argument) => evaluate(argument, assumptions, this.#unit))
      const isSpread = call.arguments.some(({ type }) => type === 'SpreadElement')
      const missing = local.params.slice(given.length).map((): AssumedValue => ({ is: 'primitive', value: undefined }))
      const { bindings, properties } = assumptions
      const inner = this.read(local, isSpread ? [] : [...given, ...missing], properties, bindings, depth + 1)
      for (const outcome of inner.keys()) outcomes.set(outcome, call)
    }
    for (const outcome of this.#readDeferred(call, assumptions, depth)) outcomes.set(outcome, call)
    return outcomes.size > 0 ? outcomes : undefined
  }

  /** `setTimeout(() => resolve(), 500)`, unless somebody clears it. */
  #readDeferred(
    { arguments: [first, , ...given], callee }: TSESTree.CallExpression,
    assumptions: Assumptions,
    depth: number,
  ): SettleOutcome[] {
    if (!first || !isDeferring(callee, this.#unit)) return []
    const settler = this.#findSettler(first)
    if (settler) return [readSettler(settler, given.length > 0 ? undefined : 'none'), 'none']
    const local = findLocalFunction(first, this.#unit)
    if (!local || !this.#codes.has(local)) return []
    return [...this.read(local, [], assumptions.properties, assumptions.bindings, depth + 1).keys(), 'none']
  }

  /** `(code === 0 ? resolve : reject)(…)` */
  #listCallees(callee: TSESTree.Node, assumptions: Assumptions): TSESTree.Node[] {
    const inner = skipWrappers(callee)
    if (inner.type !== 'ConditionalExpression') return [inner]
    const test = evaluate(inner.test, assumptions, this.#unit)
    if (!test) return [inner.consequent, inner.alternate]
    return [isTruthy(test) ? inner.consequent : inner.alternate]
  }

  #findSettler(callee: TSESTree.Node): Settler | undefined {
    const inner = skipWrappers(callee)
    const binding = inner.type === 'Identifier' ? this.#unit.bindings.resolve(inner) : undefined
    return binding && this.#settlers.get(binding)
  }
}

/** The same tests are met by every search of one graph. */
function createDecision(assumptions: Assumptions, unit: SourceUnit): (test: FlowTest) => boolean | undefined {
  const known = new Map<FlowTest, boolean | undefined>()
  return (test) => {
    if (!known.has(test)) known.set(test, decideTest(test, assumptions, unit))
    return known.get(test)
  }
}

function printValue(value: AssumedValue | undefined): string {
  return value?.is === 'primitive' ? `${typeof value.value}:${value.value}` : (value?.is ?? 'unknown')
}
