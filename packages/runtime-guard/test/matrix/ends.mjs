// Ends of a program × kinds of child: what the guard says of each, on the Node that runs this file.
//   node test/matrix/ends.mjs [--only <end>] > table.md       (build the package first)
// Each cell is run twice: below `runtime-guard run`, and with the preload alone, where `sweep` speaks for a root that was
// killed. What is really left is read from /proc by a variable of the cell, and ended by pid.
import { spawn } from 'node:child_process'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- cpSync was experimental in name only before 22.3
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const scratch = mkdtempSync(path.join(tmpdir(), 'matrix-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
cpSync(fileURLToPath(new URL('../../dist/', import.meta.url)), dist, { recursive: true })
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))
const deadlineMs = 30_000
const concurrency = 3

/** Statements that start a child; `started` continues with the end. */
const kinds = {
  spawn: `release(spawn('sleep', ['60'], { stdio: 'ignore' })); started() // here`,
  fork: `release(fork(__dirname + '/idle.cjs')); setTimeout(started, 200) // here`,
  'exec, grandchild': `release(exec('sleep 60; true')); setTimeout(started, 100) // here`,
  detached: `release(spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })); setTimeout(started, 50) // here`,
  'sync survivor': `try { execSync('sleep 60; true', { timeout: 200, stdio: 'ignore' }) } catch {} started() // here`,
  'shell killed': `const shell = spawn('sleep 60; true', { shell: true, stdio: 'ignore' }); setTimeout(() => shell.kill(), 100); shell.on('exit', started) // here`,
}

/** What is expected of each kind when it outlives its owner. */
const expectedCodes = {
  spawn: ['leaked-child'],
  fork: ['leaked-child', 'open-ipc'],
  'exec, grandchild': ['leaked-child', 'orphan-descendant', 'held-pipe'],
  detached: ['undeclared-daemon'],
  'sync survivor': ['kill-ineffective'],
  'shell killed': ['kill-ineffective'],
}

const ends = {
  natural: '',
  'process.exit(0)': 'process.exit(0)',
  'process.exit(3), deep': 'queueMicrotask(() => setImmediate(() => Promise.resolve().then(() => process.exit(3))))',
  uncaught: `throw new Error('uncaught')`,
  'unhandled rejection': `Promise.reject(new Error('rejected'))`,
  'exit listener throws': `process.on('exit', () => { throw new Error('in exit') }); process.exit(0)`,
  'exit listener exits': `process.on('exit', () => process.exit(4)); process.exit(0)`,
  reallyExit: 'process.reallyExit(5)',
  SIGTERM: `process.kill(process.pid, 'SIGTERM'); hold()`,
  SIGINT: `process.kill(process.pid, 'SIGINT'); hold()`,
  SIGHUP: `process.kill(process.pid, 'SIGHUP'); hold()`,
  SIGKILL: `process.kill(process.pid, 'SIGKILL'); hold()`,
  'SIGPIPE (Node ignores it)': `process.kill(process.pid, 'SIGPIPE')`,
  'abort()': 'process.abort()',
  execve: `process.execve('/bin/true', ['true'], process.env)`,
  'worker terminate()': undefined,
}

function writeProgram(directory, kind, end) {
  const prelude = `const { spawn, fork, exec, execSync } = require('node:child_process')
const release = (child) => { child.unref(); child.channel?.unref(); for (const s of child.stdio ?? []) s?.unref?.(); return child }
const hold = () => setTimeout(() => {}, 10_000)
`
  const isWorker = ends[end] === undefined
  const body = `${prelude}${kinds[kind]}\n`
  writeFileSync(path.join(directory, 'idle.cjs'), `setInterval(() => {}, 1000)\n`)
  if (isWorker) {
    const held = `const { parentPort } = require('node:worker_threads'); const started = () => { setTimeout(() => parentPort.postMessage('up'), 20); hold() }\n`
    writeFileSync(path.join(directory, 'start.cjs'), body.replace('\n', `\n${held}`))
    const main = `const { Worker } = require('node:worker_threads')
const worker = new Worker(__dirname + '/start.cjs')
worker.on('message', () => worker.terminate())`
    writeFileSync(path.join(directory, 'main.cjs'), main)
  } else {
    // After the start was written to the journal a turn of the loop passes, as in any program.
    const started = `function started() { setTimeout(() => { ${ends[end]} }, 20) }\n`
    writeFileSync(path.join(directory, 'start.cjs'), body + started)
    writeFileSync(path.join(directory, 'main.cjs'), `require('./start.cjs')\n`)
  }
  const lines = readFileSync(path.join(directory, 'start.cjs'), 'utf8').split('\n')
  return lines.findIndex((line) => line.endsWith('// here')) + 1
}

function run(command, { cwd, env }) {
  return new Promise((resolve) => {
    const bare = Object.entries(process.env).filter(([name]) => !/^(?:RUNTIME_GUARD_|NODE_OPTIONS$)/.test(name))
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...Object.fromEntries(bare), ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.on('error', () => resolve({ code: null, stdout }))
    child.on('exit', (code, signal) =>
      setImmediate(() => resolve({ code: code ?? 128 + constants.signals[signal], stdout })),
    )
  })
}

/** Live processes that carry the mark of a cell. */
function findMarked(mark) {
  const pids = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const isMarked = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`MATRIX_CELL=${mark}`)
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      if (isMarked && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) pids.push(Number(name))
    } catch {
      // It has gone meanwhile, or belongs to somebody else.
    }
  }
  return pids
}

let serial = 0
async function runCell(kind, end, setup) {
  const mark = `${process.pid}.${++serial}`
  const directory = path.join(scratch, mark)
  mkdirSync(directory)
  const line = writeProgram(directory, kind, end)
  const reportFile = path.join(directory, 'report.json')
  const env = {
    MATRIX_CELL: mark,
    RUNTIME_GUARD_DIR: path.join(directory, 'runs'),
    RUNTIME_GUARD_OUT: `json:${reportFile}`,
    RUNTIME_GUARD_MODE: 'report',
    RUNTIME_GUARD_GRACE_MS: '100',
  }
  const cli = path.join(dist, 'cli.js')
  const program = [process.execPath, 'main.cjs']
  const commands = {
    bare: program,
    run: [process.execPath, cli, 'run', '--', ...program],
    preload: [process.execPath, '--require', path.join(dist, 'register.cjs'), 'main.cjs'],
  }
  try {
    const { code } = await run(commands[setup], { cwd: directory, env })
    const left = findMarked(mark)
    if (setup === 'bare') return { code }
    let findings = []
    let by = ''
    if (existsSync(reportFile)) ({ findings } = JSON.parse(readFileSync(reportFile, 'utf8')))
    else {
      by = 'sweep: '
      const swept = await run([process.execPath, cli, 'sweep', '--format', 'ndjson'], { cwd: directory, env })
      findings = swept.stdout
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text))
        .filter(({ type }) => type === 'finding')
    }
    return { code, left, findings, by, line }
  } finally {
    for (const pid of findMarked(mark)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    rmSync(directory, { recursive: true, force: true })
  }
}

/** One cell of the table: codes and line, or what is wrong. */
function judgeCell({ code, left, findings, by, line }, kind, bareCode) {
  const problems = []
  const named = new Set(
    findings.flatMap(({ child, descendants }) => [child?.pid, ...descendants.map(({ pid }) => pid)]),
  )
  if (left.length === 0) problems.push('nothing was left')
  const missed = left.filter((pid) => !named.has(pid))
  if (missed.length > 0) problems.push(`${missed.length} of ${left.length} not found`)
  const about = findings.filter(({ child }) => child !== null)
  const codes = [...new Set(about.map((finding) => finding.code))]
  const strange = codes.filter((found) => ![...expectedCodes[kind], 'thread-orphan'].includes(found))
  if (strange.length > 0) problems.push(`code ${strange.join()}`)
  const sites = [...new Set(about.map(({ site }) => (site ? `${path.basename(site.file)}:${site.line}` : 'no site')))]
  if (sites.some((site) => site !== `start.cjs:${line}`)) problems.push(`site ${sites.join()}`)
  if (code !== bareCode) problems.push(`exit code ${code}, bare ${bareCode}`)
  return {
    isGood: problems.length === 0,
    text: `${by}${codes.join(', ')}${problems.map((text) => ` **${text}**`).join()}`,
  }
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined
const chosen = Object.keys(ends).filter((end) => only === undefined || end.includes(only))
const rows = new Map()
const jobs = []
for (const setup of ['run', 'preload']) {
  for (const end of chosen) {
    // eslint-disable-next-line n/no-unsupported-features/node-builtins -- asked for, not relied on
    if (end === 'execve' && typeof process.execve !== 'function') continue
    for (const kind of Object.keys(kinds)) jobs.push({ setup, end, kind })
  }
}
const bareCodes = new Map()
let good = 0
async function work() {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const { setup, end, kind } = job
    if (!bareCodes.has(end)) bareCodes.set(end, runCell('spawn', end, 'bare'))
    const { code: bareCode } = await bareCodes.get(end)
    const cell = judgeCell(await runCell(kind, end, setup), kind, bareCode)
    if (cell.isGood) good += 1
    const key = `${setup} | ${end}`
    const row = rows.get(key) ?? { setup, end, bareCode, cells: {} }
    row.cells[kind] = cell.text
    rows.set(key, row)
  }
}

try {
  await Promise.all(Array.from({ length: concurrency }, work))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
const names = Object.keys(kinds)
const cellCount = rows.size * names.length
console.log(`## Node ${process.version}: ${good} of ${cellCount} as they should be\n`)
console.log(`| guard | end | exit code | ${names.join(' | ')} |\n|${'---|'.repeat(names.length + 3)}`)
for (const setup of ['run', 'preload'])
  for (const end of chosen) {
    const row = rows.get(`${setup} | ${end}`)
    if (row)
      console.log(`| ${setup} | ${end} | ${row.bareCode} | ${names.map((kind) => row.cells[kind]).join(' | ')} |`)
  }
if (good !== cellCount) process.exitCode = 1
