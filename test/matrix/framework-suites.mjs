// What the matrix of test frameworks runs: each framework with its pools, and suites that leak in every way, or not at all.

/** @typedef {'vitest' | 'jest' | 'mocha' | 'node:test' | 'playwright' | 'ava'} Format */

/**
 * @typedef {object} Pool
 * @property {Format} format how a test file is written
 * @property {Record<string, string>} packages exact versions, installed from the registry
 * @property {20 | 22 | 24 | 26} node the oldest line that the framework runs on, or the one that has the option
 * @property {string} [package] whose command it is; absent: Node's own
 * @property {string[]} args
 * @property {boolean} endsByForce the framework ends its processes although a child holds them
 * @property {Record<string, string>} [files] configuration
 */

const vitestArgs = (/** @type {string} */ pool) => [
  'run',
  `--pool=${pool}`,
  '--reporter=default',
  '--testTimeout=60000',
]
const vitest4 = { format: /** @type {const} */ ('vitest'), packages: { vitest: '4.1.12' }, package: 'vitest' }
const vitest5 = { ...vitest4, packages: { vitest: '5.1.2' } }
const jest = {
  format: /** @type {const} */ ('jest'),
  packages: { jest: '30.5.2' },
  package: 'jest',
  node: /** @type {const} */ (20),
}
const mocha = { format: /** @type {const} */ ('mocha'), package: 'mocha', node: /** @type {const} */ (20) }
const mocha11 = { ...mocha, packages: { mocha: '11.8.0' } }
const mocha12 = { ...mocha, packages: { mocha: '12.0.3' } }
const mochaFiles = ['--timeout=60000', '*.test.js']
const nodeTest = { format: /** @type {const} */ ('node:test'), packages: {} }
const ava = {
  format: /** @type {const} */ ('ava'),
  packages: { ava: '6.4.1' },
  package: 'ava',
  node: /** @type {const} */ (20),
  endsByForce: false,
}

/** @type {Record<string, Pool>} */
export const pools = {
  'vitest 4 forks': { ...vitest4, node: 20, args: vitestArgs('forks'), endsByForce: true },
  'vitest 4 threads': { ...vitest4, node: 20, args: vitestArgs('threads'), endsByForce: true },
  'vitest 4 vmForks': { ...vitest4, node: 20, args: vitestArgs('vmForks'), endsByForce: true },
  'vitest 4 vmThreads': { ...vitest4, node: 20, args: vitestArgs('vmThreads'), endsByForce: true },
  'vitest 4 forks, shared': {
    ...vitest4,
    node: 20,
    args: [...vitestArgs('forks'), '--no-isolate', '--maxWorkers=1'],
    endsByForce: true,
  },
  'vitest 5 forks': { ...vitest5, node: 22, args: vitestArgs('forks'), endsByForce: true },
  'vitest 5 threads': { ...vitest5, node: 22, args: vitestArgs('threads'), endsByForce: true },
  'vitest 5 vmForks': { ...vitest5, node: 22, args: vitestArgs('vmForks'), endsByForce: true },
  'vitest 5 vmThreads': { ...vitest5, node: 22, args: vitestArgs('vmThreads'), endsByForce: true },
  'jest 30 in-band': { ...jest, args: ['--runInBand', '--testTimeout=60000'], endsByForce: false },
  'jest 30 in-band, forceExit': {
    ...jest,
    args: ['--runInBand', '--testTimeout=60000', '--forceExit'],
    endsByForce: true,
  },
  'jest 30 workers': { ...jest, args: ['--maxWorkers=2', '--testTimeout=60000'], endsByForce: true },
  'jest 30 workerThreads': {
    ...jest,
    args: ['--maxWorkers=2', '--testTimeout=60000', '--workerThreads'],
    endsByForce: true,
  },
  'mocha 11': { ...mocha11, args: mochaFiles, endsByForce: false },
  'mocha 11 --exit': { ...mocha11, args: ['--exit', ...mochaFiles], endsByForce: true },
  'mocha 11 --parallel': { ...mocha11, args: ['--parallel', '--jobs=2', ...mochaFiles], endsByForce: true },
  'mocha 12': { ...mocha12, args: mochaFiles, endsByForce: false },
  'mocha 12 --exit': { ...mocha12, args: ['--exit', ...mochaFiles], endsByForce: true },
  'mocha 12 --parallel': { ...mocha12, args: ['--parallel', '--jobs=2', ...mochaFiles], endsByForce: true },
  'node:test 20': { ...nodeTest, node: 20, args: ['--test'], endsByForce: false },
  'node:test 20 --test-force-exit': { ...nodeTest, node: 20, args: ['--test', '--test-force-exit'], endsByForce: true },
  'node:test 22, isolation none': {
    ...nodeTest,
    node: 22,
    args: ['--test', '--experimental-test-isolation=none'],
    endsByForce: false,
  },
  'node:test 24': { ...nodeTest, node: 24, args: ['--test'], endsByForce: false },
  'node:test 24, isolation none': {
    ...nodeTest,
    node: 24,
    args: ['--test', '--test-isolation=none'],
    endsByForce: false,
  },
  'node:test 26 --test-force-exit': { ...nodeTest, node: 26, args: ['--test', '--test-force-exit'], endsByForce: true },
  'playwright 1.65': {
    format: 'playwright',
    packages: { '@playwright/test': '1.65.1' },
    package: '@playwright/test',
    node: 20,
    args: ['test', '--workers=2', '--reporter=line'],
    endsByForce: true,
    files: { 'playwright.config.js': `module.exports = { testDir: '.', testMatch: '*.test.js', timeout: 60_000 }\n` },
  },
  'ava 6 threads': { ...ava, args: ['--timeout=60s'] },
  'ava 6 processes': { ...ava, args: ['--timeout=60s', '--no-worker-threads'] },
}

/**
 * @typedef {object} Leak
 * @property {string} body statements of an asynchronous test; the line with the start ends with `// here`
 * @property {RegExp} command matches the command lines of what it leaves
 * @property {string[]} codes what fits a child of this kind that outlives its owner
 */

/**
 * Every leak is told from the others by the seconds that it sleeps. `hold` leaves a child as it is where the framework
 * ends by force, and takes it from the loop where it would wait for it.
 * @type {Record<string, Leak>}
 */
export const leaks = {
  spawn: {
    body: `hold(spawn('sleep', ['3601'], { stdio: 'ignore' })) // here`,
    command: /^sleep 3601$/,
    codes: ['leaked-child', 'thread-orphan'],
  },
  fork: {
    // With the stdio of the worker it would hang jest and vitest 5: see hangs.mjs.
    body: `const child = fork(path.resolve('idle.cjs'), ['3602'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }) // here
  await new Promise((resolve) => child.once('message', resolve))
  hold(child)`,
    command: /idle\.cjs 3602$/,
    codes: ['leaked-child', 'open-ipc', 'thread-orphan'],
  },
  'exec with grandchild': {
    body: `hold(exec('sleep 3603; true')) // here
  await sleep(100)`,
    command: /sleep 3603/,
    codes: ['leaked-child', 'orphan-descendant', 'thread-orphan'],
  },
  'held pipe': {
    body: `const shell = hold(spawn('sh', ['-c', 'sleep 3604 & exit 0'], { stdio: ['ignore', 'pipe', 'ignore'] })) // here
  await sleep(100)`,
    command: /sleep 3604/,
    codes: ['held-pipe', 'orphan-descendant'],
  },
  'unended stdin': {
    // A plain `cat` ends with its owner, whose end of the pipe the kernel closes: nothing is left.
    body: `hold(spawn('sh', ['-c', 'cat; sleep 3605'], { stdio: ['pipe', 'ignore', 'ignore'] })) // here
  await sleep(100)`,
    command: /sleep 3605/,
    codes: ['unended-stdin', 'leaked-child', 'orphan-descendant', 'thread-orphan'],
  },
  detached: {
    body: `hold(spawn('sleep', ['3606'], { detached: true, stdio: 'ignore' })) // here
  await sleep(100)`,
    command: /^sleep 3606$/,
    codes: ['leaked-child', 'undeclared-daemon', 'thread-orphan'],
  },
  'worker thread': {
    body: `const worker = new Worker(path.resolve('thread.cjs'))
  await new Promise((resolve) => worker.once('message', resolve))
  await worker.terminate()`,
    command: /^sleep 3607$/,
    codes: ['thread-orphan'],
  },
  'sync survivor': {
    body: `try {
    execSync('sleep 3608; true', { timeout: 1000, stdio: 'ignore' }) // here
  } catch {}`,
    command: /^sleep 3608$/,
    codes: ['kill-ineffective', 'orphan-descendant'],
  },
  'killed shell': {
    body: `const shell = spawn('sleep 3609; true', { shell: true, stdio: 'ignore' }) // here
  await sleep(100)
  shell.kill()
  await new Promise((resolve) => shell.once('exit', resolve))`,
    command: /^sleep 3609$/,
    codes: ['kill-ineffective', 'orphan-descendant'],
  },
}

/** Tests of a suite that ends whatever it starts, in every way that is right. */
const cleanTests = {
  'waits for the exit': `const child = spawn('sh', ['-c', 'exit 0'], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))`,
  'reads the output': `await promisify(exec)('echo yes; true')`,
  'talks to a fork': `const child = fork(path.resolve('answer.cjs'))
  await new Promise((resolve) => child.once('message', resolve))
  child.disconnect()
  await new Promise((resolve) => child.once('exit', resolve))`,
  'kills a group': `const child = spawn('sleep 3610 & sleep 3610', { shell: true, detached: true, stdio: 'ignore' })
  await sleep(50)
  process.kill(-child.pid, 'SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))`,
  'calls synchronously': `spawnSync('true')
  execSync('true')`,
  'ends the input': `spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] }).stdin.end('text')`,
  'kills and does not wait': `const child = spawn('sleep', ['3610'], { stdio: 'ignore' })
  child.kill()`,
  'waits in a thread': `const worker = new Worker(path.resolve('waiting.cjs'))
  await new Promise((resolve) => worker.once('exit', resolve))`,
}

const supportFiles = {
  'idle.cjs': `process.send('up')\nsetInterval(() => {}, 1000)\n`,
  'answer.cjs': `process.send('ready')\nprocess.on('disconnect', () => {})\n`,
  'thread.cjs': `const { spawn } = require('node:child_process')
spawn('sleep', ['3607'], { stdio: 'ignore' }) // here
require('node:worker_threads').parentPort.postMessage('started')
setInterval(() => {}, 1000)
`,
  'waiting.cjs': `require('node:child_process').spawn('true').on('exit', () => {})\n`,
}

const importsOf = (/** @type {boolean} */ isModule) =>
  [
    ['{ exec, execSync, fork, spawn, spawnSync }', 'node:child_process'],
    ['path', 'node:path'],
    ['{ promisify }', 'node:util'],
    ['{ Worker }', 'node:worker_threads'],
  ]
    .map(([names, from]) => (isModule ? `import ${names} from '${from}'` : `const ${names} = require('${from}')`))
    .join('\n')

/** What opens a test file, and what a test and a hook around all tests are called. */
/** @type {Record<Format, {extension: string, header: string, test: string, before: string, after: string}>} */
const formats = {
  vitest: {
    extension: 'mjs',
    header: `import { afterAll, beforeAll, expect, test } from 'vitest'`,
    test: 'test',
    before: 'beforeAll',
    after: 'afterAll',
  },
  jest: { extension: 'js', header: '', test: 'test', before: 'beforeAll', after: 'afterAll' },
  mocha: { extension: 'js', header: '', test: 'it', before: 'before', after: 'after' },
  'node:test': {
    extension: 'js',
    header: `const { after, before, test } = require('node:test')`,
    test: 'test',
    before: 'before',
    after: 'after',
  },
  playwright: {
    extension: 'js',
    header: `const { test } = require('@playwright/test')`,
    test: 'test',
    before: 'test.beforeAll',
    after: 'test.afterAll',
  },
  ava: {
    extension: 'mjs',
    header: `import test from 'ava'`,
    test: 'test.serial',
    before: 'test.before',
    after: 'test.after.always',
  },
}

/** @typedef {Record<string, string>} Files text by name */

/**
 * @param {Format} format
 * @param {string} name of the file, without its extension
 * @param {{tests: Record<string, string>, server?: string, endsByForce: boolean}} contents server: the command of a child that all tests share
 * @returns {Files}
 */
function testFile(format, name, { tests, server, endsByForce }) {
  const { extension, header, test, before, after } = formats[format]
  const signature = format === 'ava' ? 'async (t) =>' : 'async () =>'
  const end = format === 'ava' ? '\n  t.pass()' : ''
  const bodies = Object.entries(tests).map(([title, body]) => `${test}('${title}', ${signature} {\n  ${body}${end}\n})`)
  const hooks =
    server === undefined
      ? []
      : [
          `let server\n${before}(async () => {\n  server = spawn(${server}, { stdio: 'ignore' })\n  await sleep(20)\n})`,
          `${after}(async () => {\n  server.kill()\n  await new Promise((resolve) => server.once('exit', resolve))\n})`,
        ]
  const prelude = `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const hold = (child) => {
  if (${endsByForce}) return child
  child.unref()
  child.channel?.unref()
  for (const pipe of child.stdio) pipe?.unref()
  return child
}`
  const parts = [importsOf(extension === 'mjs'), header, prelude, ...hooks, ...bodies].filter(Boolean)
  return { [`${name}.test.${extension}`]: `${parts.join('\n\n')}\n` }
}

/**
 * A suite that leaks: one file for each kind, so that frameworks with workers give it to several.
 * @param {Pool} pool
 * @param {string[]} kinds
 * @returns {Files}
 */
export function leakingSuite({ format, endsByForce, files }, kinds) {
  /** @type {Files} */
  const suite = { ...supportFiles, ...files }
  for (const kind of kinds)
    Object.assign(
      suite,
      testFile(format, kind.replaceAll(' ', '-'), {
        tests: { [`leaks: ${kind}`]: leaks[kind]?.body ?? '' },
        endsByForce,
      }),
    )
  return suite
}

/**
 * A suite that leaks one child and fails by itself.
 * @param {Pool} pool
 * @returns {Files}
 */
export function failingSuite({ format, endsByForce, files }) {
  const tests = { 'leaks: spawn': leaks.spawn?.body ?? '', fails: `throw new Error('on purpose')` }
  return { ...supportFiles, ...files, ...testFile(format, 'failing', { tests, endsByForce }) }
}

/**
 * A suite that leaves nothing, in two files.
 * @param {Pool} pool
 * @returns {Files}
 */
export function cleanSuite({ format, endsByForce, files }) {
  const contents = { tests: cleanTests, server: `'sleep', ['3610']`, endsByForce }
  return {
    ...supportFiles,
    ...files,
    ...testFile(format, 'first', contents),
    ...testFile(format, 'second', contents),
  }
}
