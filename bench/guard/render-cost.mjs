const columns = ['bare Node', 'the same again', 'guard', 'why-is-node-running', 'wtfnode', 'leaked-handles']

/** @param {number | null | undefined} ratio */
const format = (ratio) =>
  ratio === null || ratio === undefined || Number.isNaN(ratio) ? '–' : ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)

/**
 * The page of the stored results.
 * @param {Record<string, any>} stored by the major version of Node
 */
export function renderCost(stored) {
  const lines = [
    '# What the guard costs',
    '',
    'Written by `node bench/guard/run.mjs`. Ratios to an empty `--require` preload in the same run, medians of paired rounds: of CPU time (user and system), of starts of wall',
    'time. "the same again" is the empty preload measured against itself: a ratio that is no further from 1 than this one says nothing.',
  ]
  for (const { version, parts, memory } of Object.values(stored)) {
    lines.push('', `## Node ${version}`, '', `| what | ${columns.join(' | ')} | rounds | load, cores |`)
    lines.push(`|${' --- |'.repeat(columns.length + 3)}`)
    for (const [part, { ratios, rounds, peerRounds, load, cores }] of Object.entries(parts))
      lines.push(
        `| ${part} | ${columns.map((name) => format(ratios[name])).join(' | ')} | ${rounds}, peers ${Math.min(rounds, peerRounds)} | ${load}, ${cores} |`,
      )
    if (memory)
      lines.push(
        '',
        `Growth of the heap from child ${memory.children / 10} to child ${memory.children}, started one after the other: ${kilobytes(memory.bare)} without the guard, ${kilobytes(memory.guard)} with it.`,
      )
  }
  return `${lines.join('\n')}\n`
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} kB`
