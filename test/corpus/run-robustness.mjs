/** Lints every source file of any folders, and generated monsters, with every rule: reports what throws and what is slow. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findCallees } from './find-callees.mjs'
import { createFileLinter } from './lint-file.mjs'
import { monsters } from './monsters.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const SOURCE = /\.(?:[cm]?js|jsx|[cm]?ts|tsx)$/
const SLOWEST = 5
/** Folders of a parser's tests hold files larger than any program's. */
const MAX_BYTES = 6_000_000

const HELP = `node test/corpus/run-robustness.mjs [options] [folders...]
  --plugin <path>   the built plugin (default packages/eslint-plugin/dist/index.js)
  --monsters        also the generated files
  --graft           turn the calls of every file into child processes first, so that the rules have work in any syntax
  --limit <n>       at most n files, spread evenly over what was found
Exit code 1 if any rule throws.`

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    plugin: { type: 'string', default: join(HERE, '../../packages/eslint-plugin/dist/index.js') },
    monsters: { type: 'boolean', default: false },
    graft: { type: 'boolean', default: false },
    limit: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (options.help || (positionals.length === 0 && !options.monsters)) {
  console.log(HELP)
  process.exit(options.help ? 0 : 2)
}

const plugin = (await import(pathToFileURL(resolve(options.plugin)).href)).default
const rules = Object.fromEntries(Object.keys(plugin.rules).map((name) => [`child-process/${name}`, 'error']))

/** @param {string} directory @returns {Generator<string>} */
function* walk(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path
  }
}

/**
 * @param {string} text
 * @param {string} path
 * @returns {string} the same program with plain calls turned into spawns, and one more spawn at its end
 */
function graft(text, path) {
  const hashbang = /^#!.*/.exec(text)?.[0] ?? ''
  let result = ''
  let last = hashbang.length
  for (const [start, end] of findCallees(text, path)) {
    if (start < last) continue
    result += `${text.slice(last, start)}cp$.spawn`
    last = end
  }
  return `${hashbang}\nvar cp$ = require("child_process");${result}${text.slice(last)}\n;var child$ = cp$.spawn("a");child$.stdin.write("b");`
}

/** @type {{ path: string, monster?: string, read: () => string }[]} */
let inputs = positionals.flatMap((folder) =>
  [...walk(resolve(folder))]
    .filter((path) => statSync(path).size <= MAX_BYTES)
    .map((path) => ({ path, read: () => readFileSync(path, 'utf8') })),
)
const found = inputs.length
if (options.limit !== undefined) {
  const step = Math.max(1, found / Number(options.limit))
  inputs = Array.from(
    { length: Math.min(found, Number(options.limit)) },
    (_, index) => inputs[Math.floor(index * step)],
  ).filter((input) => input !== undefined)
}
if (options.monsters)
  for (const [name, { path, build }] of Object.entries(monsters))
    inputs.push({ path: resolve('monsters', path), monster: name, read: build })

const lint = createFileLinter({ plugin, rules, cwd: resolve('/'), stats: true })
/** @type {Map<string, { path: string, time: number, parse: number }[]>} */
const slowest = new Map()
/** @type {Map<string, { count: number, path: string, error: string }>} */
const crashes = new Map()
let unparsable = 0
let findings = 0
const totals = { parse: 0, rules: 0 }
for (const { path, monster, read } of inputs) {
  const original = read()
  const text = options.graft ? graft(original, path) : original
  const result = lint(path, text)
  if (result.outcome === 'unparsable') {
    unparsable += 1
    if (monster !== undefined) console.log(`unparsable monster ${monster}: ${result.parseError?.split('\n')[0]}`)
  }
  findings += result.messages.length
  for (const { rule, error } of result.crashes) {
    // One entry per rule and place in its code: a crash in a thousand files is one defect.
    const place =
      error
        .split('\n')
        .find((line) => /^\s+at /.test(line))
        ?.trim() ?? ''
    const key = `${rule} ${place}`
    const known = crashes.get(key)
    if (known) known.count += 1
    else crashes.set(key, { count: 1, path, error })
  }
  const parse = result.times['parse'] ?? 0
  totals.parse += parse
  let sum = 0
  for (const rule of Object.keys(rules)) {
    const time = result.times[rule] ?? 0
    sum += time
    remember(rule, { path, time, parse })
  }
  totals.rules += sum
  remember('all rules', { path, time: sum, parse })
  // Monsters report one by one: the one that never ends is then the next in the list.
  if (monster !== undefined)
    console.log(`monster: ${monster}: rules ${sum.toFixed(0)} ms, parser ${parse.toFixed(0)} ms`)
}

/**
 * @param {string} rule
 * @param {{ path: string, time: number, parse: number }} entry
 */
function remember(rule, entry) {
  const list = slowest.get(rule) ?? []
  list.push(entry)
  list.sort((a, b) => b.time - a.time)
  slowest.set(rule, list.slice(0, SLOWEST))
}

for (const [rule, list] of slowest)
  if ((list[0]?.time ?? 0) >= 1) {
    console.log(`${rule}: slowest`)
    for (const { path, time, parse } of list)
      if (time >= 1) console.log(`  ${time.toFixed(1)} ms (parse ${parse.toFixed(1)} ms) ${path}`)
  }
for (const [key, { count, path, error }] of crashes)
  console.log(`CRASH ×${count} ${key}\n  first in ${path}\n${error}\n`)
console.log(
  `${inputs.length} of ${found + (options.monsters ? Object.keys(monsters).length : 0)} files, ${unparsable} unparsable, ${findings} findings, ` +
    `${crashes.size} kinds of crash; rules ${totals.rules.toFixed(0)} ms, parsers ${totals.parse.toFixed(0)} ms, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
)
process.exitCode = crashes.size > 0 ? 1 : 0
