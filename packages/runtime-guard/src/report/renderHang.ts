import { formatDuration } from './formatDuration.ts'
import { visibleText } from './visibleText.ts'

/** What keeps a program running that does nothing any more. */
export interface HungChild {
  /** The command in a few words. */
  program: string
  pid: number
  /** `file:line:column (function)`; null: not known. */
  site: string | null
  /** What it does, or waits for: the end of a sentence that starts with its name. */
  state: string
  /** What to change; null: nothing is known. */
  hint: string | null
}

const shownChildren = 5

/** The message about a program that only its children keep running. Every text from outside is harmless to a terminal. */
export function renderHang(
  program: { program: string; pid: number },
  silentMs: number,
  children: readonly HungChild[],
): string {
  const lines = [
    `runtime-guard: process ${program.pid}, ${program.program}, has done nothing for ${formatDuration(silentMs)}, and only its children keep it running:`,
  ]
  for (const { program: name, pid, site, state, hint } of children.slice(0, shownChildren)) {
    lines.push(`  ${name}, pid ${pid}, ${state}.`)
    if (site !== null) lines.push(`    at ${site}`)
    if (hint !== null) lines.push(`    fix: ${hint}`)
    lines.push(`    to end it now: kill ${pid}`)
  }
  const more = children.length - shownChildren
  if (more > 0) lines.push(`  … and ${more} more`)
  return `${lines.map(visibleText).join('\n')}\n`
}

/** A synchronous call that does not return, and the processes that it waits for. */
export interface BlockedCall {
  /** The program that is blocked, in a few words. */
  program: string
  pid: number
  /** 0: the main thread. */
  threadId: number
  method: string
  /** The command in a few words. */
  command: string
  /** The command itself has ended, and what it started holds its pipes. */
  hasEnded: boolean
  /** Its time limit in milliseconds, which is over; null: it has none. */
  timeout: number | null
  blockedMs: number
  site: string | null
  processes: readonly { pid: number; program: string }[]
}

/** The message about a synchronous call that blocks its thread. Every text from outside is harmless to a terminal. */
export function renderBlockedCall(call: BlockedCall): string {
  const { program, pid, threadId, method, command, timeout, blockedMs, site, processes } = call
  const thread = threadId === 0 ? '' : `worker thread ${threadId} of `
  const lines = [
    `runtime-guard: ${thread}process ${pid}, ${program}, has been blocked for ${formatDuration(blockedMs)} by a synchronous call:`,
    call.hasEnded
      ? `  ${method} waits for the end of the output of ${command}, which has exited, and what it started holds it.`
      : `  ${method} waits for ${command}, which does nothing.`,
  ]
  if (site !== null) lines.push(`    at ${site}`)
  for (const { pid: child, program: name } of processes.slice(0, shownChildren)) lines.push(`    pid ${child}: ${name}`)
  const more = processes.length - shownChildren
  if (more > 0) lines.push(`    … and ${more} more`)
  lines.push(
    timeout === null
      ? "    fix: Give the call a `timeout`, and `killSignal: 'SIGKILL'`, or start the command asynchronously."
      : `    fix: Its limit of ${timeout} ms is over, and something ignores the signal, or holds the output: set \`killSignal: 'SIGKILL'\`, and have no shell in between.`,
    `    to end it now: kill ${processes.map((process) => process.pid).join(' ')}`,
  )
  return `${lines.map(visibleText).join('\n')}\n`
}
