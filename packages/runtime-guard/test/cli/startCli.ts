import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChildState, Report } from '../../src/report/Report.ts'

/** The command line as it is published. */
export const cli: string = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
export const preload: string = fileURLToPath(new URL('../../dist/register.cjs', import.meta.url))
if (!existsSync(cli) || !existsSync(preload)) throw new Error('These tests run the built package: build it first.')

const limits = { timeout: 30_000, killSignal: 'SIGKILL' } as const

/** A directory with programs, with a place of its own for journals, and an environment without the guard that watches this suite. */
export class Workplace {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'guard-cli-'))
  private readonly started: ChildProcess[] = []

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(?:RUNTIME_GUARD_|GITHUB_)|^(?:NODE_OPTIONS|FORCE_COLOR|NO_COLOR)$/.test(name),
    )
    return { ...Object.fromEntries(kept), RUNTIME_GUARD_DIR: join(this.directory, 'runs'), ...more }
  }

  write(name: string, content: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, content)
    return path
  }

  run(args: string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [cli, ...args], {
      cwd: this.directory,
      env: this.env(options.env),
      input: options.input ?? '',
      encoding: 'utf8',
      ...limits,
    })
  }

  /** Starts the command line, or another program, and does not wait. */
  start(args: string[], options: { env?: NodeJS.ProcessEnv; detached?: boolean } = {}): StartedProgram {
    const child = spawn(process.execPath, args, {
      cwd: this.directory,
      env: this.env(options.env),
      detached: options.detached ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...limits,
    })
    this.started.push(child)
    return new StartedProgram(child)
  }

  readReport(name: string): Report {
    return JSON.parse(readFileSync(join(this.directory, name), 'utf8')) as Report
  }

  remove(): void {
    for (const child of this.started) child.kill('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A program that runs beside the test. */
export class StartedProgram {
  stdout = ''
  stderr = ''
  readonly pid: number
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  private readonly child: ChildProcess

  constructor(child: ChildProcess) {
    this.child = child
    if (child.pid === undefined) throw new Error('The program did not start.')
    this.pid = child.pid
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        resolve({ code, signal })
      })
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
  }

  /** Waits until the program has printed this on stdout. */
  async printed(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`The program ended before it printed ${text}: ${this.stderr}`)
      await new Promise((resolve) => this.child.stdout?.once('data', resolve).once('end', resolve))
    }
  }

  /** Calls back when the program itself has ended, also while another process holds its pipes. */
  onExit(listener: (code: number | null) => void): void {
    if (this.child.exitCode !== null) listener(this.child.exitCode)
    else this.child.once('exit', listener)
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }
}

const hasEnded: readonly ChildState[] = ['failed', 'exited', 'closed', 'done', 'lost', 'zombie']

/** Ends the processes that a report found alive: they were leaked on purpose. */
export function endLeaked(report: Report): void {
  for (const { child } of report.findings) if (child?.pid && !hasEnded.includes(child.state)) endProcess(child.pid)
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
