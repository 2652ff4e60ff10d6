import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from './ast/child-nodes.ts'
import { getCodeRoot, isFunctionNode } from './ast/function-node.ts'
import { findWaitForEnd } from './analysis/awaited-end.ts'
import { type ChildProcessSettings, readChildProcessSettings } from './analysis/child-process-settings.ts'
import { type CollectionKind, readCollectionArgument, readStoreStep } from './analysis/collection.ts'
import { type Obligation, OBLIGATIONS } from './analysis/contracts.ts'
import {
  createFollowBudget,
  type FollowedHandle,
  followHandle,
  followParameter,
  followValue,
  type HandOverTarget,
  type Held,
} from './analysis/follow-handle.ts'
import { type Facet, type HandleUse, isDischarged, type UseKind } from './analysis/handle-use.ts'
import { isChildProcessMocked } from './analysis/module-mock.ts'
import { createOriginResolver } from './analysis/module-origin.ts'
import { createMajorLookup } from './analysis/package-version.ts'
import { NO_IMPORTS, type SourceUnit } from './analysis/source-unit.ts'
import { findSpawnSites, type SpawnSite } from './analysis/spawn-site.ts'
import { mayStartChild } from './analysis/trigger-name.ts'
import { parseTree, type Parser } from './project/parsed-files.ts'

export type { CollectionKind, Facet, HandOverTarget, Held, Obligation, Parser, UseKind }

/** Offsets in UTF-16 code units, the end excluded. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A file to be analysed by itself. */
export interface SourceText {
  /** Absolute. */
  readonly filename: string
  /** Absolute: what relative paths in the settings start from. */
  readonly cwd: string
  readonly text: string
  /** A parser as ESLint takes it, which must understand the file's language. */
  readonly parser: Parser
  /** An object with `childProcess`, as in ESLint's configuration; invalid settings count as none. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** A place that starts a child. */
export interface ChildStart {
  /** The call. */
  readonly span: Span
  readonly filename: string
  /** As the file calls it: `spawn`, `execFileAsync`. */
  readonly name: string
  /** The function of `child_process` that options and defaults follow. */
  readonly like: 'exec' | 'execFile' | 'fork' | 'spawn'
  /** What the call gives: the child, a promise for its end, or, of a synchronous call, neither. */
  readonly gives: 'child' | 'none' | 'promise'
  /** The programs that it may be, where the source tells all of them. */
  readonly commands: readonly string[] | undefined
  /** `undefined`: the source does not tell. */
  readonly isDetached: boolean | undefined
  /** A `timeout` or a `signal` is, or may be, given. */
  readonly mayBeBounded: boolean
  /** Output slots that are, or may be, pipes. */
  readonly pipes: readonly ('stderr' | 'stdout')[]
  /** Both output slots are chosen by the arguments of the function around the call, or by nobody. */
  readonly hasDefaultPipes: boolean
  /** The API sees to the end of the child by itself. */
  readonly isEndSeenTo: boolean
}

/** Something that is done with a child. */
export interface ChildUse {
  readonly span: Span
  readonly facet: Facet
  readonly kind: UseKind
  /** What it settles; an effect that is not known settles everything. */
  readonly discharges: readonly Obligation[]
}

/** A place that gives the child to a function, a property, a variable of other files, or a caller. */
export interface ChildHandOver {
  readonly to: HandOverTarget
  /** The argument, what is assigned to or defined, the returned expression, the variable's name; else the code that takes it. */
  readonly span: Span
  readonly held: Held
  /** Whatever becomes of it there is among the uses. */
  readonly isFollowed: boolean
}

/** Everything that one file does with a child. */
export interface FollowedChild {
  readonly uses: readonly ChildUse[]
  readonly handOvers: readonly ChildHandOver[]
  /** What waits for the end of the child. */
  readonly wait: Span | undefined
  /** Names of the variables around the code that starts the child which keep it. */
  readonly keepers: readonly Span[]
}

/** One file, read by itself: what other files do is asked of the `FileAnalysis` of theirs. */
export interface FileAnalysis {
  readonly starts: readonly ChildStart[]
  followStart(start: ChildStart): FollowedChild
  /** `start` may be in another file. `undefined` where no expression has this span. */
  followValue(value: Span, held: Held, start: ChildStart): FollowedChild | undefined
  /** What the function with this span does with its parameter `index`. `undefined` where no function has this span. */
  followParameter(callee: Span, index: number, held: Held, start: ChildStart): FollowedChild | undefined
}

/** Does a text name anything that starts a child? One search. */
export function mayStart(text: string, settings: Readonly<Record<string, unknown>> = {}): boolean {
  return mayStartChild(text, readChildProcessSettings(settings).settings)
}

/** What is wrong with `settings.childProcess`, in one sentence; `undefined` when nothing is. */
export function findSettingsProblem(settings: Readonly<Record<string, unknown>>): string | undefined {
  return readChildProcessSettings(settings).problem
}

/** The step of a path that a value is kept at by a method of a collection; `undefined` for a method that does not keep it. */
export function findStoreStep(kind: CollectionKind, method: string, index: number): string | undefined {
  // for what this asks, the kind is all that a collection is
  const effect = readCollectionArgument({ kind } as Parameters<typeof readCollectionArgument>[0], method, index)
  return typeof effect === 'object' ? effect.step : undefined
}

/** The step of a path that `collection[name] = value` keeps a value at; without a name for one that the source does not tell. */
export function findPropertyStep(kind: CollectionKind, name: string | undefined): string | undefined {
  return readStoreStep({ kind } as Parameters<typeof readStoreStep>[0], name)
}

/** `undefined` for a text that the parser takes for no program. */
export function analyseFile({ cwd, filename, parser, settings = {}, text }: SourceText): FileAnalysis | undefined {
  const options = { ecmaVersion: 'latest', sourceType: 'module', range: true, loc: true, tokens: false, comment: false }
  const tree = parseTree(filename, text, parser, options, undefined)
  if (!tree) return undefined
  return new SeparateFile({
    ...tree,
    text,
    filename,
    cwd,
    visitorKeys: undefined,
    resolveOrigin: createOriginResolver(tree.bindings),
    settings: readChildProcessSettings(settings).settings,
    getMajor: createMajorLookup(filename),
    imported: NO_IMPORTS,
  })
}

/** The starts of all files, so that a file can go on with the child of another one. */
const sites = new WeakMap<ChildStart, SpawnSite>()

class SeparateFile implements FileAnalysis {
  readonly starts: readonly ChildStart[]
  readonly #unit: SourceUnit
  readonly #budget = createFollowBudget()
  #nodes: ReadonlyMap<string, TSESTree.Node> | undefined

  constructor(unit: SourceUnit) {
    this.#unit = unit
    const isReal = mayStartChild(unit.text, unit.settings) && !isChildProcessMocked(unit.text)
    this.starts = (isReal ? findSpawnSites(unit) : []).map((site) => {
      const start = describeStart(site)
      sites.set(start, site)
      return start
    })
  }

  followStart(start: ChildStart): FollowedChild {
    const site = readSite(start)
    return this.#describe(followHandle(site, this.#unit, this.#budget), site)
  }

  followValue({ end, start: from }: Span, held: Held, start: ChildStart): FollowedChild | undefined {
    const node = this.#findNode(`${from} ${end}`)
    if (!node) return undefined
    const site = { ...readSite(start), node, root: getCodeRoot(node) } as SpawnSite
    return this.#describe(followValue(node, held, site, this.#unit, this.#budget), site)
  }

  followParameter({ end, start: from }: Span, index: number, held: Held, start: ChildStart): FollowedChild | undefined {
    const callee = this.#findNode(`function ${from} ${end}`)
    if (!isFunctionNode(callee)) return undefined
    const site = { ...readSite(start), node: callee, root: callee } as unknown as SpawnSite
    return this.#describe(followParameter(callee, index, held, site, this.#unit, this.#budget), site)
  }

  #describe(handle: FollowedHandle, site: SpawnSite): FollowedChild {
    const wait = findWaitForEnd(site, handle, this.#unit)
    return {
      uses: handle.uses.filter(isUnderstood).map(describeUse),
      handOvers: handle.handOvers.map(({ held, isFollowed, node, to }) => ({
        to,
        span: toSpan(node),
        held,
        isFollowed,
      })),
      wait: wait && toSpan(wait.source),
      keepers: [...handle.holders].flatMap(({ definitions: [definition], kind, root }) =>
        definition && kind !== 'parameter' && root !== site.root && isAround(root, site.node)
          ? [toSpan(definition.name)]
          : [],
      ),
    }
  }

  #findNode(key: string): TSESTree.Node | undefined {
    this.#nodes ??= indexNodes(this.#unit.program)
    return this.#nodes.get(key)
  }
}

function readSite(start: ChildStart): SpawnSite {
  const site = sites.get(start)
  if (!site) throw new TypeError('The start of a child must be one of the `starts` of a `FileAnalysis`.')
  return site
}

const AROUND_FUNCTION = /^(?:MethodDefinition|Property|Export(?:Default|Named)Declaration)$/

/** By span, the innermost of those that share one: `value` of `{ value }`, the expression of a statement. */
function indexNodes(program: TSESTree.Program): ReadonlyMap<string, TSESTree.Node> {
  const nodes = new Map<string, TSESTree.Node>()
  traverse(program, {
    enter(node) {
      const [start, end] = node.range
      nodes.set(`${start} ${end}`, node)
      if (!isFunctionNode(node)) return undefined
      nodes.set(`function ${start} ${end}`, node)
      // to TypeScript the key of a method and `export` are parts of the function
      const { parent } = node as TSESTree.Node
      if (parent && AROUND_FUNCTION.test(parent.type)) nodes.set(`function ${parent.range[0]} ${parent.range[1]}`, node)
      return undefined
    },
  })
  return nodes
}

function describeStart(site: SpawnSite): ChildStart {
  const { command, contract, name, node, options, unit } = site
  const { detached, shape, signal, stdio, timeout } = options
  const streams = ['stdout', 'stderr'] as const
  return {
    span: toSpan(node),
    filename: unit.filename,
    name,
    like: contract.like,
    gives: contract.handle,
    commands: command.names,
    isDetached: detached.is === 'known' ? detached.value : detached.is === 'absent' ? false : undefined,
    mayBeBounded: timeout.is !== 'absent' || signal.is !== 'absent',
    pipes: streams.filter((stream) => stdio[stream].kind === 'pipe' || stdio[stream].kind === 'unknown'),
    hasDefaultPipes: shape.get('stdio').is !== 'known' && shape.get('silent').is !== 'known',
    isEndSeenTo: !contract.owes.has('end'),
  }
}

/** What goes out of sight is told by the hand-overs; only a stream has no way back to its child. */
function isUnderstood({ facet, kind }: HandleUse): boolean {
  return kind !== 'escape' || (facet !== 'child' && facet !== 'promise')
}

function describeUse(use: HandleUse): ChildUse {
  return {
    span: toSpan(use.source),
    facet: use.facet,
    kind: use.kind,
    discharges: OBLIGATIONS.filter((obligation) => isDischarged(use, obligation)),
  }
}

function isAround(outer: TSESTree.Node, inner: TSESTree.Node): boolean {
  return outer.type === 'Program' || (outer.range[0] <= inner.range[0] && outer.range[1] >= inner.range[1])
}

/** Of a name that is declared, without its type. */
function toSpan(node: TSESTree.Node): Span {
  const [start, end] = node.range
  return { start, end: node.type === 'Identifier' && node.typeAnnotation ? start + node.name.length : end }
}

export type { ChildProcessSettings }
