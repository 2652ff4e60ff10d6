/** How many of the defects a reader found, before any linter ran, do the rules name? And what do they say where the reader saw nothing? */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findCreationSites } from './creation-sites.mjs'
import { createFileLinter, readConfigRules } from './lint-file.mjs'
import { STORE, ensurePackages, locatePackage, readCorpus } from './package-store.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))

const HELP = `node test/corpus/run-recall.mjs [options]
  --plugin <path>   the built plugin (default packages/eslint-plugin/dist/index.js)
  --config <name>   recommended (default) | strict | all
  --half <name>     dev (default) | held-out | all
  --verbose         print every site that was missed or is disputed`

/** @typedef {{ package: string, half: string, file: string, line: number, column: number, api: string, defects: Record<string, 'true' | 'latent'>, why: string }} ReadSite */

const { values: options } = parseArgs({
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    config: { type: 'string', default: 'recommended' },
    half: { type: 'string', default: 'dev' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit(0)
}

const plugin = (await import(pathToFileURL(resolve(options.plugin)).href)).default
const rules = readConfigRules(plugin, options.config)
/** @type {ReadSite[]} */
const sites = JSON.parse(readFileSync(join(HERE, 'sites.json'), 'utf8'))
const chosen = sites.filter((site) => options.half === 'all' || site.half === options.half)
const packages = new Map(readCorpus().map((entry) => [entry.name, entry]))
const used = [...new Set(chosen.map((site) => site.package))].map((name) => {
  const entry = packages.get(name)
  if (!entry) throw new Error(`sites.json names ${name}, which is not in the corpus`)
  return entry
})
await ensurePackages(used, (message) => console.error(message))

const lint = createFileLinter({ plugin, rules, cwd: STORE })
/** @type {Map<string, { true: number, trueFound: number, latent: number, latentFound: number, disputed: number }>} */
const rows = new Map(
  Object.keys(rules).map((rule) => [
    rule.replace('child-process/', ''),
    { true: 0, trueFound: 0, latent: 0, latentFound: 0, disputed: 0 },
  ]),
)
/** @type {string[]} */
const remarks = []

for (const site of chosen) {
  const entry = packages.get(site.package)
  if (!entry) continue
  const absolute = join(locatePackage(entry), site.file)
  const text = readFileSync(absolute, 'utf8')
  const creation = findCreationSites(text, site.file).find(
    ({ line, column }) => line === site.line && column === site.column,
  )
  if (!creation) throw new Error(`no creation site at ${site.package}/${site.file}:${site.line}:${site.column}`)
  const where = `${site.package}/${site.file}:${site.line} ${site.api}`
  const messages = lint(absolute, text).messages.filter((message) => message.ruleId !== null)
  for (const [rule, row] of rows) {
    const own = messages.filter((message) => message.ruleId === `child-process/${rule}`)
    const label = site.defects[rule]
    if (label !== undefined) {
      const found = own.some((message) => message.line >= creation.region[0] && message.line <= creation.region[1])
      row[label] += 1
      if (found) row[`${label}Found`] += 1
      else remarks.push(`missed ${label} ${rule} ${where}: ${site.why}`)
    } else {
      // Only what points at this very line speaks of this site.
      const here = own.find((message) => message.line === site.line)
      if (here) {
        row.disputed += 1
        remarks.push(`disputed ${rule} ${where}: ${here.message}`)
      }
    }
  }
}

const share = (/** @type {number} */ part, /** @type {number} */ whole) => (whole === 0 ? '–' : `${part}/${whole}`)
console.log('| rule | true found | latent found | disputed |\n|---|---|---|---|')
for (const [rule, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(
    `| \`${rule}\` | ${share(row.trueFound, row.true)} | ${share(row.latentFound, row.latent)} | ${row.disputed} |`,
  )
const total = (/** @type {'true' | 'trueFound' | 'latent' | 'latentFound'} */ key) =>
  [...rows.values()].reduce((sum, row) => sum + row[key], 0)
console.log(
  `${chosen.length} sites: ${total('trueFound')} of ${total('true')} true, ${total('latentFound')} of ${total('latent')} latent defects of the rules that ran`,
)
if (options.verbose) for (const remark of remarks) console.log(remark)
