/** What a call owes to the child it starts; each rule judges one of them. */
export type Obligation = 'deadline' | 'end' | 'error' | 'outcome' | 'stderr' | 'stdinEnd' | 'stdinError' | 'stdout'

/** What is owed to `stdin` once something is written into it; no API ends it or handles its errors unless noted. */
const STDIN: readonly Obligation[] = ['stdinError', 'stdinEnd']

export const OBLIGATIONS: readonly Obligation[] = ['end', 'error', 'stdout', 'stderr', 'deadline', ...STDIN]

/** How the arguments of a call are read. */
export type Signature =
  /** `(file, args?, options?)` */
  | 'file'
  /** `(file, args?, options?, callback?)` */
  | 'file-callback'
  /** `(commandLine, options?, callback?)` */
  | 'line-callback'
  /** `(commandLine, options?)` */
  | 'line'
  /** `` $`command line` ``, or `` $(options)`command line` `` */
  | 'template'

/** What the call gives back, and so how the handle is followed. */
export type Handle = 'child' | 'none' | 'promise'

/**
 * What happens to a failure when nobody touches the promise: an unhandled rejection ends the program; only that of a
 * failed start does, the status is not even looked at; or nothing at all (measured, see `docs/rules/no-floating-exec-promise.md`).
 */
export type Neglect = 'crash' | 'crashOnStart' | 'silence'

/** The life-cycle contract of one function: what its API takes care of, and what is left to the author. */
export interface Contract {
  /** The name that `options` and defaults follow: `shell` is on for `exec`, `stdio` is inherited by `fork`. */
  readonly like: 'exec' | 'execFile' | 'fork' | 'spawn'
  readonly signature: Signature
  readonly handle: Handle
  readonly isSync: boolean
  readonly neglect: Neglect
  /** The promise is the child at the same time. */
  readonly isChild: boolean
  /** The promise gives a result whatever the child's status; of others, a failure rejects (measured with tinyexec 1.3.1). */
  readonly resolvesOnFailure: boolean
  /** Bytes of one output that are kept by default, and beyond which the child is ended (measured with Node 20: all of exec, execFile and their sync kin). */
  readonly outputLimit: number | undefined
  /** What the author has to see to. */
  readonly owes: ReadonlySet<Obligation>
}

interface ContractTable {
  readonly module: string
  /** Inclusive range of major versions; a module of Node itself has none. */
  readonly majors?: readonly [from: number, to: number]
  /** By property path below the module's exports, joined with dots; `''` is the module itself. */
  readonly exports: Readonly<Record<string, Contract>>
}

function contract(
  like: Contract['like'],
  signature: Signature,
  handle: Handle,
  owes: readonly Obligation[],
  isSync = false,
): Contract {
  const own: readonly Obligation[] = handle === 'promise' ? ['outcome'] : []
  return {
    like,
    signature,
    handle,
    isSync,
    neglect: 'crash',
    isChild: false,
    resolvesOnFailure: false,
    outputLimit: undefined,
    owes: new Set([...owes, ...own]),
  }
}

/** What `child_process` keeps of an output by default. */
const MAX_BUFFER = 1024 * 1024

function keeping(own: Contract): Contract {
  return { ...own, outputLimit: MAX_BUFFER }
}

const SPAWN = contract('spawn', 'file', 'child', OBLIGATIONS)
// a forked child inherits its output unless `silent`, which the options decide
const FORK = contract('fork', 'file', 'child', ['end', 'error', 'stdout', 'stderr', ...STDIN])
// with or without a callback they install an 'error' listener and collect the output (measured: no crash on ENOENT)
const EXEC = keeping(contract('exec', 'line-callback', 'child', ['deadline', ...STDIN]))
const EXEC_FILE = keeping(contract('execFile', 'file-callback', 'child', ['deadline', ...STDIN]))
const SPAWN_SYNC = keeping(contract('spawn', 'file', 'none', ['deadline'], true))
const EXEC_SYNC = keeping(contract('exec', 'line', 'none', ['deadline'], true))
const EXEC_FILE_SYNC = keeping(contract('execFile', 'file', 'none', ['deadline'], true))
const PROMISED_EXEC = keeping(contract('exec', 'line', 'promise', ['deadline', ...STDIN]))
const PROMISED_EXEC_FILE = keeping(contract('execFile', 'file', 'promise', ['deadline', ...STDIN]))
/**
 * A wrapper that waits, reports a failed start, collects the output and handles EPIPE on stdin by itself (measured with
 * execa 5.1.1 and 9.6.1, nano-spawn 2.1.0).
 */
const PROMISED = contract('execFile', 'file', 'promise', ['deadline', 'stdinEnd'])
const PROMISED_LINE = contract('execFile', 'line', 'promise', ['deadline', 'stdinEnd'])
const PROMISED_TEMPLATE = contract('execFile', 'template', 'promise', ['deadline', 'stdinEnd'])
/** EPIPE on stdin ends the program (measured with tinyexec 1.3.1, zx 8.8.5). */
const PROMISED_OPEN_STDIN = contract('execFile', 'file', 'promise', ['deadline', ...STDIN])
const PROMISED_SHELL = contract('exec', 'template', 'promise', ['deadline', ...STDIN])
const SYNC = contract('execFile', 'file', 'none', ['deadline'], true)
const SYNC_LINE = contract('execFile', 'line', 'none', ['deadline'], true)

const CHILD_PROCESS: ContractTable = {
  module: 'child_process',
  exports: {
    spawn: SPAWN,
    fork: FORK,
    exec: EXEC,
    execFile: EXEC_FILE,
    spawnSync: SPAWN_SYNC,
    execSync: EXEC_SYNC,
    execFileSync: EXEC_FILE_SYNC,
  },
}

function wrapper(exports: ContractTable['exports'], neglect: Neglect, isChild: boolean): ContractTable['exports'] {
  return Object.fromEntries(Object.entries(exports).map(([name, own]) => [name, { ...own, neglect, isChild }]))
}

// up to 5 the export was the function with its methods; from 6 on they are named exports
const EXECA_FUNCTION: ContractTable['exports'] = {
  '': PROMISED,
  default: PROMISED,
  sync: SYNC,
  'default.sync': SYNC,
  command: PROMISED_LINE,
  'default.command': PROMISED_LINE,
  commandSync: SYNC_LINE,
  'default.commandSync': SYNC_LINE,
}
const EXECA_NAMED: ContractTable['exports'] = {
  execa: PROMISED,
  execaSync: SYNC,
  execaCommand: PROMISED_LINE,
  execaCommandSync: SYNC_LINE,
  $: PROMISED_TEMPLATE,
}
const PROMISED_RESULT: Contract = { ...PROMISED_OPEN_STDIN, resolvesOnFailure: true }
const TINYEXEC: ContractTable['exports'] = { x: PROMISED_RESULT, exec: PROMISED_RESULT }

/** Other modules whose functions start a child. A package or a major version that is not listed is not judged. */
const PACKAGES: readonly ContractTable[] = [
  {
    module: 'cross-spawn',
    majors: [4, 7],
    exports: {
      '': SPAWN,
      default: SPAWN,
      spawn: SPAWN,
      'default.spawn': SPAWN,
      sync: SPAWN_SYNC,
      'default.sync': SPAWN_SYNC,
    },
  },
  { module: 'execa', majors: [1, 1], exports: wrapper(EXECA_FUNCTION, 'silence', true) },
  { module: 'execa', majors: [2, 5], exports: wrapper(EXECA_FUNCTION, 'crashOnStart', true) },
  { module: 'execa', majors: [6, 8], exports: wrapper(EXECA_NAMED, 'crashOnStart', true) },
  { module: 'execa', majors: [9, 10], exports: wrapper(EXECA_NAMED, 'crash', true) },
  { module: 'tinyexec', majors: [0, 1], exports: wrapper(TINYEXEC, 'silence', false) },
  { module: 'nano-spawn', majors: [0, 2], exports: { default: PROMISED } },
  { module: 'zx', majors: [7, 8], exports: { $: PROMISED_SHELL } },
]

const PROMISIFIED: Readonly<Record<string, Contract>> = { exec: PROMISED_EXEC, execFile: PROMISED_EXEC_FILE }

/** The contract that a configured factory follows, by the name of the function it is like. */
export const FACTORY_CONTRACTS: Readonly<Record<string, Contract>> = { ...CHILD_PROCESS.exports }

/** The modules of this table; the name of one occurs in every file that can start a child by a function of it. */
export const TRIGGER_MODULES: readonly string[] = [
  CHILD_PROCESS.module,
  ...new Set(PACKAGES.map(({ module }) => module)),
]

/**
 * The contract of an export.
 *
 * @param path below the module's exports
 * @param getMajor the installed or declared major version of a package, `undefined` when it cannot be told
 */
export function findContract(
  module: string,
  path: readonly string[],
  isPromisified: boolean,
  getMajor: (module: string) => number | undefined,
): Contract | undefined {
  if (module === CHILD_PROCESS.module) {
    const name = (path[0] === 'default' ? path.slice(1) : path).join('.')
    return ownValue(isPromisified ? PROMISIFIED : CHILD_PROCESS.exports, name)
  }
  if (isPromisified) return undefined
  const name = path.join('.')
  for (const table of PACKAGES) {
    const found = table.module === module ? ownValue(table.exports, name) : undefined
    if (!found || !table.majors) continue
    const major = getMajor(module)
    if (major !== undefined && major >= table.majors[0] && major <= table.majors[1]) return found
  }
  return undefined
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
