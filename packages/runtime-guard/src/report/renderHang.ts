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
