import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding, Report } from '../../src/report/Report.ts'

const packageDirectory = fileURLToPath(new URL('../..', import.meta.url))

/** The built preload: these tests run what is published. */
export const preload: string = join(packageDirectory, 'dist', 'register.cjs')

export interface ProgramOptions {
  /** Files by name; the one called `main.…` is the program. */
  files: Record<string, string>
  args?: string[]
  env?: Record<string, string | undefined>
  /** Node options before the program; the default preloads the guard. */
  nodeArgs?: string[]
  node?: string
  /** The command instead of Node and the program. */
  command?: string[]
  stdin?: string
  /** A directory below the temporary one. */
  folder?: string
  /** Called with the process as soon as it runs. */
  onStart?: (pid: number, directory: string) => void
  /** Leave stderr closed. */
  closedStderr?: boolean
}

export interface ProgramResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Undefined: nothing was judged. */
  report: Report | undefined
  directory: string
  runsDirectory: string
}

/** The environment without anything of a guard around this test run. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS' && !name.startsWith('VITEST'),
  )
  return Object.fromEntries(entries)
}

const directories: string[] = []

/** Runs a program under the guard in a directory of its own; what it leaves behind is ended. */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'guarded-'))
  directories.push(scratch)
  const directory = join(scratch, options.folder ?? 'program')
  mkdirSync(directory)
  symlinkSync(join(packageDirectory, 'node_modules'), join(directory, 'node_modules'))
  for (const [name, text] of Object.entries(options.files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  const runsDirectory = join(scratch, 'runs')
  const reportFile = join(scratch, 'report.json')
  const main = Object.keys(options.files).find((name) => name.startsWith('main.')) ?? ''
  const [file = '', ...args] = options.command ?? [
    options.node ?? process.execPath,
    ...(options.nodeArgs ?? ['--require', preload]),
    join(directory, main),
    ...(options.args ?? []),
  ]
  const child = spawn(file, args, {
    cwd: directory,
    env: {
      ...bareEnvironment(),
      RUNTIME_GUARD_DIR: runsDirectory,
      RUNTIME_GUARD_OUT: `text,json:${reportFile}`,
      ...options.env,
    },
    stdio: ['pipe', 'pipe', options.closedStderr ? 'ignore' : 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.stdin ?? '')
  if (child.pid !== undefined) options.onStart?.(child.pid, directory)
  // A leaked child may hold the pipes: the program's own end is what counts, and then what it has written.
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (exitCode, exitSignal) => {
        resolve({ code: exitCode, signal: exitSignal })
      })
    },
  )
  const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : undefined
  if (report) endProcesses(report.findings)
  await new Promise((resolve) => {
    const done = (): void => {
      resolve(undefined)
    }
    if (child.stdout?.readableEnded !== false && child.stderr?.readableEnded !== false) done()
    else child.once('close', done)
  })
  return { code, signal, stdout, stderr, report, directory, runsDirectory }
}

/** Ends what a report names; it was alive a moment ago, and was started by the test. */
export function endProcesses(findings: readonly Finding[]): void {
  for (const { child, descendants } of findings)
    for (const pid of [child?.pid, ...descendants.map((process) => process.pid)])
      if (pid !== undefined && pid !== null && pid > 1) endProcess(pid)
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** For `afterAll`: removes every directory of these tests. */
export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}

/** What a test asserts of a finding: code, call site relative to the program, the command. */
export function summarise(result: ProgramResult): string[] {
  return (result.report?.findings ?? []).map(({ code, severity, site, child }) => {
    const place = site ? `${site.file.replace(`${result.directory}/`, '')}:${site.line}:${site.column}` : 'nowhere'
    const command = (child?.argv ?? []).map((word) => word.replace(`${result.directory}/`, '')).join(' ')
    return `${severity} ${code} at ${place}: ${child?.method ?? ''} ${command}`.trim()
  })
}
