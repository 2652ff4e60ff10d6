// A start under the guard against a bare one: pairs of processes that start the same children one after the other, with an A/A row.
// Usage: node bench/guard/spawn.mjs [--pairs 12] [--spawns 150] [--node <binary>] [--preload <file>]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '12' },
    spawns: { type: 'string', default: '150' },
    node: { type: 'string', default: process.execPath },
    preload: {
      type: 'string',
      default: fileURLToPath(new URL('../../packages/runtime-guard/dist/register.cjs', import.meta.url)),
    },
  },
})
const scratch = mkdtempSync(path.join(tmpdir(), 'guard-spawn-'))
const empty = path.join(scratch, 'empty.cjs')
writeFileSync(empty, '')
const program = path.join(scratch, 'program.cjs')
writeFileSync(
  program,
  `const { spawn } = require('node:child_process')
const calls = [], cycles = []
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]
function next(left) {
  if (left === 0) return process.stdout.write(JSON.stringify({ call: median(calls), cycle: median(cycles) }))
  const start = process.hrtime.bigint()
  const child = spawn('true', { stdio: 'ignore' })
  const called = process.hrtime.bigint()
  child.on('error', (error) => { throw error })
  child.on('close', () => {
    calls.push(Number(called - start) / 1000)
    cycles.push(Number(process.hrtime.bigint() - start) / 1000)
    next(left - 1)
  })
}
next(${Number(values.spawns)})`,
)
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
)
/** @param {string} preload @returns {{call: number, cycle: number}} */
const measure = (preload) =>
  JSON.parse(
    spawnSync(values.node, ['--require', preload, program], {
      encoding: 'utf8',
      env: { ...env, RUNTIME_GUARD_DIR: path.join(scratch, 'runs') },
      timeout: 60_000,
      killSignal: 'SIGKILL',
    }).stdout,
  )

const rows = { 'empty preload': empty, 'empty preload again': empty, guard: values.preload }
/** @type {Map<string, {call: number, cycle: number}[]>} */
const samples = new Map(Object.keys(rows).map((name) => [name, []]))
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const names = Object.keys(rows)
  const shift = pair % names.length
  for (const name of [...names.slice(shift), ...names.slice(0, shift)])
    samples.get(name)?.push(measure(rows[/** @type {keyof typeof rows} */ (name)]))
}
rmSync(scratch, { recursive: true })

/** @param {number[]} list */
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN
const base = samples.get('empty preload') ?? []
console.log(`node ${values.node}, ${values.pairs} pairs of ${values.spawns} serial starts of true(1), medians`)
for (const [name, list] of samples) {
  const call = median(list.map((sample, index) => sample.call / (base[index]?.call ?? NaN)))
  const cycle = median(list.map((sample, index) => sample.cycle / (base[index]?.cycle ?? NaN)))
  console.log(
    `${name.padEnd(22)} spawn() ${median(list.map((sample) => sample.call)).toFixed(0)} µs (×${call.toFixed(3)})   spawn to close ${median(list.map((sample) => sample.cycle)).toFixed(0)} µs (×${cycle.toFixed(3)})`,
  )
}
