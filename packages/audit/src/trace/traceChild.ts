import type {
  ChildHandOver,
  ChildStart,
  FileAnalysis,
  FollowedChild,
  Held,
  Span,
} from 'eslint-plugin-child-process/analysis'
import { ts } from 'ts-morph'
import { climbWrappers } from '../project/findNode.ts'
import type { Site, SourceProject } from '../project/SourceProject.ts'
import { describePlace, describeFunction } from './describePlace.ts'
import { findCallees } from './findCallees.ts'
import { findCalls, type FunctionBody } from './findCalls.ts'
import { findReads } from './findReads.ts'
import { findPlace, findStore, makePlace, type Place } from './Place.ts'
import { isPublicFunction, isPublicPlace } from './publicSurface.ts'
import type { StepKind, Trace, TraceStep, TraceUse } from './Trace.ts'

/** What functions of the project do with a child that passes through them, for the settings. */
export interface TraceListener {
  /** A function was given the child as one of its parameters. */
  onParameter?(callee: FunctionBody, index: number, followed: FollowedChild): void
  /** A function gives back the child that it starts, the child itself where `isWhole`; `followed` is what its file does with it. */
  onReturn?(owner: FunctionBody, isWhole: boolean, start: ChildStart, followed: FollowedChild): void
  /** A function passes the child that it was given to another one. */
  onPass?(from: { callee: FunctionBody; index: number }, to: { callee: FunctionBody; index: number }): void
}

interface Item {
  readonly file: ts.SourceFile
  readonly follow: (analysis: FileAnalysis) => FollowedChild | undefined
  readonly step: TraceStep | undefined
  /** The function that the child was given to, by which call. */
  readonly entry?: { readonly callee: FunctionBody; readonly index: number; readonly call: ts.Expression } | undefined
}

/** Beyond them a child counts as out of sight. */
const MAX_ITEMS = 3000

/** Follows one child through the whole project. */
export function traceChild(start: ChildStart, project: SourceProject, listener: TraceListener = {}): Trace {
  return new Tracer(start, project, listener).run()
}

class Tracer {
  readonly #start: ChildStart
  readonly #project: SourceProject
  readonly #listener: TraceListener
  readonly #steps: TraceStep[] = []
  readonly #ends = new Map<string, TraceUse>()
  readonly #waits = new Map<string, TraceUse>()
  readonly #asks = new Map<string, TraceUse>()
  readonly #unknown = new Map<string, TraceUse>()
  readonly #given: TraceStep[] = []
  readonly #seen = new Set<string>()
  readonly #queue: Item[] = []
  #isUnreferenced = false

  constructor(start: ChildStart, project: SourceProject, listener: TraceListener) {
    this.#start = start
    this.#project = project
    this.#listener = listener
  }

  run(): Trace {
    const start = this.#start
    const file = this.#project.findFile(start.filename)
    if (!file) throw new TypeError(`${start.filename} is no file of the project.`)
    this.#queue.push({ file, follow: (analysis) => analysis.followStart(start), step: undefined })
    let count = 0
    for (let item = this.#queue.shift(); item; item = this.#queue.shift()) {
      count += 1
      if (count > MAX_ITEMS) {
        this.#add(this.#unknown, this.#project.getSiteAt(item.file, 0), item.step)
        break
      }
      this.#followItem(item)
    }
    return {
      start,
      site: this.#project.getSiteAt(file, start.span.start),
      steps: this.#steps,
      ends: [...this.#ends.values()],
      waits: [...this.#waits.values()],
      asks: [...this.#asks.values()],
      unknown: [...this.#unknown.values()],
      given: this.#given,
      isLetGo: start.isDetached !== false && this.#isUnreferenced,
    }
  }

  #followItem(item: Item): void {
    const analysis = this.#project.analyse(item.file)
    const followed = analysis && item.follow(analysis)
    if (!followed) {
      this.#add(this.#unknown, this.#project.getSiteAt(item.file, 0), item.step)
      return
    }
    if (item.entry) this.#listener.onParameter?.(item.entry.callee, item.entry.index, followed)
    for (const handOver of followed.handOvers) this.#followHandOver(handOver, followed, item)
    for (const keeper of followed.keepers) {
      const name = this.#project.findNode(item.file, keeper)
      // the object around the property that has been named
      const isNamed = name && this.#steps.some((step) => step.name.startsWith(`${name.getText()}.`))
      if (name && !isNamed) this.#addStep('variable', name.getText(), this.#project.getSite(name), item.step)
    }
    this.#collectUses(followed, item)
  }

  #collectUses({ uses, wait }: FollowedChild, { file, step }: Item): void {
    const at = ({ start }: Span): Site => this.#project.getSiteAt(file, start)
    for (const { discharges, facet, kind, span } of uses) {
      switch (kind) {
        case 'kill':
          this.#add(this.#ends, at(span), step)
          break
        case 'unref':
          if (facet === 'child') this.#isUnreferenced = true
          break
        case 'endStdin':
        case 'send':
        case 'write':
          this.#add(this.#asks, at(span), step)
          break
        case 'pid':
          if (discharges.includes('deadline')) this.#add(this.#asks, at(span), step)
          break
        case 'await':
          this.#add(this.#waits, at(span), step)
          break
        default:
      }
    }
    if (wait) this.#add(this.#waits, at(wait), step)
  }

  #followHandOver(handOver: ChildHandOver, followed: FollowedChild, item: Item): void {
    const { held, isFollowed, span, to } = handOver
    if (held.facet !== 'child' && held.facet !== 'promise') return
    const node = this.#project.findNode(item.file, span)
    const site = this.#project.getSiteAt(item.file, span.start)
    if (!node) {
      if (!isFollowed) this.#add(this.#unknown, site, item.step)
      return
    }
    switch (to) {
      case 'argument':
        this.#followArgument(node, held, isFollowed, item)
        return
      case 'property':
        this.#followProperty(node, held, isFollowed, item)
        return
      case 'variable':
        this.#followVariable(node, held, item)
        return
      case 'return':
        this.#followReturn(node, held, followed, item)
        return
      default:
        this.#add(this.#unknown, site, item.step)
    }
  }

  #followProperty(node: ts.Node, held: Held, isFollowed: boolean, item: Item): void {
    const place = this.#findProperty(node, held)
    const step = this.#addStep(
      held.path.length > 0 || ts.isElementAccessExpression(node) ? 'registry' : 'field',
      place ? describePlace(place, node) : node.getText().replace(/\s+/g, ' ').slice(0, 60),
      this.#project.getSite(node),
      item.step,
    )
    if (isFollowed) return
    if (place) this.#followPlace(place, held, step)
    else this.#add(this.#unknown, step.site, step)
  }

  #findProperty(node: ts.Node, held: Held): Place | undefined {
    const { checker } = this.#project
    if (ts.isPropertyDeclaration(node) && 'text' in node.name)
      return makePlace(node.name.text, checker.getSymbolAtLocation(node.name), held.path, true, this.#project)
    if (ts.isParameter(node) && ts.isIdentifier(node.name))
      return { name: node.name.text, declarations: new Set([node]), path: held.path, isProperty: true }
    return ts.isExpression(node) ? findPlace(node, held.path, this.#project) : undefined
  }

  /** Whatever reads the place goes on with the child. */
  #followPlace(place: Place, held: Held, step: TraceStep, skip?: ts.SourceFile): void {
    if (isPublicPlace(place, this.#project)) this.#given.push(step)
    const { aliases, reads, unknown } = findReads(place, this.#project)
    for (const { node, parameter, path } of reads) {
      const file = node.getSourceFile()
      if (file === skip) continue
      const inner = { ...held, path: [...path, ...place.path] }
      if (parameter) this.#enqueueParameter(parameter.owner, parameter.index, inner, step, undefined)
      else this.#enqueueValue(node, inner, step)
    }
    for (const node of unknown) this.#add(this.#unknown, this.#project.getSite(node), step)
    for (const alias of aliases) if (this.#isNew(`alias ${alias.name}`)) this.#followPlace(alias, held, step, skip)
  }

  #followVariable(name: ts.Node, held: Held, item: Item): void {
    if (!ts.isIdentifier(name)) {
      this.#add(this.#unknown, this.#project.getSite(name), item.step)
      return
    }
    const place = makePlace(name.text, this.#project.checker.getSymbolAtLocation(name), held.path, false, this.#project)
    const step = this.#addStep(
      held.path.length > 0 ? 'registry' : 'variable',
      name.text,
      this.#project.getSite(name),
      item.step,
    )
    // the file of the variable has been followed with it
    this.#followPlace(place, held, step, name.getSourceFile())
  }

  #followArgument(node: ts.Node, held: Held, isFollowed: boolean, item: Item): void {
    const at = climbWrappers(node)
    const { parent } = at
    const isCall = ts.isCallExpression(parent) || ts.isNewExpression(parent)
    const index = isCall ? (parent.arguments?.findIndex((argument) => argument === at) ?? -1) : -1
    if (!isCall || index < 0) {
      this.#add(this.#unknown, this.#project.getSite(node), item.step)
      return
    }
    const store = ts.isCallExpression(parent) ? findStore(parent, index, held.path, this.#project) : undefined
    if (store || (isFollowed && isCollecting(parent))) {
      const receiver = ts.isPropertyAccessExpression(parent.expression)
        ? parent.expression.expression
        : parent.expression
      const step = this.#addStep(
        'registry',
        store ? describePlace(store, receiver) : receiver.getText(),
        this.#project.getSite(parent),
        item.step,
      )
      if (!isFollowed && store) this.#followPlace(store, held, step)
      return
    }
    if (index === 0 && parent.expression.getText() === 'Promise.resolve') {
      this.#enqueueValue(parent, { ...held, isPromised: true }, item.step)
      return
    }
    const { callees, isSure } = findCallees(parent, this.#project)
    if (!isSure && !isFollowed) this.#add(this.#unknown, this.#project.getSite(parent), item.step)
    for (const callee of callees) {
      if (item.entry) this.#listener.onPass?.(item.entry, { callee, index })
      const step = this.#addStep('argument', describeFunction(callee), this.#project.getSite(parent), item.step)
      // what one of the same file does is known, but not yet what it is that does it
      this.#enqueueParameter(callee, index, held, step, parent)
    }
  }

  #followReturn(node: ts.Node, held: Held, followed: FollowedChild, item: Item): void {
    const owner = findFunction(node)
    if (!owner) {
      this.#add(this.#unknown, this.#project.getSite(node), item.step)
      return
    }
    const isPromised = held.isPromised === true || isAsync(owner)
    const given: Held = { ...held, ...(isPromised && { isPromised }) }
    const isWhole = !isPromised && held.path.length === 0
    if (!item.step) this.#listener.onReturn?.(owner, isWhole, this.#start, followed)
    // the child that a call has brought goes back to that call
    if (item.entry?.callee === owner) {
      this.#enqueueValue(item.entry.call, given, item.step)
      return
    }
    const step = this.#addStep('return', describeFunction(owner), this.#project.getSite(node), item.step)
    if (isPublicFunction(owner, this.#project)) this.#given.push(step)
    const { calls, given: mentions } = findCalls(owner, this.#project)
    for (const call of calls) this.#enqueueValue(call, given, step)
    for (const mention of mentions) this.#add(this.#unknown, this.#project.getSite(mention), step)
  }

  #enqueueValue(node: ts.Expression, held: Held, step: TraceStep | undefined): void {
    const file = node.getSourceFile()
    const span = { start: node.getStart(file), end: node.end }
    if (!this.#isNew(`${file.fileName} ${span.start} ${span.end} ${held.facet} ${held.path.join('.')}`)) return
    this.#queue.push({ file, follow: (analysis) => analysis.followValue(span, held, this.#start), step })
  }

  #enqueueParameter(
    callee: ts.SignatureDeclaration,
    index: number,
    held: Held,
    step: TraceStep,
    call: ts.Expression | undefined,
  ): void {
    const file = callee.getSourceFile()
    const span = { start: callee.getStart(file), end: callee.end }
    const key = `${file.fileName} ${span.start} (${index}) ${held.facet} ${held.path.join('.')} ${call?.pos ?? ''}`
    if (!this.#isNew(key)) return
    const isWhole = call !== undefined && held.path.length === 0 && held.facet === 'child'
    const entry = isWhole ? { callee: callee as FunctionBody, index, call } : undefined
    this.#queue.push({
      file,
      follow: (analysis) => analysis.followParameter(span, index, held, this.#start),
      step,
      entry,
    })
  }

  #addStep(kind: StepKind, name: string, site: Site, previous: TraceStep | undefined): TraceStep {
    const known = this.#steps.find(
      (step) =>
        step.name === name &&
        step.site.file === site.file &&
        (isKept(step.kind) ? isKept(kind) : step.kind === kind && step.site.line === site.line),
    )
    if (known) return known
    const step = { kind, name, site, previous }
    this.#steps.push(step)
    return step
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  #add(to: Map<string, TraceUse>, site: Site, after: TraceStep | undefined): void {
    const key = `${site.file}:${site.line}:${site.column}`
    if (!to.has(key)) to.set(key, { site, after })
  }
}

/** A method by which collections take a value. */
function isCollecting({ expression }: ts.CallExpression | ts.NewExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && /^(?:add|push|set|splice|unshift)$/.test(expression.name.text)
}

export function isKept(kind: StepKind): boolean {
  return kind === 'field' || kind === 'registry' || kind === 'variable'
}

function findFunction(node: ts.Node): FunctionBody | undefined {
  return ts.findAncestor(node.parent, ts.isFunctionLike) as FunctionBody | undefined
}

function isAsync(callee: FunctionBody): boolean {
  return (
    ts.canHaveModifiers(callee) &&
    (ts.getModifiers(callee)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false)
  )
}
