// What the verdict of a clean run costs at the exit of the program: from the last `exit` listener to the end of JavaScript.
// Usage: node bench/guard/verdict.mjs [--runs 40] [--node <binary>] [--preload <file>]
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    node: { type: 'string', default: process.execPath },
    preload: {
      type: 'string',
      default: fileURLToPath(new URL('../../packages/runtime-guard/dist/register.cjs', import.meta.url)),
    },
  },
})
const runs = Number(values.runs)
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
)
const scratch = mkdtempSync(path.join(tmpdir(), 'guard-verdict-'))
env.RUNTIME_GUARD_DIR = path.join(scratch, 'runs')

// `process.exit` calls `process.reallyExit` after `exit` was emitted, and thus after the verdict.
const measure = `
  const { writeSync } = require('node:fs')
  const { reallyExit } = process
  let from
  process.reallyExit = (code) => {
    writeSync(1, String(Number(process.hrtime.bigint() - from) / 1e6))
    reallyExit.call(process, code)
  }
  process.on('exit', () => { from = process.hrtime.bigint() })
`
const nothing = path.join(scratch, 'nothing.cjs')
writeFileSync(nothing, `${measure}\nprocess.exit()\n`)
const oneChild = path.join(scratch, 'one-child.cjs')
writeFileSync(
  oneChild,
  `${measure}\nrequire('node:child_process').spawn('true').on('error', () => {}).on('close', () => process.exit())\n`,
)

/** @param {number[]} list */
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN

/**
 * Median, in milliseconds.
 * @param {string} program
 * @param {string[]} preload
 */
function timeVerdict(program, preload) {
  const samples = []
  for (let run = 0; run < runs; run++) {
    const { stdout, stderr } = spawnSync(values.node, [...preload, program], {
      ...{ encoding: 'utf8', env, cwd: scratch, timeout: 20_000, killSignal: 'SIGKILL' },
    })
    const ms = Number.parseFloat(stdout)
    if (Number.isNaN(ms) || stderr !== '') throw new Error(`no clean run: ${stdout}${stderr}`)
    samples.push(ms)
  }
  return median(samples)
}

const countProcesses = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length
const guard = ['--require', values.preload]
/** @type {import('node:child_process').ChildProcess[]} */
const idle = []
try {
  console.log(`node ${values.node}, ${runs} runs each, median ms of the verdict`)
  console.log(`no guard                        ${timeVerdict(nothing, []).toFixed(2)} ms`)
  console.log(`nothing started                 ${timeVerdict(nothing, guard).toFixed(2)} ms`)
  const few = { processes: countProcesses(), ms: timeVerdict(oneChild, guard) }
  console.log(`one child, ${few.processes} processes`.padEnd(32) + `${few.ms.toFixed(2)} ms`)
  for (let count = 0; count < 200; count++) idle.push(spawn('sleep', ['600'], { stdio: 'ignore', env }))
  await Promise.all(idle.map((child) => once(child, 'spawn')))
  const many = { processes: countProcesses(), ms: timeVerdict(oneChild, guard) }
  console.log(`one child, ${many.processes} processes`.padEnd(32) + `${many.ms.toFixed(2)} ms`)
  const slope = ((many.ms - few.ms) * 100) / (many.processes - few.processes)
  console.log(`per 100 processes more          ${slope.toFixed(2)} ms`)
} finally {
  for (const child of idle) child.kill('SIGKILL')
  rmSync(scratch, { recursive: true })
}
