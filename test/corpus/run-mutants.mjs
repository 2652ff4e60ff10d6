/** Breaks correct real code on purpose, one mutation at a time, and counts what the rules notice. `--help` prints the options; README.md says what counts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findCreationSites } from './creation-sites.mjs'
import { readConfigRules } from './lint-file.mjs'
import { findLintableFiles, walkSourceFiles } from './lintable-files.mjs'
import { followChild } from './mutants/child-handle.mjs'
import { createMutantJudge } from './mutants/judge-mutant.mjs'
import { RULE_MUTATIONS } from './mutants/rule-operators.mjs'
import { parseSourceTree } from './mutants/source-tree.mjs'
import { renderMutants } from './mutants/render-table.mjs'
import { STORE, ensurePackages, locatePackage, readCorpus } from './package-store.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const FIXTURES = resolve(HERE, '../fixtures')

const HELP = `node test/corpus/run-mutants.mjs [options]
  --plugin <path>     the built plugin (default packages/eslint-plugin/dist/index.js)
  --rule <name>       only this rule; repeatable
  --package <name>    only this package; repeatable
  --from <name>       corpus | fixtures (default both)
  --show <n>          print n missed mutants as the lines around the site, and what was changed; --reason <text> narrows
  --list              print every missed mutant
  --write             store the table (mutants.md) and its entries (mutants.json)
  --check             exit 1 unless a run gives what is stored`

/** @typedef {import('./mutants/judge-mutant.mjs').MutantEntry} MutantEntry */

const { values: options } = parseArgs({
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    rule: { type: 'string', multiple: true },
    package: { type: 'string', multiple: true },
    from: { type: 'string' },
    show: { type: 'string' },
    reason: { type: 'string' },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit(0)
}

const plugin = (await import(pathToFileURL(resolve(options.plugin)).href)).default
const recommended = readConfigRules(plugin, 'recommended')
const rules = Object.keys(RULE_MUTATIONS).filter(
  (rule) => rule in plugin.rules && (options.rule === undefined || options.rule.includes(rule)),
)
const judges = {
  corpus: createMutantJudge({ plugin, recommended, rules, cwd: STORE }),
  fixtures: createMutantJudge({ plugin, recommended, rules, cwd: FIXTURES }),
}

/** @type {MutantEntry[]} */
const entries = []
let fileCount = 0
const started = process.hrtime.bigint()
if (options.from !== 'fixtures') {
  const corpus = readCorpus().filter(
    ({ half, name }) => half === 'dev' && (options.package === undefined || options.package.includes(name)),
  )
  await ensurePackages(corpus, (message) => console.error(message))
  for (const entry of corpus)
    for (const file of findLintableFiles(locatePackage(entry), { ...entry, trigger: true }))
      mutateFile(file, entry.name, 'corpus')
}
if (options.from !== 'corpus' && options.package === undefined)
  for (const absolute of walkSourceFiles(FIXTURES)) {
    const path = relative(FIXTURES, absolute).replaceAll('\\', '/')
    if (!/(?:^|\/)good\b/.test(path)) continue
    mutateFile({ path, absolute, text: readFileSync(absolute, 'utf8') }, 'fixtures', 'fixtures')
  }
const seconds = Number(process.hrtime.bigint() - started) / 1e9

const table = renderMutants(entries, rules)
console.log(table)
console.log(`\n${fileCount} files, ${entries.length} mutants, ${seconds.toFixed(1)} s`)
const missed = entries.filter(
  ({ outcome, reason }) => outcome === 'missed' && (options.reason === undefined || reason?.includes(options.reason)),
)
if (options.list) for (const entry of missed) console.log(describe(entry))
for (const entry of missed.slice(0, Number(options.show ?? 0))) show(entry)
if (options.write || options.check) {
  const stored = [
    { path: join(HERE, 'mutants.md'), text: `${table}\n` },
    { path: join(HERE, 'mutants.json'), text: renderEntries(entries) },
  ]
  for (const { path, text } of stored) {
    if (options.write) writeFileSync(path, text)
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${relative(process.cwd(), path)} is not what this run gives; run with --write`)
      process.exitCode = 1
    }
  }
}

/**
 * @param {{ path: string, absolute: string, text: string }} file
 * @param {string} packageName
 * @param {'corpus' | 'fixtures'} source
 */
function mutateFile({ absolute, path, text }, packageName, source) {
  const sites = findCreationSites(text, path)
  const tree = sites.length > 0 ? parseSourceTree(text, path) : undefined
  if (!tree) return
  fileCount += 1
  for (const { method, module, node } of sites) {
    const call = tree.nodes.find(({ range, type }) => type === node.type && sameRange(range, node.range))
    const facet = findFacet(call, module, method)
    const handle = facet === 'none' ? { uses: [], departures: [] } : followChild(call, facet, tree)
    const site = { call, module, method, facet, handle, tree }
    for (const rule of rules)
      for (const [operator, plan] of Object.entries(RULE_MUTATIONS[rule]?.operators ?? {})) {
        const mutation = plan(site)
        if (!mutation || mutation.edits.length === 0) continue
        const verdict = judges[source]({ absolute, rule, site, edits: mutation.edits })
        if (!verdict) continue
        const { column, line } = call.loc.start
        entries.push({ source, package: packageName, file: path, line, column, rule, operator, ...verdict })
      }
  }
}

/** @param {readonly number[]} a @param {readonly number[] | undefined} b */
function sameRange(a, b) {
  return a[0] === b?.[0] && a[1] === b?.[1]
}

/**
 * What the call gives, told by its name and by what is done with it at once.
 * @param {any} call
 * @param {string} module
 * @param {string} method
 * @returns {'child' | 'promise' | 'none'}
 */
function findFacet(call, module, method) {
  if (/sync$/i.test(method)) return 'none'
  if (module !== 'child_process' && module !== 'cross-spawn') return 'promise'
  if (!/^exec/.test(method)) return 'child'
  const hasCallback = call.arguments.some(
    (/** @type {any} */ { name, type }) =>
      /Function/.test(type) || (type === 'Identifier' && /^(?:cb|callback|done|next)$/.test(name)),
  )
  const { parent } = call
  const isAsked =
    parent.type === 'AwaitExpression' ||
    (parent.type === 'MemberExpression' && /^(?:then|catch|finally)$/.test(parent.property.name))
  const callee = call.callee.type === 'Identifier' ? call.callee.name : ''
  return !hasCallback && (isAsked || /async|promis/i.test(callee)) ? 'promise' : 'child'
}

/** @param {MutantEntry} entry */
function describe({ file, line, operator, package: packageName, reason, rule }) {
  return `${rule}: ${operator}: ${reason}: ${packageName}/${file}:${line}`
}

/** @param {MutantEntry} entry */
function show(entry) {
  const found = readCorpus().find(({ name }) => name === entry.package)
  const absolute = found ? join(locatePackage(found), entry.file) : join(FIXTURES, entry.file)
  const lines = readFileSync(absolute, 'utf8').split('\n')
  console.log(`${'='.repeat(100)}\n${describe(entry)}`)
  for (let number = Math.max(1, entry.line - 12); number <= Math.min(lines.length, entry.line + 40); number++)
    console.log(
      `${number === entry.line ? '>' : ' '}${String(number).padStart(5)} ${(lines[number - 1] ?? '').slice(0, 180)}`,
    )
}

/** @param {readonly MutantEntry[]} all */
function renderEntries(all) {
  const lines = all
    .filter(({ outcome }) => outcome !== 'noticed')
    .map(({ column, file, line, operator, outcome, package: packageName, reason, rule }) =>
      JSON.stringify({ rule, operator, outcome, reason, package: packageName, file, line, column }),
    )
  return `[\n${lines.join(',\n')}\n]\n`
}
