import { promisify } from 'node:util'
import {
  ChildRecord,
  EARLY_OUTPUT,
  FakeChild,
  type FakeStdio,
  LATE_OUTPUT,
  type Life,
  type OutputName,
} from './fake-child.ts'
import type { VirtualTime } from './virtual-time.ts'

interface FakeOptions {
  readonly stdio?: string | readonly string[]
  readonly silent?: boolean
  readonly timeout?: number
  readonly signal?: AbortSignal
}

type Callback = (error: Error | null, stdout: string, stderr: string) => void

/** What ends the execution: code that would not run on does not. */
export class Interruption extends Error {}

/** The part of `node:child_process` that the programs use, with children that live as they are told to. */
export interface FakeChildProcess {
  readonly records: readonly ChildRecord[]
  readonly module: Readonly<Record<string, unknown>>
  /** `process.kill` */
  killByPid(pid: number, signal?: number | string): boolean
}

export function createFakeChildProcess(
  time: VirtualTime,
  getLife: (site: number) => Life,
  onTouched: (site: number) => void,
  onBlocked: () => void,
): FakeChildProcess {
  const records: ChildRecord[] = []
  const children: FakeChild[] = []

  function createRecord(words: readonly unknown[]): ChildRecord {
    const site = readSite(words)
    return new ChildRecord(site, getLife(site), time)
  }

  function start(words: readonly unknown[], options: FakeOptions, stdio: FakeStdio, isFork = false): FakeChild {
    const record = createRecord(words)
    onTouched(record.site)
    const child = new FakeChild(record, stdio, isFork, () => onTouched(record.site))
    records.push(record)
    children.push(child)
    if (options.timeout) time.schedule(options.timeout, () => child.abort(undefined))
    const { signal } = options
    signal?.addEventListener('abort', () => {
      const error = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' })
      time.schedule(0, () => child.abort(error))
    })
    return child
  }

  function spawn(file: string, ...rest: unknown[]): FakeChild {
    const { args, options } = readArguments(rest)
    return start([file, ...args], options, readStdio(options, 'pipe'))
  }

  function fork(file: string, ...rest: unknown[]): FakeChild {
    const { args, options } = readArguments(rest)
    return start([file, ...args], options, readStdio(options, options.silent ? 'pipe' : 'inherit'), true)
  }

  function execFile(file: string, ...rest: unknown[]): FakeChild {
    const { args, callback, options } = readArguments(rest)
    const child = start([file, ...args], options, readStdio({}, 'pipe'))
    child.record.errorListener = 'atOnce'
    child.record.observeEnd()
    const collected = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) collect(child, name, (text) => (collected[name] += text))
    let isDone = false
    const finish = (error: Error | null): void => {
      if (isDone) return
      isDone = true
      if (error) Object.assign(error, { site: child.record.site })
      callback?.(error, collected.stdout, collected.stderr)
    }
    child.listenQuietly('error', finish)
    child.listenQuietly('close', (code: number | null, signal: string | null) =>
      finish(code === 0 && !signal ? null : Object.assign(new Error('Command failed'), { code, signal })),
    )
    return child
  }

  const exec = (line: string, ...rest: unknown[]): FakeChild => execFile(line, ...rest)

  function promised(call: (...given: unknown[]) => FakeChild): (...given: unknown[]) => Promise<unknown> {
    return (...given) => {
      let child: FakeChild | undefined
      const promise = new Promise((resolve, reject) => {
        child = call(...given, (error: Error | null, stdout: string, stderr: string) => {
          if (error) reject(error)
          else resolve({ stdout, stderr })
        })
      })
      return Object.assign(promise, { child })
    }
  }
  for (const call of [exec, execFile]) {
    Object.defineProperty(call, promisify.custom, { value: promised(call as (...given: unknown[]) => FakeChild) })
  }

  /** Comes back with what the child left, or never. */
  function runToEnd(words: readonly unknown[], options: FakeOptions): { error?: Error; status: number | null } {
    const record = createRecord(words)
    const { ending } = record.life
    records.push(record)
    if (ending === 'hang' && !options.timeout) {
      record.isBlocking = true
      onBlocked()
      throw new Interruption()
    }
    if (ending === 'failedStart') return { error: new Error('spawnSync ENOENT'), status: null }
    if (ending === 'hang') return { error: new Error('spawnSync ETIMEDOUT'), status: null }
    return { status: ending === 'success' ? 0 : ending === 'signal' ? null : 3 }
  }

  function runOrThrow(words: readonly unknown[], options: FakeOptions): string {
    const { error, status } = runToEnd(words, options)
    if (error) throw error
    if (status !== 0) throw new Error('Command failed')
    return EARLY_OUTPUT + LATE_OUTPUT
  }

  const module = {
    spawn,
    fork,
    exec,
    execFile,
    spawnSync(file: string, ...rest: unknown[]) {
      const { args, options } = readArguments(rest)
      return { stdout: EARLY_OUTPUT + LATE_OUTPUT, stderr: '', signal: null, ...runToEnd([file, ...args], options) }
    },
    execFileSync(file: string, ...rest: unknown[]) {
      const { args, options } = readArguments(rest)
      return runOrThrow([file, ...args], options)
    },
    execSync: (line: string, options: FakeOptions = {}) => runOrThrow([line], options),
  }
  return {
    records,
    module: { ...module, default: module },
    killByPid(pid, signal) {
      const child = children.find((own) => own.pid === Math.abs(pid))
      return child ? child.kill(signal as NodeJS.Signals) : false
    },
  }
}

/** A command or an argument of the programs says which call it belongs to: `tool3`. */
function readSite(words: readonly unknown[]): number {
  const found = /tool(\d+)/.exec(words.join(' '))
  if (!found) throw new Error(`No number of a call in ${words.join(' ')}`)
  return Number(found[1])
}

function readArguments(rest: readonly unknown[]): {
  args: readonly unknown[]
  options: FakeOptions
  callback: Callback | undefined
} {
  const args = rest.find((given): given is unknown[] => Array.isArray(given)) ?? []
  const options = rest.find((given) => typeof given === 'object' && given !== null && !Array.isArray(given)) ?? {}
  const callback = rest.find((given): given is Callback => typeof given === 'function')
  return { args, options, callback }
}

function readStdio({ stdio }: FakeOptions, fallback: string): FakeStdio {
  const isPipe = (index: number): boolean => {
    const slot = Array.isArray(stdio) ? (stdio as unknown[])[index] : stdio
    return (slot ?? fallback) === 'pipe'
  }
  return { stdin: isPipe(0), stdout: isPipe(1), stderr: isPipe(2) }
}

function collect(child: FakeChild, name: OutputName, add: (text: string) => void): void {
  child[name]?.on('data', (chunk: Buffer) => add(String(chunk)))
}
