// Writes the table of the fuzzer's last stored run. `--check` changes nothing and fails where it is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import prettier from 'prettier'

const folder = new URL('../packages/eslint-plugin/test/fuzz/', import.meta.url)
const readme = new URL('README.md', folder)
const results = new URL('results.json', folder)
const begin = '<!-- begin results -->'
const end = '<!-- end results -->'

/** @typedef {{ reports: number, false: number, open: number, defects: number, noticed: number }} Counts */

/** @param {{ seeds: number[], programs: number, executions: number, rules: Record<string, Counts> }} stored */
function render({ executions, programs, rules, seeds }) {
  const rows = Object.entries(rules).map(
    ([rule, own]) => `| \`${rule}\` | ${own.reports} | ${own.false} | ${own.open} | ${own.defects} | ${own.noticed} |`,
  )
  return [
    `${programs} programs, ${executions} executions, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}:`,
    '',
    '| rule | reports | false | open | defects | noticed |',
    '| - | -: | -: | -: | -: | -: |',
    ...rows,
  ].join('\n')
}

const text = readFileSync(readme, 'utf8')
const table = existsSync(results) ? render(JSON.parse(readFileSync(results, 'utf8'))) : ''
const head = text.slice(0, text.indexOf(begin) + begin.length)
const written = `${head}\n\n${table}\n\n${text.slice(text.indexOf(end))}`
const config = await prettier.resolveConfig(readme)
const formatted = await prettier.format(written, { ...config, parser: 'markdown' })

if (formatted !== text) {
  if (process.argv.includes('--check')) {
    console.error('packages/eslint-plugin/test/fuzz/README.md is out of date: run `pnpm update`.')
    process.exitCode = 1
  } else writeFileSync(readme, formatted)
}
