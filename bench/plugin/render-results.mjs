/** The page of the stored results: bench/results/plugin.md from the files beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(2)} %`

/**
 * @param {string} folder
 * @returns {string}
 */
export function renderResults(folder) {
  const read = (/** @type {string} */ part) => {
    const path = join(folder, `plugin-${part}.json`)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  const text = [
    '# What the plugin costs',
    '',
    'Written by `node bench/plugin/run.mjs`. Ratios within one run: all times are sums of the least of each file.',
  ]
  for (const part of ['mixed', 'triggers']) {
    const measured = read(part)
    if (measured) text.push('', ...renderSet(part, measured))
  }
  const growth = read('growth')
  if (growth) text.push('', ...renderGrowth(growth))
  return `${text.join('\n')}\n`
}

/** @param {any} measured */
const renderConditions = ({ cores, eslint, load, node, rounds, rules }) =>
  `Node ${node}, ESLint ${eslint}, ${rules} rules in \`all\`, ${rounds} rounds; load average ${load} on ${cores} cores.`

/**
 * @param {string} part
 * @param {any} measured
 * @returns {string[]}
 */
function renderSet(part, measured) {
  const { files, mentioning, paired, stats } = measured
  return [
    part === 'mixed'
      ? `## ${files} files, ${mentioning} of which mention a module that starts children`
      : `## ${files} files that mention a module that starts children`,
    '',
    renderConditions(measured),
    '',
    ...renderTable(
      ['', "time of the rules over time of the parser, by ESLint's `--stats`"],
      stats.map((/** @type {any} */ { name, share }) => [name, percent(share)]),
    ),
    ...(paired.length > 0 ? ['', ...renderPairs(paired)] : []),
  ]
}

/**
 * @param {readonly any[]} paired
 * @returns {string[]}
 */
function renderPairs(paired) {
  return renderTable(
    ['', 'CPU time over that of the parser alone', 'range of the rounds'],
    paired.map(({ high, low, name, ratio }) => [
      name,
      `${ratio.toFixed(3)}×`,
      `${low.toFixed(3)} – ${high.toFixed(3)}`,
    ]),
  )
}

/**
 * @param {any} measured
 * @returns {string[]}
 */
function renderGrowth(measured) {
  const sizes = measured.shapes[0].points.map((/** @type {any} */ { size }) => size)
  return [
    `## Growth from ${sizes[0]} to ${sizes.at(-1)}`,
    '',
    renderConditions(measured),
    `Exponent k of CPU time ≈ c · sizeᵏ, fitted over ${sizes.length} sizes.`,
    '',
    ...renderTable(
      ['what grows', 'rules', 'parser', `time of the rules over time of the parser at ${sizes.at(-1)}`],
      measured.shapes.map((/** @type {any} */ { parseExponent, points, rulesExponent, shape }) => [
        shape,
        rulesExponent.toFixed(2),
        parseExponent.toFixed(2),
        percent(points.at(-1).rulesMs / points.at(-1).parseMs),
      ]),
    ),
  ]
}

/**
 * @param {string[]} header
 * @param {string[][]} rows
 * @returns {string[]}
 */
function renderTable(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}
