import type { HandleGroup } from '../handles/parseHandles.ts'
import { countNoun } from './countNoun.ts'
import { formatDuration } from './formatDuration.ts'
import { visibleText } from './visibleText.ts'

const shownGroups = 10

/** The message about what keeps a program running beside its children. Every text from outside is harmless to a terminal. */
export function renderHandles(
  { program, pid }: { program: string; pid: number },
  silentMs: number,
  groups: readonly HandleGroup[],
): string {
  const lines = [
    `runtime-guard: process ${pid}, ${program}, has done nothing for ${formatDuration(silentMs)}, and is kept running by:`,
  ]
  for (const { types, site, code, isForeign } of groups.slice(0, shownGroups)) {
    const handles = [...types].map(([type, count]) => (count === 1 ? type : `${count} ${type}`)).join(', ')
    lines.push(`  ${handles}${site !== null && isForeign ? ' of a library' : ''}`)
    if (site !== null) lines.push(`    at ${site}${code === null ? '' : `: ${code}`}`)
  }
  const more = groups.length - shownGroups
  if (more > 0) lines.push(`  … and ${countNoun(more, 'more place')}`)
  return `${lines.map(visibleText).join('\n')}\n`
}
