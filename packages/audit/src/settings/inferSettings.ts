import type { ChildStart, FollowedChild, Obligation } from 'eslint-plugin-child-process/analysis'
import { ts } from 'ts-morph'
import type { SourceProject } from '../project/SourceProject.ts'
import { type FunctionBody } from '../trace/findCalls.ts'
import type { TraceListener } from '../trace/traceChild.ts'
import { findExportName } from './findExportName.ts'

/** A function as the settings name it. */
export interface NamedFunction {
  /** `./src/run.ts`, from the project's folder. */
  readonly from: string
  readonly name: string
}

export interface InferredSettings {
  readonly factories: readonly (NamedFunction & { readonly like: string })[]
  readonly observers: readonly NamedFunction[]
  readonly drainers: readonly NamedFunction[]
  readonly killers: readonly NamedFunction[]
}

/** What a function does with the child that it is given as a parameter. */
interface ParameterEffect {
  readonly discharges: Set<Obligation>
  isKilling: boolean
  /** Parameters of other functions that it passes the child to. */
  readonly passes: Set<string>
}

interface Factory {
  readonly like: string
  /** Of all children that the function gives back, each is like the first one, and open. */
  isPlain: boolean
}

/** Gathers, while children are traced, what the functions of the project do with them. */
export class SettingsCollector implements TraceListener {
  readonly #project: SourceProject
  readonly #effects = new Map<string, ParameterEffect>()
  readonly #functions = new Map<string, FunctionBody>()
  readonly #factories = new Map<FunctionBody, Factory>()

  constructor(project: SourceProject) {
    this.#project = project
  }

  onParameter(callee: FunctionBody, index: number, followed: FollowedChild): void {
    const effect = this.#getEffect(callee, index)
    for (const { discharges, kind } of followed.uses) {
      if (kind === 'kill') effect.isKilling = true
      // what settles everything is not understood
      if (discharges.length < ALL) for (const obligation of discharges) effect.discharges.add(obligation)
    }
  }

  onPass(from: { callee: FunctionBody; index: number }, to: { callee: FunctionBody; index: number }): void {
    this.#getEffect(from.callee, from.index).passes.add(this.#keyOf(to.callee, to.index))
  }

  onReturn(owner: FunctionBody, isWhole: boolean, start: ChildStart, followed: FollowedChild): void {
    const isSeenTo = followed.uses.some(({ discharges }) => discharges.includes('end') || discharges.includes('error'))
    const isKept = followed.keepers.length > 0 || followed.handOvers.some(({ to }) => to !== 'return')
    const isPlain = isWhole && start.gives === 'child' && start.hasDefaultPipes && !isSeenTo && !isKept
    const known = this.#factories.get(owner)
    if (!known) this.#factories.set(owner, { like: start.like, isPlain })
    else if (known.like !== start.like || !isPlain) known.isPlain = false
  }

  collect(): InferredSettings {
    const factories = [...this.#factories].flatMap(([owner, { isPlain, like }]) => {
      const named = isPlain ? this.#nameOf(owner) : undefined
      return named ? [{ ...named, like }] : []
    })
    const observers = new Map<string, NamedFunction>()
    const drainers = new Map<string, NamedFunction>()
    const killers = new Map<string, NamedFunction>()
    for (const [key, callee] of this.#functions) {
      const named = this.#nameOf(callee)
      if (!named) continue
      const { discharges, isKilling } = this.#summarise(key)
      const name = `${named.from}#${named.name}`
      if (discharges.has('end') && discharges.has('error')) observers.set(name, named)
      if (discharges.has('stdout') && discharges.has('stderr') && !isKilling) drainers.set(name, named)
      if (isKilling) killers.set(name, named)
    }
    const list = (functions: Iterable<NamedFunction>): NamedFunction[] => [...functions].sort(compareNames)
    return {
      factories: factories.sort(compareNames),
      observers: list(observers.values()),
      drainers: list(drainers.values()),
      killers: list(killers.values()),
    }
  }

  /** With all that the functions do which it passes the child to. */
  #summarise(first: string): { discharges: Set<Obligation>; isKilling: boolean } {
    const discharges = new Set<Obligation>()
    let isKilling = false
    const seen = new Set<string>([first])
    for (const key of seen) {
      const effect = this.#effects.get(key)
      if (!effect) continue
      isKilling ||= effect.isKilling
      for (const obligation of effect.discharges) discharges.add(obligation)
      for (const next of effect.passes) seen.add(next)
    }
    return { discharges, isKilling }
  }

  #getEffect(callee: FunctionBody, index: number): ParameterEffect {
    const key = this.#keyOf(callee, index)
    this.#functions.set(key, callee)
    let effect = this.#effects.get(key)
    if (!effect) this.#effects.set(key, (effect = { discharges: new Set(), isKilling: false, passes: new Set() }))
    return effect
  }

  #keyOf(callee: FunctionBody, index: number): string {
    return `${callee.getSourceFile().fileName} ${callee.pos} ${index}`
  }

  #nameOf(callee: FunctionBody): NamedFunction | undefined {
    const name = findExportName(callee, this.#project)
    const file = callee.getSourceFile().fileName
    // a function of a test helps no file that is linted as a program
    return name === undefined || ts.isMethodDeclaration(callee)
      ? undefined
      : { from: `./${this.#project.relative(file)}`, name }
  }
}

/** Obligations that there are: an effect that is not known settles all of them. */
const ALL = 7

function compareNames(a: NamedFunction, b: NamedFunction): number {
  return compare(a.from, b.from) || compare(a.name, b.name)
}

/** By code units, so that the order is that of no language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
