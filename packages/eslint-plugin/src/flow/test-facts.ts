import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, Bindings } from '../ast/bindings.ts'
import type { CodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, getStaticPropertyName } from '../ast/static-value.ts'
import type { FlowEdge, FlowGraph, FlowPoint, FlowTest } from './flow-graph.ts'
import {
  ANY,
  ANYTHING,
  type ValueSet,
  intersect,
  literalOf,
  notLiteralOf,
  NULL,
  OTHER_FALSY,
  TRUTHY,
  UNDEFINED,
} from './value-set.ts'

/** What a test says about one expression that it looks at. */
export interface Constraint {
  readonly subject: TSESTree.Node
  readonly whenHolds: ValueSet
  readonly whenFails: ValueSet
}

const IS_NULLISH: ValueSet = { classes: UNDEFINED | NULL }
const IS_PRESENT: ValueSet = { classes: ANY & ~IS_NULLISH.classes }
const IS_TRUTHY: ValueSet = { classes: TRUTHY }
const IS_FALSY: ValueSet = { classes: ANY & ~TRUTHY }

/** Reads `x`, `x == null`, `x !== undefined`, `x === 'a'`, `x > 0`, `typeof x === '…'`, `x instanceof C`, cases, `?.` and `??`. */
export function readConstraints({ condition, subject, test }: FlowTest): Constraint[] {
  switch (condition) {
    case 'truthy':
      return readTruthy(skipWrappers(test))
    case 'nonNullish':
      return [{ subject: skipWrappers(test), whenHolds: IS_PRESENT, whenFails: IS_NULLISH }]
    case 'equals':
      return subject ? readEquality(skipWrappers(subject), skipWrappers(test), true) : []
    default:
      return []
  }
}

function readTruthy(test: TSESTree.Node): Constraint[] {
  const constraints = [{ subject: test, whenHolds: IS_TRUTHY, whenFails: IS_FALSY }]
  if (test.type === 'AssignmentExpression' && test.operator === '=') return readTruthy(skipWrappers(test.left))
  if (test.type !== 'BinaryExpression' || test.left.type === 'PrivateIdentifier') return constraints
  const { operator } = test
  const left = skipWrappers(test.left)
  const right = skipWrappers(test.right)
  switch (operator) {
    case '===':
    case '==':
    case '!==':
    case '!=': {
      const isStrict = operator.length === 3
      const equality = getStaticPrimitive(left)
        ? readEquality(right, left, isStrict)
        : readEquality(left, right, isStrict)
      if (equality.length === 0) return constraints
      if (operator.startsWith('=')) return equality
      return equality.map(({ subject, whenHolds, whenFails }) => ({
        subject,
        whenHolds: whenFails,
        whenFails: whenHolds,
      }))
    }
    case 'instanceof':
      return [...constraints, { subject: left, whenHolds: IS_TRUTHY, whenFails: ANYTHING }]
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [...constraints, ...readOrder(left, operator, right)]
    default:
      return constraints
  }
}

type OrderOperator = '<' | '<=' | '>' | '>='

const MIRRORED: Readonly<Record<OrderOperator, OrderOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** What the falsy values become as numbers, by their classes; a truthy one may be on either side of every bound. */
const FALSY_NUMBERS = [
  [UNDEFINED, [Number.NaN]],
  [NULL, [0]],
  [OTHER_FALSY, [0, Number.NaN]],
] as const

/** A comparison with a number tells some of the falsy values from the truthy ones: what is greater than 0 is truthy. */
function readOrder(left: TSESTree.Node, operator: OrderOperator, right: TSESTree.Node): Constraint[] {
  const bound = getStaticPrimitive(right)?.value
  if (typeof bound !== 'number') {
    return typeof getStaticPrimitive(left)?.value === 'number' ? readOrder(right, MIRRORED[operator], left) : []
  }
  const classesThat = (isMet: (value: number) => boolean): ValueSet => ({
    classes: FALSY_NUMBERS.reduce(
      (classes, [falsy, values]) => (values.some((value) => isMet(value)) ? classes | falsy : classes),
      TRUTHY,
    ),
  })
  return [
    {
      subject: left,
      whenHolds: classesThat((value) => isOrdered(value, operator, bound)),
      whenFails: classesThat((value) => !isOrdered(value, operator, bound)),
    },
  ]
}

function isOrdered(value: number, operator: OrderOperator, bound: number): boolean {
  switch (operator) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}

function readEquality(subject: TSESTree.Node, label: TSESTree.Node, isStrict: boolean): Constraint[] {
  const known = getStaticPrimitive(label)
  if (!known) return []
  const { value } = known
  // A loose comparison with anything but null is read as a strict one: it can only hide a path that exists by `1 == '1'`.
  const isNullish = value === null || value === undefined
  const own: Constraint =
    isNullish && !isStrict
      ? { subject, whenHolds: IS_NULLISH, whenFails: IS_PRESENT }
      : { subject, whenHolds: literalOf(value), whenFails: notLiteralOf(value) }
  if (subject.type !== 'UnaryExpression' || subject.operator !== 'typeof') return [own]
  const operand = skipWrappers(subject.argument)
  if (value === 'undefined') {
    return [{ subject: operand, whenHolds: { classes: UNDEFINED }, whenFails: { classes: ANY & ~UNDEFINED } }]
  }
  const classes =
    value === 'function' || value === 'symbol' ? TRUTHY : value === 'object' ? NULL | TRUTHY : OTHER_FALSY | TRUTHY
  return [own, { subject: operand, whenHolds: { classes }, whenFails: ANYTHING }]
}

/** An expression whose value stays what a test found, until something in this graph assigns to a part of it. */
export interface FactKey {
  readonly text: string
  readonly roots: readonly string[]
  readonly properties: readonly string[]
}

/** What is assigned in a graph (roots, and properties with a dot), and where each key is tested. */
interface TestIndex {
  readonly assigned: ReadonlySet<string>
  readonly tests: ReadonlyMap<string, ReadonlySet<TSESTree.Node>>
}

/** What is known on a path, by the text of a `FactKey`. */
export type Facts = Map<string, ValueSet>

const MAX_KEY_LENGTH = 200
/** What one test is taken to say, through constants that are given other constants. */
const MAX_CONSTRAINTS = 8

/**
 * Facts that tests and assignments establish along a path. Locals are followed where all writes are in this code, and
 * every variable that is written only once. Properties are taken to keep their value until one of that name is assigned
 * here or a loop starts over: a call may change them, but to believe that would accuse the many who test an option twice.
 */
export class FactReader {
  readonly #bindings: Bindings
  readonly #root: CodeRoot
  readonly #keys = new Map<TSESTree.Node, FactKey | undefined>()
  readonly #byText = new Map<string, FactKey>()
  readonly #byPart = new Map<string, Set<string>>()
  readonly #constraints = new Map<FlowTest, Constraint[]>()
  readonly #copies = new Map<string, Set<string>>()
  readonly #ids = new Map<Binding, string | undefined>()
  #index: TestIndex | undefined

  constructor(bindings: Bindings, root: CodeRoot) {
    this.#bindings = bindings
    this.#root = root
  }

  /** Adds what an edge says to `facts`; returns the key that contradicts it, if one does. */
  applyEdge(facts: Facts, edge: FlowEdge, tracked: ReadonlySet<string> | undefined): string | undefined {
    if (edge.isBack) {
      for (const text of facts.keys()) if (this.#byText.get(text)?.properties.length) facts.delete(text)
    }
    if (!edge.test) return undefined
    for (const { subject, whenFails, whenHolds } of this.#constraintsOf(edge.test)) {
      const key = this.#keyOf(subject)
      if (!key || (tracked && !tracked.has(key.text))) continue
      const now = intersect(facts.get(key.text) ?? ANYTHING, edge.test.holds ? whenHolds : whenFails)
      if (!now) return key.text
      facts.set(key.text, now)
    }
    return undefined
  }

  /** Forgets what an assignment changes and learns what it assigns. `origin` is an expression known to give an object. */
  applyPoint(
    facts: Facts,
    point: FlowPoint,
    tracked: ReadonlySet<string> | undefined,
    origin: TSESTree.Node | undefined,
  ): void {
    const { kind, node, value } = point
    const target = kind === 'bind' ? node : assignedMember(node)
    if (!target) return
    const part = this.#partOf(target)
    // Read before the forgetting: `x = x ?? y` may name what it changes.
    const assigned = kind === 'bind' || node.type === 'AssignmentExpression' ? value : undefined
    const key = assigned && this.#keyOf(target)
    const next = key && this.#valueOf(assigned, key, facts, origin)
    for (const text of this.#byPart.get(part) ?? []) facts.delete(text)
    if (key && next && (!tracked || tracked.has(key.text))) facts.set(key.text, next)
  }

  /** The key, and those whose values have been seen to be copied into it: what has to be tracked to know it. */
  withSources(text: string): ReadonlySet<string> {
    const texts = new Set([text])
    for (const at of texts) for (const source of this.#copies.get(at) ?? []) texts.add(source)
    return texts
  }

  /** Whether a test can go both ways whatever comes before it: nothing that it looks at is assigned here, or tested twice. */
  isFree(test: FlowTest, graph: FlowGraph): boolean {
    const { assigned, tests } = (this.#index ??= this.#indexTests(graph))
    return this.#constraintsOf(test).every(({ subject }) => {
      const key = this.#keyOf(subject)
      if (!key) return true
      if (key.roots.some((root) => assigned.has(root))) return false
      return !key.properties.some((name) => assigned.has(`.${name}`)) && (tests.get(key.text)?.size ?? 0) <= 1
    })
  }

  #indexTests(graph: FlowGraph): TestIndex {
    const assigned = new Set<string>()
    const tests = new Map<string, Set<TSESTree.Node>>()
    for (const { edges, points } of graph.blocks) {
      for (const point of points) {
        const target = point.kind === 'bind' ? point.value && point.node : assignedMember(point.node)
        if (target) assigned.add(this.#partOf(target))
      }
      for (const { test } of edges) {
        for (const { subject } of test ? this.#constraintsOf(test) : []) {
          const key = this.#keyOf(subject)
          if (key && test) tests.set(key.text, (tests.get(key.text) ?? new Set()).add(test.test))
        }
      }
    }
    return { assigned, tests }
  }

  /** Whether something is assigned at this point. */
  touches(point: FlowPoint): boolean {
    return point.kind === 'bind' || assignedMember(point.node) !== undefined
  }

  #constraintsOf(test: FlowTest): Constraint[] {
    let constraints = this.#constraints.get(test)
    if (!constraints) this.#constraints.set(test, (constraints = this.#withInitializers(readConstraints(test))))
    return constraints
  }

  /** A constant is as true as the expression that it was given, and has its value. */
  #withInitializers(constraints: readonly Constraint[]): Constraint[] {
    const all = [...constraints]
    for (const { subject, whenFails, whenHolds } of all) {
      const initial = all.length < MAX_CONSTRAINTS ? this.#initializerOf(subject) : undefined
      if (!initial) continue
      all.push({ subject: initial, whenHolds, whenFails })
      if (whenHolds === IS_TRUTHY && whenFails === IS_FALSY)
        all.push(...readTruthy(initial).filter((own) => own.subject !== initial))
    }
    return all
  }

  /** Of a constant whose name is all that is declared: an expression without effects. */
  #initializerOf(subject: TSESTree.Node): TSESTree.Node | undefined {
    const binding = subject.type === 'Identifier' ? this.#bindings.resolve(subject) : undefined
    const [definition, ...others] = binding?.definitions ?? []
    if (!definition || others.length > 0 || binding?.isReassigned) return undefined
    const { name, node } = definition
    if (node.type !== 'VariableDeclarator' || node.id !== name || !node.init) return undefined
    const initial = skipWrappers(node.init)
    return this.#keyOf(initial) ? initial : undefined
  }

  #valueOf(
    node: TSESTree.Node,
    target: FactKey,
    facts: Facts,
    origin: TSESTree.Node | undefined,
  ): ValueSet | undefined {
    let at = skipWrappers(node)
    while (at !== origin && at.type === 'AssignmentExpression' && at.operator === '=') at = skipWrappers(at.right)
    if (origin && at === skipWrappers(origin)) return IS_TRUTHY
    const known = getStaticPrimitive(at)
    if (known) return literalOf(known.value)
    switch (at.type) {
      case 'ArrayExpression':
      case 'ArrowFunctionExpression':
      case 'ClassExpression':
      case 'FunctionExpression':
      case 'NewExpression':
      case 'ObjectExpression':
        return IS_TRUTHY
    }
    const key = this.#keyOf(at)
    if (!key) return undefined
    this.#copies.set(target.text, (this.#copies.get(target.text) ?? new Set()).add(key.text))
    return facts.get(key.text)
  }

  #partOf(target: TSESTree.Node): string {
    if (target.type === 'Identifier') return this.#rootOf(target) ?? ''
    return target.type === 'MemberExpression' ? `.${getStaticPropertyName(target) ?? ''}` : ''
  }

  #keyOf(node: TSESTree.Node): FactKey | undefined {
    if (this.#keys.has(node)) return this.#keys.get(node)
    const roots = new Set<string>()
    const properties = new Set<string>()
    const text = this.#write(node, roots, properties, 0)
    const isKey = text !== undefined && roots.size > 0 && text.length <= MAX_KEY_LENGTH
    const known = isKey ? this.#byText.get(text) : undefined
    const key: FactKey | undefined = isKey
      ? (known ?? { text, roots: [...roots], properties: [...properties] })
      : undefined
    this.#keys.set(node, key)
    if (!key || known) return key
    this.#byText.set(key.text, key)
    for (const part of [...roots, ...[...properties].map((name) => `.${name}`)]) {
      const texts = this.#byPart.get(part)
      if (texts) texts.add(key.text)
      else this.#byPart.set(part, new Set([key.text]))
    }
    return key
  }

  /** The normal form of an expression without effects; `undefined` for all others. */
  #write(node: TSESTree.Node, roots: Set<string>, properties: Set<string>, depth: number): string | undefined {
    if (depth > 8) return undefined
    const inner = skipWrappers(node)
    const write = (part: TSESTree.Node): string | undefined => this.#write(part, roots, properties, depth + 1)
    const known = getStaticPrimitive(inner)
    if (known) return `${typeof known.value}:${JSON.stringify(String(known.value))}`
    switch (inner.type) {
      case 'Identifier': {
        const root = this.#rootOf(inner)
        if (root) roots.add(root)
        return root
      }
      case 'ThisExpression':
        roots.add('this')
        return 'this'
      case 'MemberExpression': {
        const object = write(inner.object)
        const name = getStaticPropertyName(inner)
        if (object === undefined || name === undefined) return undefined
        properties.add(name)
        return `${object}.${name}`
      }
      case 'UnaryExpression': {
        const operand = inner.operator === 'delete' ? undefined : write(inner.argument)
        return operand === undefined ? undefined : `${inner.operator}(${operand})`
      }
      case 'BinaryExpression': {
        if (inner.left.type === 'PrivateIdentifier') return undefined
        const left = write(inner.left)
        const right = left === undefined ? undefined : write(inner.right)
        return right === undefined ? undefined : `(${left}${inner.operator}${right})`
      }
      default:
        return undefined
    }
  }

  #rootOf(identifier: TSESTree.Identifier): string | undefined {
    const binding = this.#bindings.resolve(identifier)
    if (!binding) return `global ${identifier.name}`
    if (!this.#ids.has(binding)) {
      const isFollowed = !binding.isReassigned || this.#isWrittenHereOnly(binding)
      this.#ids.set(binding, isFollowed ? `${binding.name}#${this.#ids.size}` : undefined)
    }
    return this.#ids.get(binding)
  }

  #isWrittenHereOnly({ definitions, references, root }: Binding): boolean {
    if (definitions.some(({ kind }) => kind === 'function' || kind === 'class')) return false
    return root === this.#root && references.every((reference) => !reference.isWrite || reference.root === this.#root)
  }
}

function assignedMember(node: TSESTree.Node): TSESTree.MemberExpression | undefined {
  const target =
    node.type === 'AssignmentExpression'
      ? skipWrappers(node.left)
      : node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete')
        ? skipWrappers(node.argument)
        : undefined
  return target?.type === 'MemberExpression' ? target : undefined
}
