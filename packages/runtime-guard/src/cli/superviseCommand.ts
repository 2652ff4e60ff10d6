import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { CommandError, exitCodes } from './CommandError.ts'
import { findWindowsCommand } from './windowsCommand.ts'

/** How a supervised command came to its end. */
export interface CommandEnd {
  /** Its own exit code, 128 + n after signal n. */
  exitCode: number
  /** A signal that this process was sent and that the command had to answer. */
  signal: NodeJS.Signals | null
  /** False: it was told to end, and was still there when the time for that was over. */
  hasEnded: boolean
}

export interface Supervision {
  argv: readonly [string, ...string[]]
  env: NodeJS.ProcessEnv
  /** How long, in milliseconds, a command that was killed the hard way may take to be gone. */
  killGraceMs: number
  /** Is called with the pid as soon as the command runs. */
  onStart?: (pid: number) => void
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal to the whole group reaches the command too; only if it is still there after this time was it meant for us alone. */
const forwardAfterMs = 250
/** A command that was told to end may take this long: less than the 10 s after which Docker or a CI runner kills. */
const endGraceMs = 8000
/** Two Ctrl-C within this time are an order. */
const insistMs = 5000

/**
 * Runs a command with our own stdio and waits for it. Signals that we are sent become its signals: Ctrl-C of a terminal
 * reaches it anyway and is not doubled; a second one within five seconds sends SIGTERM, a third one SIGKILL. Any other
 * signal is passed on, and when the command has not ended eight seconds later we stop waiting and let it be.
 * Throws a CommandError (127, 126) when it cannot be started.
 */
export function superviseCommand({ argv, env, killGraceMs, onStart }: Supervision): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    let child: ChildProcess
    try {
      child = start(argv, env)
    } catch (error) {
      reject(startError(argv[0], error as NodeJS.ErrnoException))
      return
    }
    const timers = new Set<NodeJS.Timeout>()
    let received: NodeJS.Signals | null = null
    let lastInterrupt = -Infinity
    let insistence = 0

    const finish = (end: CommandEnd): void => {
      for (const timer of timers) clearTimeout(timer)
      for (const signal of forwarded) process.off(signal, onSignal)
      resolve(end)
    }
    const later = (ms: number, action: () => void): void => {
      timers.add(setTimeout(action, ms))
    }
    const giveUp = (): void => {
      const number = constants.signals[received ?? 'SIGTERM']
      child.unref()
      finish({ exitCode: 128 + number, signal: received, hasEnded: false })
    }
    const onSignal = (signal: NodeJS.Signals): void => {
      received = signal
      if (signal === 'SIGINT' && isForegroundOfTerminal()) {
        const now = performance.now()
        insistence = now - lastInterrupt < insistMs ? insistence + 1 : 0
        lastInterrupt = now
        if (insistence === 0) return
        child.kill(insistence === 1 ? 'SIGTERM' : 'SIGKILL')
        if (insistence > 1) later(killGraceMs, giveUp)
        return
      }
      insistence += 1
      if (insistence === 1) {
        later(forwardAfterMs, () => child.kill(signal))
        later(endGraceMs, giveUp)
      } else {
        // Who asks twice gets an answer soon.
        child.kill(signal)
        later(Math.min(1000, killGraceMs), giveUp)
      }
    }

    for (const signal of forwarded) process.on(signal, onSignal)
    child.once('spawn', () => {
      if (child.pid !== undefined) onStart?.(child.pid)
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      // A signal that could not be sent is reported here as well.
      if (child.pid !== undefined) return
      for (const signal of forwarded) process.off(signal, onSignal)
      reject(startError(argv[0], error))
    })
    child.once('exit', (code, signal) => {
      finish({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0), signal: received, hasEnded: true })
    })
  })
}

function start([file, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): ChildProcess {
  if (process.platform !== 'win32') return spawn(file, args, { env, stdio: 'inherit' })
  const command = findWindowsCommand(file, args, { env, cwd: process.cwd(), isFile, join })
  return spawn(command.file, command.args, {
    env,
    stdio: 'inherit',
    windowsVerbatimArguments: command.windowsVerbatimArguments,
  })
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function startError(file: string, error: NodeJS.ErrnoException): CommandError {
  const name = JSON.stringify(file)
  if (error.code === 'ENOENT') {
    const isThere = /[/\\]/.test(file) && isFile(file)
    return new CommandError(
      isThere
        ? `${name} cannot be started: the interpreter that its first line names was not found.`
        : `the command ${name} was not found.`,
      exitCodes.notFound,
    )
  }
  const reason = error.code === 'EACCES' ? 'is not executable' : `cannot be started (${error.code ?? error.message})`
  return new CommandError(`the command ${name} ${reason}.`, exitCodes.notExecutable)
}

/** True when a terminal sends Ctrl-C to this process, and so to the command as well: both are in one process group. */
function isForegroundOfTerminal(): boolean {
  if (process.platform !== 'linux') return process.stdin.isTTY || process.stderr.isTTY
  try {
    // Behind the name, which may hold anything: state, ppid, pgrp, session, tty, foreground group of the tty.
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY
  }
}
