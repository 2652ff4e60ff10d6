import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\n`
const run = (body: string, parameters = 'file, signal, done'): string =>
  `${imports}export function run(${parameters}) {\n  const child = spawn(file)\n  child.on('close', done)\n${body}\n}`
const asked = `  if (signal.aborted) child.kill()\n`

testRule('no-leaked-abort-listener', {
  valid: [
    {
      name: 'a variable that no parameter goes into',
      code: `${imports}export function watch(done) {\n  const file = find('tool')\n  const child = spawn(file)\n  process.on('SIGTERM', () => child.kill())\n  child.on('close', done)\n}`,
    },
    {
      name: 'exported, and called once by that name',
      code: `${imports}const watch = (done) => {\n  const child = spawn('tool')\n  process.on('SIGTERM', () => child.kill())\n  child.on('close', done)\n}\nexports.watch = watch\nexports.start = () => (0, exports.watch)(done)`,
    },
    {
      name: 'a function that ends the program with its child, called in two places',
      code: `${imports}export function main(file) {\n  const child = spawn(file)\n  process.on('SIGTERM', () => child.kill())\n  child.on('close', (code) => process.exit(code ?? 1))\n}\nif (direct) main('a')\nexport const other = () => main('b')`,
    },
    {
      name: 'removed on close',
      code: run(
        `${asked}  const stop = () => child.kill()\n  signal.addEventListener('abort', stop)\n  child.on('close', () => signal.removeEventListener('abort', stop))`,
      ),
    },
    {
      name: 'removed by what runs on both ends',
      code: run(
        `${asked}  function finish() { signal.removeEventListener('abort', finish); child.kill() }\n  signal.addEventListener('abort', finish)\n  child.on('exit', finish)`,
      ),
    },
    {
      name: 'removed in finally',
      code: `${imports}import { once } from 'node:events'\nexport async function run(file, signal) {\n  signal.throwIfAborted()\n  const child = spawn(file)\n  const stop = () => child.kill()\n  signal.addEventListener('abort', stop, { once: true })\n  try { await once(child, 'close') } finally { signal.removeEventListener('abort', stop) }\n}`,
    },
    {
      name: 'removed with another signal',
      code: run(
        `${asked}  const ended = new AbortController()\n  signal.addEventListener('abort', () => child.kill(), { once: true, signal: ended.signal })\n  child.on('close', () => ended.abort())`,
      ),
    },
    {
      name: 'options out of sight',
      code: run(`${asked}  signal.addEventListener('abort', () => child.kill(), done.options)`),
    },
    {
      name: 'a signal that is given to spawn',
      code: `${imports}export function run(file, signal, done) {\n  const child = spawn(file, { signal })\n  child.on('close', done)\n  signal.addEventListener('abort', () => child.stdin.end())\n}`,
    },
    {
      name: 'perhaps a signal that is given to spawn',
      code: `${imports}export function run(file, options, done) {\n  const child = spawn(file, options)\n  child.on('close', done)\n  options.signal.addEventListener('abort', () => child.kill())\n}`,
    },
    {
      name: 'a signal of its own',
      code: run(`  const limit = AbortSignal.timeout(5000)\n  limit.addEventListener('abort', () => child.kill())`),
    },
    {
      name: 'any of several signals',
      code: run(
        `  const either = AbortSignal.any([signal, AbortSignal.timeout(5000)])\n  either.addEventListener('abort', () => child.kill())`,
      ),
    },
    {
      name: 'asked by whoever gets it',
      code: run(
        `  done(signal)\n  const stop = () => child.kill()\n  signal.addEventListener('abort', stop)\n  child.on('close', () => signal.removeEventListener('abort', stop))`,
      ),
    },
    {
      name: 'a disposable',
      code: `import { addAbortListener } from 'node:events'\n${run(`  const stop = addAbortListener(signal, () => child.kill())\n  child.on('close', () => stop[Symbol.dispose]())`)}`,
    },
    {
      name: 'once in a program',
      code: `${imports}const child = spawn('x')\nchild.on('close', f)\nprocess.on('exit', () => child.kill())`,
    },
    {
      name: 'once in a program, by a function',
      code: `${imports}function main(file) {\n  const child = spawn(file)\n  child.on('close', f)\n  process.on('exit', () => child.kill())\n}\nmain('x')`,
    },
    {
      name: 'a few children of a program',
      code: `${imports}for (const file of ['a', 'b']) {\n  const child = spawn(file)\n  child.on('close', f)\n  process.on('exit', () => child.kill())\n}`,
    },
    {
      name: 'nothing tells whether it runs again',
      code: `${imports}export function start() {\n  const child = spawn('x')\n  child.on('close', f)\n  process.on('exit', () => child.kill())\n}`,
    },
    {
      name: 'nothing tells whether the child ends before the program',
      code: `${imports}export function start(file) {\n  const child = spawn(file)\n  process.on('exit', () => child.kill())\n}`,
    },
    {
      name: 'a server',
      code: `${imports}export function start(port) {\n  const child = spawn('x', ['serve', port])\n  child.on('close', f)\n  process.on('exit', () => child.kill())\n}`,
    },
    {
      name: 'a program that ends with its child',
      code: `${imports}export function run(file) {\n  const child = spawn(file)\n  child.on('close', (code) => process.exit(code))\n  process.on('SIGTERM', () => child.kill())\n}`,
    },
    {
      name: 'a command of a command line',
      code: `#!/usr/bin/env node\n${run(`  process.on('exit', () => child.kill())`)}`,
    },
    {
      name: 'removed from process',
      code: run(
        `  const stop = () => child.kill()\n  process.once('exit', stop)\n  child.on('close', () => process.off('exit', stop))`,
      ),
    },
    {
      name: 'removed by what it gives back',
      code: `import { onExit } from 'signal-exit'\n${run(`  const remove = onExit(() => child.kill())\n  child.on('close', remove)`)}`,
    },
    {
      name: 'of a request that ends with it',
      code: `${imports}server.on('request', (request, response) => {\n  const child = spawn('x')\n  child.stdout.pipe(response)\n  request.on('close', () => child.kill())\n})`,
    },
    {
      name: 'a parameter that may be of this call alone',
      code: run(`  signal.on('stop', () => child.kill())`),
    },
    { name: 'nothing to do with the child', code: run(`  process.on('exit', () => done())`) },
    {
      name: 'an exempt command',
      code: `${imports}export function run(args, signal) {\n  const child = spawn('x', args)\n  signal.addEventListener('abort', () => child.kill())\n}`,
      options: [{ commands: ['x'] }],
    },
  ],
  invalid: [
    {
      name: 'told what to start by way of variables',
      code: `${imports}module.exports = function clone(repo, done) {\n  const [cmd, args] = buildCommand(repo)\n  const child = spawn(cmd, args)\n  process.on('SIGTERM', () => child.kill())\n  child.on('close', done)\n}`,
      errors: [{ messageId: 'neverRemoved', line: 4, suggestions: 1 }],
    },
    {
      name: 'told what to start by way of a variable of an executor',
      code: `${imports}export class Camera {\n  resize(filter) {\n    return new Promise((resolve) => {\n      const args = '-vf ' + filter\n      const child = spawn('ffmpeg', args.split(' '))\n      process.on('SIGTERM', () => child.kill())\n      child.on('close', resolve)\n    })\n  }\n}`,
      errors: [{ messageId: 'neverRemoved', line: 6, suggestions: 1 }],
    },
    {
      name: 'called twice by the name it is exported with',
      code: `${imports}const list = () => new Promise((resolve) => {\n  const child = spawn('tool')\n  process.on('SIGTERM', () => child.kill())\n  child.on('close', resolve)\n})\nexports.list = list\nexports.first = () => (0, exports.list)()\nexports.second = () => exports.list()`,
      errors: [{ messageId: 'neverRemoved', line: 3, suggestions: 1 }],
    },
    {
      name: 'never removed from a signal',
      code: run(`${asked}  signal.addEventListener('abort', () => child.kill(), { once: true })`),
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '6', event: "'abort'", emitter: '`signal`' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestRemove',
              output: run(
                `${asked}  const onAbort = () => child.kill()\n  signal.addEventListener('abort', onAbort, { once: true })\n  child.once('close', () => signal.removeEventListener('abort', onAbort))`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'removed only by itself',
      code: run(
        `${asked}  signal.addEventListener('abort', function stop() { signal.removeEventListener('abort', stop); child.kill() })`,
      ),
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '6', event: "'abort'", emitter: '`signal`' },
          line: 3,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'the signal of options',
      code: run(
        `  const { signal } = options\n  if (signal?.aborted) return\n  signal?.addEventListener('abort', () => child.kill())`,
        'file, options, done',
      ),
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '7', event: "'abort'", emitter: '`signal`' },
          line: 3,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestRemove',
              output: run(
                `  const { signal } = options\n  if (signal?.aborted) return\n  const onAbort = () => child.kill()\n  signal?.addEventListener('abort', onAbort)\n  child.once('close', () => signal?.removeEventListener('abort', onAbort))`,
                'file, options, done',
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'never removed from process',
      code: run(`  const stop = () => child.kill()\n  process.once('exit', stop)`),
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '6', event: "'exit'", emitter: '`process`' },
          line: 3,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestRemove',
              output: run(
                `  const stop = () => child.kill()\n  process.once('exit', stop)\n  child.once('close', () => process.off('exit', stop))`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'by a helper',
      code: `${imports}export function run(file, done) {\n  const child = spawn(file)\n  child.on('close', done)\n  killOnExit(child)\n}\nfunction killOnExit(child) { process.on('exit', () => child.kill()) }`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '7', event: "'exit'", emitter: '`process`' },
          line: 3,
          column: 17,
        },
      ],
    },
    {
      name: 'by a package that gives back how to remove it',
      code: `import { onExit } from 'signal-exit'\n${run(`  onExit(() => child.kill())`)}`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: 'spawn()', line: '6', event: "'exit'", emitter: '`process`' },
          line: 4,
          column: 17,
        },
      ],
    },
    {
      name: 'in a wrapper that is called twice',
      code: `${imports}const run = () => new Promise((resolve) => {\n  const child = spawn('x')\n  child.on('close', resolve)\n  process.on('SIGINT', () => child.kill('SIGINT'))\n})\nawait run()\nawait run()`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: "spawn('x')", line: '5', event: "'SIGINT'", emitter: '`process`' },
          line: 3,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'one after the other, in a program',
      code: `${imports}import { once } from 'node:events'\nfor (const file of files) {\n  const child = spawn('x', [file])\n  process.on('exit', () => child.kill())\n  await once(child, 'close')\n}`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: "spawn('x')", line: '5', event: "'exit'", emitter: '`process`' },
          line: 4,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'started again at its end',
      code: `${imports}function start() {\n  const child = spawn('x')\n  child.on('exit', () => start())\n  process.on('exit', () => child.kill())\n}\nstart()`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: "spawn('x')", line: '5', event: "'exit'", emitter: '`process`' },
          line: 3,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'on the socket, for each of its messages',
      code: `${imports}export function serve(socket) {\n  socket.on('message', (text) => {\n    const child = spawn('x', [text])\n    child.on('close', (code) => socket.send(code))\n    socket.on('close', () => child.kill())\n  })\n}`,
      errors: [
        {
          messageId: 'neverRemoved',
          data: { call: "spawn('x')", line: '6', event: "'close'", emitter: '`socket`' },
          line: 4,
          column: 19,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'an abort that has passed',
      code: run(
        `  const stop = () => child.kill()\n  signal.addEventListener('abort', stop)\n  child.on('close', () => signal.removeEventListener('abort', stop))`,
      ),
      errors: [
        {
          messageId: 'abortMissed',
          data: { call: 'spawn()', line: '6' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestAsk',
              output: run(
                `  const stop = () => child.kill()\n  signal.addEventListener('abort', stop)\n  if (signal.aborted) stop()\n  child.on('close', () => signal.removeEventListener('abort', stop))`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'of an optional signal, in a wrapper',
      code: `${imports}export const run = (file, options) => new Promise((resolve) => {\n  const child = spawn(file)\n  child.on('close', resolve)\n  if (options.signal) {\n    options.signal.addEventListener('abort', () => { child.kill() })\n  }\n})`,
      errors: [
        {
          messageId: 'abortMissed',
          data: { call: 'spawn()', line: '6' },
          line: 3,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestAsk',
              output: `${imports}export const run = (file, options) => new Promise((resolve) => {\n  const child = spawn(file)\n  child.on('close', resolve)\n  if (options.signal) {\n    const onAbort = () => { child.kill() }\n    options.signal.addEventListener('abort', onAbort)\n    if (options.signal.aborted) onAbort()\n  }\n})`,
            },
          ],
        },
      ],
    },
  ],
})
