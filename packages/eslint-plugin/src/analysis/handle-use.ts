import type { TSESTree } from '@typescript-eslint/utils'
import type { Obligation } from './contracts.ts'
import type { StreamName } from './spawn-options.ts'

/** What of a child an expression holds: the child, one of its streams, `child.stdio`, or the promise of a wrapper. */
export type Facet = StreamName | 'child' | 'promise' | 'stdio'

/**
 * What is done with a handle:
 * - `listen` a listener, `observe` another way to wait (a promise, `for await`, readline), `poll` reads `exitCode`
 * - `drain` consumes output, `write` feeds the child, `endStdin` closes its input, `kill`, `unref`, `send`, `pid`, `inspect`
 * - `await` waits for a wrapper's promise
 * - `escape` hands the handle to code that this analysis does not see
 */
export type UseKind =
  | 'await'
  | 'drain'
  | 'endStdin'
  | 'escape'
  | 'inspect'
  | 'kill'
  | 'listen'
  | 'observe'
  | 'pid'
  | 'poll'
  | 'send'
  | 'unref'
  | 'write'

/** One use of a handle, with the obligations that it discharges: those, or `'all'` where its effect is unknown. */
export interface HandleUse {
  /** Where it takes effect: for what a function of the file does with its parameter, the call of that function. */
  readonly node: TSESTree.Node
  /** Where it is written. */
  readonly source: TSESTree.Node
  readonly facet: Facet
  readonly kind: UseKind
  readonly discharges: Discharge
  /** Of a listener: the events, when the source tells them. */
  readonly events?: readonly string[]
  /** Found through a field of a class, or through a collection that holds the child: when it happens is not always known. */
  readonly via?: Storage
}

export type Storage = 'collection' | 'field'

export type Discharge = ReadonlySet<Obligation> | 'all'

export const NOTHING: Discharge = new Set()
const END = new Set<Obligation>(['end'])
export const STDIN_END: Discharge = new Set<Obligation>(['stdinEnd'])
const STDIN_ERROR = new Set<Obligation>(['stdinError'])

export function isDischarged(use: HandleUse, obligation: Obligation): boolean {
  return use.discharges === 'all' || use.discharges.has(obligation)
}

/** Is it a listener for one of these events of the child itself, not of one of its streams? */
export function isChildListener({ events, facet, kind }: HandleUse, ...names: readonly string[]): boolean {
  return facet === 'child' && kind === 'listen' && events?.some((event) => names.includes(event)) === true
}

/**
 * What unseen code can do with a facet. A stream has no way back to its child: whoever gets it can consume it and see it
 * end, but can neither handle the child's 'error' event nor kill the child.
 */
export function readEscape(facet: Facet): Discharge {
  switch (facet) {
    case 'child':
    case 'promise':
      return 'all'
    case 'stdin':
      return new Set<Obligation>(['end', 'stdinError', 'stdinEnd'])
    case 'stdio':
      return new Set<Obligation>(['end', 'stdout', 'stderr', 'stdinError', 'stdinEnd'])
    default:
      return new Set<Obligation>(['end', facet])
  }
}

/** What a listener for one of the events of a facet discharges. */
export function readListener(facet: Facet, event: string, isFork: boolean): Discharge {
  if (facet === 'child') return readChildEvent(event, isFork)
  if (facet === 'stdin') return event === 'close' ? END : event === 'error' ? STDIN_ERROR : NOTHING
  if (facet !== 'stdout' && facet !== 'stderr') return 'all'
  switch (event) {
    case 'data':
    case 'readable':
      return new Set<Obligation>([facet])
    // they come when the child has closed its side, but somebody else has to read what is before them
    case 'end':
    case 'close':
      return END
    default:
      return NOTHING
  }
}

/** `events.errorMonitor`: it listens without handling, and the crash comes all the same (measured). */
export const ERROR_MONITOR = 'events.errorMonitor'

function readChildEvent(event: string, isFork: boolean): Discharge {
  switch (event) {
    case 'exit':
    case 'close':
      return END
    case 'error':
      return new Set<Obligation>(['error'])
    case 'disconnect':
      return isFork ? END : NOTHING
    case 'message':
    case 'internalMessage':
    case 'spawn':
    case 'newListener':
    case 'removeListener':
    case ERROR_MONITOR:
      return NOTHING
    default:
      // no event of Node's; somebody emits it, and what that tells is unknown
      return 'all'
  }
}

export type MemberEffect =
  /** Another facet. */
  | { readonly to: Facet }
  /** A property that is read. */
  | { readonly kind: UseKind; readonly discharges: Discharge }
  /** A method; its result is the same object again where `isFluent`. It discharges nothing unless it says so. */
  | { readonly method: MethodKind; readonly isFluent?: boolean; readonly discharges?: Discharge }

export type MethodKind = 'listen' | 'pipe' | UseKind

const INSPECT: MemberEffect = { kind: 'inspect', discharges: NOTHING }
const FLUENT_INSPECT: MemberEffect = { method: 'inspect', isFluent: true }
const LISTEN: MemberEffect = { method: 'listen', isFluent: true }

const LISTENING = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']
const UNLISTENING = ['off', 'removeListener', 'removeAllListeners', 'setMaxListeners']
const EMITTER: [string, MemberEffect][] = [
  ...LISTENING.map((name): [string, MemberEffect] => [name, LISTEN]),
  ...UNLISTENING.map((name): [string, MemberEffect] => [name, FLUENT_INSPECT]),
  ...['listenerCount', 'listeners', 'rawListeners', 'eventNames', 'getMaxListeners', 'emit'].map(
    (name): [string, MemberEffect] => [name, { method: 'inspect' }],
  ),
]

const CHILD_MEMBERS = new Map<string, MemberEffect>([
  ...EMITTER,
  ['stdin', { to: 'stdin' }],
  ['stdout', { to: 'stdout' }],
  ['stderr', { to: 'stderr' }],
  ['stdio', { to: 'stdio' }],
  ['kill', { method: 'kill' }],
  ['pid', { kind: 'pid', discharges: NOTHING }],
  ['exitCode', { kind: 'poll', discharges: END }],
  ['signalCode', { kind: 'poll', discharges: END }],
  ['killed', INSPECT],
  ['connected', INSPECT],
  ['spawnfile', INSPECT],
  ['spawnargs', INSPECT],
  ['channel', INSPECT],
  ['ref', { method: 'inspect' }],
  ['unref', { method: 'unref' }],
  ['send', { method: 'send' }],
  // a forked child without its channel ends when it has nothing else to do
  ['disconnect', { method: 'send', discharges: STDIN_END }],
])

const READABLE_MEMBERS = new Map<string, MemberEffect>([
  ...EMITTER,
  ...['setEncoding', 'pause', 'ref', 'unpipe', 'setTimeout', 'setNoDelay', 'setKeepAlive'].map(
    (name): [string, MemberEffect] => [name, FLUENT_INSPECT],
  ),
  ['unref', { method: 'unref', isFluent: true }],
  ...['readable', 'readableFlowing', 'readableLength', 'destroyed', 'fd', 'isPaused', '_handle', 'closed'].map(
    (name): [string, MemberEffect] => [name, INSPECT],
  ),
  ['resume', { method: 'drain', isFluent: true }],
  ['destroy', { method: 'drain', isFluent: true }],
  ['pipe', { method: 'pipe' }],
])

const STDIN_MEMBERS = new Map<string, MemberEffect>([
  ...EMITTER,
  ['write', { method: 'write' }],
  ['end', { method: 'endStdin', isFluent: true, discharges: STDIN_END }],
  ['destroy', { method: 'endStdin', isFluent: true, discharges: STDIN_END }],
  ...['cork', 'uncork', 'setDefaultEncoding', 'setEncoding', 'ref', 'unref'].map((name): [string, MemberEffect] => [
    name,
    FLUENT_INSPECT,
  ]),
  ...[
    'writable',
    'writableEnded',
    'writableFinished',
    'writableLength',
    'destroyed',
    'fd',
    'closed',
    'writableNeedDrain',
  ].map((name): [string, MemberEffect] => [name, INSPECT]),
])

const NO_MEMBERS = new Map<string, MemberEffect>()

/** What a property of a facet is; `undefined` for properties that no table knows. */
export function findMemberEffect(facet: Facet, name: string): MemberEffect | undefined {
  return membersOf(facet).get(name)
}

function membersOf(facet: Facet): ReadonlyMap<string, MemberEffect> {
  switch (facet) {
    case 'child':
      return CHILD_MEMBERS
    case 'stdin':
      return STDIN_MEMBERS
    case 'stdout':
    case 'stderr':
      return READABLE_MEMBERS
    default:
      return NO_MEMBERS
  }
}

/**
 * Obligations that a kill, by whichever way, settles: a child that is ended holds no pipe and needs no other bound. Bytes
 * that are still to be written then meet EPIPE all the same (measured).
 */
export const KILL: ReadonlySet<Obligation> = new Set<Obligation>(['deadline', 'stdout', 'stderr', 'stdinEnd'])
