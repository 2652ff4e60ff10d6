import events from 'node:events'
import readline from 'node:readline'
import { pipeline, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { ChildProgram } from './child-program.ts'
import { ChildRecord, EARLY_OUTPUT, ENDINGS, FakeChild, FakeSource, LATE_OUTPUT, type Life } from './fake-child.ts'
import { createFakeChildProcess, Interruption } from './fake-child-process.ts'
import { VirtualTime, type VirtualTimer } from './virtual-time.ts'

/** How an execution of the program's function went. */
export type Outcome =
  /** It came to its end, or to a `return`, and so did whatever it set going. */
  | 'returned'
  | 'threw'
  /** It waits for something that does not come. */
  | 'pending'
  /** `process.exit()` */
  | 'exited'
  /** An exception that nobody caught, or a rejection. */
  | 'crashed'
  /** A sync call that does not come back. */
  | 'blocked'
  /** A loop that is not followed further. */
  | 'cut'

/** A promise that the program made, or a callback that it was given. */
export interface CompletionRecord {
  readonly kind: 'callback' | 'promise'
  readonly settled: { readonly isFailure: boolean }[]
  /** The calls whose children it has to do with. */
  readonly sites: Set<number>
}

export interface Execution {
  readonly outcome: Outcome
  /** What the environment answered, in the order of its questions. */
  readonly answers: readonly number[]
  /** It came to its end, or to a `return`, whatever came after that. */
  readonly hasReturned: boolean
  readonly children: readonly ChildRecord[]
  readonly completions: readonly CompletionRecord[]
  readonly timers: readonly VirtualTimer[]
  /** The calls whose output was used on 'exit', before its last part had come. */
  readonly earlyReads: ReadonlySet<number>
  /** The status that the program took over from a child that a signal ended. */
  readonly exitStatus: unknown
  /** A mistake of the generator, not of the program that it means. */
  readonly fault: Error | undefined
}

export interface Executions {
  readonly all: readonly Execution[]
  /** Every answer of the environment was tried. */
  readonly isComplete: boolean
}

const MAX_EXECUTIONS_PER_LIFE = 40
const MAX_ANSWERS = 24
/** How long work that is none of the program's takes: longer than a child, shorter than a time limit (milliseconds). */
const WORK_TIME = 200

/** How the children of one call live, and all the others. */
interface Lives {
  readonly site: number
  readonly life: Life
  readonly others: Life
}

const USUAL: Life = { ending: 'success', isSlow: false }

function listLives({ run }: ChildProgram): Lives[] {
  const sites = new Set([...run.matchAll(/tool(\d+)/g)].map(([, number]) => Number(number)))
  const lives: Life[] = ENDINGS.map((ending) => ({ ending, isSlow: false }))
  const others: Life[] = [USUAL]
  if (/\bawait |setTimeout|later/.test(run.slice(run.lastIndexOf(' = $.require(')))) {
    for (const ending of ['success', 'failure', 'signal'] as const) lives.push({ ending, isSlow: true })
    // a wait for another child may be left only where that one outlives what was waited for before
    if (sites.size > 1) others.push({ ...USUAL, isSlow: true })
  }
  return [...sites].flatMap((site) => lives.flatMap((life) => others.map((other) => ({ site, life, others: other }))))
}

/** Runs the program with every ending of its children and every answer of its environment. */
export async function executeProgram(program: ChildProgram): Promise<Executions> {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the program is made here, to be run
  const code = new Function('$', program.run) as (environment: object) => Promise<object>
  const all: Execution[] = []
  let isComplete = true
  const restore = takeOver('unhandledRejection', 'uncaughtException')
  for (const lives of listLives(program)) {
    let decisions: number[] | undefined = []
    for (let count = 0; decisions; count++) {
      if (count >= MAX_EXECUTIONS_PER_LIFE) {
        isComplete = false
        break
      }
      const { arities, execution } = await execute(code, program, lives, decisions)
      if (execution.outcome === 'cut') isComplete = false
      else all.push(execution)
      const used = [...execution.answers]
      while (used.length > 0 && used.at(-1)! + 1 >= arities[used.length - 1]!) used.pop()
      if (used.length > 0) used.push(used.pop()! + 1)
      decisions = used.length > 0 ? used : undefined
    }
  }
  restore()
  return { all, isComplete }
}

/** What the program does not catch is a finding here, not a failure of whoever runs this. */
function takeOver(...events: readonly string[]): () => void {
  const taken = events.map((event) => ({ event, listeners: process.rawListeners(event) as (() => void)[] }))
  for (const { event } of taken) process.removeAllListeners(event)
  return () => {
    for (const { event, listeners } of taken) for (const listener of listeners) process.on(event, listener)
  }
}

async function execute(
  code: (environment: object) => Promise<object>,
  { entry }: ChildProgram,
  lives: Lives,
  decisions: readonly number[],
): Promise<{ execution: Execution; arities: number[] }> {
  const time = new VirtualTime()
  const arities: number[] = []
  const completions: CompletionRecord[] = []
  let executors: CompletionRecord[] = []
  let outcome: Outcome = 'pending'
  let hasReturned = false
  let isOver = false
  let fault: Error | undefined
  const earlyReads = new Set<number>()
  let exitStatus: unknown

  const finish = (how: Outcome): void => {
    if (isOver || (hasReturned && how === 'threw')) return
    outcome = how
    hasReturned ||= how === 'returned'
    isOver = how !== 'returned' && how !== 'threw'
    if (isOver) freeze()
  }
  const callbackRecord: CompletionRecord = { kind: 'callback', settled: [], sites: new Set() }
  /** What starts or listens to a child is what waits for it. */
  const touch = (site: number): void => {
    for (const record of [...executors, callbackRecord]) record.sites.add(site)
  }
  const fake = createFakeChildProcess(
    time,
    (site) => (site === lives.site ? lives.life : lives.others),
    touch,
    () => finish('blocked'),
  )
  let frozen: Pick<Execution, 'children' | 'completions'> | undefined
  /** What a program does after its end, because an exception of ours was caught, counts for nothing. */
  function freeze(): void {
    frozen ??= {
      children: fake.records.map((record) => copyRecord(record)),
      completions: completions.map((own) => ({ ...own, settled: [...own.settled], sites: new Set(own.sites) })),
    }
  }

  const choose = (arity: number): number => {
    if (arities.length >= MAX_ANSWERS) {
      finish('cut')
      throw new Interruption()
    }
    const index = decisions[arities.length] ?? 0
    arities.push(arity)
    return index
  }
  const answers = new Map<string, boolean>()
  let questions = 0
  const ask = (arity: number): number => {
    questions += 1
    return choose(arity)
  }
  function* listItems(): Generator<string> {
    if (ask(2) === 1) return
    for (const item of ['a', 'b']) {
      yield item
      questions += 1
    }
  }
  const options = new Proxy(
    {},
    {
      get: (_, name) => {
        if (typeof name === 'symbol' || name === 'then') return undefined
        // the caller's object: it may change, but not while the code runs on without a question or another round
        const key = `${name} ${time.turn} ${questions}`
        if (!answers.has(key)) answers.set(key, choose(2) === 0)
        const isSet = answers.get(key)
        return name === 'mode' ? (isSet ? 'quiet' : 'verbose') : isSet
      },
    },
  )
  const use = (value: unknown): void => {
    const told = typeof value === 'string' ? value : ((JSON.stringify(value) as string | undefined) ?? '')
    if (told.includes(EARLY_OUTPUT.trim()) && !told.includes(LATE_OUTPUT.trim()))
      for (const { endedAt, site } of fake.records) if (endedAt === time.now) earlyReads.add(site)
  }
  const exit = (status?: unknown): never => {
    exitStatus = status
    finish('exited')
    throw new Interruption()
  }
  const setTimer = (isInterval: boolean) => (callback: () => void, delay: number) =>
    describeTimer(time.setTimer(callback, delay, isInterval))
  const clearTimer = (timer: { timer: VirtualTimer } | undefined): void => {
    if (timer) timer.timer.isCleared = true
  }
  const sleep = (delay: number): Promise<void> => new Promise((resolve) => time.schedule(delay, resolve))

  class TrackedPromise<T> extends Promise<T> {
    static override get [Symbol.species](): PromiseConstructor {
      return Promise
    }

    constructor(executor: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void) {
      const record: CompletionRecord = { kind: 'promise', settled: [], sites: new Set() }
      completions.push(record)
      const outer = executors
      executors = [...executors, record]
      super((resolve, reject) => {
        executor(
          (value) => {
            use(value)
            record.settled.push({ isFailure: false })
            resolve(value)
          },
          (reason) => {
            record.settled.push({ isFailure: true })
            reject(reason as Error)
          },
        )
      })
      executors = outer
    }
  }

  const callback = (error: unknown, value: unknown): void => {
    callbackRecord.settled.push({ isFailure: Boolean(error) })
    use(value)
  }
  const fakeProcess = {
    exit,
    kill: fake.killByPid,
    execPath: '/usr/bin/node',
    platform: 'linux',
    stdout: createSink(),
    stderr: createSink(),
    env: {},
    once: () => fakeProcess,
    on: () => fakeProcess,
    set exitCode(status: unknown) {
      exitStatus = status
    },
    getBuiltinModule: (name: string) => load(name),
  }
  const modules: Record<string, unknown> = {
    child_process: fake.module,
    util: { promisify, default: { promisify } },
    events: { once: events.once, on: events.on, default: events },
    readline: { createInterface: readline.createInterface, default: readline },
    stream: { pipeline },
    'stream/consumers': { text },
    'timers/promises': { setTimeout: sleep },
    process: { ...fakeProcess, default: fakeProcess },
    './environment.js': {
      ask: () => ask(2) === 0,
      pick: () => ask(3),
      list: listItems,
      work: () => sleep(WORK_TIME),
      risky: () => {
        if (choose(2) === 1) throw new Error('risky')
      },
      attempt: async () => {
        await sleep(WORK_TIME)
        if (choose(2) === 1) throw new Error('attempt')
      },
      later: (run: () => void) => {
        if (choose(2) === 0) time.schedule(WORK_TIME, run)
      },
      register: escape,
      note: () => undefined,
      use,
      input: () => new FakeSource(),
      sink: createSink,
    },
  }
  function load(name: string): unknown {
    const found = modules[name.replace(/^node:/, '')]
    if (!found) throw new Error(`No module ${name}`)
    return found
  }

  const onRejection = (error: unknown): void => {
    if (error instanceof Interruption || isOver) return
    noteFault(error)
    const site = (error as { site?: number } | undefined)?.site
    for (const record of fake.records) if (record.site === site) record.isRejectionUnhandled = true
    finish('crashed')
  }
  const environment = {
    require: load,
    import: (name: string) => Promise.resolve(load(name)),
    process: fakeProcess,
    Promise: TrackedPromise,
    console: { log: use, error: () => undefined, warn: () => undefined },
    setTimeout: setTimer(false),
    setInterval: setTimer(true),
    setImmediate: (run: () => void) => time.schedule(0, run),
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    AbortSignal: {
      timeout(delay: number) {
        const controller = new AbortController()
        time.schedule(delay, () => controller.abort())
        return controller.signal
      },
    },
  }

  const start = async (): Promise<void> => {
    const exported = (await code(environment)) as Record<string, (...given: unknown[]) => unknown>
    const returned = exported[entry.name]?.(options, ...(entry.hasCallback ? [callback] : []))
    if (entry.hasCallback) completions.push(callbackRecord)
    escape(returned)
    if (!entry.isAsync) finish('returned')
    const value = await returned
    escape(value)
    use(value)
  }
  const noteFault = (error: unknown): void => {
    const isFault = error instanceof TypeError || error instanceof ReferenceError
    if (isFault && !isOver) fault ??= error
  }
  const onException = (error: unknown): void => {
    noteFault(error)
    if (!(error instanceof Interruption)) finish('crashed')
  }
  process.on('unhandledRejection', onRejection).on('uncaughtException', onException)
  const uncaught = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      onException(error)
    }
  }
  const schedule = time.schedule.bind(time)
  time.schedule = (delay, run) => schedule(delay, () => uncaught(run))
  start().then(
    () => finish('returned'),
    (error: unknown) => {
      noteFault(error)
      finish('threw')
    },
  )
  try {
    await time.run(() => isOver)
  } finally {
    process.off('unhandledRejection', onRejection).off('uncaughtException', onException)
  }
  freeze()
  return {
    arities,
    execution: {
      outcome,
      answers: arities.map((_, index) => decisions[index] ?? 0),
      hasReturned,
      ...frozen!,
      timers: time.timers,
      earlyReads,
      exitStatus,
      fault,
    },
  }
}

function copyRecord(record: ChildRecord): ChildRecord {
  return Object.assign(Object.create(ChildRecord.prototype) as ChildRecord, record, {
    drained: new Set(record.drained),
    killTimers: new Set(record.killTimers),
  })
}

/** Marks every child that a value lets its holder reach. */
function escape(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > 3) return
  if (value instanceof FakeChild) value.record.escape()
  else if ('record' in value && value.record instanceof ChildRecord) escapeStream(value.record)
  else if (Symbol.iterator in value || Object.getPrototypeOf(value) === Object.prototype)
    for (const part of Object.values(value)) escape(part, depth + 1)
  else if (value instanceof Map || value instanceof Set) for (const part of value.values()) escape(part, depth + 1)
}

function escapeStream(record: ChildRecord): void {
  record.observeEnd()
  record.stdinErrorListener ??= 'inTime'
  record.isStdinEnded = true
  record.drained.add('stdout').add('stderr')
}

function describeTimer(timer: VirtualTimer) {
  return {
    timer,
    unref() {
      timer.isReferenced = false
      return this
    },
    ref() {
      timer.isReferenced = true
      return this
    },
    hasRef: () => timer.isReferenced,
    refresh() {
      return this
    },
    close() {
      timer.isCleared = true
    },
  }
}

function createSink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() }).setMaxListeners(0)
}
