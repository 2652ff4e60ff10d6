/** Lints the pinned corpus with the built plugin and compares every finding with its stored label. `--help` prints the options; README.md the labelling rules. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createFileLinter, readConfigRules } from './lint-file.mjs'
import { findLintableFiles } from './lintable-files.mjs'
import { STORE, ensurePackages, locatePackage, readCorpus } from './package-store.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const LABELS = join(HERE, 'labels.json')
/** A share below this many findings says nothing. */
const PROVEN_FROM = 20
/** Forty findings in one package are one habit of one author. */
const PROVEN_FROM_PACKAGES = 5
/** What a configuration promises: `recommended` is right 19 times in 20, a policy 9 times in 10. */
const MAX_FALSE_SHARES = { recommended: 0.05 }
const MAX_FALSE_SHARE_OF_POLICY = 0.1
/** Of a policy rule with more findings this many are read: those that `--show` gives first, with seed 1. */
const SAMPLE = 50
const CONTEXT_LINES = 25

const HELP = `node test/corpus/run-corpus.mjs [options]
  --plugin <path>     the built plugin (default packages/eslint-plugin/dist/index.js)
  --config <name>     recommended (default) | strict | all
  --half <name>       dev (default) | held-out | all
  --rule <name>       only this rule; repeatable
  --package <name>    only this package; repeatable
  --all-files         also files that name no child-starting module
  --out <file>        findings as NDJSON (default findings-<half>-<config>.ndjson beside the packages)
  --compare <file>    print what was added and removed against an earlier NDJSON
  --show <n>          print n findings with ${CONTEXT_LINES} lines of context, drawn by --seed; --unlabelled, --label <l> narrow the draw
  --seed <s>          default 1
  --add-labels <file> merge a JSON object of labels into labels.json, which stays sorted by key; nothing is linted
  --check             exit 1 on a crash, a finding without a label that needs one, or a proven rule with too many false:
                      above 5 % in recommended, 10 % in another configuration, where ${SAMPLE} findings of a rule that has more
                      are labelled (drawn with seed 1; a rule whose findings are all labelled counts them all)
  --write-table       store the accuracy table in test/corpus/accuracy-<half>-<config>.md`

/** @typedef {'true' | 'latent' | 'false'} Label */
/** @typedef {{ key: string, package: string, file: string, line: number, column: number, rule: string, messageId: string, message: string, code: string }} Finding */

/**
 * Survives edits elsewhere in the file: the line's content counts, not its number.
 * @param {Omit<Finding, 'key'>} finding
 * @param {Map<string, number>} ordinals
 */
function computeKey(finding, ordinals) {
  const hash = createHash('sha256').update(finding.code.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 10)
  const stem = `${finding.package}/${finding.file}:${finding.rule}:${finding.messageId}:${hash}`
  const ordinal = ordinals.get(stem) ?? 0
  ordinals.set(stem, ordinal + 1)
  return `${stem}#${ordinal}`
}

const { values: options } = parseArgs({
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    config: { type: 'string', default: 'recommended' },
    half: { type: 'string', default: 'dev' },
    rule: { type: 'string', multiple: true },
    package: { type: 'string', multiple: true },
    'all-files': { type: 'boolean', default: false },
    out: { type: 'string' },
    compare: { type: 'string' },
    show: { type: 'string' },
    seed: { type: 'string', default: '1' },
    unlabelled: { type: 'boolean', default: false },
    label: { type: 'string' },
    'add-labels': { type: 'string' },
    check: { type: 'boolean', default: false },
    'write-table': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit(0)
}
if (!['dev', 'held-out', 'all'].includes(options.half)) {
  console.error(`--half is dev, held-out or all, not "${options.half}"`)
  process.exit(2)
}

if (options['add-labels'] !== undefined) {
  const added = JSON.parse(readFileSync(options['add-labels'], 'utf8'))
  const known = existsSync(LABELS) ? JSON.parse(readFileSync(LABELS, 'utf8')) : {}
  const entries = Object.entries({ ...known, ...added }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(LABELS, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`)
  console.log(`${Object.keys(added).length} labels added, ${entries.length} in all`)
  process.exit(0)
}

const plugin = (await import(pathToFileURL(resolve(options.plugin)).href)).default
const configRules = readConfigRules(plugin, options.config)
const wanted = options.rule?.map((rule) => (rule.includes('/') ? rule : `child-process/${rule}`))
for (const rule of wanted ?? [])
  if (!(rule.replace('child-process/', '') in plugin.rules)) {
    console.error(`the plugin has no rule "${rule}"`)
    process.exit(2)
  }
/** @type {Record<string, any>} */
const rules = wanted ? Object.fromEntries(wanted.map((rule) => [rule, configRules[rule] ?? 'error'])) : configRules

const corpus = readCorpus().filter(
  (entry) =>
    (options.half === 'all' || entry.half === options.half) &&
    (options.package === undefined || options.package.includes(entry.name)),
)
await ensurePackages(corpus, (message) => console.error(message))

const maxFalseShare =
  MAX_FALSE_SHARES[/** @type {keyof typeof MAX_FALSE_SHARES} */ (options.config)] ?? MAX_FALSE_SHARE_OF_POLICY
const isPolicy = maxFalseShare === MAX_FALSE_SHARE_OF_POLICY

const started = process.hrtime.bigint()
const lint = createFileLinter({ plugin, rules, cwd: STORE })
/** @type {Finding[]} */
const findings = []
/** @type {{ package: string, file: string, rule: string, error: string }[]} */
const crashes = []
/** @type {string[]} */
const unparsable = []
let fileCount = 0
for (const entry of corpus) {
  const root = locatePackage(entry)
  for (const { path, absolute, text } of findLintableFiles(root, { ...entry, trigger: !options['all-files'] })) {
    fileCount += 1
    const result = lint(absolute, text)
    if (result.outcome === 'unparsable') unparsable.push(`${entry.name}/${path}: ${result.parseError?.split('\n')[0]}`)
    for (const crash of result.crashes) crashes.push({ package: entry.name, file: path, ...crash })
    const lines = text.split(/\r\n|[\r\n\u2028\u2029]/)
    /** @type {Map<string, number>} */
    const ordinals = new Map()
    for (const message of result.messages) {
      // ESLint's own remark that an inline directive was ignored is no finding.
      if (message.ruleId === null) continue
      const finding = {
        package: entry.name,
        file: path,
        line: message.line,
        column: message.column,
        rule: message.ruleId.replace('child-process/', ''),
        messageId: message.messageId ?? '',
        message: message.message,
        code: (lines[message.line - 1] ?? '').trim().slice(0, 300),
      }
      findings.push({ key: computeKey(finding, ordinals), ...finding })
    }
  }
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9

/** @type {Record<string, { label: Label, why: string }>} */
const labels = existsSync(LABELS) ? JSON.parse(readFileSync(LABELS, 'utf8')) : {}

if (options.show === undefined) {
  const out = options.out ?? join(STORE, `findings-${options.half}-${options.config}.ndjson`)
  mkdirSync(dirname(resolve(out)), { recursive: true })
  if (options.compare !== undefined) printDifference(options.compare)
  writeFileSync(out, findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''))
  const rows = summarise()
  const table = renderTable(rows)
  console.log(table)
  console.log(
    `${corpus.length} packages, ${fileCount} files, ${findings.length} findings, ${unparsable.length} unparsable, ${crashes.length} crashes; ` +
      `${seconds.toFixed(1)} s, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
  )
  const ruleNames = new Set(Object.keys(rules).map((rule) => rule.replace('child-process/', '')))
  const packages = new Set(corpus.map((entry) => entry.name))
  const seen = new Set(findings.map((finding) => finding.key))
  const stale = Object.keys(labels).filter(
    (key) =>
      !seen.has(key) &&
      ruleNames.has(key.split(':').at(-3) ?? '') &&
      packages.has(key.startsWith('@') ? key.split('/').slice(0, 2).join('/') : (key.split('/')[0] ?? '')),
  )
  if (stale.length > 0) console.log(`${stale.length} labels belong to findings that are gone`)
  for (const line of unparsable) console.log(`unparsable: ${line}`)
  for (const crash of crashes) console.log(`CRASH ${crash.rule} in ${crash.package}/${crash.file}\n${crash.error}\n`)
  if (options['write-table'])
    writeFileSync(
      join(HERE, `accuracy-${options.half}-${options.config}.md`),
      `${table}\n\n${corpus.length} packages, ${fileCount} files, ${unparsable.length} unparsable.\n${listTrue()}`,
    )
  const failures = [
    crashes.length > 0 && `${crashes.length} crashes`,
    options.check && rows.some((row) => row.unlabelled > 0) && 'unlabelled findings',
    options.check &&
      rows.some((row) => row.verdict === 'too many false') &&
      `a rule above ${maxFalseShare * 100} % false`,
  ].filter(Boolean)
  if (failures.length > 0) console.error(`failed: ${failures.join(', ')}`)
  process.exitCode = failures.length > 0 ? 1 : 0
} else {
  showFindings(Number(options.show))
}

/** The findings that a reader calls true, each with what goes wrong at run time. */
function listTrue() {
  const versions = new Map(corpus.map(({ name, version }) => [name, version]))
  const lines = findings
    .filter(({ key }) => labels[key]?.label === 'true')
    .map(({ key, package: name, file, line, rule }) => {
      const place = `${name}@${versions.get(name)} \`${file}:${line}\``
      return `- ${place}, \`${rule}\`: ${labels[key]?.why}`
    })
  return `\n## True: a reachable run goes wrong\n\n${lines.join('\n')}\n`
}

function summarise() {
  return Object.keys(rules)
    .map((rule) => rule.replace('child-process/', ''))
    .sort()
    .map((rule) => {
      const all = findings.filter((finding) => finding.rule === rule)
      const own = selectRead(all)
      const count = (/** @type {Label | undefined} */ label) =>
        own.filter((finding) => labels[finding.key]?.label === label).length
      const labelled = own.length - count(undefined)
      const falseShare = labelled === 0 ? undefined : count('false') / labelled
      const packages = new Set(all.map((finding) => finding.package)).size
      const verdict =
        labelled < PROVEN_FROM || packages < PROVEN_FROM_PACKAGES
          ? 'not proven'
          : (falseShare ?? 0) > maxFalseShare
            ? 'too many false'
            : 'proven'
      return {
        rule,
        findings: all.length,
        packages,
        read: own.length,
        true: count('true'),
        latent: count('latent'),
        false: count('false'),
        unlabelled: own.length - labelled,
        falseShare,
        verdict,
      }
    })
}

/**
 * The findings that the shares are of. Of a sample only its own labels count: those that another configuration asked for would
 * weigh too much.
 * @param {readonly Finding[]} all of one rule
 */
function selectRead(all) {
  if (!isPolicy || all.length <= SAMPLE || all.every(({ key }) => labels[key] !== undefined)) return all
  return sortByRank(all, '1').slice(0, SAMPLE)
}

/**
 * @param {readonly Finding[]} unordered
 * @param {string} seed
 */
function sortByRank(unordered, seed) {
  const rank = (/** @type {Finding} */ finding) => createHash('sha256').update(`${seed}:${finding.key}`).digest('hex')
  return [...unordered].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** @param {ReturnType<typeof summarise>} rows */
function renderTable(rows) {
  const header = [
    'rule',
    'findings',
    'packages',
    ...(isPolicy ? ['read'] : []),
    'true',
    'latent',
    'false',
    'unlabelled',
    'false share',
    '',
  ]
  const body = rows.map((row) => [
    `\`${row.rule}\``,
    ...[row.findings, row.packages, ...(isPolicy ? [row.read] : [])].map(String),
    ...[row.true, row.latent, row.false, row.unlabelled].map(String),
    row.falseShare === undefined ? '–' : `${(row.falseShare * 100).toFixed(1)} %`,
    row.verdict,
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => (cells[column] ?? '').length)),
  )
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

/** @param {string} file */
function printDifference(file) {
  /** @type {Finding[]} */
  const earlier = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const before = new Set(earlier.map((finding) => finding.key))
  const after = new Set(findings.map((finding) => finding.key))
  for (const finding of earlier.filter(({ key }) => !after.has(key))) console.log(`- ${describe(finding)}`)
  for (const finding of findings.filter(({ key }) => !before.has(key))) console.log(`+ ${describe(finding)}`)
}

/** @param {Finding} finding */
function describe(finding) {
  const label = labels[finding.key]
  return `[${label?.label ?? 'unlabelled'}] ${finding.rule} ${finding.package}/${finding.file}:${finding.line} ${finding.code.slice(0, 100)}`
}

/** @param {number} wantedCount */
function showFindings(wantedCount) {
  const pool = sortByRank(findings, options.seed).filter(
    (finding) =>
      (!options.unlabelled || labels[finding.key] === undefined) &&
      (options.label === undefined || labels[finding.key]?.label === options.label),
  )
  for (const finding of pool.slice(0, wantedCount)) {
    const entry = corpus.find(({ name }) => name === finding.package)
    if (!entry) continue
    const lines = readFileSync(join(locatePackage(entry), finding.file), 'utf8').split('\n')
    const label = labels[finding.key]
    console.log(
      `${'='.repeat(100)}\n${finding.key}\n${finding.package}@${entry.version} ${finding.file}:${finding.line}:${finding.column}\n${finding.rule} (${finding.messageId}): ${finding.message}`,
    )
    if (label) console.log(`label: ${label.label}: ${label.why}`)
    const first = Math.max(1, finding.line - CONTEXT_LINES)
    for (let number = first; number <= Math.min(lines.length, finding.line + CONTEXT_LINES); number++)
      console.log(
        `${number === finding.line ? '>' : ' '}${String(number).padStart(5)} ${(lines[number - 1] ?? '').slice(0, 220)}`,
      )
  }
  console.log(`${Math.min(wantedCount, pool.length)} of ${pool.length} findings shown`)
}
