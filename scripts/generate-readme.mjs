// Writes the example of README.md: ten lines of code from test/fixtures/readme, and what both halves say about them when they
// are really linted and run. `--check` changes nothing and fails where README.md is out of date.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import prettier from 'prettier'
import childProcess from '../packages/eslint-plugin/dist/index.js'
import { runProgram } from '../test/harness/run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = path.join(root, 'README.md')
const fixture = path.join(root, 'test', 'fixtures', 'readme')
const guard = path.join(root, 'packages', 'runtime-guard', 'dist', 'cli.js')
const begin = '<!-- begin example -->'
const end = '<!-- end example -->'

/** The name that the program has in the README. */
const program = 'server.test.mjs'

/**
 * Replaces what differs from run to run: process ids by small ones in the order in which they appear, ages and times by round ones.
 * @param {unknown} value part of a report
 * @param {Map<number, number>} pids
 * @param {string} [key]
 * @returns {unknown}
 */
function withoutChance(value, pids, key = '') {
  if (typeof value === 'number' && /^(?:pid|ownerPid)$/.test(key) && value > 1) {
    const small = pids.get(value) ?? 4001 + pids.size
    pids.set(value, small)
    return small
  }
  if (key === 'ageMs') return 400
  // An orphan goes to PID 1, or to a subreaper where the machine has one.
  if (key === 'ppid') return 1
  if (key === 'startedAt') return '2026-01-01T12:00:00.000Z'
  if (key === 'endedAt') return '2026-01-01T12:00:00.500Z'
  if (Array.isArray(value)) return value.map((element) => withoutChance(element, pids))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutChance(member, pids, name)]))
  return value
}

/**
 * What `npx eslint` says.
 * @param {string} folder
 */
async function lint(folder) {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [childProcess.configs.recommended],
  })
  const results = await eslint.lintFiles([program])
  const stylish = await eslint.loadFormatter('stylish')
  return (await stylish.format(results, {})).replaceAll(`${folder}${path.sep}`, '').trim()
}

/**
 * What the guard says. The report is taken from a real run and rendered by the guard once chance is out of it: line breaks
 * depend on the length of what is printed.
 * @param {string} folder
 */
async function runUnderGuard(folder) {
  const reportFile = path.join(folder, 'report.json')
  const { exitCode, stderr } = await runProgram({
    command: [process.execPath, guard, 'run', '--', 'node', '--test', program],
    cwd: folder,
    environment: { TMPDIR: folder, RUNTIME_GUARD_OUT: `json:${reportFile}` },
    deadlineMs: 60_000,
  })
  if (exitCode !== 70) throw new Error(`The guard found nothing in the example (exit code ${exitCode}).\n${stderr}`)
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  writeFileSync(reportFile, JSON.stringify(withoutChance(report, new Map())))
  const rendered = spawnSync(process.execPath, [guard, 'report', reportFile], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  if (rendered.status !== 1) throw new Error(`runtime-guard report failed:\n${rendered.stdout}${rendered.stderr}`)
  return rendered.stdout.replaceAll(`${folder}${path.sep}`, '').trim()
}

async function renderExample() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'readme-')))
  try {
    const code = readFileSync(path.join(fixture, 'bad.test.mjs'), 'utf8').replace(/ \/\/ expect.*$/gm, '')
    writeFileSync(path.join(folder, program), code)
    copyFileSync(path.join(fixture, 'server.mjs'), path.join(folder, 'server.mjs'))
    const linted = await lint(folder)
    const found = await runUnderGuard(folder)
    return [
      'This suite passes, and every run of it leaves a server behind:',
      `\`\`\`js\n${code.trim()}\n\`\`\``,
      'The linter, before it runs:',
      `\`\`\`console\n$ npx eslint ${program}\n${linted}\n\`\`\``,
      'The guard, after it ran:',
      `\`\`\`console\n$ npx runtime-guard run -- node --test ${program}\n${found}\n\`\`\``,
    ].join('\n\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const current = readFileSync(readme, 'utf8')
const [before, rest] = current.split(begin)
const after = rest?.split(end)[1]
if (before === undefined || after === undefined) throw new Error(`README.md lacks the markers ${begin} … ${end}.`)
const text = await prettier.format(`${before}${begin}\n\n${await renderExample()}\n\n${end}${after}`, {
  ...(await prettier.resolveConfig(readme)),
  filepath: readme,
})
if (!process.argv.includes('--check')) writeFileSync(readme, text)
else if (current !== text) {
  const there = current.split('\n')
  const wanted = text.split('\n')
  const line = wanted.findIndex((content, index) => content !== there[index])
  console.error(`README.md is out of date from line ${line + 1}: run \`pnpm run update\`.`)
  console.error(`  is:      ${there[line] ?? ''}\n  must be: ${wanted[line] ?? ''}`)
  process.exitCode = 1
}
