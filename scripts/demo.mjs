// The demo: a leaking project linted and run, its mended twin, well-known packages linted, well-known commands run.
// Exits with 0 iff every expected finding appears and what is mended or correct is clean. Needs Node, npm and Linux.
/* eslint n/no-unsupported-features/node-builtins: [error, { ignores: [fs.cpSync, util.styleText] }] -- both work on Node 20.19, where they are called experimental */
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters, styleText } from 'node:util'
import { installConsumer, installProject, packPackages } from '../test/harness/installed-packages.mjs'
import { runProgram } from '../test/harness/run-program.mjs'

/** @typedef {import('eslint').ESLint} ESLint */
/** @typedef {import('eslint').ESLint.LintResult} LintResult */
/** @typedef {{code: string, severity: string, site: {file: string, line: number} | null}} Finding */
/** @typedef {{verdict: string, findings: Finding[]}} Report */

const demoSources = fileURLToPath(new URL('../test/demo', import.meta.url))
/**
 * @type {{
 *   project: {file: string, line: number, why: string}[],
 *   packages: Record<string, string>,
 *   findings: {package: string, file: string, line: number, rule: string, why: string}[],
 * }}
 */
const expected = JSON.parse(readFileSync(path.join(demoSources, 'expected.json'), 'utf8'))

/** Commands of well-known packages that the last part runs, beside those that are linted. */
const commandPackages = { concurrently: '9.2.1', nodemon: '3.1.14' }

const wantsColour =
  process.env['NO_COLOR'] === undefined && (process.stdout.isTTY || process.env['FORCE_COLOR'] !== undefined)
/** @type {typeof styleText} */
const style = (format, text) => (wantsColour ? styleText(format, text) : text)

/** @type {{ok: boolean, what: string}[]} */
const checks = []

/** @param {string} title */
const section = (title) => console.log(`\n${style(['bold', 'cyan'], `━━ ${title}`)}\n`)

/** @param {string} command */
const typed = (command) => console.log(style('dim', `$ ${command}`))

/**
 * @param {boolean} ok
 * @param {string} what
 */
function check(ok, what) {
  checks.push({ ok, what })
  console.log(`${ok ? style('green', '✓') : style('red', '✗')} ${what}`)
}

/**
 * Prints a tool's output, indented, with paths relative to `base`.
 * @param {string} text
 * @param {string} base
 */
function show(text, base) {
  const lines = stripVTControlCharacters(text).replaceAll(`${base}${path.sep}`, '').trimEnd().split('\n')
  console.log(lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n'))
}

if (process.platform !== 'linux') {
  console.error('The demo reads /proc to prove what is left behind: it needs Linux.')
  process.exit(2)
}

section('Setting up: both packages are built, packed and installed from their tarballs')
const { 'eslint-plugin-child-process': plugin, 'runtime-guard': guard } = packPackages()
const tarballs = { 'eslint-plugin-child-process': plugin, 'runtime-guard': guard }
const consumer = installConsumer('demo', { tarballs, tools: ['eslint', 'vitest'] })
const packagesFolder = installProject('demo-packages', { ...expected.packages, ...commandPackages })
/** Copies of the projects, private to this run. */
const folder = path.join(consumer, 'runs', String(process.pid))
rmSync(folder, { recursive: true, force: true })
mkdirSync(path.join(folder, 'tmp'), { recursive: true })
for (const name of ['leaking', 'mended', 'commands'])
  cpSync(path.join(demoSources, name), path.join(folder, name), { recursive: true })
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
console.log(`Installed in ${path.relative(process.cwd(), consumer)}.`)

/**
 * An ESLint of the demo's folder with the installed plugin's `recommended`.
 * @param {string} cwd
 * @returns {ESLint}
 */
function createLinter(cwd) {
  const configFile = path.join(folder, 'eslint.config.mjs')
  writeFileSync(
    configFile,
    `import childProcess from 'eslint-plugin-child-process'
import { defineConfig } from 'eslint/config'

export default defineConfig([
  // The sources of installed packages are what the demo is about; their own comments for ESLint are not.
  { ignores: ['!**/node_modules/'] },
  { linterOptions: { noInlineConfig: true } },
  { files: ['**/*.{js,mjs,cjs}'], plugins: { 'child-process': childProcess }, extends: ['child-process/recommended'] },
])
`,
  )
  const eslint = createRequire(path.join(consumer, 'package.json'))('eslint')
  return new eslint.ESLint({ cwd, overrideConfigFile: configFile, warnIgnored: false })
}

/**
 * Messages of our rules, without ESLint's own about comments.
 * @param {LintResult[]} results
 */
function reportedLines(results) {
  return results.flatMap(({ filePath, messages }) =>
    messages.flatMap(({ ruleId, line }) => (ruleId === null ? [] : [{ file: filePath, line, rule: ruleId }])),
  )
}

/**
 * Distinct `file:line` texts in order.
 * @param {{file: string, line: number}[]} places
 * @param {string} base
 */
function distinctPlaces(places, base) {
  return [...new Set(places.map(({ file, line }) => `${path.relative(base, file)}:${line}`))].sort()
}

/**
 * Runs a command under the guard.
 * @param {string} name
 * @param {string[]} command
 * @param {string} cwd
 * @param {Partial<import('../test/harness/run-program.mjs').Program>} [rest]
 */
async function runUnderGuard(name, command, cwd, rest = {}) {
  const reportFile = path.join(folder, `${name}.json`)
  rmSync(reportFile, { force: true })
  typed(`runtime-guard run -- ${command.join(' ')}`)
  const bin = [path.join(consumer, 'node_modules', '.bin'), path.join(packagesFolder, 'node_modules', '.bin')]
  const outcome = await runProgram({
    command: [path.join(consumer, 'node_modules', '.bin', 'runtime-guard'), 'run', '--', ...command],
    cwd,
    environment: {
      PATH: [...bin, process.env['PATH'] ?? ''].join(path.delimiter),
      TMPDIR: path.join(folder, 'tmp'),
      NO_COLOR: '1',
      npm_config_loglevel: 'error',
      npm_config_update_notifier: 'false',
      RUNTIME_GUARD_OUT: `text,json:${reportFile}`,
    },
    deadlineMs: 90_000,
    ...rest,
  })
  show(`${String(outcome.stdout)}${outcome.stderr}`.replaceAll(`${packagesFolder}${path.sep}`, ''), folder)
  console.log()
  /** @type {Report} */
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  return { outcome, report }
}

/** @param {Report} report */
const foundPlaces = (report) =>
  report.findings.flatMap(({ site }) => (site === null ? [] : [{ file: site.file, line: site.line }]))

/** @param {'leaking' | 'mended'} name */
async function lintAndRun(name) {
  const project = path.join(folder, name)
  typed('eslint .')
  const linter = createLinter(project)
  const results = await linter.lintFiles(['.'])
  const stylish = await linter.loadFormatter('stylish')
  show((await stylish.format(results, {})) || 'no problems', project)
  console.log()
  const { outcome, report } = await runUnderGuard(name, ['npm', 'test'], project)
  return {
    outcome,
    report,
    linted: distinctPlaces(reportedLines(results), project),
    found: distinctPlaces(foundPlaces(report), project),
  }
}

async function showLeakingProject() {
  section('1. A project whose suite passes, linted and run')
  const { outcome, report, linted, found } = await lintAndRun('leaking')
  const places = expected.project.map(({ file, line }) => `${file}:${line}`).sort()
  console.log('Both halves name the same lines:\n')
  for (const { file, line, why } of expected.project) console.log(`    ${style('bold', `${file}:${line}`)}  ${why}`)
  console.log()
  check(linted.join() === places.join(), `the linter names these ${places.length} lines and no other`)
  check(found.join() === places.join(), `the guard names these ${places.length} lines and no other`)
  check(outcome.left.length > 0, `really left behind when the suite was over: ${outcome.left.length} processes`)
  check(
    outcome.exitCode === 70 && report.verdict === 'leaks',
    'the suite passes, and the run fails for what it left (exit code 70)',
  )
}

async function showMendedProject() {
  section('2. Its mended twin, linted and run')
  const { outcome, report, linted } = await lintAndRun('mended')
  check(linted.length === 0, 'the linter has nothing to say')
  check(report.findings.length === 0 && report.verdict === 'clean', 'the guard finds nothing')
  check(outcome.left.length === 0, 'nothing is left behind')
  check(outcome.exitCode === 0, 'the run passes (exit code 0)')
}

async function lintPackages() {
  section('3. Well-known packages, as they are on npm')
  const linter = createLinter(packagesFolder)
  for (const [name, version] of Object.entries(expected.packages)) {
    // The real path: only there are the dependencies of the package where the plugin looks for their versions.
    const root = realpathSync(path.join(packagesFolder, 'node_modules', name))
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?js$/.test(file) && !/(?:^|\/)(?:node_modules|tests?|examples?)\//.test(file))
      .map((file) => path.join(root, file))
    const reported = reportedLines(await linter.lintFiles(files))
    console.log(style('bold', `${name}@${version}`), style('dim', `${files.length} files, ${reported.length} reports`))
    for (const { file, line, rule, why } of expected.findings.filter((finding) => finding.package === name)) {
      const isThere = reported.some(
        (report) => report.rule === rule && report.line === line && path.relative(root, report.file) === file,
      )
      check(isThere, `${file}:${line} ${rule}`)
      console.log(`    ${why}`)
    }
  }
}

async function runCommands() {
  section('4. Well-known commands, under the guard')
  const cwd = path.join(folder, 'commands')
  console.log('concurrently ends the server when the checks are over, and leaves nothing:\n')
  const concurrently = await runUnderGuard(
    'concurrently',
    ['concurrently', '--kill-others', '--success', 'first', 'node server.js', 'node check.js'],
    cwd,
  )
  check(concurrently.outcome.exitCode === 0 && concurrently.report.verdict === 'clean', 'concurrently: clean')

  console.log('\nnodemon is ended by SIGTERM, as by a CI job that is cancelled; its shell ends, the server does not:\n')
  const nodemon = await runUnderGuard('nodemon', ['nodemon', '--exec', 'npm run dev'], cwd, {
    readyLine: 'listening on port',
    atDeadline: 'SIGTERM',
  })
  const isNamed = foundPlaces(nodemon.report).some(({ file }) => file.endsWith('nodemon/lib/monitor/run.js'))
  check(
    isNamed && nodemon.outcome.left.some((command) => command.includes('server.js')),
    'nodemon: the server is still there, and the guard names the line in nodemon that started it',
  )
}

await showLeakingProject()
await showMendedProject()
await lintPackages()
await runCommands()

section('Summary')
const failed = checks.filter(({ ok }) => !ok)
console.log(
  failed.length === 0
    ? `Every expected finding appeared, and what is mended is clean: ${checks.length} checks.`
    : `${failed.length} of ${checks.length} checks failed:\n${failed.map(({ what }) => `  ✗ ${what}`).join('\n')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
