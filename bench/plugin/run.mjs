/** What the plugin costs, as ratios within one run. Stores bench/results/plugin-*.json and plugin.md. `--help` prints the options. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { readConfigRules } from '../../test/corpus/lint-file.mjs'
import { collectFileSets } from './file-sets.mjs'
import { measureGrowth } from './growth.mjs'
import { measureByStats, measurePairedCpu, prepareFiles } from './measure.mjs'
import { loadPeers } from './peers.mjs'
import { renderResults } from './render-results.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const RESULTS = join(HERE, '..', 'results')

const HELP = `node bench/plugin/run.mjs [options]
  --plugin <path>  the built plugin (default packages/eslint-plugin/dist/index.js)
  --files <n>      files in the mixed set (default 400); the second set has at most as many
  --rounds <n>     measured rounds after one that warms up (default 3)
  --stats-only     without the pairs of CPU times, which take most of the run
  --only <part>    mixed | triggers | growth; repeatable; the stored results of the others stay as they are`

const { values: options } = parseArgs({
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    files: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    'stats-only': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit(0)
}
const parts = options.only ?? ['mixed', 'triggers', 'growth']
const rounds = Number(options.rounds)

const plugin = (await import(pathToFileURL(resolve(options.plugin)).href)).default
/** @type {import('./measure.mjs').Contender} */
const own = { name: 'child-process, all', plugins: { 'child-process': plugin }, rules: readConfigRules(plugin, 'all') }
const baseline = { name: 'parser alone', plugins: {}, rules: {} }
const peers = parts.some((part) => part !== 'growth') ? await loadPeers() : []

/**
 * A file without a place of its own has no neighbours: the same files without cross-file reading.
 * @param {import('./measure.mjs').PreparedFiles} files
 */
const isolate = (files) => files.map((file) => ({ ...file, path: file.path.replace(/^(?:[a-z]:)?[/\\]/i, '') }))

const conditions = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  eslint: createRequire(import.meta.url)('eslint/package.json').version,
  rules: Object.keys(own.rules).length,
  rounds,
}

mkdirSync(RESULTS, { recursive: true })
/**
 * @param {string} part
 * @param {object} measured
 */
function store(part, measured) {
  writeFileSync(
    join(RESULTS, `plugin-${part}.json`),
    `${JSON.stringify({ ...conditions, load: Math.round(loadavg()[1] ?? 0), ...measured }, null, 2)}\n`,
  )
}

if (parts.some((part) => part !== 'growth')) {
  const sets = await collectFileSets(Number(options.files))
  for (const part of /** @type {const} */ (['mixed', 'triggers'])) {
    if (!parts.includes(part)) continue
    const files = prepareFiles(sets[part])
    const isolated = isolate(files)
    console.error(`${part}: ${files.length} files, ${rounds + 1} rounds`)
    const stats = [
      { ...measureByStats(own, isolated, rounds), name: own.name },
      { ...measureByStats(own, files, rounds), name: `${own.name}, reading imports` },
      ...peers.map((peer) => ({ ...measureByStats(peer, isolated, rounds), name: `${peer.name}, recommended` })),
    ]
    const paired = options['stats-only']
      ? []
      : measurePairedCpu(
          baseline,
          [
            { ...baseline, name: 'parser alone again (A/A)' },
            own,
            ...peers.map((peer) => ({ ...peer, name: `${peer.name}, recommended` })),
          ],
          isolated,
          rounds,
        )
    store(part, { files: files.length, mentioning: files.filter((file) => file.mentions).length, stats, paired })
  }
}
if (parts.includes('growth')) store('growth', { shapes: measureGrowth(own, rounds) })

const text = renderResults(RESULTS)
writeFileSync(join(RESULTS, 'plugin.md'), text)
console.log(text)
