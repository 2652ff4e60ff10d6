import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findReached, findSuspensionBefore } from '../flow/find-suspension.ts'
import type { FlowGraph, FlowTest } from '../flow/flow-graph.ts'
import type { PathOptions } from '../flow/path-search.ts'
import { type Assumptions, decideTest, primitive } from './assumed-value.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { isLongLived } from './deadline.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { findKilling, type KillCall, type Killing } from './kill-call.ts'
import type { Flow } from './life-verdict.ts'
import { isChainMethod } from './promise-use.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { readTimer } from './timer.ts'

/** A SIGKILL that is never sent, because it asks for `child.killed`, which an earlier kill has made true. */
export interface DeadEscalation {
  readonly first: KillCall
  readonly second: KillCall
  /** The reads of `killed` that decide it. */
  readonly reads: readonly TSESTree.MemberExpression[]
}

const NOT_SENT: Assumptions = { bindings: new Map(), properties: new Map([['killed', primitive(true)]]) }

/**
 * Measured with Node 20, 24 and 26: `killed` is true as soon as `kill()` has sent a signal, 0 included, whether or not the
 * child minds it; it stays false when the child had ended before. `process.kill(child.pid)` does not touch it.
 */
export function findDeadEscalation(handle: FollowedHandle, unit: SourceUnit, flow: Flow): DeadEscalation | undefined {
  const killing = findKilling(handle, unit)
  const seconds = killing.kills.filter(({ signal }) => isSigkill(signal))
  const firsts = killing.kills.filter(({ by, signal }) => by === 'handle' && !isSigkill(signal))
  if (killing.killedReads.length === 0 || seconds.length === 0 || firsts.length === 0) return undefined
  const reader = new EscalationReader(killing, unit, flow)
  for (const second of seconds) {
    for (const first of firsts) {
      const reads = reader.findDeciding(first, second)
      if (reads) return { first, second, reads }
    }
  }
  return undefined
}

function isSigkill(signal: KillCall['signal']): boolean {
  return signal === 'SIGKILL' || signal === 9
}

const MAX_DEPTH = 4

class EscalationReader {
  readonly #killing: Killing
  readonly #unit: SourceUnit
  readonly #flow: Flow

  constructor(killing: Killing, unit: SourceUnit, flow: Flow) {
    this.#killing = killing
    this.#unit = unit
    this.#flow = flow
  }

  /** The reads of `killed` that keep `second` from being sent, where it comes some time after `first`. */
  findDeciding(first: KillCall, second: KillCall): TSESTree.MemberExpression[] | undefined {
    const root = getCodeRoot(second.node)
    const reads = this.#killing.killedReads.filter((read) => getCodeRoot(read) === root)
    if (reads.length === 0 || !this.#areAllReads(root, reads.length)) return undefined
    if (root === getCodeRoot(first.node)) {
      const graph = this.#flow.getGraph(root)
      const isLater = findSuspensionBefore(graph, { ...this.#options(first.node), uses: new Set([second.node]) })
      return isLater && this.#isDead(graph, first.node, second.node) ? reads : undefined
    }
    if (!this.#isDead(this.#flow.getGraph(root), 'entry', second.node)) return undefined
    return this.#runsAfter(first, second.node) ? reads : undefined
  }

  /** Nothing else of this name is asked for. */
  #areAllReads(root: CodeRoot, count: number): boolean {
    const text = this.#unit.text.slice(...root.range)
    return (text.match(/\.\s*killed\b/g) ?? []).length === count
  }

  #options(from: PathOptions['from']): PathOptions {
    return { from, bindings: this.#unit.bindings, neverReturns: this.#flow.neverReturns }
  }

  #isDead(graph: FlowGraph, from: PathOptions['from'], second: TSESTree.Node): boolean {
    const options = { ...this.#options(from), to: new Set([second]) }
    if (!findReached(graph, options)) return false
    return !findReached(graph, {
      ...options,
      assumes: (test: FlowTest) => decideTest(test, NOT_SENT, this.#unit),
    })
  }

  /** The code around `node` is put off by a timer or a `then` in code that sends the first signal, before or behind. */
  #runsAfter(first: KillCall, node: TSESTree.Node, isPutOff = false, depth = 0): boolean {
    if (depth > MAX_DEPTH) return false
    const root = getCodeRoot(first.node)
    return findCodeTriggers(node, this.#unit, (own) => own === root).some((trigger) => {
      if (trigger.is === 'direct')
        return trigger.root === root && isPutOff && this.#areOnOnePath(first.node, trigger.node)
      if (trigger.is === 'unknown') return false
      return this.#isPuttingOff(trigger.call) && this.#runsAfter(first, trigger.call, true, depth + 1)
    })
  }

  #isPuttingOff(call: TSESTree.CallExpression): boolean {
    if (readTimer(call, this.#unit)) return true
    const callee = skipWrappers(call.callee)
    return callee.type === 'MemberExpression' && isChainMethod(getStaticPropertyName(callee))
  }

  #areOnOnePath(first: TSESTree.Node, later: TSESTree.Node): boolean {
    const graph = this.#flow.getGraph(getCodeRoot(first))
    return (
      findReached(graph, { ...this.#options(first), to: new Set([later]) }) !== undefined ||
      findReached(graph, { ...this.#options(later), to: new Set([first]) }) !== undefined
    )
  }
}

/** A child that goes on until it is stopped, and is stopped only by signals that it may ignore. */
export function findMissingEscalation(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): KillCall | undefined {
  const { isEscaped, kills } = findKilling(handle, unit)
  if (isEscaped || kills.length === 0 || site.options.timeout.is !== 'absent') return undefined
  const isGentle = kills.every(({ by, signal }) => by !== 'other' && typeof signal === 'string' && GENTLE.test(signal))
  const isKept = handle.uses.some(({ facet, kind }) => facet === 'child' && kind === 'escape')
  return isGentle && (isKept || isLongLived(site, unit)) ? kills[0] : undefined
}

const GENTLE = /^SIG(?:TERM|INT|HUP|QUIT)$/
