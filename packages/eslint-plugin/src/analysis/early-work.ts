import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { findReached } from '../flow/find-suspension.ts'
import { findNamedMethod } from './class-method.ts'
import { findCodeTriggers } from './code-trigger.ts'
import { isCallbackName, readExecutor } from './completion.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isDischarged } from './handle-use.ts'
import { findKilling, type KillCall } from './kill-call.ts'
import { findPoint, type Flow } from './life-verdict.ts'
import { findLocalFunction, findNameOf } from './local-function.ts'
import { listRunSteps, type RunStep } from './run-step.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isStanding } from './standing-child.ts'

/** Work that needs a child gone, right behind a kill that only asks it to go. */
export interface EarlyWork {
  /** `restarts` the same program, `removes` what the child works on, `settles` what says that it has stopped, `reports` so. */
  readonly is: 'removes' | 'reports' | 'restarts' | 'settles'
  readonly kill: KillCall
  readonly node: TSESTree.Node
}

/**
 * Measured with Node 20: `kill()` returns at once, and a server that closes its connections on SIGTERM held its port for as
 * long as that took; the next one failed with EADDRINUSE. SIGKILL leaves a child no time for that.
 */
export function findEarlyWork(
  site: SpawnSite,
  handle: FollowedHandle,
  unit: SourceUnit,
  flow: Flow,
): EarlyWork | undefined {
  if (site.contract.handle !== 'child') return undefined
  const kills = findKilling(handle, unit).kills.filter(isRequest)
  if (kills.length === 0) return undefined
  return new EarlyWorkSearch(site, handle, unit, flow).find(kills)
}

/** A signal that a child may answer in its own time. */
function isRequest({ by, signal }: KillCall): boolean {
  return by !== 'other' && typeof signal === 'string' && /^SIG(?:TERM|INT|HUP|QUIT)$/.test(signal)
}

class EarlyWorkSearch {
  readonly #site: SpawnSite
  readonly #handle: FollowedHandle
  readonly #unit: SourceUnit
  readonly #flow: Flow

  constructor(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit, flow: Flow) {
    this.#site = site
    this.#handle = handle
    this.#unit = unit
    this.#flow = flow
  }

  find(kills: readonly KillCall[]): EarlyWork | undefined {
    const starts = isHolding(this.#site, this.#unit) ? listRunSteps(this.#site.node, this.#unit) : []
    for (const kill of kills) {
      for (const step of listRunSteps(kill.place, this.#unit)) {
        const again = starts.find(({ root }) => root === step.root)
        if (again && this.#isNext(step, again.node)) return { is: 'restarts', kill, node: again.node }
        const work = this.#findWork(step)
        if (work) return { ...work, kill }
      }
    }
    return undefined
  }

  #findWork(step: RunStep): Omit<EarlyWork, 'kill'> | undefined {
    let found: Omit<EarlyWork, 'kill'> | undefined
    traverse(step.root, {
      visitorKeys: this.#unit.visitorKeys,
      enter: (node) => {
        if (found || (isFunctionNode(node) && node !== step.root)) return false
        const is = node.type === 'CallExpression' ? this.#readWork(node, step.root) : undefined
        if (is && this.#isNext(step, node)) found = { is, node }
        return undefined
      },
    })
    return found
  }

  #readWork(call: TSESTree.CallExpression, root: CodeRoot): EarlyWork['is'] | undefined {
    if (this.#isRemoval(call)) return 'removes'
    if (isFunctionNode(root) && this.#isSettling(call, root)) return 'settles'
    return this.#isReport(call) ? 'reports' : undefined
  }

  /** Of what the call that starts the child names as well: its directory, its files. */
  #isRemoval({ arguments: [target], callee }: TSESTree.CallExpression): boolean {
    const found = this.#unit.resolveOrigin(callee)
    if (!found || !target) return false
    const name = found.path.filter((part) => part !== 'default' && part !== 'promises').join('.')
    const isRemoving = REMOVERS.get(found.module)?.test(name) ?? false
    return isRemoving && this.#isNamedAtStart(target)
  }

  #isNamedAtStart(target: TSESTree.Node): boolean {
    const named = skipWrappers(target)
    if (named.type !== 'Identifier' && named.type !== 'MemberExpression') return false
    const binding = named.type === 'Identifier' ? this.#unit.bindings.resolve(named) : undefined
    const text = this.#unit.text.slice(...named.range)
    let isNamed = false as boolean
    for (const argument of this.#site.node.type === 'CallExpression' ? this.#site.node.arguments : [])
      traverse(argument, {
        visitorKeys: this.#unit.visitorKeys,
        enter: (node) => {
          if (node.type === 'Identifier')
            isNamed ||= binding !== undefined && this.#unit.bindings.resolve(node) === binding
          else if (node.type === 'MemberExpression') isNamed ||= this.#unit.text.slice(...node.range) === text
          return !isNamed
        },
      })
    return isNamed
  }

  /** `resolve()`, `callback()` of a function that is called after what it says: `stop`, `close`. */
  #isSettling(call: TSESTree.CallExpression, root: FunctionNode): boolean {
    const name = skipWrappers(call.callee)
    const [value] = call.arguments
    if (name.type !== 'Identifier' || (value && !isNothing(value))) return false
    const binding = this.#unit.bindings.resolve(name)
    if (!binding) return false
    const executor = readExecutor(root, this.#unit)
    const owner = executor ? getCodeRoot(executor.node) : root
    const isSettler = executor
      ? executor.settlers.get(binding) === 'resolve'
      : binding.kind === 'parameter' && binding.root === root && isCallbackName(binding.name)
    return isSettler && isFunctionNode(owner) && STOPPING.test(readName(owner) ?? '')
  }

  /** It says, in a word of its own, that the child has stopped. */
  #isReport(call: TSESTree.CallExpression): boolean {
    const callee = skipWrappers(call.callee)
    const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    if (!/^(?:log|info|success|emit)$/.test(method ?? '') || callee.type !== 'MemberExpression') return false
    const [text] = call.arguments
    const given =
      getStaticString(text) ?? (text?.type === 'TemplateLiteral' ? this.#unit.text.slice(...text.range) : '')
    return method === 'emit'
      ? /^(?:stopped|terminated)$/.test(given)
      : /\b(?:has )?(?:stopped|terminated)\b/i.test(given)
  }

  /** Does a path lead from the kill to the work, on which nobody waits for anything? */
  #isNext({ node, root }: RunStep, work: TSESTree.Node): boolean {
    const graph = this.#flow.getGraph(root)
    const from = findPoint(node, graph)
    const to = findPoint(work, graph)
    if (!from || !to || from === to || this.#isEndedBefore(from, root)) return false
    const isStop = (at: TSESTree.Node): boolean =>
      at.type === 'YieldExpression' ||
      (at.type === 'AwaitExpression' && !this.#isEmptyWait(at, node)) ||
      this.#isWait(at, root)
    return (
      findReached(graph, {
        from,
        to: new Set([to]),
        stops: isStop,
        bindings: this.#unit.bindings,
        neverReturns: this.#flow.neverReturns,
        isObject: (at) => this.#handle.objects.has(at),
      }) !== undefined
    )
  }

  /** The kill comes when the child has ended already, or on its failed start. */
  #isEndedBefore(kill: TSESTree.Node, root: CodeRoot): boolean {
    const listening = new Set<TSESTree.Node>(
      this.#handle.uses
        .filter(({ events, kind }) => kind === 'listen' && events?.some((name) => ENDED.test(name)))
        .map(({ source }) => source),
    )
    const isOwn = findCodeTriggers(kill, this.#unit, (code) => code !== root).some(
      (trigger) => trigger.is === 'argument' && listening.has(trigger.call),
    )
    return isOwn
  }

  /** Something that sees the end of the child, but a listener that is added. */
  #isWait(at: TSESTree.Node, root: CodeRoot): boolean {
    return this.#handle.uses.some(
      (use) =>
        use.source === at &&
        getCodeRoot(use.source) === root &&
        use.kind !== 'listen' &&
        use.kind !== 'escape' &&
        isDischarged(use, 'end'),
    )
  }

  /** `await stop()` of a function that waits for nothing itself. */
  #isEmptyWait({ argument }: TSESTree.AwaitExpression, kill: TSESTree.Node): boolean {
    const call = skipWrappers(argument)
    if (call !== kill || call.type !== 'CallExpression') return false
    const code = findLocalFunction(call.callee, this.#unit) ?? findNamedMethod(call.callee, this.#unit)
    if (!code || code.generator || code.body.type !== 'BlockStatement') return false
    let isEmpty = true as boolean
    traverse(code.body, {
      visitorKeys: this.#unit.visitorKeys,
      enter(node) {
        if (node.type === 'AwaitExpression' || node.type === 'NewExpression') isEmpty = false
        if (node.type === 'ReturnStatement' && node.argument) isEmpty = false
        return isEmpty && !isFunctionNode(node)
      },
    })
    return isEmpty
  }
}

const ENDED = /^(?:error|exit|close)$/
const FILES = /^(?:rm|rmSync|rmdir|rmdirSync|unlink|unlinkSync|remove|removeSync|emptyDir|emptyDirSync)$/
const WHOLE = /^(?:sync|rimraf|rimrafSync|native|deleteAsync|deleteSync)?$/
/** Packages and modules that delete files, with the names of what does. */
const REMOVERS = new Map<string, RegExp>([
  ['fs', FILES],
  ['fs/promises', FILES],
  ['fs-extra', FILES],
  ['rimraf', WHOLE],
  ['del', WHOLE],
])

const STOPPING = /^(?:stop|kill|close|shutdown|terminate|quit|teardown|exit)(?:[A-Z]\w*)?$/

function readName(owner: FunctionNode): string | undefined {
  const own = findNameOf(owner)?.name
  if (own !== undefined) return own
  const { parent } = climbWrappers(owner)
  if (parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition' || parent?.type === 'Property')
    return getStaticPropertyName(parent)?.replace(/^#/, '')
  const target = parent?.type === 'AssignmentExpression' ? skipWrappers(parent.left) : undefined
  return target?.type === 'MemberExpression' ? getStaticPropertyName(target) : undefined
}

function isNothing(value: TSESTree.Node): boolean {
  const inner = skipWrappers(value)
  return (
    (inner.type === 'Literal' && inner.raw === 'null') || (inner.type === 'Identifier' && inner.name === 'undefined')
  )
}

/** Does the program hold something that only one can hold, as its command tells? */
function isHolding(site: SpawnSite, unit: SourceUnit): boolean {
  return isStanding(site, unit) || /\bport\b/i.test(unit.text.slice(...site.node.range))
}
