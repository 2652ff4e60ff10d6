// Start-up under the guard against an empty preload, in one run, interleaved, with an A/A row.
// Usage: node bench/guard/startup.mjs [--runs 200] [--node <binary>] [--preload <file>]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    node: { type: 'string', default: process.execPath },
    preload: {
      type: 'string',
      default: fileURLToPath(new URL('../../packages/runtime-guard/dist/register.cjs', import.meta.url)),
    },
  },
})
const scratch = mkdtempSync(path.join(tmpdir(), 'guard-startup-'))
const empty = path.join(scratch, 'empty.cjs')
writeFileSync(empty, '')
// CPU time, user and system, from the start of the process to its first line: wall time on a shared machine is noise.
const program = path.join(scratch, 'program.cjs')
writeFileSync(program, 'const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system))')

const variants = {
  bare: [],
  'empty preload': ['--require', empty],
  'empty preload again': ['--require', empty],
  guard: ['--require', values.preload],
}
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
)
/** @type {Map<string, number[]>} */
const samples = new Map(Object.keys(variants).map((name) => [name, []]))
for (let run = 0; run < Number(values.runs); run++) {
  // Each round in another order, so that no variant always follows the same one.
  const names = Object.keys(variants)
  const shift = run % names.length
  for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
    const args = [...variants[/** @type {keyof typeof variants} */ (name)], program]
    const { stdout } = spawnSync(values.node, args, { encoding: 'utf8', env, timeout: 10_000, killSignal: 'SIGKILL' })
    samples.get(name)?.push(Number(stdout) / 1000)
  }
}
rmSync(scratch, { recursive: true })

/** @param {number[]} list */
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN
const base = samples.get('empty preload') ?? []
console.log(`node ${values.node}, ${values.runs} runs each, CPU ms at the first line of the program`)
for (const [name, list] of samples) {
  const ratios = list.map((value, index) => value / (base[index] ?? NaN))
  console.log(
    `${name.padEnd(22)} median ${median(list).toFixed(2)} ms   paired ratio to the empty preload ${median(ratios).toFixed(3)}`,
  )
}
