import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\n`
const owner = (body: string): string =>
  `${imports}export class Server {\n  #child\n${body}\n  stop() { this.#child?.kill() }\n}`

testRule('no-lost-handle', {
  valid: [
    {
      name: 'a variable of each call of its own',
      code: `import { execFile } from 'node:child_process'\nexport function run(token, file) {\n  let child\n  token.onCancel(() => { if (child) child.kill() })\n  return new Promise((resolve) => {\n    child = execFile(file, (error, stdout) => resolve(stdout))\n  })\n}`,
    },
    {
      name: 'a variable of each call of its own, assigned by a function of that call',
      code: `import { spawn } from 'node:child_process'\nexport function run(token, file) {\n  let child\n  token.onCancel(() => child?.kill())\n  const start = () => { child = spawn(file) }\n  start()\n}`,
    },
    { name: 'guarded', code: owner(`  start() { if (this.#child) return; this.#child = spawn('x') }`) },
    { name: 'stopped first', code: owner(`  start() { this.#child?.kill(); this.#child = spawn('x') }`) },
    { name: 'stopped by another method', code: owner(`  start() { this.stop(); this.#child = spawn('x') }`) },
    { name: 'stopped and waited for', code: owner(`  async start() { await this.stop(); this.#child = spawn('x') }`) },
    {
      name: 'stopped by a function that a method calls',
      code: owner(`  start() { this.#clean(); this.#child = spawn('x') }\n  #clean() { this.stop() }`),
    },
    { name: 'stopped out of sight', code: owner(`  start() { this.clean(); this.#child = spawn('x') }`) },
    { name: 'a lock', code: owner(`  async start() { await lock(); this.#child = spawn('x') }`) },
    {
      name: 'another state',
      code: owner(`  start() { if (this.running) throw new Error(); this.#child = spawn('x') }`),
    },
    { name: 'another state around it', code: owner(`  start() { if (!this.running) { this.#child = spawn('x') } }`) },
    {
      name: 'a state that is asked for',
      code: owner(`  start() { if (this.isRunning()) return; this.#child = spawn('x') }`),
    },
    { name: 'put there only where nothing is', code: owner(`  start() { this.#child ??= spawn('x') }`) },
    { name: 'the constructor', code: owner(`  constructor() { this.#child = spawn('x') }`) },
    { name: 'the value of the field', code: `${imports}export class C { #c = spawn('x'); stop() { this.#c.kill() } }` },
    { name: 'what runs once', code: owner(`  init() { this.#child = spawn('x') }`) },
    {
      name: 'a private method that the constructor calls',
      code: owner(`  constructor() { this.#start() }\n  #start() { this.#child = spawn('x') }`),
    },
    {
      name: 'guarded by the caller',
      code: owner(`  start() { if (!this.#child) this.#start() }\n  #start() { this.#child = spawn('x') }`),
    },
    {
      name: 'a public field',
      code: `${imports}export class C { start() { this.c = spawn('x') } stop() { this.c.kill() } }`,
    },
    { name: 'nobody stops it', code: `${imports}export class C { #c; start() { this.#c = spawn('x') } }` },
    { name: 'handed out', code: owner(`  start() { this.#child = spawn('x'); return this.#child }`) },
    {
      name: 'kept elsewhere as well',
      code: owner(`  all = []\n  start() { this.#child = spawn('x'); this.all.push(this.#child) }`),
    },
    {
      name: 'stopped by its own name',
      code: owner(`  start(signal) { const c = spawn('x'); this.#child = c; signal.onabort = () => c.kill() }`),
    },
    { name: 'bounded', code: owner(`  start() { this.#child = spawn('x', { timeout: 5000 }) }`) },
    {
      name: 'waited for',
      code: owner(
        `  run() { return new Promise((resolve) => { this.#child = spawn('x'); this.#child.on('close', resolve) }) }`,
      ),
    },
    {
      name: 'waited for by once()',
      code: `import { once } from 'events'\n${owner(`  async run() { this.#child = spawn('x'); await once(this.#child, 'close') }`)}`,
    },
    {
      name: 'a variable of the call',
      code: `${imports}export function f() { let c; c = spawn('x'); g(() => c.kill()) }`,
    },
    {
      name: 'an exported variable',
      code: `${imports}export let c; export function f() { c = spawn('x') } export const stop = () => c.kill()`,
    },
    { name: 'a program', code: `${imports}let c; c = spawn('x'); f(() => c.kill())` },
    {
      name: 'a function that is called once',
      code: `${imports}let c; function start() { c = spawn('x') } start(); f(() => c.kill())`,
    },
    {
      name: 'a restart by its own exit',
      code: `${imports}let c; function start() { c = spawn('x'); c.on('exit', start) } start(); f(() => c.kill())`,
    },
    {
      name: 'one of the callers asks first',
      code: owner(
        `  start() { this.#start() }\n  again() { if (!this.#child) this.#start() }\n  #start() { this.#child = spawn('x') }`,
      ),
    },
    {
      name: 'a method that starts it again when it has ended',
      code: owner(`  start() { this.#child = spawn('x'); this.#child.on('exit', () => this.start()) }`),
    },
    {
      name: 'a function that others change',
      code: `${imports}let c; export function start() { c = spawn('x') } start.stop = () => c.kill()`,
    },
    {
      name: 'before each test',
      code: `${imports}let c; beforeEach(() => { c = spawn('x') }); afterEach(() => { c.kill() })`,
    },
    {
      name: 'an event that comes once',
      code: `${imports}let c; app.on('ready', () => { c = spawn('x') }); app.on('quit', () => c.kill())`,
    },
    {
      name: 'cleared for the child that ended',
      code: owner(
        `  restart() { this.#child?.kill(); const c = spawn('x'); this.#child = c; c.on('exit', () => { if (this.#child === c) this.#child = undefined }) }`,
      ),
    },
    {
      name: 'cleared by whoever comes after a wait',
      code: owner(
        `  async restart() { this.#child?.kill(); await gone(); this.#child = spawn('x'); this.#child.on('exit', () => { this.#child = undefined }) }`,
      ),
    },
    {
      name: 'the earlier listeners are removed',
      code: owner(
        `  restart() { this.#child?.removeAllListeners(); this.#child?.kill(); this.#child = spawn('x'); this.#child.on('exit', () => { this.#child = null }) }`,
      ),
    },
    {
      name: 'killed instead of started',
      code: owner(
        `  toggle() { if (this.#child) { this.#child.kill(); return } this.#child = spawn('x'); this.#child.on('exit', () => { this.#child = null }) }`,
      ),
    },
    {
      name: 'an exempt command',
      code: owner(`  start() { this.#child = spawn('x') }`),
      options: [{ commands: ['x'] }],
    },
  ],
  invalid: [
    {
      name: 'a method',
      code: owner(`  start() {\n    this.#child = spawn('x')\n  }`),
      errors: [
        {
          messageId: 'overwritten',
          data: { call: "spawn('x')", slot: 'this.#child', again: '`start()`' },
          line: 5,
          column: 19,
          endLine: 5,
          endColumn: 24,
          suggestions: [
            {
              messageId: 'suggestStop',
              output: owner(`  start() {\n    this.#child?.kill()\n    this.#child = spawn('x')\n  }`),
            },
          ],
        },
      ],
    },
    {
      name: 'a private method of one that does not ask',
      code: owner(
        `  start() { this.log('start'); this.emit('x'); this.#start() }\n  log() { console.log() }\n  #start() {\n    const child = spawn('x')\n    if (this.verbose) child.ref()\n    this.#child = child\n  }`,
      ),
      errors: [
        {
          messageId: 'overwritten',
          data: { call: "spawn('x')", slot: 'this.#child', again: '`start()`' },
          line: 7,
          column: 19,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a function of the module',
      code: `${imports}let c\nfunction start() {\n  c = spawn('x')\n}\nmodule.exports = { start, stop: () => c.kill() }`,
      errors: [
        {
          messageId: 'overwritten',
          data: { call: "spawn('x')", slot: 'c', again: '`start()`' },
          line: 4,
          column: 7,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'an event that recurs',
      code: `${imports}let c\nwatcher.on('change', () => {\n  c = spawn('x')\n})\nprocess.on('exit', () => c.kill())`,
      errors: [
        {
          messageId: 'overwritten',
          data: { call: "spawn('x')", slot: 'c', again: "'change' event" },
          line: 4,
          column: 7,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a promise of the start',
      code: owner(
        `  start() {\n    return new Promise((resolve) => {\n      this.#child = spawn('x')\n      this.#child.stdout.on('data', resolve)\n    })\n  }`,
      ),
      errors: [{ messageId: 'overwritten', line: 6, column: 21, suggestions: 1 }],
    },
    {
      name: 'cleared by the child before',
      code: owner(
        `  restart() {\n    this.#child?.kill()\n    this.#child = spawn('x')\n    this.#child.on('exit', () => {\n      this.#child = undefined\n    })\n  }`,
      ),
      errors: [
        {
          messageId: 'cleared',
          data: { call: "spawn('x')", slot: 'this.#child', event: 'exit', line: '8' },
          line: 6,
          column: 19,
          endLine: 6,
          endColumn: 24,
          suggestions: [
            {
              messageId: 'suggestAsk',
              output: owner(
                `  restart() {\n    this.#child?.kill()\n    const started = (this.#child = spawn('x'))\n    this.#child.on('exit', () => {\n      if (this.#child === started) this.#child = undefined\n    })\n  }`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'cleared by the child before, which has a name',
      code: `${imports}let current\nexport function play(file) {\n  if (current) current.kill()\n  const child = spawn('x', [file])\n  current = child\n  child.on('close', () => {\n    current = null\n  })\n}`,
      errors: [
        {
          messageId: 'cleared',
          data: { call: "spawn('x')", slot: 'current', event: 'close', line: '8' },
          line: 5,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestAsk',
              output: `${imports}let current\nexport function play(file) {\n  if (current) current.kill()\n  const child = spawn('x', [file])\n  current = child\n  child.on('close', () => {\n    if (current === child) current = null\n  })\n}`,
            },
          ],
        },
      ],
    },
  ],
})
