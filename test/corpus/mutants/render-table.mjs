/** The stored table: what was noticed, of all mutants and of those that can be judged at all, and why the rest was not. */

/** @typedef {import('./judge-mutant.mjs').MutantEntry} MutantEntry */

/**
 * @param {readonly MutantEntry[]} entries
 * @param {readonly string[]} rules
 */
export function renderMutants(entries, rules) {
  const header = [
    'rule',
    'mutation',
    'mutants',
    'noticed',
    'in view',
    'noticed',
    'or told',
    'fixtures',
    'noticed',
    'exempt',
  ]
  const body = rules.flatMap((rule) => {
    const own = entries.filter((entry) => entry.rule === rule)
    const operators = [...new Set(own.map(({ operator }) => operator))].sort()
    if (operators.length < 2) return [[`\`${rule}\``, operators[0] ?? '', ...count(own)]]
    const rows = operators.map((operator) => [
      '',
      operator,
      ...count(own.filter((entry) => entry.operator === operator)),
    ])
    return [[`\`${rule}\``, 'all', ...count(own)], ...rows]
  })
  const reasons = renderRows(['rule', 'what was not noticed', 'mutants', 'in view'], listReasons(entries, rules))
  return [renderRows(header, body), '', reasons].join('\n')
}

/** @param {readonly MutantEntry[]} entries */
function count(entries) {
  const judged = entries.filter(({ outcome }) => outcome !== 'exempt')
  const real = judged.filter(({ source }) => source === 'corpus')
  const inView = real.filter(isJudgeable)
  const fixtures = judged.filter(({ source }) => source === 'fixtures')
  return [
    String(real.length),
    share(real, 'noticed'),
    String(inView.length),
    share(inView, 'noticed'),
    share(inView, 'noticed', 'told'),
    String(fixtures.length),
    share(fixtures, 'noticed'),
    String(entries.length - judged.length),
  ]
}

/** @param {MutantEntry} entry */
const isJudgeable = ({ isInView, isKnown }) => isInView && isKnown

/** @param {readonly MutantEntry[]} entries @param {readonly MutantEntry['outcome'][]} outcomes */
function share(entries, ...outcomes) {
  const found = entries.filter(({ outcome }) => outcomes.includes(outcome)).length
  return entries.length === 0 ? '–' : `${Math.round((found / entries.length) * 100)} %`
}

/** @param {readonly MutantEntry[]} entries @param {readonly string[]} rules */
function listReasons(entries, rules) {
  return rules.flatMap((rule) => {
    const rest = entries.filter(
      ({ outcome, rule: own, source }) => own === rule && source === 'corpus' && /^(?:missed|told)$/.test(outcome),
    )
    const reasons = [...new Set(rest.map(({ reason }) => reason ?? ''))].map((reason) => {
      const own = rest.filter((entry) => entry.reason === reason)
      return { reason, total: own.length, inView: own.filter(isJudgeable).length }
    })
    return reasons
      .sort((a, b) => b.total - a.total || (a.reason < b.reason ? -1 : 1))
      .map(({ inView, reason, total }, index) => [
        index === 0 ? `\`${rule}\`` : '',
        reason,
        String(total),
        String(inView),
      ])
  })
}

/** @param {readonly string[]} header @param {readonly (readonly string[])[]} body */
function renderRows(header, body) {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...body.map((cells) => (cells[column] ?? '').length)),
  )
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
