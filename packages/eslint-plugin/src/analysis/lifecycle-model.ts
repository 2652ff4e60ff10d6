import type { TSESLint, TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot } from '../ast/function-node.ts'
import { createScopeBindings } from '../ast/scope-bindings.ts'
import { buildFlowGraph } from '../flow/build-flow-graph.ts'
import { findOpenPath } from '../flow/find-open-path.ts'
import type { FlowGraph } from '../flow/flow-graph.ts'
import { type Abandonment, findAbandonment } from './abandoned-child.ts'
import { readChildProcessSettings } from './child-process-settings.ts'
import { findConfigured } from './configured-function.ts'
import type { Obligation } from './contracts.ts'
import { type DanglingTimer, findDanglingTimer } from './dangling-timer.ts'
import { createDeclaredFunctionFinder } from './declared-function.ts'
import { type DetachFlaw, findDetachFlaw } from './detach-flaw.ts'
import { type EarlyRead, findEarlyRead } from './early-read.ts'
import { type EarlyWork, findEarlyWork } from './early-work.ts'
import { judgeFed, type StdinObligation } from './fed-verdict.ts'
import { type DeadEscalation, findDeadEscalation, findMissingEscalation } from './escalation.ts'
import { findStatusLoss, type StatusLoss } from './exit-status.ts'
import { createFollowBudget, type FollowedHandle, followHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { groupByCall, summariseFunctions } from './handed-back.ts'
import { findHeldUpCode, type HeldUpCode } from './held-up-code.ts'
import type { KillCall } from './kill-call.ts'
import { findLeakedListener, type LeakedListener } from './leaked-listener.ts'
import { judgeObligation, type PathScope, type Verdict } from './life-verdict.ts'
import { findLocalFunction } from './local-function.ts'
import { findIgnoredBackpressure, type IgnoredBackpressure } from './ignored-backpressure.ts'
import { createProject, findStarts } from './imported-child.ts'
import { findLostHandle, type LostHandle } from './lost-handle.ts'
import { findOrphan, type Orphan } from './orphan.ts'
import { createOriginResolver } from './module-origin.ts'
import { createMajorLookup } from './package-version.ts'
import { findRespawn, type Respawn } from './respawn.ts'
import { findSettleFlaw, type SettleFlaw } from './settle-verdict.ts'
import { findSignalLoss, type SignalLoss } from './signal-verdict.ts'
import { findSkippedCleanUp, type SkippedCleanUp } from './skipped-cleanup.ts'
import { findShellKill, type ShellKill } from './shell-kill.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { findSwallowedSignal, type SwallowedSignal } from './swallowed-signal.ts'
import { findStartSwarm, type StartSwarm } from './start-swarm.ts'
import { mayStartChild } from './trigger-name.ts'
import { findUnpassedSignal, type UnpassedSignal } from './unpassed-signal.ts'
import { findUnboundedOutput, isKeptForNothing, type UnboundedOutput } from './unbounded-output.ts'

/** The children that a file starts, and what becomes of them. */
export interface LifecycleModel {
  readonly unit: SourceUnit
  /** In source order, and behind them the calls of functions that hand back one of their children. */
  readonly sites: readonly SpawnSite[]
  /** The same by call: the children that it gives, each as the sites of which one holds. */
  readonly calls: readonly (readonly (readonly SpawnSite[])[])[]
  /** Everything the file does with the child of a site. */
  getHandle(site: SpawnSite): FollowedHandle
  /** Whether any one of `obligations` is met on the paths in question. */
  judge(site: SpawnSite, obligations: readonly Obligation[], paths: PathScope): Verdict
  /** Whether an obligation of `stdin` is met on the paths that write into it by one of `feeds`. */
  judgeFed(site: SpawnSite, feeds: readonly HandleUse[], obligation: StdinObligation, paths: PathScope): Verdict
  /** What is wrong with the promise or callback that tells of the child's end. */
  findSettleFlaw(site: SpawnSite): SettleFlaw | undefined
  /** Collected output that is used on 'exit'. */
  findEarlyRead(site: SpawnSite): EarlyRead | undefined
  /** A time limit that gives the child up and leaves it alive. */
  findAbandonment(site: SpawnSite): Abandonment | undefined
  /** A signal for the child that stops at the shell in front of it. */
  findShellKill(site: SpawnSite): ShellKill | undefined
  /** A SIGKILL after another signal that is never sent. */
  findDeadEscalation(site: SpawnSite): DeadEscalation | undefined
  /** A signal that a long-lived child may ignore, and no other one. */
  findMissingEscalation(site: SpawnSite): KillCall | undefined
  /** A timer that kills the child and outlives it. */
  findDanglingTimer(site: SpawnSite): DanglingTimer | undefined
  /** A listener for the child that outlives it, or comes after its event. */
  findLeakedListener(site: SpawnSite): LeakedListener | undefined
  /** Where `detached`, `unref()` and the kill of a group do not fit together. */
  findDetachFlaw(site: SpawnSite): DetachFlaw | undefined
  /** The only reference to the child that gets lost while the child runs. */
  findLostHandle(site: SpawnSite): LostHandle | undefined
  /** The listener for the child's end that starts it again, at once and for ever. */
  findRespawn(site: SpawnSite): Respawn | undefined
  /** Work that needs the child gone, right behind a kill that only asks it to go. */
  findEarlyWork(site: SpawnSite): EarlyWork | undefined
  /** A listener for a signal that keeps it from the child. */
  findSwallowedSignal(site: SpawnSite): SwallowedSignal | undefined
  /** A signal that the code around is given, and the child is not. */
  findUnpassedSignal(site: SpawnSite): UnpassedSignal | undefined
  /** A way to leave the code that owns the child, on which nothing ends it. */
  findSkippedCleanUp(site: SpawnSite): SkippedCleanUp | undefined
  /** What leaves the child alive when the program ends. */
  findOrphan(site: SpawnSite): Orphan | undefined
  /** Where the end by a signal passes for a success. */
  findSignalLoss(site: SpawnSite): SignalLoss | undefined
  /** The async function, listener, request handler or timer that a synchronous call holds up. */
  findHeldUpCode(site: SpawnSite): HeldUpCode | undefined
  /** Output that is kept without a bound; `largest`: the largest `maxBuffer`, in bytes, that is one. */
  findUnboundedOutput(site: SpawnSite, largest: number): UnboundedOutput | undefined
  /** Whether output that nobody uses is kept up to the limit of the API, beyond which it ends the child. */
  isKeptForNothing(site: SpawnSite): boolean
  /** Writes into the child's `stdin` that go on whether the child reads or not. */
  findIgnoredBackpressure(site: SpawnSite): readonly IgnoredBackpressure[]
  /** The list, longer than `max`, each of whose elements starts the child at once. */
  findStartSwarm(site: SpawnSite, max: number): StartSwarm | undefined
  /** Where nobody asks how the child went, or a failure passes for a success. */
  findStatusLoss(site: SpawnSite): StatusLoss | undefined
}

/** What a rule's context offers to the analysis. */
export type ModelContext = Pick<
  TSESLint.RuleContext<string, readonly unknown[]>,
  'cwd' | 'filename' | 'languageOptions' | 'settings' | 'sourceCode'
>

/** `false`: the file has none. The keys are ESLint's own objects, so that a model lives no longer than its file. */
const models = new WeakMap<object, LifecycleModel | false>()

/**
 * The model of the file, made when its first rule asks. `undefined`, after one search of the text, for a file that cannot
 * start a child.
 */
export function getLifecycleModel(context: ModelContext): LifecycleModel | undefined {
  const { sourceCode } = context
  let model = models.get(sourceCode)
  if (model === undefined) models.set(sourceCode, (model = createModel(context) ?? false))
  return model || undefined
}

function createModel({
  cwd,
  filename,
  languageOptions,
  settings: given,
  sourceCode,
}: ModelContext): LifecycleModel | undefined {
  const { settings } = readChildProcessSettings(given)
  const { text, visitorKeys } = sourceCode
  if (!mayStartChild(text, settings) || !sourceCode.scopeManager) return undefined
  const bindings = createScopeBindings(sourceCode.scopeManager)
  const unit: SourceUnit = {
    program: sourceCode.ast,
    text,
    filename,
    cwd,
    visitorKeys,
    bindings,
    resolveOrigin: createOriginResolver(bindings),
    findDeclaredFunction: createDeclaredFunctionFinder(sourceCode.parserServices, bindings),
    settings,
    getMajor: createMajorLookup(filename),
    imported: createProject(filename, languageOptions, visitorKeys, () => unit),
  }
  return createLifecycleModel(unit)
}

/** Functions that end the program through one another; what lies deeper is taken to return, rather than to fill the stack. */
const MAX_CALL_DEPTH = 32

export function createLifecycleModel(unit: SourceUnit): LifecycleModel {
  const graphs = new Map<CodeRoot, FlowGraph>()
  const handles = new Map<SpawnSite, FollowedHandle>()
  const budget = createFollowBudget()
  const returning = new Map<TSESTree.Node, boolean>()
  const verdicts = new Map<SpawnSite, Map<string, Verdict>>()
  let sites: readonly SpawnSite[] | undefined
  let calls: LifecycleModel['calls'] | undefined
  let callDepth = 0
  let listening: ReadonlySet<TSESTree.Node> | undefined

  function getGraph(root: CodeRoot): FlowGraph {
    let graph = graphs.get(root)
    if (!graph) graphs.set(root, (graph = buildFlowGraph(root)))
    return graph
  }

  function getHandle(site: SpawnSite): FollowedHandle {
    let handle = handles.get(site)
    if (!handle) handles.set(site, (handle = followHandle(site, unit, budget)))
    return handle
  }

  /** Kept, because several rules ask the same. */
  function judge(site: SpawnSite, obligations: readonly Obligation[], paths: PathScope): Verdict {
    const key = `${obligations.join(' ')} ${paths}`
    let known = verdicts.get(site)
    if (!known) verdicts.set(site, (known = new Map<string, Verdict>()))
    let verdict = known.get(key)
    if (!verdict) {
      verdict = judgeObligation(site, getHandle(site), obligations, paths, unit, { getGraph, neverReturns })
      known.set(key, verdict)
    }
    return verdict
  }

  /** A configured function, or one of this file whose every path throws or exits. */
  function neverReturns(call: TSESTree.Node): boolean {
    if (call.type !== 'CallExpression') return false
    if (findConfigured(call.callee, unit.settings.neverReturns, unit)) return true
    const callee = findLocalFunction(call.callee, unit)
    if (!callee || callee.async || callee.generator) return false
    const known = returning.get(callee)
    if (known !== undefined) return known
    if (callDepth >= MAX_CALL_DEPTH) return false
    returning.set(callee, false)
    callDepth += 1
    const graph = getGraph(callee)
    const open = findOpenPath(graph, { from: 'entry', bindings: unit.bindings, neverReturns, ends: ['end', 'return'] })
    callDepth -= 1
    const never = graph.isExact && open === undefined
    returning.set(callee, never)
    return never
  }

  /** All calls that listen to a child of the file, its streams included. */
  function isChildListener(call: TSESTree.Node): boolean {
    listening ??= new Set(
      model.sites.flatMap((site) => [
        site.node,
        ...getHandle(site).uses.flatMap(({ kind, source }) => (kind === 'listen' ? [source] : [])),
      ]),
    )
    return listening.has(call)
  }

  function listSites(): readonly SpawnSite[] {
    const starts = findStarts(unit)
    return [...starts, ...summariseFunctions(starts, unit, getHandle).calls]
  }

  const program = { unit, flow: { getGraph, neverReturns }, siblings: { isChildListener } }
  const model: LifecycleModel = {
    unit,
    get sites() {
      return (sites ??= listSites())
    },
    get calls() {
      return (calls ??= groupByCall(this.sites))
    },
    getHandle,
    judge,
    judgeFed: (site, feeds, obligation, paths) =>
      judgeFed(site, getHandle(site), feeds, obligation, paths, unit, { getGraph, neverReturns }),
    findAbandonment: (site) => findAbandonment(site, getHandle(site), unit),
    findShellKill: (site) => findShellKill(site, getHandle(site), unit),
    findDeadEscalation: (site) => findDeadEscalation(getHandle(site), unit, { getGraph, neverReturns }),
    findMissingEscalation: (site) => findMissingEscalation(site, getHandle(site), unit),
    findDanglingTimer: (site) => findDanglingTimer(site, getHandle(site), unit, { getGraph, neverReturns }),
    findLeakedListener: (site) => findLeakedListener(site, getHandle(site), unit),
    findDetachFlaw: (site) => findDetachFlaw(site, getHandle(site), unit, () => judge(site, ['end'], 'never')),
    findLostHandle: (site) => findLostHandle(site, getHandle(site), unit, { getGraph, neverReturns }),
    findSignalLoss: (site) => findSignalLoss(site, getHandle(site), unit, { getGraph, neverReturns }),
    findHeldUpCode: (site) => findHeldUpCode(site, unit, { getGraph, neverReturns }),
    findStatusLoss: (site) => findStatusLoss(site, getHandle(site), unit),
    findUnboundedOutput: (site, largest) => findUnboundedOutput(site, getHandle(site), largest, unit),
    isKeptForNothing: (site) => isKeptForNothing(site, getHandle(site), unit),
    findIgnoredBackpressure: (site) => findIgnoredBackpressure(site, getHandle(site), unit),
    findStartSwarm: (site, max) => findStartSwarm(site, max, unit, { getGraph, neverReturns }),
    findSettleFlaw: (site) => findSettleFlaw(site, getHandle(site), unit, { getGraph, neverReturns }),
    findEarlyRead: (site) => findEarlyRead(site, getHandle(site), unit, { getGraph, neverReturns }),
    findRespawn: (site) => findRespawn(site, getHandle(site), unit),
    findEarlyWork: (site) => findEarlyWork(site, getHandle(site), unit, { getGraph, neverReturns }),
    findUnpassedSignal: (site) => findUnpassedSignal(site, getHandle(site), unit),
    findSkippedCleanUp: (site) => findSkippedCleanUp(site, getHandle(site), program),
    findOrphan: (site) => findOrphan(site, getHandle(site), program),
    findSwallowedSignal: (site) => findSwallowedSignal(site, getHandle(site), program),
  }
  return model
}
