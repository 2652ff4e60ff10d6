// Ends of a program × kinds of child: what the guard says of each, on the Node that runs this file, or on those that are given.
// Usage: node test/matrix/ends.mjs [--node <binary>]… [--end <part>] [--kind <part>] [--write]      (build the package first)
// Each cell is run twice: below `runtime-guard run`, and with the preload alone, where `sweep` speaks for a root that was
// killed. What is really left is read from /proc by a variable of the cell, not asked of the guard, and ended by pid.
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endMarkedProcesses, findMarkedProcesses, markVariable } from '../harness/marked-processes.mjs'
import { programEnvironment } from '../harness/program-environment.mjs'

/** @typedef {{code: string, site: {file: string, line: number} | null, child: {pid: number} | null, descendants: {pid: number}[]}} Finding */
/** @typedef {{start: string, codes: string[]}} Kind codes: what fits a child of this kind that outlives its owner */
/** @typedef {'run' | 'preload'} Setup */
/** @typedef {{isGood: boolean, text: string}} Cell */

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    end: { type: 'string', default: '' },
    kind: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
const deadlineMs = 60_000
const concurrency = 8
const resultFile = fileURLToPath(new URL('ends.md', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'ends-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
const built = fileURLToPath(new URL('../../packages/runtime-guard/dist/', import.meta.url))
mkdirSync(dist, { recursive: true })
for (const file of readdirSync(built)) copyFileSync(path.join(built, file), path.join(dist, file))
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))

/** One line each, that of the call site; `started` continues with the end. */
/** @type {Record<string, Kind>} */
const kinds = {
  spawn: {
    start: `release(spawn('sleep', ['60'], { stdio: 'ignore' })); setTimeout(started, 50)`,
    codes: ['leaked-child'],
  },
  fork: {
    start: `release(fork(__dirname + '/idle.cjs')); setTimeout(started, 200)`,
    codes: ['leaked-child', 'open-ipc'],
  },
  'exec, grandchild': {
    start: `release(exec('sleep 60; true')); setTimeout(started, 100)`,
    codes: ['leaked-child', 'orphan-descendant'],
  },
  'held pipe': {
    start: `spawn('sh', ['-c', 'sleep 60 & exit 0'], { stdio: ['ignore', 'pipe', 'ignore'] }).on('exit', () => setTimeout(started, 50)).stdout.unref()`,
    codes: ['held-pipe', 'orphan-descendant'],
  },
  'unended stdin': {
    // A plain `cat` ends with its owner, whose end of the pipe the kernel closes: nothing is left.
    start: `release(spawn('sh', ['-c', 'cat; sleep 60'], { stdio: ['pipe', 'ignore', 'ignore'] })); setTimeout(started, 100)`,
    codes: ['unended-stdin', 'leaked-child', 'orphan-descendant'],
  },
  'undrained pipe': {
    start: `release(spawn('sh', ['-c', 'trap "" PIPE; head -c 9999999 /dev/zero; sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })); setTimeout(started, 150)`,
    codes: ['undrained-pipe', 'leaked-child', 'orphan-descendant'],
  },
  detached: {
    start: `release(spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })); setTimeout(started, 50)`,
    codes: ['undeclared-daemon'],
  },
  'child of a thread': {
    start: `release(spawn('sleep', ['60'], { stdio: 'ignore' })); setTimeout(started, 50)`,
    codes: ['leaked-child', 'thread-orphan'],
  },
  'sync survivor': {
    start: `try { execSync('sleep 60; true', { timeout: 1000, stdio: 'ignore' }) } catch {} setTimeout(started, 20)`,
    codes: ['kill-ineffective'],
  },
  'shell killed': {
    start: `const shell = spawn('sleep 60; true', { shell: true, stdio: 'ignore' }); setTimeout(() => shell.kill(), 100); shell.on('exit', () => setTimeout(started, 20))`,
    codes: ['kill-ineffective'],
  },
}

/** Statements of the main thread; those of `worker terminate()` stand in the program itself. */
/** @type {Record<string, string>} */
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
  'SIGPIPE, which Node ignores': `process.kill(process.pid, 'SIGPIPE')`,
  'abort()': 'process.abort()',
  execve: `process.execve('/bin/true', ['true'], process.env)`,
  'worker terminate()': '',
}

/** @param {string} kind @param {string} end */
const isStartedInThread = (kind, end) => end === 'worker terminate()' || kind === 'child of a thread'

/**
 * @param {string} directory
 * @param {string} kind
 * @param {string} end
 * @returns {number} the line of the start in start.cjs
 */
function writeProgram(directory, kind, end) {
  const prelude = `const { spawn, fork, exec, execSync } = require('node:child_process')
const { parentPort } = require('node:worker_threads')
const release = (child) => { child.unref(); child.channel?.unref(); for (const pipe of child.stdio ?? []) pipe?.unref?.(); return child }
const hold = () => setTimeout(() => {}, 10_000)
`
  const inThread = `${prelude}const started = () => parentPort.postMessage('up')\nhold()\n${kinds[kind]?.start} // here\n`
  // After the start a turn of the loop passes, as in any program.
  const inMain = `${prelude}${kinds[kind]?.start} // here\nfunction started() { setTimeout(() => { ${ends[end]} }, 20) }\n`
  const threaded = (/** @type {string} */ then) => `const { Worker } = require('node:worker_threads')
const hold = () => setTimeout(() => {}, 10_000)
const worker = new Worker(__dirname + '/start.cjs')
worker.on('message', () => { ${then} })
`
  const isThreaded = isStartedInThread(kind, end)
  writeFileSync(path.join(directory, 'idle.cjs'), `setInterval(() => {}, 1000)\n`)
  writeFileSync(path.join(directory, 'start.cjs'), isThreaded ? inThread : inMain)
  const then = end === 'worker terminate()' ? 'worker.terminate()' : `worker.unref(); ${ends[end]}`
  writeFileSync(path.join(directory, 'main.cjs'), isThreaded ? threaded(then) : `require('./start.cjs')\n`)
  const lines = readFileSync(path.join(directory, 'start.cjs'), 'utf8').split('\n')
  return lines.findIndex((line) => line.endsWith('// here')) + 1
}

/**
 * @param {string[]} command
 * @param {{cwd: string, env: Record<string, string>}} where
 * @returns {Promise<{code: number | null, stdout: string}>}
 */
function run([file = '', ...args], { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...{ cwd, env: programEnvironment(env), timeout: deadlineMs, killSignal: 'SIGKILL' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.on('error', reject)
    // What is left may hold the pipe: its end is not waited for.
    child.on('exit', (code, signal) =>
      setImmediate(() => resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stdout })),
    )
  })
}

let serial = 0
/**
 * @param {string} node
 * @param {string} kind
 * @param {string} end
 * @param {Setup | 'bare'} setup
 */
async function runCell(node, kind, end, setup) {
  const mark = `${process.pid}.${++serial}`
  const directory = path.join(scratch, mark)
  mkdirSync(directory)
  const line = writeProgram(directory, kind, end)
  const reportFile = path.join(directory, 'report.json')
  const env = {
    [markVariable]: mark,
    RUNTIME_GUARD_DIR: path.join(directory, 'runs'),
    RUNTIME_GUARD_OUT: `json:${reportFile}`,
    RUNTIME_GUARD_MODE: 'report',
    RUNTIME_GUARD_GRACE_MS: '100',
  }
  const cli = path.join(dist, 'cli.js')
  const program = [node, 'main.cjs']
  const commands = {
    bare: program,
    run: [node, cli, 'run', '--', ...program],
    preload: [node, '--require', path.join(dist, 'register.cjs'), 'main.cjs'],
  }
  try {
    const { code } = await run(commands[setup], { cwd: directory, env })
    const left = findMarkedProcesses(mark).map(({ pid }) => pid)
    /** @type {Finding[]} */
    let findings = []
    let by = ''
    if (existsSync(reportFile)) {
      ;({ findings } = JSON.parse(readFileSync(reportFile, 'utf8')))
    } else if (setup !== 'bare') {
      by = 'sweep: '
      const swept = await run([node, cli, 'sweep', '--format', 'ndjson'], { cwd: directory, env })
      const entries = swept.stdout.split('\n').filter(Boolean)
      findings = entries.map((text) => JSON.parse(text)).filter(({ type }) => type === 'finding')
    }
    // What was about to end by itself (a write to a pipe that has lost its reader) is no miss of the guard's.
    const still = new Set(findMarkedProcesses(mark).map(({ pid }) => pid))
    return { code, left: left.filter((pid) => still.has(pid)), findings, by, line }
  } finally {
    await endMarkedProcesses(mark)
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * One cell of the table: codes, or what is wrong.
 * @param {Awaited<ReturnType<typeof runCell>>} outcome
 * @param {string} kind
 * @param {string} end
 * @param {number | null} bareCode
 * @returns {Cell}
 */
function judgeCell({ code, left, findings, by, line }, kind, end, bareCode) {
  const problems = []
  const named = new Set(
    findings.flatMap(({ child, descendants }) => [child?.pid, ...descendants.map(({ pid }) => pid)]),
  )
  const missed = left.filter((pid) => !named.has(pid))
  if (left.length === 0) problems.push('nothing was left')
  if (missed.length > 0) problems.push(`${missed.length} of ${left.length} not found`)
  const about = findings.filter(({ child }) => child !== null)
  const codes = [...new Set(about.map((finding) => finding.code))]
  const fitting = [...(kinds[kind]?.codes ?? []), ...(end === 'worker terminate()' ? ['thread-orphan'] : [])]
  const strange = codes.filter((found) => !fitting.includes(found))
  if (strange.length > 0) problems.push(`code ${strange.join()}`)
  const sites = [...new Set(about.map(({ site }) => (site ? `${path.basename(site.file)}:${site.line}` : 'no site')))]
  const strangeSites = sites.filter((site) => site !== `start.cjs:${line}`)
  if (strangeSites.length > 0) problems.push(`site ${strangeSites.join()}`)
  if (code !== bareCode) problems.push(`exit code ${code}, bare ${bareCode}`)
  return {
    isGood: problems.length === 0,
    text: `${by}${codes.join(', ')}${problems.map((text) => ` **${text}**`).join()}`,
  }
}

/** @param {string} kind @param {string} end */
const bareKey = (kind, end) => `${end}${isStartedInThread(kind, end) ? ', in a thread' : ''}`

/** @param {string} node */
async function makeTable(node) {
  const { stdout } = await run([node, '-p', 'JSON.stringify([process.version, typeof process.execve])'], {
    cwd: scratch,
    env: {},
  })
  const [version, execve] = JSON.parse(stdout)
  const rowNames = Object.keys(ends).filter(
    (end) => end.includes(options.end) && (end !== 'execve' || execve === 'function'),
  )
  const kindNames = Object.keys(kinds).filter((kind) => kind.includes(options.kind))
  /** @type {Map<string, Promise<number | null>>} */
  const bareCodes = new Map()
  /** @type {Map<string, Cell>} */
  const cells = new Map()
  const setups = /** @type {const} */ (['run', 'preload'])
  const jobs = setups.flatMap((setup) => rowNames.flatMap((end) => kindNames.map((kind) => ({ setup, end, kind }))))
  async function work() {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { setup, end, kind } = job
      // Without the guard the kind makes no difference to the exit code, only the thread might.
      const key = bareKey(kind, end)
      const bareCode = bareCodes.get(key) ?? runCell(node, kind, end, 'bare').then((outcome) => outcome.code)
      bareCodes.set(key, bareCode)
      const cell = judgeCell(await runCell(node, kind, end, setup), kind, end, await bareCode)
      cells.set(`${setup} ${end} ${kind}`, cell)
      if (!cell.isGood) process.stderr.write(`${version} | ${setup} | ${end} | ${kind}: ${cell.text}\n`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))

  const good = [...cells.values()].filter(({ isGood }) => isGood).length
  const lines = [
    `## Node ${version}: ${good} of ${cells.size} as they should be`,
    '',
    `| guard | end | exit code | ${kindNames.join(' | ')} |`,
    `|${'---|'.repeat(kindNames.length + 3)}`,
  ]
  for (const setup of setups) {
    for (const end of rowNames) {
      const codes = await Promise.all(kindNames.map((kind) => bareCodes.get(bareKey(kind, end))))
      const texts = kindNames.map((kind) => cells.get(`${setup} ${end} ${kind}`)?.text ?? '')
      lines.push(`| ${setup} | ${end} | ${[...new Set(codes)].join()} | ${texts.join(' | ')} |`)
    }
  }
  return { isGood: good === cells.size, text: lines.join('\n') }
}

try {
  const tables = []
  for (const node of options.node) tables.push(await makeTable(node))
  const text = tables.map((table) => table.text).join('\n\n')
  const intro = `# Ends of a program × kinds of child

Written by \`node test/matrix/ends.mjs --write\`. Each cell names the finding codes of a child that is left; in bold stands what is wrong: a
process not found, another code, another line than that of the start, another exit code than without the guard. \`sweep\`: the root was killed, and
\`runtime-guard sweep\` spoke for it.
`
  if (options.write) writeFileSync(resultFile, `${intro}\n${text}\n`)
  else console.log(text)
  if (tables.some(({ isGood }) => !isGood)) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
