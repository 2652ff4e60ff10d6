import { testRule } from './rule-tester.ts'

const imports = `import { spawn, execFile } from 'node:child_process'\n`
const run = (body: string): string =>
  `${imports}export function run(done, ms) {\n  const child = spawn('x')\n  child.on('error', done)\n${body}\n}`
const onClose = `  child.on('close', done)`

testRule('no-dangling-kill-timer', {
  valid: [
    {
      name: 'cleared on close',
      code: run(`  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('close', () => clearTimeout(timer))`),
    },
    {
      name: 'set and cleared under one condition',
      code: run(
        `  const timer = ms ? setTimeout(() => child.kill(), ms) : undefined\n  child.on('close', () => { if (timer) clearTimeout(timer) })`,
      ),
    },
    {
      name: 'cleared in a shared closure, which the timer runs as well',
      code: run(
        `  let timer\n  const finish = () => { clearTimeout(timer); child.kill(); done() }\n  timer = setTimeout(finish, 5000)\n  child.on('exit', finish)\n  child.on('error', finish)`,
      ),
    },
    {
      name: 'cleared in finally',
      code: `${imports}import { once } from 'node:events'\nexport async function run() {\n  const child = spawn('x')\n  const timer = setTimeout(() => child.kill(), 5000)\n  try { await once(child, 'close') } finally { clearTimeout(timer) }\n}`,
    },
    {
      name: 'cleared on exit and on error',
      code: run(
        `  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('error', () => clearTimeout(timer))\n  child.on('exit', () => clearTimeout(timer))`,
      ),
    },
    {
      name: "no 'error' listener on the child: a failed start ends the program",
      code: `${imports}export function run() {\n  const child = spawn('x')\n  child.stdin.on('error', () => {})\n  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('exit', () => clearTimeout(timer))\n}`,
    },
    {
      name: "an 'error' listener on other paths",
      code: `${imports}export function run(done, ms) {\n  const child = spawn('x')\n  if (!ms) child.on('error', done)\n  else {\n    const timer = setTimeout(() => child.kill(), 5000)\n    child.on('exit', () => clearTimeout(timer))\n  }\n}`,
    },
    {
      name: 'a timer that is set only when the child has been waited for',
      code: `${imports}export async function run(done) {\n  const child = spawn('x')\n  await new Promise((resolve) => { child.on('spawn', resolve); child.on('error', done) })\n  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('error', done)\n  child.on('exit', () => clearTimeout(timer))\n}`,
    },
    {
      name: "an 'error' listener that comes later",
      code: `${imports}export function run(done) {\n  const child = spawn('x')\n  later(() => child.on('error', done))\n  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('exit', () => clearTimeout(timer))\n}`,
    },
    {
      name: "only code out of sight may hear 'error' on this path",
      code: `${imports}export function run(done, ms) {\n  const child = spawn('x')\n  if (!ms) child.on('error', done)\n  register(child)\n  if (ms) {\n    const timer = setTimeout(() => child.kill(), 5000)\n    child.on('exit', () => clearTimeout(timer))\n  }\n}`,
    },
    {
      name: 'a failed start goes another way',
      code: `${imports}export function run(done) {\n  const child = spawn('x')\n  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('exit', () => clearTimeout(timer))\n  if (!child.pid) return\n  child.on('error', done)\n}`,
    },
    {
      name: 'an interval that clears itself',
      code: run(
        `${onClose}\n  const timer = setInterval(() => { if (child.exitCode === null) child.kill(); else clearInterval(timer) }, 5000)`,
      ),
    },
    { name: 'unreferenced', code: run(`${onClose}\n  setTimeout(() => child.kill(), 5000).unref()`) },
    {
      name: 'unreferenced later, where that is known',
      code: run(`${onClose}\n  const timer = setTimeout(() => child.kill(), 5000)\n  if (timer.unref) timer.unref()`),
    },
    {
      name: 'by pid, unreferenced, of a child that is still there',
      code: run(
        `${onClose}\n  setTimeout(() => { if (child.exitCode === null) process.kill(child.pid) }, 5000).unref()`,
      ),
    },
    { name: 'returned', code: run(`${onClose}\n  return setTimeout(() => child.kill(), 5000)`) },
    {
      name: 'kept where others reach it',
      code: run(`${onClose}\n  child.timer = setTimeout(() => child.kill(), 5000)`),
    },
    { name: 'short', code: run(`${onClose}\n  setTimeout(() => child.kill(), 300)`) },
    {
      name: 'the planned end of a child',
      code: `${imports}const child = spawn('x')\nsetTimeout(() => child.kill(), 5000)`,
    },
    {
      name: 'the planned end of a server',
      code: `${imports}const child = spawn('x', ['serve'])\nchild.on('close', f)\nsetTimeout(() => child.kill(), 5000)`,
    },
    {
      name: 'a program that ends itself',
      code: run(`  child.on('close', (code) => process.exit(code))\n  setTimeout(() => child.kill(), 5000)`),
    },
    {
      name: 'a timer that starts the child anew',
      code: `${imports}function start() {\n  const child = spawn('x')\n  child.on('close', () => { setTimeout(start, 5000) })\n  child.on('error', () => child.kill())\n}\nstart()`,
    },
    {
      name: 'an exempt command',
      code: run(`${onClose}\n  setTimeout(() => child.kill(), 5000)`),
      options: [{ commands: ['x'] }],
    },
  ],
  invalid: [
    {
      name: 'never cleared',
      code: run(`${onClose}\n  const timer = setTimeout(() => child.kill(), 5000)`),
      errors: [
        {
          messageId: 'neverCleared',
          data: { call: "spawn('x')", line: '6' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestClear',
              output: run(
                `${onClose}\n  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('close', () => clearTimeout(timer))`,
              ),
            },
            {
              messageId: 'suggestUnref',
              output: run(`${onClose}\n  const timer = setTimeout(() => child.kill(), 5000).unref()`),
            },
          ],
        },
      ],
    },
    {
      name: 'by a function of the file',
      code: run(`${onClose}\n  function stop() { child.kill() }\n  setTimeout(stop, ms)`),
      errors: [
        { messageId: 'neverCleared', data: { call: "spawn('x')", line: '7' }, line: 3, column: 17, suggestions: 1 },
      ],
    },
    {
      name: 'cleared only in front of being set anew',
      code: run(
        `${onClose}\n  let timer\n  child.stdout.on('data', () => { clearTimeout(timer); timer = setTimeout(() => child.kill(), 5000) })`,
      ),
      errors: [
        { messageId: 'neverCleared', data: { call: "spawn('x')", line: '7' }, line: 3, column: 17, suggestions: 1 },
      ],
    },
    {
      name: 'cleared only by itself',
      code: run(`${onClose}\n  const timer = setTimeout(() => { clearTimeout(timer); child.kill() }, 5000)`),
      errors: [
        { messageId: 'neverCleared', data: { call: "spawn('x')", line: '6' }, line: 3, column: 17, suggestions: 2 },
      ],
    },
    {
      name: 'the second step of a stop',
      code: `${imports}export class Server {\n  start() { this.child = spawn('x') }\n  stop() {\n    this.child.kill()\n    setTimeout(() => this.child.kill('SIGKILL'), 5000)\n  }\n}`,
      errors: [
        { messageId: 'neverCleared', data: { call: "spawn('x')", line: '6' }, line: 3, column: 26, suggestions: 1 },
      ],
    },
    {
      name: 'in a private field that nothing clears',
      code: `${imports}export class Job {\n  #child\n  #timer\n  run() {\n    this.#child = spawn('x')\n    this.#child.on('close', f)\n    this.#timer = setTimeout(() => this.stop(), 5000)\n  }\n  stop() { this.#child.kill() }\n}`,
      errors: [
        { messageId: 'neverCleared', data: { call: "spawn('x')", line: '8' }, line: 6, column: 19, suggestions: 2 },
      ],
    },
    {
      name: 'an interval',
      code: run(`${onClose}\n  setInterval(() => { if (Date.now() > ms) child.kill() }, 100)`),
      errors: [
        {
          messageId: 'intervalNeverCleared',
          data: { call: "spawn('x')", line: '6' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'by pid',
      code: run(`${onClose}\n  setTimeout(() => process.kill(child.pid), 5000).unref()`),
      errors: [{ messageId: 'neverClearedByPid', data: { call: "spawn('x')", line: '6' }, line: 3, column: 17 }],
    },
    {
      name: 'cleared on exit alone',
      code: run(`  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('exit', () => clearTimeout(timer))`),
      errors: [
        {
          messageId: 'notClearedOnError',
          data: { call: "spawn('x')", line: '5' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestClearOnError',
              output: run(
                `  const timer = setTimeout(() => child.kill(), 5000)\n  child.on('error', () => clearTimeout(timer))\n  child.on('exit', () => clearTimeout(timer))`,
              ),
            },
            {
              messageId: 'suggestUnref',
              output: run(
                `  const timer = setTimeout(() => child.kill(), 5000).unref()\n  child.on('exit', () => clearTimeout(timer))`,
              ),
            },
          ],
        },
      ],
    },
  ],
})
