// What the guard costs, in pairs within one run, with a row of the base against itself; stored in bench/results/guard.md.
// Usage: node bench/guard/run.mjs [--node <binary>]… [--only <part>]… [--rounds 7] [--peer-rounds 2] [--children 10000]
// CPU time (user and system), not wall time: the machine may be shared. Rounds are interleaved, each in another order; a
// ratio is the median of those of the rounds. Peers are installed from the registry into a temporary directory.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { loadavg, tmpdir, cpus } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { renderCost } from './render-cost.mjs'
import { workloads } from './workloads.mjs'

const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '7' },
    'peer-rounds': { type: 'string', default: '2' },
    children: { type: 'string', default: '10000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(
    readFileSync(fileURLToPath(import.meta.url), 'utf8')
      .split('\n')
      .slice(0, 4)
      .join('\n')
      .replaceAll('// ', ''),
  )
  process.exit()
}
const peers = { 'why-is-node-running': '3.2.2', wtfnode: '0.10.1', 'leaked-handles': '5.2.0' }
const results = fileURLToPath(new URL('../results/', import.meta.url))
const preload = fileURLToPath(new URL('../../packages/runtime-guard/dist/register.cjs', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'guard-cost-'))
const file = (/** @type {string} */ name) => path.join(scratch, name)
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
  ),
  RUNTIME_GUARD_DIR: file('runs'),
}

/** Options of Node for each row; the second is the base of the ratios. */
/** @type {Record<string, string[]>} */
const rows = {
  'bare Node': [],
  'empty preload': ['--require', file('empty.cjs')],
  'the same again': ['--require', file('empty.cjs')],
  guard: ['--require', preload],
  'why-is-node-running': ['--import', 'why-is-node-running/include'],
  wtfnode: ['--require', 'wtfnode'],
  'leaked-handles': ['--require', 'leaked-handles'],
}

/** @param {number[]} list */
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN

/**
 * One number per round and row, as the program prints it.
 * @param {string} node
 * @param {string} program
 * @param {{rounds: number, peerRounds: number}} count
 */
function measure(node, program, { rounds, peerRounds }) {
  const names = Object.keys(rows)
  /** @type {Map<string, number[]>} */
  const samples = new Map(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const shift = round % names.length
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      if (name in peers && round >= peerRounds) continue
      const { stdout } = spawnSync(node, [...(rows[name] ?? []), program], {
        ...{ cwd: scratch, env, encoding: 'utf8', timeout: 300_000, killSignal: 'SIGKILL' },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      // A peer prints on stdout, too: the number is the last line.
      const value = Number.parseFloat(stdout.trim().split('\n').at(-1) ?? '')
      samples.get(name)?.push(value)
    }
  }
  const base = samples.get('empty preload') ?? []
  return Object.fromEntries(
    [...samples].map(([name, list]) => [name, median(list.map((value, round) => value / (base[round] ?? NaN)))]),
  )
}

/** @param {string} part */
const isWanted = (part) => values.only.length === 0 || values.only.includes(part)

try {
  writeFileSync(file('empty.cjs'), '')
  writeFileSync(file('package.json'), '{"private": true}')
  const install = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...Object.entries(peers).map((pair) => pair.join('@')),
  ]
  spawnSync('npm', install, {
    cwd: scratch,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 180_000,
    killSignal: 'SIGKILL',
  })
  mkdirSync(results, { recursive: true })
  const store = path.join(results, 'guard.json')
  /** @type {Record<string, any>} */
  const stored = existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : {}
  for (const node of values.node) {
    const version = spawnSync(node, ['-p', 'process.version'], {
      encoding: 'utf8',
      env,
      timeout: 20_000,
      killSignal: 'SIGKILL',
    }).stdout.trim()
    const entry = (stored[version.replace(/\..*/, '')] ??= { parts: {} })
    entry.version = version
    for (const [part, { text, rounds = 1, peerRounds = 1 }] of Object.entries(workloads)) {
      if (!isWanted(part)) continue
      writeFileSync(file('program.cjs'), text)
      const count = { rounds: Number(values.rounds) * rounds, peerRounds: Number(values['peer-rounds']) * peerRounds }
      entry.parts[part] = {
        ratios: measure(node, file('program.cjs'), count),
        ...count,
        load: Number((loadavg()[0] ?? 0).toFixed(0)),
        cores: cpus().length,
      }
      writeFileSync(store, `${JSON.stringify(stored, null, 2)}\n`)
      console.log(version, part, entry.parts[part])
    }
    if (isWanted('memory')) entry.memory = measureMemory(node)
    writeFileSync(store, `${JSON.stringify(stored, null, 2)}\n`)
  }
  writeFileSync(path.join(results, 'guard.md'), renderCost(stored))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * Bytes of the heap after a tenth of the children and after all of them, with the guard and without.
 * @param {string} node
 */
function measureMemory(node) {
  const children = Number(values.children)
  writeFileSync(
    file('memory.cjs'),
    `const { spawn } = require('node:child_process')
const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed }
let early
function next(done) {
  if (done === ${children / 10}) early = heap()
  if (done === ${children}) return console.log(heap() - early)
  spawn('true', { stdio: 'ignore' }).on('error', (error) => { throw error }).on('close', () => setImmediate(next, done + 1))
}
next(0)`,
  )
  const grow = (/** @type {string[]} */ options) =>
    Number(
      spawnSync(node, ['--expose-gc', ...options, file('memory.cjs')], {
        ...{ cwd: scratch, env, encoding: 'utf8', timeout: 1_800_000, killSignal: 'SIGKILL' },
      }).stdout,
    )
  return { children, bare: grow([]), guard: grow(rows.guard ?? []) }
}
