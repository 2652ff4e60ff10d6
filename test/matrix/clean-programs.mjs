// Programs and test suites that leave nothing behind: the guard has nothing to say of them, and they print and exit as without it.
// Usage: node test/matrix/clean-programs.mjs [--only <part>] [--node <binary>]… [--write]      (build the package first)
// Libraries, and packages whose tarballs carry their tests, are installed from the registry at fixed versions. Each row is run
// bare and below `runtime-guard run`; of the suites those files that start processes.
import { spawn } from 'node:child_process'
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
import { libraries, programs, suites } from './clean-programs-list.mjs'

/** @typedef {{code: number, stdout: string, stderr: string, report: {verdict: string, findings: {code: string, message: string}[], stats: {spawned: number}} | undefined, left: number}} Outcome */
/** @typedef {{name: string, isGood: boolean, cells: string[]}} Row */

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const deadlineMs = 600_000
const concurrency = 6
const resultFile = fileURLToPath(new URL('clean-programs.md', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'clean-programs-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
const built = fileURLToPath(new URL('../../packages/runtime-guard/dist/', import.meta.url))
mkdirSync(dist, { recursive: true })
for (const file of readdirSync(built)) copyFileSync(path.join(built, file), path.join(dist, file))
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))

let serial = 0
/**
 * @param {string[]} command
 * @param {string} cwd
 * @param {boolean} isGuarded
 * @returns {Promise<Outcome>}
 */
async function run(command, cwd, isGuarded) {
  const mark = `${process.pid}.${++serial}`
  const folder = path.join(scratch, `run-${mark}`)
  mkdirSync(folder)
  const reportFile = path.join(folder, 'report.json')
  const guard = [process.execPath, path.join(dist, 'cli.js'), 'run', '--mode', 'report', '--']
  const [file = '', ...args] = isGuarded ? [...guard, ...command] : command
  // What is left may hold the output: it is a file, so that nothing can hold us.
  const names = ['stdout', 'stderr'].map((name) => path.join(folder, name))
  const outputs = names.map((name) => openSync(name, 'w'))
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn(file, args, {
        cwd,
        env: programEnvironment({
          [markVariable]: mark,
          ...(isGuarded && { RUNTIME_GUARD_DIR: path.join(folder, 'runs'), RUNTIME_GUARD_OUT: `json:${reportFile}` }),
        }),
        stdio: ['ignore', ...outputs],
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
      })
      child.on('error', reject)
      child.on('exit', (exitCode, signal) =>
        resolve(exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      )
    })
    const [stdout = '', stderr = ''] = names.map((name) => readFileSync(name, 'utf8'))
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
    return { code, stdout, stderr, report, left: findMarkedProcesses(mark).length }
  } finally {
    for (const output of outputs) closeSync(output)
    await endMarkedProcesses(mark)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Times, pids and ports differ from run to run. @param {string} text */
const withoutNumbers = (text) => text.replaceAll(/\d+(?:[.,:]\d+)*/g, '#').replaceAll(/[ \t]+/g, ' ')

/**
 * @param {string} name
 * @param {string[]} command
 * @param {() => string} prepare makes the directory, once for each run: a suite can write into it
 * @returns {Promise<Row>}
 */
async function makeRow(name, command, prepare) {
  const bare = await run(command, prepare(), false)
  const guarded = await run(command, prepare(), true)
  const { report } = guarded
  const findings = report?.findings ?? []
  const problems = []
  if (report === undefined) problems.push('no report')
  else if (report.verdict !== 'clean') problems.push(`verdict ${report.verdict}`)
  for (const finding of findings) problems.push(`${finding.code}: ${finding.message}`)
  if (guarded.code !== bare.code) problems.push(`exit code ${guarded.code}`)
  if (withoutNumbers(guarded.stdout) !== withoutNumbers(bare.stdout)) problems.push('another stdout')
  if (bare.left > 0) problems.push(`${bare.left} left by the bare run`)
  const hangs = guarded.stderr.split('\n').filter((line) => line.startsWith('runtime-guard:'))
  problems.push(...hangs)
  if (options.verbose)
    process.stderr.write(`--- ${name}\n${bare.stdout}${bare.stderr}\n+++\n${guarded.stdout}${guarded.stderr}\n`)
  return {
    name,
    isGood: problems.length === 0,
    cells: [String(bare.code), String(report?.stats.spawned ?? ''), String(findings.length), problems.join('; ')],
  }
}

/** @param {string} name @param {string} text @param {string} modules */
function prepareProgram(name, text, modules) {
  const folder = path.join(scratch, `program-${++serial}`)
  mkdirSync(folder)
  symlinkSync(modules, path.join(folder, 'node_modules'))
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({
      name: 'clean',
      type: 'module',
      scripts: { nested: 'npm run --silent inner', inner: 'node -e 0' },
    }),
  )
  writeFileSync(path.join(folder, 'main.mjs'), text)
  return folder
}

/**
 * The package as its author has it: its own folder, its dependencies and those of its tests beside each other.
 * @param {string} name
 * @param {string} project
 */
function prepareSuite(name, project) {
  const source = realpathSync(path.join(project, 'node_modules', name))
  const folder = path.join(scratch, `suite-${++serial}`, name)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const from = path.join(entry.parentPath, entry.name)
    const to = path.join(folder, path.relative(source, from))
    mkdirSync(entry.isDirectory() ? to : path.dirname(to), { recursive: true })
    if (entry.isFile()) copyFileSync(from, to)
  }
  const modules = path.join(folder, 'node_modules')
  mkdirSync(modules, { recursive: true })
  for (const from of [path.dirname(source), path.join(project, 'node_modules')])
    for (const entry of readdirSync(from))
      if (entry !== name && !entry.startsWith('.') && !existsSync(path.join(modules, entry)))
        symlinkSync(realpathSync(path.join(from, entry)), path.join(modules, entry))
  mkdirSync(path.join(modules, '.bin'), { recursive: true })
  const commands = path.join(project, 'node_modules', '.bin')
  // The package manager's own shims find their packages by where they lie.
  for (const command of readdirSync(commands))
    writeFileSync(path.join(modules, '.bin', command), `#!/bin/sh\nexec '${path.join(commands, command)}' "$@"\n`, {
      mode: 0o755,
    })
  return folder
}

/** @param {string} node @returns {Promise<{isGood: boolean, text: string}>} */
async function makeTable(node) {
  const { stdout } = await run([node, '-p', 'process.version'], scratch, false)
  const version = stdout.trim()
  const modules = path.join(installProject('clean-programs', libraries), 'node_modules')
  /** @type {{title: string, command: string[], prepare: () => string}[]} */
  const jobs = [
    ...Object.entries(programs).map(([title, text]) => ({
      title,
      command: [node, 'main.mjs'],
      prepare: () => prepareProgram(title, text, modules),
    })),
    ...Object.entries(suites).map(([name, { version: suiteVersion, packages, command }]) => ({
      title: `tests of ${name} ${suiteVersion}`,
      command: [node, ...command],
      prepare: () => prepareSuite(name, installProject(`suite-${name}`, { [name]: suiteVersion, ...packages })),
    })),
  ].filter(({ title }) => title.includes(options.only))
  /** @type {Row[]} */
  const rows = []
  const waiting = [...jobs.entries()]
  async function work() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [position, { title, command, prepare }] = next
      const row = await makeRow(title, command, prepare)
      rows[position] = row
      if (!row.isGood) process.stderr.write(`${version} | ${title}: ${row.cells.join(' | ')}\n`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))

  const good = rows.filter(({ isGood }) => isGood).length
  const lines = [
    `## Node ${version}: ${good} of ${rows.length} as they should be`,
    '',
    '| program | exit code | children started | findings | wrong |',
    '|---|---|---|---|---|',
    ...rows.map(({ name, cells }) => `| ${name} | ${cells.join(' | ')} |`),
  ]
  return { isGood: good === rows.length, text: lines.join('\n') }
}

try {
  const tables = []
  for (const node of options.node) tables.push(await makeTable(node))
  const text = tables.map((table) => table.text).join('\n\n')
  const intro = `# Programs that leave nothing behind

Written by \`node test/matrix/clean-programs.mjs --write\`. Each is run bare and below \`runtime-guard run\`. Wrong would be a finding, a message about a hang,
another exit code than without the guard, or another stdout (numbers apart: times, pids, ports).
`
  if (options.write) writeFileSync(resultFile, `${intro}\n${text}\n`)
  else console.log(text)
  if (tables.some(({ isGood }) => !isGood)) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
