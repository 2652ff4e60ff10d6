import type { TSESTree } from '@typescript-eslint/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findOpenPath } from '../../src/flow/find-open-path.ts'
import { findSuspensionBefore } from '../../src/flow/find-suspension.ts'
import type { FlowBlock, FlowGraph, FlowPoint } from '../../src/flow/flow-graph.ts'
import { type ParsedCode, parseCode } from './parsed-code.ts'
import { type RandomProgram, randomProgram } from './random-program.ts'

// FLOW_RUNS=20000 for a long run, over other programs each time; without it, the same programs in every run
const longRun = process.env['FLOW_RUNS']
const numRuns = Number(longRun ?? 200)
/** How often one mark is met before an execution is cut: a path that exists needs no third round of a loop. */
const MAX_VISITS = 3
const MAX_EXECUTIONS = 250

type EndKind = 'cut' | 'end' | 'return' | 'throw'

interface Execution {
  readonly marks: readonly { readonly id: number; readonly value: unknown; readonly threw: boolean }[]
  readonly kind: EndKind
}

interface Mark {
  readonly callee: string
  /** The call, or the `await` around it. */
  readonly node: TSESTree.Node
  readonly call: TSESTree.Node
}

const object = { p: (q: unknown) => ({ q }), t: (_: unknown, value: unknown) => value }
const ANSWERS: Record<string, readonly unknown[]> = {
  c: [true, false],
  n: [true, null, false],
  d: [0, 1, 2],
  l: [[], [1, 2, 3]],
  o: [object, undefined],
  m: [1],
  a: [1],
}
const rejection = Symbol('rejection')

function marksOf(code: ParsedCode): Mark[] {
  const marks: Mark[] = []
  for (const node of code.nodes) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') continue
    const [id] = node.arguments
    if (id?.type !== 'Literal') continue
    const isAwait = node.callee.name === 'a'
    marks[id.value as number] = { callee: node.callee.name, call: node, node: isAwait ? node.parent : node }
  }
  return marks
}

function isInTry(node: TSESTree.Node): boolean {
  for (let below = node, at = node.parent; at; below = at, at = at.parent) {
    if (at.type === 'TryStatement' && (below === at.block ? true : below === at.handler && at.finalizer)) return true
  }
  return false
}

/** Any mark inside `try` may throw; the searches follow only an `await` that does, once they are past `from`. */
function answersOf({ callee, node }: Mark): readonly unknown[] {
  const answers = ANSWERS[callee]!
  return isInTry(node) ? [...answers, rejection] : answers
}

/** Runs the program once; `decisions` are used up in order, then the first answer is taken. Returns all the arities. */
function execute(
  program: () => Generator<number, unknown, unknown>,
  marks: readonly Mark[],
  decisions: readonly number[],
): { execution: Execution; arities: number[] } {
  const iterator = program()
  const trace: { id: number; value: unknown; threw: boolean }[] = []
  const arities: number[] = []
  const visits = marks.map(() => 0)
  const finish = (kind: EndKind): { execution: Execution; arities: number[] } => ({
    execution: { marks: trace, kind },
    arities,
  })
  try {
    let step = iterator.next()
    while (!step.done) {
      const mark = marks[step.value]!
      if (++visits[step.value]! > MAX_VISITS) return finish('cut')
      const answers = answersOf(mark)
      let index = 0
      if (answers.length > 1) {
        index = decisions[arities.length] ?? 0
        arities.push(answers.length)
      }
      const value = answers[index % answers.length]
      trace.push({ id: step.value, value, threw: value === rejection })
      step = value === rejection ? iterator.throw(rejection) : iterator.next(value)
    }
    return finish(step.value === undefined ? 'end' : 'return')
  } catch (error) {
    if (error !== rejection && error !== 1) throw error
    return finish('throw')
  }
}

/** Every execution, in the order of their decisions, as far as the bounds go. */
function executeAll(run: string, marks: readonly Mark[]): { executions: Execution[]; isComplete: boolean } {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the program is made here, to be run
  const program = new Function(run)() as () => Generator<number, unknown, unknown>
  const executions: Execution[] = []
  let decisions: number[] | undefined = []
  while (decisions) {
    if (executions.length >= MAX_EXECUTIONS) return { executions, isComplete: false }
    const { arities, execution } = execute(program, marks, decisions)
    executions.push(execution)
    const used: number[] = arities.map((_, index) => decisions![index] ?? 0)
    while (used.length > 0 && used.at(-1)! + 1 >= arities[used.length - 1]!) used.pop()
    if (used.length > 0) used.push(used.pop()! + 1)
    decisions = used.length > 0 ? used : undefined
  }
  return { executions, isComplete: true }
}

/** Whether the marks are met in this order on some path of the graph that ends in this way: a set of places is stepped. */
function isPath(graph: FlowGraph, marks: readonly Mark[], { kind, marks: trace }: Execution): boolean {
  const ids = new Map(marks.map(({ node }, id) => [node, id]))
  const idAt = (point: FlowPoint): number | undefined => (point.kind === 'bind' ? undefined : ids.get(point.node))
  type Place = readonly [FlowBlock, number]
  /** All places that are reached without passing a mark, up to those right before a mark and at the exits. */
  const settle = (places: readonly Place[], decided: ReadonlyMap<TSESTree.Node, unknown>): Place[] => {
    const found: Place[] = []
    const seen = new Set<string>()
    const pending = [...places]
    for (let place = pending.pop(); place; place = pending.pop()) {
      const [block, start] = place
      if (seen.has(`${block.id} ${start}`)) continue
      seen.add(`${block.id} ${start}`)
      let index = start
      while (index < block.points.length && idAt(block.points[index]!) === undefined) index++
      if (index < block.points.length || block.edges.length === 0) {
        found.push([block, index])
        continue
      }
      for (const { isAbandon, test, to } of block.edges) {
        // The answer to a mark decides every edge that tests the mark itself.
        if (
          isAbandon ||
          (test?.condition === 'truthy' && decided.has(test.test) && Boolean(decided.get(test.test)) !== test.holds)
        )
          continue
        if (
          test?.condition === 'nonNullish' &&
          decided.has(test.test) &&
          ((decided.get(test.test) ?? undefined) !== undefined) !== test.holds
        )
          continue
        pending.push([to, 0])
      }
    }
    return found
  }
  const decided = new Map<TSESTree.Node, unknown>()
  let places: Place[] = settle([[graph.entry, 0]], decided)
  for (const { id, threw, value } of trace) {
    const next: Place[] = []
    for (const [block, index] of places) {
      const point = block.points[index]
      if (!point || idAt(point) !== id) continue
      next.push(threw ? [block.handler!, 0] : [block, index + 1])
    }
    decided.set(marks[id]!.node, value)
    places = settle(next, decided)
    if (places.length === 0) return false
  }
  return kind === 'cut' || places.some(([block]) => block === graph.exits[kind])
}

type Trace = Execution['marks']

function isExpected(trace: Trace, marks: readonly Mark[]): boolean {
  return trace.every(({ id, threw }) => !threw || marks[id]!.callee === 'a')
}

/** The searches take `from` to give an object, as the start of a child does; it shows where a variable holds it. */
function isStart({ id, threw, value }: Trace[number], from: number, hasVariables: boolean): boolean {
  return id === from && !threw && (!hasVariables || Boolean(value))
}

function isOpen(
  { kind, marks: trace }: Execution,
  marks: readonly Mark[],
  from: number,
  stops: ReadonlySet<number>,
  hasVariables: boolean,
): boolean {
  if (kind === 'cut') return false
  return trace.some((mark, start) => {
    const rest = trace.slice(start + 1)
    return isStart(mark, from, hasVariables) && isExpected(rest, marks) && !rest.some(({ id }) => stops.has(id))
  })
}

function isLate(
  { marks: trace }: Execution,
  marks: readonly Mark[],
  from: number,
  use: number,
  hasVariables: boolean,
): boolean {
  return trace.some((mark, start) => {
    const rest = trace.slice(start + 1)
    const end = rest.findIndex(({ id }) => id === use)
    if (!isStart(mark, from, hasVariables) || end < 0 || rest[end]!.threw) return false
    const between = rest.slice(0, end)
    return isExpected(between, marks) && between.some(({ id }) => marks[id]!.callee === 'a')
  })
}

/** Compares the program's graph with its executions; counts what the comparison could say. */
function compare(
  { graph: text, run }: RandomProgram,
  fromSeed: number,
  stopSeeds: readonly number[],
  counts: Record<'complete' | 'late' | 'open', number>,
  hasVariables: boolean,
): void {
  const code = parseCode(text)
  const marks = marksOf(code)
  const { executions, isComplete } = executeAll(run, marks)
  for (const execution of executions) {
    if (!isPath(code.graph, marks, execution)) expect.fail(`No path: ${JSON.stringify(execution)}\n${text}`)
  }
  if (isComplete) counts.complete++
  const from = fromSeed % marks.length
  const stops = new Set(stopSeeds.map((seed) => seed % marks.length).filter((id) => id !== from))
  // As the searches do: ways to `from` over other exceptions count only where there is no way without.
  const starts = executions.map(({ marks: trace }) => ({
    trace,
    expected: trace.findIndex(({ threw, id }) => threw && marks[id]!.callee !== 'a'),
  }))
  const isReached = starts.some(({ expected, trace }) =>
    trace.slice(0, expected < 0 ? undefined : expected).some((mark) => isStart(mark, from, false)),
  )
  // With variables, a way that the graph has may be one that no execution takes.
  if (!isReached && (!isComplete || hasVariables)) return
  const judged = isReached ? executions.filter((_, index) => starts[index]!.expected < 0) : executions
  const judge = (what: string, executed: boolean, found: boolean): void => {
    if (executed && !found) expect.fail(`Missed: ${what}\n${text}`)
    if (found && !executed && isComplete && !hasVariables) expect.fail(`Invented: ${what}\n${text}`)
  }
  const { node } = marks[from]!
  for (const kind of ['end', 'return', 'throw'] as const) {
    const executed = judged.some(
      (execution) => execution.kind === kind && isOpen(execution, marks, from, stops, hasVariables),
    )
    if (executed) counts.open++
    for (const bindings of [undefined, code.bindings]) {
      const nodes = new Set([...stops].map((id) => marks[id]!.call))
      const found = findOpenPath(code.graph, { from: node, stops: nodes, ends: [kind], bindings })
      judge(`from ${from}, stops ${[...stops].join()}, ${kind}`, executed, found !== undefined)
    }
  }
  const [use] = stops
  if (use === undefined) return
  const executed = judged.some((execution) => isLate(execution, marks, from, use, hasVariables))
  if (executed) counts.late++
  const uses = new Set([marks[use]!.call])
  const found = findSuspensionBefore(code.graph, { from: node, uses, bindings: code.bindings })
  judge(`from ${from}, late ${use}`, executed, found !== undefined)
}

describe.each([{ hasVariables: false }, { hasVariables: true }])(
  'executions of random programs, %o',
  ({ hasVariables }) => {
    it('are paths of the graph, and the searches agree with all of them', { timeout: 3_600_000 }, () => {
      const counts = { complete: 0, late: 0, open: 0 }
      const seeds = [fc.nat(), fc.array(fc.nat(), { maxLength: 4 })] as const
      fc.assert(
        fc.property(randomProgram({ hasVariables }), ...seeds, (program, fromSeed, stopSeeds) =>
          compare(program, fromSeed, stopSeeds, counts, hasVariables),
        ),
        longRun ? { numRuns } : { numRuns, seed: 1 },
      )
      if (longRun) console.log({ numRuns, ...counts })
      // The comparison must not be empty: enough programs are explored in full, and enough have what is looked for.
      expect(counts.complete).toBeGreaterThan(numRuns / 10)
      expect(counts.open).toBeGreaterThan(numRuns / 10)
      expect(counts.late).toBeGreaterThan(numRuns / 100)
    })
  },
)
