// What the negative corpus runs: programs with children that end in order, and packages that test themselves with children.

/** Of the programs; exact versions. */
export const libraries = {
  'cross-spawn': '7.0.6',
  esbuild: '0.28.1',
  execa: '9.6.1',
  'jest-worker': '30.0.5',
  'nano-spawn': '2.1.0',
  tinyexec: '1.3.1',
  tinypool: '1.1.1',
  workerpool: '9.3.4',
  zx: '8.8.5',
}

/** Source texts of ES modules. */
/** @type {Record<string, string>} */
export const programs = {
  'clean-up on exit': `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['60'], { stdio: 'ignore' })
process.on('exit', () => child.kill())
setTimeout(() => process.exit(0), 200)
`,
  'clean-up of SIGTERM': `import { spawn } from 'node:child_process'
import { once } from 'node:events'
const child = spawn('sleep', ['60'], { stdio: 'ignore' })
process.on('SIGTERM', async () => {
  child.kill()
  await once(child, 'exit')
  process.exit(143)
})
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 200)
`,
  'clean-up of a group': `import { spawn } from 'node:child_process'
import { once } from 'node:events'
const child = spawn('sleep 60; true', { shell: true, detached: true, stdio: 'ignore' })
await new Promise((resolve) => setTimeout(resolve, 200))
process.kill(-child.pid)
await once(child, 'exit')
`,
  using: `import { spawn } from 'node:child_process'
import { once } from 'node:events'
const child = spawn('sleep', ['60'], { stdio: 'ignore' })
const ended = once(child, 'exit')
// What \`using child = …\` calls at the end of its block.
child[Symbol.dispose]()
console.log((await ended)[1])
`,
  AbortController: `import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
const controller = new AbortController()
setTimeout(() => controller.abort(), 200)
await promisify(execFile)('sleep', ['60'], { signal: controller.signal }).catch((error) => console.log(error.name))
`,
  'IPC with disconnect': `import { fork } from 'node:child_process'
import { once } from 'node:events'
if (process.send) {
  process.on('message', (value) => process.send(value * 2))
} else {
  const child = fork(import.meta.filename)
  child.send(21)
  console.log((await once(child, 'message'))[0])
  child.disconnect()
  await once(child, 'exit')
}
`,
  'stdin ended, output read': `import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
const child = spawn('sort')
child.stdin.end('b\\na\\n')
console.log(await text(child.stdout))
`,
  '1,000 short children': `import { spawn } from 'node:child_process'
import { once } from 'node:events'
let left = 1000
async function work() {
  while (left-- > 0) await once(spawn('true', { stdio: 'ignore' }), 'close')
}
await Promise.all(Array.from({ length: 16 }, work))
`,
  '100 synchronous calls': `import { execFileSync, execSync, spawnSync } from 'node:child_process'
for (let call = 0; call < 40; call++) spawnSync('true')
for (let call = 0; call < 30; call++) execFileSync('echo', ['x'])
for (let call = 0; call < 30; call++) execSync('echo x | cat')
`,
  cluster: `import cluster from 'node:cluster'
if (cluster.isPrimary) {
  let answers = 0
  for (let worker = 0; worker < 4; worker++)
    cluster.fork().on('message', () => {
      if (++answers === 4) cluster.disconnect(() => console.log('over'))
    })
} else process.send('up')
`,
  'worker threads with children': `import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isMainThread, Worker } from 'node:worker_threads'
if (isMainThread) {
  const workers = [1, 2, 3].map(() => new Worker(new URL(import.meta.url)))
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
} else await once(spawn('true'), 'close')
`,
  'nested npm scripts': `import { execFileSync } from 'node:child_process'
execFileSync('npm', ['run', '--silent', 'nested'], { stdio: 'inherit' })
`,
  execa: `import { execa, execaSync, $ } from 'execa'
console.log((await execa('echo', ['one'])).stdout, execaSync('echo', ['two']).stdout, (await $\`echo three\`).stdout)
await execa('sleep', ['60'], { timeout: 200 }).catch((error) => console.log(error.timedOut))
// execa ends its children when their program does.
execa('sleep', ['60']).catch(() => {})
setTimeout(() => process.exit(0), 200)
`,
  'tinyexec, nano-spawn, cross-spawn, zx': `import { once } from 'node:events'
import crossSpawn from 'cross-spawn'
import nanoSpawn from 'nano-spawn'
import { x } from 'tinyexec'
import { $ } from 'zx'
console.log((await x('echo', ['one'])).stdout, (await nanoSpawn('echo', ['two'])).stdout)
console.log((await $({ quiet: true })\`echo three\`).stdout)
await once(crossSpawn('true'), 'close')
`,
  esbuild: `import { build, context, transform } from 'esbuild'
const options = { stdin: { contents: 'console.log(1 + 1)' }, write: false }
console.log((await transform('let a: number = 1', { loader: 'ts' })).code)
await build(options)
const made = await context(options)
await made.rebuild()
await made.dispose()
`,
  'workerpool, processes': `import workerpool from 'workerpool'
const pool = workerpool.pool({ workerType: 'process', maxWorkers: 3 })
console.log(await Promise.all([1, 2, 3, 4].map((value) => pool.exec((number) => number * 2, [value]))))
await pool.terminate()
`,
  'jest-worker, processes': `import { writeFileSync } from 'node:fs'
import { Worker } from 'jest-worker'
const file = new URL('double.cjs', import.meta.url)
writeFileSync(file, 'exports.double = (number) => number * 2')
const pool = new Worker(file.pathname, { numWorkers: 3 })
console.log(await Promise.all([1, 2, 3, 4].map((value) => pool.double(value))))
await pool.end()
`,
  'tinypool, processes': `import { writeFileSync } from 'node:fs'
import { Tinypool } from 'tinypool'
const file = new URL('double.mjs', import.meta.url)
writeFileSync(file, 'export default (number) => number * 2')
const pool = new Tinypool({ filename: file.href, runtime: 'child_process', minThreads: 2, maxThreads: 2 })
console.log(await Promise.all([1, 2, 3, 4].map((value) => pool.run(value))))
await pool.destroy()
`,
}

const tap = 'node_modules/tap/bin/run.js'
const timeLimit = ['--timeout=300']
const tests = (/** @type {string[]} */ ...names) => names.map((name) => `test/${name}.js`)

/** Packages whose tarballs carry tests that start processes: those files, and what they need. */
/** @type {Record<string, {version: string, packages: Record<string, string>, command: string[]}>} */
export const suites = {
  exit: {
    version: '0.1.2',
    packages: { grunt: '0.4.5', nodeunit: '0.11.3', which: '1.0.9' },
    command: ['node_modules/nodeunit/bin/nodeunit', 'test'],
  },
  jake: {
    version: '10.9.2',
    packages: { mocha: '10.2.0', q: '1.5.1' },
    // The task `test` of its own jakefile asks for what is not in the tarball: the configuration of mocha.
    command: [
      'node_modules/mocha/bin/mocha.js',
      '--ui=tdd',
      '--timeout=60000',
      ...tests('unit/namespace', 'unit/parseargs'),
    ],
  },
  tape: {
    version: '5.9.0',
    packages: {
      'array.prototype.flatmap': '1.3.3',
      'concat-stream': '1.6.2',
      'es-value-fixtures': '1.7.1',
      falafel: '2.2.5',
      'js-yaml': '3.14.1',
      semver: '6.3.1',
      tap: '8.0.1',
      'tap-parser': '5.4.0',
    },
    // Without promise_fail: it never looks at how its failing children end, which the guard says (silent-failure).
    command: [tap, ...timeLimit, ...tests('exit', 'max_listeners', 'require', 'no_only', 'import')],
  },
  browserify: {
    version: '16.5.2',
    packages: {
      backbone: '0.9.10',
      'browser-unpack': '1.4.2',
      'coffee-script': '1.10.0',
      coffeeify: '1.1.0',
      'has-object-spread': '1.0.0',
      'has-template-literals': '1.0.0',
      isstream: '0.1.2',
      'make-generator-function': '1.1.0',
      semver: '5.7.2',
      seq: '0.3.5',
      tap: '10.7.3',
      temp: '0.8.3',
      through: '2.3.8',
    },
    command: [tap, ...timeLimit, ...tests('bare', 'bin', 'bin_entry', 'error_code', 'externalize', 'stdin', 'tr_args')],
  },
  'node-gyp': {
    version: '8.4.1',
    packages: { bindings: '1.5.0', nan: '2.22.0', 'require-inject': '1.4.4', tap: '12.7.0' },
    command: [tap, ...timeLimit, ...tests('process-exec-sync', 'test-find-python')],
  },
}
