import type { TSESTree } from '@typescript-eslint/utils'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import { isChildListener, isDischarged } from './handle-use.ts'
import { findLocalFunction } from './local-function.ts'
import { type ResultReading, readResult, readResultName } from './result-reading.ts'
import { mentionsSignal } from './signal-verdict.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'
import { mayBeStopped } from './stopped-child.ts'

/** How a failure of a child passes for a success. */
export type StatusLoss =
  /** Nobody asks how the call went; `outputOnly`: what it printed is used all the same. */
  | { readonly is: 'outputOnly' | 'unread' }
  /** The callback of `exec()` has an error that it does not look at. */
  | { readonly is: 'errorIgnored' }
  /** Neither a callback nor a listener. */
  | { readonly is: 'unheard' }
  /** `status ?? 0`: `fallback` is the 0. */
  | { readonly is: 'zeroFallback'; readonly fallback: TSESTree.Node; readonly name: string }

/** `spawnSync()` gives these; without them nobody can tell a failure. */
const SYNC_OUTCOME = ['status', 'error', 'signal']
/** Of tinyexec, which does not reject for an exit code. */
const TINYEXEC_OUTCOME = ['exitCode', 'killed', 'aborted', 'process']

export function findStatusLoss(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): StatusLoss | undefined {
  const { contract, node } = site
  if (contract.isSync) {
    if (contract.like !== 'spawn') return undefined
    const reading = readResult(node, SYNC_OUTCOME, unit)
    return findSyncFallback(reading) ?? describe(reading)
  }
  if (contract.handle === 'promise') return findUnreadPromise(site, handle, unit)
  if (contract.like === 'exec' || contract.like === 'execFile') return findIgnoredError(site, handle, unit)
  return findCodeFallback(site, handle, unit)
}

function describe({ isEscaped, outcomes, outputs }: ResultReading): StatusLoss | undefined {
  if (isEscaped || outcomes.size > 0) return undefined
  return { is: outputs > 0 ? 'outputOnly' : 'unread' }
}

function findSyncFallback({ isEscaped, outcomes }: ResultReading): StatusLoss | undefined {
  const statuses = outcomes.get('status') ?? []
  if (isEscaped || outcomes.has('signal')) return undefined
  const fallback = findZeroFallback(statuses)
  return fallback && { is: 'zeroFallback', fallback, name: 'status' }
}

/** The 0 that `null` is replaced by, when nothing else tells `null` apart. */
function findZeroFallback(reads: readonly TSESTree.Node[]): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  for (const read of reads) {
    const at = climbWrappers(read)
    const { parent } = at
    if (parent?.type === 'BinaryExpression' && [parent.left, parent.right].some(isNullish)) return undefined
    // in a message it tells, and decides nothing
    if (parent?.type !== 'LogicalExpression' || parent.left !== at || parent.operator === '&&' || isTold(parent))
      continue
    const right = getStaticPrimitive(parent.right)
    if (right?.value === 0) found ??= parent.right
  }
  return found
}

function isNullish(node: TSESTree.Node): boolean {
  const known = getStaticPrimitive(node)
  return known !== undefined && (known.value === null || known.value === undefined)
}

function isTold(node: TSESTree.Node): boolean {
  const { parent } = climbWrappers(node)
  if (parent?.type === 'TemplateLiteral') return true
  if (parent?.type !== 'CallExpression') return false
  const callee = skipWrappers(parent.callee)
  return callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'console'
}

/** `child.on('close', (code) => resolve(code ?? 0))`, with a signal that nobody looks at. */
function findCodeFallback(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): StatusLoss | undefined {
  if (mayBeStopped(site, handle)) return undefined
  for (const use of handle.uses) {
    if (!isChildListener(use, 'exit', 'close') || use.source.type !== 'CallExpression') continue
    const listener = use.source.arguments[1] && findLocalFunction(use.source.arguments[1], unit)
    const [code] = listener?.params ?? []
    if (!listener || code?.type !== 'Identifier' || mentionsSignal(listener, unit)) continue
    const reads = unit.bindings.resolve(code)?.references.filter(({ isRead }) => isRead) ?? []
    const fallback = findZeroFallback(reads.map(({ identifier }) => identifier))
    if (fallback) return { is: 'zeroFallback', fallback, name: code.name }
  }
  return undefined
}

function findIgnoredError(site: SpawnSite, handle: FollowedHandle, unit: SourceUnit): StatusLoss | undefined {
  const isObserved = handle.uses.some((use) => isDischarged(use, 'end') || isDischarged(use, 'error'))
  const { callback } = site.arguments
  if (isObserved || callback.is === 'unknown') return undefined
  if (callback.is === 'absent') return { is: 'unheard' }
  const listener = findLocalFunction(callback.value, unit)
  if (!listener || isEmpty(listener) || /\barguments\b/.test(unit.text.slice(...listener.range))) return undefined
  const [error, stdout, stderr] = listener.params
  if ((error && isRead(error, unit)) || (stderr && isRead(stderr, unit))) return undefined
  const output = stdout && readResultName(stdout, unit)
  if (output === 'escaped') return undefined
  return { is: output === 'used' ? 'outputOnly' : 'errorIgnored' }
}

/** `() => {}` says that it is meant. */
function isEmpty({ body }: { readonly body: TSESTree.Node }): boolean {
  return body.type === 'BlockStatement' ? body.body.length === 0 : getStaticPrimitive(body) !== undefined
}

function isRead(parameter: TSESTree.Node, unit: SourceUnit): boolean {
  if (parameter.type !== 'Identifier') return true
  return unit.bindings.resolve(parameter)?.references.some((use) => use.isRead) ?? true
}

/** Only where a failure does not reject. */
function findUnreadPromise(site: SpawnSite, { uses }: FollowedHandle, unit: SourceUnit): StatusLoss | undefined {
  const { contract, options } = site
  if (!contract.resolvesOnFailure || options.shape.get('throwOnError').is !== 'absent') return undefined
  let loss: StatusLoss | undefined
  for (const { kind, node } of uses) {
    if (kind !== 'await') return undefined
    const found = describe(readResult(node, TINYEXEC_OUTCOME, unit))
    if (!found) return undefined
    loss = found
  }
  return loss
}
