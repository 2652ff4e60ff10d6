import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule } from 'eslint'
import { type CodeRoot, isFunctionNode } from './ast/function-node.ts'
import { buildFlowGraph } from './flow/build-flow-graph.ts'
import { describeFlowGraph, type EdgeDescription } from './flow/describe-flow-graph.ts'
import { OBLIGATIONS, type Obligation } from './analysis/contracts.ts'
import { readOptionDeadline } from './analysis/deadline.ts'
import { type HandleUse, isDischarged, type UseKind } from './analysis/handle-use.ts'
import { getLifecycleModel, type LifecycleModel, type ModelContext } from './analysis/lifecycle-model.ts'
import { findPoint, type Verdict } from './analysis/life-verdict.ts'
import { placeUse } from './analysis/place-use.ts'
import type { SpawnSite } from './analysis/spawn-site.ts'
import { findFeeds } from './analysis/stdin-feed.ts'

/**
 * What the plugin knows of a file, as plain data that can be drawn, printed or sent to another thread; for tools that show
 * it, such as the playground of the site. The words are those of the model; the shape may grow within a major version.
 *
 * The rules judge more than this shows: commands that are exempt, daemons on purpose, options of the rules. What is `open` here is
 * a reason to look, not a report.
 */
export interface FileInspection {
  /** The pieces of code that start children, in source order. Empty for a file that starts none. */
  readonly codes: readonly CodeInspection[]
}

/** Offsets in UTF-16 code units, the end excluded. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A function, or another piece of code with a control flow of its own, that starts children. */
export interface CodeInspection {
  /** The name of the function; `program`, `static block` or the like for other code. */
  readonly name: string
  readonly span: Span
  /** Line of its first character, from 1. */
  readonly line: number
  readonly children: readonly ChildInspection[]
  readonly blocks: readonly BlockInspection[]
  /** False for a graph with too many paths, about which nothing is said. */
  readonly isExact: boolean
}

export interface ChildInspection {
  /** The call as the source has it, on one line. */
  readonly text: string
  readonly span: Span
  readonly line: number
  readonly owes: readonly ObligationInspection[]
}

/**
 * What becomes of an obligation:
 * - `api` the call that starts the child sees to it, by itself or by its options
 * - `met` something meets it on every path, or it was handed on
 * - `open` nothing meets it
 * - `openOnPath` something does, but not on the path that ends at `at`
 * - `late` a listener comes after other code has run, at `at`
 */
export type ObligationState = 'api' | 'late' | 'met' | 'open' | 'openOnPath'

export interface ObligationInspection {
  readonly obligation: Obligation
  readonly state: ObligationState
  /** Where the path without it ends, or what makes it late. */
  readonly at?: Span & { readonly line: number }
  /** Where it is met, in source order. */
  readonly metBy: readonly DischargeInspection[]
}

export interface DischargeInspection extends Span {
  readonly line: number
  readonly text: string
  readonly kind: UseKind
  /** The handle goes to code that is not seen, which then owes what is open. */
  readonly isHandedOn: boolean
}

export interface BlockInspection {
  /** `b1` is the entry. */
  readonly name: string
  readonly points: readonly PointInspection[]
  readonly edges: readonly EdgeDescription[]
}

export interface PointInspection extends Span {
  readonly text: string
  readonly line: number
  /** Index in `children` of those that it starts. */
  readonly starts: readonly number[]
  /** What it discharges, and of which child. */
  readonly discharges: readonly { readonly child: number; readonly obligation: Obligation }[]
}

/** What is said at most about one file: beyond it, code is left out. */
const MAX_CODES = 200

/** Inspects the file of an ESLint rule's context, inside the rule's `Program:exit`. */
export function inspectFile(context: Rule.RuleContext): FileInspection {
  const model = getLifecycleModel(context as unknown as ModelContext)
  if (!model) return { codes: [] }
  const sites = new Map<CodeRoot, SpawnSite[]>()
  for (const site of model.sites) {
    if (site.unit.program !== model.unit.program) continue
    const known = sites.get(site.root)
    if (known) known.push(site)
    else sites.set(site.root, [site])
  }
  const roots = [...sites].sort(([a], [b]) => a.range[0] - b.range[0]).slice(0, MAX_CODES)
  return { codes: roots.map(([root, started]) => inspectCode(root, uniqueCalls(started), model)) }
}

/** A call that gives one of several children is shown once. */
function uniqueCalls(sites: readonly SpawnSite[]): SpawnSite[] {
  return sites.filter((site, index) => sites.findIndex(({ node }) => node === site.node) === index)
}

function inspectCode(root: CodeRoot, sites: readonly SpawnSite[], model: LifecycleModel): CodeInspection {
  const { text } = model.unit
  const graph = buildFlowGraph(root)
  const children = sites.map((site) => inspectChild(site, model))
  const starts = new Map<TSESTree.Node, number[]>()
  const discharges = new Map<TSESTree.Node, { child: number; obligation: Obligation }[]>()
  for (const [child, site] of sites.entries()) {
    starts.set(site.node, [...(starts.get(site.node) ?? []), child])
    for (const { obligation, state } of children[child]?.owes ?? []) {
      if (state === 'api') continue
      for (const use of usesFor(site, obligation, model)) {
        for (const node of placeUse(use.node, root, model.unit).nodes) {
          const point = findPoint(node, graph)
          if (!point || point === site.node) continue
          const known = discharges.get(point) ?? []
          if (!known.some((other) => other.child === child && other.obligation === obligation))
            known.push({ child, obligation })
          discharges.set(point, known)
        }
      }
    }
  }
  return {
    name: nameOf(root),
    span: spanOf(root),
    line: root.loc.start.line,
    children,
    isExact: graph.isExact,
    blocks: describeFlowGraph(graph, text).blocks.map(({ edges, name, points }) => ({
      name,
      edges,
      points: points.map((point) => ({
        ...spanOf(point.node),
        text: point.text,
        line: point.node.loc.start.line,
        starts: starts.get(point.node) ?? [],
        discharges: discharges.get(point.node) ?? [],
      })),
    })),
  }
}

function inspectChild(site: SpawnSite, model: LifecycleModel): ChildInspection {
  return {
    text: shorten(model.unit.text.slice(...site.node.range)),
    span: spanOf(site.node),
    line: site.node.loc.start.line,
    owes: OBLIGATIONS.filter((obligation) => isOwed(site, obligation, model)).map((obligation) =>
      inspectObligation(site, obligation, model),
    ),
  }
}

/** Output is owed where there is a pipe, the end of `stdin` where something is written into it. */
function isOwed(site: SpawnSite, obligation: Obligation, model: LifecycleModel): boolean {
  if (obligation === 'stdinEnd' || obligation === 'stdinError') {
    if (site.contract.isSync || site.contract.handle === 'none') return false
    return site.contract.owes.has(obligation) && findFeeds(site, model.getHandle(site)).length > 0
  }
  if (!site.contract.owes.has(obligation)) return obligation === 'end' || obligation === 'error'
  if (obligation === 'stdout' || obligation === 'stderr') return site.options.stdio[obligation].kind === 'pipe'
  return true
}

function inspectObligation(site: SpawnSite, obligation: Obligation, model: LifecycleModel): ObligationInspection {
  const isApi = !site.contract.owes.has(obligation) || (obligation === 'deadline' && isBoundByOption(site, model))
  if (isApi) return { obligation, state: 'api', metBy: [] }
  const verdict = judge(site, obligation, model)
  const metBy = usesFor(site, obligation, model)
    .map((use) => describeDischarge(use, model))
    .sort((a, b) => a.start - b.start)
  return { obligation, ...describeVerdict(verdict), metBy: uniqueSpans(metBy) }
}

/** Also where the option is there and its value unknown. */
function isBoundByOption(site: SpawnSite, { unit }: LifecycleModel): boolean {
  const { is } = readOptionDeadline(site, unit)
  return is === 'bounded' || is === 'unknown'
}

function judge(site: SpawnSite, obligation: Obligation, model: LifecycleModel): Verdict {
  if (obligation === 'stdinEnd' || obligation === 'stdinError')
    return model.judgeFed(site, findFeeds(site, model.getHandle(site)), obligation, 'normal')
  if (site.contract.handle === 'none') return { is: 'never' }
  return model.judge(site, [obligation], obligation === 'deadline' ? 'never' : 'normal')
}

function usesFor(site: SpawnSite, obligation: Obligation, model: LifecycleModel): readonly HandleUse[] {
  if (site.contract.handle === 'none') return []
  return model.getHandle(site).uses.filter((use) => isDischarged(use, obligation))
}

function describeVerdict(verdict: Verdict): Pick<ObligationInspection, 'at' | 'state'> {
  switch (verdict.is) {
    case 'fine':
      return { state: 'met' }
    case 'never':
      return { state: 'open' }
    case 'late':
      return { state: 'late', at: { ...spanOf(verdict.suspension), line: verdict.suspension.loc.start.line } }
    case 'notOnPath':
      return { state: 'openOnPath', at: { ...spanOf(verdict.path.node), line: verdict.path.position.line } }
  }
}

function describeDischarge(use: HandleUse, { unit }: LifecycleModel): DischargeInspection {
  const { source } = use
  return {
    ...spanOf(source),
    line: source.loc.start.line,
    text: shorten(unit.text.slice(...source.range)),
    kind: use.kind,
    isHandedOn: use.discharges === 'all' && use.kind === 'escape',
  }
}

function uniqueSpans(found: readonly DischargeInspection[]): DischargeInspection[] {
  return found.filter(
    (one, index) => found.findIndex(({ end, start }) => end === one.end && start === one.start) === index,
  )
}

const spanOf = ({ range }: TSESTree.Node): Span => ({ start: range[0], end: range[1] })

const MAX_TEXT = 60

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line
}

function nameOf(root: CodeRoot): string {
  if (root.type === 'Program') return 'program'
  if (root.type === 'StaticBlock') return 'static block'
  if (!isFunctionNode(root)) return 'class field'
  if (root.id) return root.id.name
  const { parent } = root
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent.type === 'MethodDefinition' || parent.type === 'Property') {
    const { key } = parent
    if (key.type === 'Identifier') return key.name
    if (key.type === 'PrivateIdentifier') return `#${key.name}`
  }
  return `function on line ${root.loc.start.line}`
}

export type { EdgeDescription, Obligation, UseKind }
export { default as plugin } from './index.ts'
