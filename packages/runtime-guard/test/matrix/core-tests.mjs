// Node's own tests of child_process and cluster, bare and under the guard in report mode: the exit codes must be the same.
//   node test/matrix/core-tests.mjs --source <folder of Node's sources> [--node <binary>]... [--only <part of a name>] > core-tests.md
// Build the package first. None of Node's code is in this repository; Debian has the sources:
//   apt-get source --download-only nodejs          (a deb-src line for the release trixie)
//   tar xf nodejs_*.orig.tar.xz --wildcards '*/test/parallel/test-c*' '*/test/common/*' '*/test/fixtures/*'
// A test that differs is run three more times each way: what then fails bare as well is unstable and not counted.
import { spawn } from 'node:child_process'
import {
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- cpSync was experimental in name only before 22.3
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, constants, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    source: { type: 'string' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    only: { type: 'string', default: '' },
  },
})
if (options.source === undefined) {
  console.error('core-tests: --source must name the folder of the sources of Node.')
  process.exit(2)
}

/** Under load a test that takes two seconds takes twenty. */
const deadlineMs = 120_000
const repetitions = 3
const source = path.resolve(options.source)
const tests = path.join(source, 'test', 'parallel')
const scratch = mkdtempSync(path.join(tmpdir(), 'core-tests-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
cpSync(fileURLToPath(new URL('../../dist/', import.meta.url)), dist, { recursive: true })
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))
const preload = path.join(dist, 'register.cjs')

const names = readdirSync(tests)
  .filter((name) => /^test-(?:child-process|cluster).*\.m?js$/.test(name) && name.includes(options.only))
  .sort()

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
)

let serial = 0

/**
 * @param {string} node binary
 * @param {string} name file of the test
 * @param {boolean} isGuarded
 * @returns {Promise<{code: number | string, stderr: string}>}
 */
function runTest(node, name, isGuarded) {
  const file = path.join(tests, name)
  const flags = /^\/\/ Flags: (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim().split(/\s+/) ?? []
  const number = String(++serial)
  const directory = path.join(scratch, number)
  mkdirSync(directory)
  const env = { ...environment, NODE_TEST_DIR: directory, TEST_SERIAL_ID: number, TEST_THREAD_ID: number }
  if (isGuarded)
    Object.assign(env, {
      RUNTIME_GUARD_MODE: 'report',
      RUNTIME_GUARD_DIR: path.join(directory, 'runs'),
      RUNTIME_GUARD_OUT: `json:${path.join(directory, 'report.json')}`,
    })
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...(isGuarded ? ['--require', preload] : []), ...flags, file], {
      cwd: source,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own: what a test leaves behind ends with it.
      detached: true,
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-4000)))
    const endGroup = () => {
      try {
        process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL')
      } catch {
        // Nothing is left.
      }
    }
    const timer = setTimeout(endGroup, deadlineMs)
    child.once('error', reject)
    child.once('exit', () => {
      clearTimeout(timer)
      endGroup()
      // What a test has put into another group may hold the pipe for as long as it likes.
      setTimeout(() => child.stderr.destroy(), 1000)
    })
    child.once('close', (code, signal) => {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
      resolve({ code: code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)], stderr })
    })
  })
}

/** @param {string} node @param {string} name */
async function compare(node, name) {
  const bare = await runTest(node, name, false)
  const guarded = await runTest(node, name, true)
  if (bare.code === guarded.code) return { name, bare: bare.code, guarded: guarded.code, is: 'same', stderr: '' }
  const bareCodes = [bare.code]
  const guardedCodes = [guarded.code]
  let stderr = guarded.stderr
  for (let turn = 0; turn < repetitions; turn++) {
    bareCodes.push((await runTest(node, name, false)).code)
    const again = await runTest(node, name, true)
    guardedCodes.push(again.code)
    if (again.code !== 0) stderr = again.stderr
  }
  const isStable = new Set(bareCodes).size === 1 && new Set(guardedCodes).size === 1
  // Stable means: it always differs. What differs now and then, and never the other way round, counts as well.
  const passesBare = bareCodes.every((code) => code === 0)
  const is =
    isStable || passesBare
      ? guardedCodes.slice(1).every((code) => code === bareCodes[0])
        ? 'same'
        : 'differs'
      : 'unstable'
  return { name, bare: bareCodes.join(' '), guarded: guardedCodes.join(' '), is, stderr }
}

/** @param {string} node */
async function version(node) {
  let text = ''
  const child = spawn(node, ['--version'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const chunk of child.stdout) text += chunk
  return text.trim()
}

const lines = [
  '# Node’s own tests, bare and guarded',
  '',
  'Written by `test/matrix/core-tests.mjs`. The same exit code is asked for of each of the files `test-child-process-*` and `test-cluster-*` of Node’s sources, bare and with the preload in mode `report`.',
  '',
]
let differing = 0
try {
  for (const node of options.node) {
    const queue = [...names]
    const results = []
    const work = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const result = await compare(node, name)
        results.push(result)
        if (result.is !== 'same')
          console.error(`${name}: bare ${result.bare}, guarded ${result.guarded}\n${result.stderr}`)
      }
    }
    await Promise.all(Array.from({ length: Math.min(3, availableParallelism()) }, work))
    results.sort((a, b) => (a.name < b.name ? -1 : 1))
    const of = (/** @type {string} */ is) => results.filter((result) => result.is === is)
    differing += of('differs').length
    const passing = results.filter(({ bare }) => bare === 0).length
    lines.push(
      `## Node ${await version(node)}`,
      '',
      `${results.length} files, ${passing} pass bare; ${of('differs').length} differ, ${of('unstable').length} unstable bare.`,
      '',
    )
    const shown = [...of('differs'), ...of('unstable')]
    if (shown.length > 0)
      lines.push(
        '| test | bare | guarded | |',
        '| --- | --- | --- | --- |',
        ...shown.map(({ name, bare, guarded, is }) => `| ${name} | ${bare} | ${guarded} | ${is} |`),
        '',
      )
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
console.log(lines.join('\n'))
process.exitCode = differing > 0 ? 1 : 0
