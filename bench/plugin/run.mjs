/** What the plugin costs, as ratios within one run. Stores bench/results/plugin.{json,md}. `--help` prints the options. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { readConfigRules } from '../../test/corpus/lint-file.mjs'
import { TRIGGER_SHARE, collectFileSets } from './file-sets.mjs'
import { measureGrowth } from './growth.mjs'
import { measureByStats, measurePairedCpu, prepareFiles } from './measure.mjs'
import { loadPeers } from './peers.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const RESULTS = join(HERE, '..', 'results')

const HELP = `node bench/plugin/run.mjs [options]
  --plugin <path>  the built plugin (default packages/eslint-plugin/dist/index.js)
  --files <n>      files in the mixed set (default 400); the second set has at most as many
  --rounds <n>     measured rounds after one that warms up (default 3)
  --only <part>    mixed | triggers | growth; repeatable; results are stored only when all parts ran`

const { values: options } = parseArgs({
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    files: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
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
 * Under another folder relative imports lead nowhere: the same files without cross-file reading.
 * @param {import('./measure.mjs').PreparedFiles} files
 */
const isolate = (files) => files.map((file) => ({ ...file, path: join('/no-such-folder', file.path) }))

/** @type {Record<string, any>} */
const results = {
  node: process.version,
  cpu: cpus()[0]?.model,
  eslint: createRequire(import.meta.url)('eslint/package.json').version,
  rules: Object.keys(own.rules).length,
  rounds,
}
const text = [
  '# What the plugin costs',
  '',
  `\`node bench/plugin/run.mjs --files ${options.files} --rounds ${options.rounds}\`; Node ${results['node']}, ESLint ${results['eslint']}, ${results['rules']} rules in \`all\`. Ratios within one run: rule times are of the median round, CPU times are sums of each file's least.`,
]

const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(2)} %`

if (parts.some((part) => part !== 'growth')) {
  const sets = await collectFileSets(Number(options.files))
  for (const part of /** @type {const} */ (['mixed', 'triggers'])) {
    if (!parts.includes(part)) continue
    const files = prepareFiles(sets[part])
    const isolated = isolate(files)
    console.error(`${part}: ${files.length} files, ${rounds + 1} rounds`)
    const stats = [
      { name: 'child-process, all', ...measureByStats(own, isolated, rounds) },
      { name: 'child-process, all, reading imports', ...measureByStats(own, files, rounds) },
      ...peers.map((peer) => ({ name: `${peer.name}, recommended`, ...measureByStats(peer, isolated, rounds) })),
    ]
    const paired = measurePairedCpu(
      baseline,
      [
        { ...baseline, name: 'parser alone again (A/A)' },
        own,
        ...peers.map((peer) => ({ ...peer, name: `${peer.name}, recommended` })),
      ],
      isolated,
      rounds,
    )
    results[part] = { files: files.length, mentioning: files.filter((file) => file.mentions).length, stats, paired }
    text.push(
      '',
      part === 'mixed'
        ? `## ${files.length} files of which ${percent(TRIGGER_SHARE)} can start a child`
        : `## ${files.length} files that can start a child`,
      '',
      "| | rule time over parse time, by ESLint's `--stats` |",
      '|---|---|',
      ...stats.map(({ name, share }) => `| ${name} | ${percent(share)} |`),
      '',
      '| | CPU time over the parser alone | range of the rounds |',
      '|---|---|---|',
      ...paired.map(
        ({ name, ratio, low, high }) => `| ${name} | ${ratio.toFixed(3)}× | ${low.toFixed(3)} – ${high.toFixed(3)} |`,
      ),
    )
  }
}

if (parts.includes('growth')) {
  const growth = measureGrowth(own, 3)
  results['growth'] = growth
  text.push(
    '',
    '## Growth from 100 to 10,000',
    '',
    'Exponent k of time ≈ c · sizeᵏ, fitted over five sizes.',
    '',
    '| what grows | rules | parser | rule time over parse time at 10,000 |',
    '|---|---|---|---|',
    ...growth.map(({ shape, rulesExponent, parseExponent, points }) => {
      const last = points.at(-1)
      return `| ${shape} | ${rulesExponent.toFixed(2)} | ${parseExponent.toFixed(2)} | ${last ? percent(last.rulesMs / last.parseMs) : ''} |`
    }),
  )
}

console.log(text.join('\n'))
if (options.only === undefined) {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, 'plugin.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(RESULTS, 'plugin.md'), `${text.join('\n')}\n`)
}
