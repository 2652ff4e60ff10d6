import { testRule } from './rule-tester.ts'

const imports = `import { spawn, exec, fork } from 'node:child_process'\n`
const server = `${imports}const server = spawn('node', ['server.js'], { stdio: 'ignore' })\n`
const slot = `${imports}let app\n`

testRule('no-orphan-on-exit', {
  valid: [
    {
      name: 'a generator that ends it when it is left',
      code: `import { spawn } from 'node:child_process'\nasync function* lines() {\n  const child = spawn('tail', ['-f', 'log'])\n  try {\n    for await (const chunk of child.stdout) yield chunk\n  } finally {\n    child.kill()\n  }\n}\nfor await (const line of lines()) break\nprocess.exit()`,
    },
    { name: 'killed first', code: `${server}await work()\nserver.kill()\nprocess.exit(0)` },
    { name: 'killed by an exit hook', code: `${server}process.on('exit', () => server.kill())\nprocess.exit(0)` },
    {
      name: 'killed by a hook of a package',
      code: `import { onExit } from 'signal-exit'\n${server}onExit(() => server.kill())\nprocess.exit(0)`,
    },
    {
      name: 'one hook over a set',
      code: `${imports}const all = new Set()\nfunction start(file) {\n  const child = spawn('node', [file])\n  all.add(child)\n}\nstart('server.js')\nprocess.on('exit', () => { for (const child of all) child.kill() })\nsetTimeout(() => process.exit(0), 5)`,
    },
    {
      name: 'disposed of',
      code: `${imports}{\n  using server = spawn('node', ['server.js'])\n  await work()\n}\nprocess.exit(0)`,
    },
    {
      name: 'waited for',
      code: `import { once } from 'node:events'\n${server}const [code] = await once(server, 'exit')\nprocess.exit(code)`,
    },
    {
      name: 'waited for by a promise',
      code: `${server}await new Promise((resolve) => server.on('close', resolve))\nprocess.exit(0)`,
    },
    { name: 'asked for its end', code: `${server}await work()\nif (server.exitCode !== null) process.exit(1)` },
    { name: 'exit in its own end', code: `${server}server.on('exit', (code) => process.exit(code ?? 1))` },
    {
      name: 'exit in its failed start',
      code: `${server}server.on('error', () => process.exit(1))\nserver.on('exit', process.exit)`,
    },
    { name: 'handed on', code: `${server}register(server)\nprocess.exit(0)` },
    { name: 'handed on by its pid', code: `${server}register(server.pid)\nprocess.exit(0)` },
    {
      name: 'returned',
      code: `${imports}export function start() {\n  return spawn('node', ['server.js'])\n}\nprocess.exit(0)`,
    },
    {
      name: 'let go',
      code: `${imports}const d = spawn('node', ['server.js'], { detached: true })\nd.unref()\nprocess.exit(0)`,
    },
    { name: 'not known to be attached', code: `${imports}spawn('node', ['server.js'], { detached })\nprocess.exit(0)` },
    { name: 'bounded', code: `${imports}spawn('node', ['server.js'], { timeout: 5000 })\nprocess.exit(0)` },
    {
      name: 'bounded by a kill timer',
      code: `${server}setTimeout(() => server.kill(), 5000)\nif (done()) process.exit(0)`,
    },
    { name: 'ends when its channel closes', code: `${imports}const w = fork('server.js')\nprocess.exit(0)` },
    {
      name: 'ends when its input does',
      code: `${imports}const c = spawn('node', ['server.js'])\nc.stdin.write('x')\nprocess.exit(0)`,
    },
    { name: 'has a callback', code: `${imports}exec('git pull', () => {})\nif (broken) process.exit(1)` },
    { name: 'a message to the desktop', code: `${imports}spawn('open', ['http://localhost'])\nprocess.exit(0)` },
    {
      name: 'an exempt command',
      code: `${imports}spawn('mongod', [])\nprocess.exit(0)`,
      options: [{ commands: ['mongod'] }],
    },
    {
      name: 'before the start',
      code: `${imports}if (!ok) process.exit(1)\nconst s = spawn('tsc', [])\ns.on('exit', done)`,
    },
    {
      name: 'not started',
      code: `${imports}const s = spawn('node', ['x.js'])\nif (!s.pid) process.exit(1)\ns.on('exit', done)`,
    },
    {
      name: 'killed by an earlier link',
      code: `${server}run().finally(() => server.kill()).then(() => process.exit(0)).catch(() => process.exit(1))`,
    },
    {
      name: 'killed in the callback',
      code: `${server}setTimeout(() => {\n  server.kill()\n  process.exit(0)\n}, 500)`,
    },
    {
      name: 'killed by the code behind the timer',
      code: `${server}setTimeout(() => process.exit(0), 500)\nawait work()\nserver.kill()`,
    },
    {
      name: 'an exit that something out of sight asks for',
      code: `${imports}const s = spawn('tsc', ['-p', '.'])\ns.on('exit', done)\napp.on('quit', () => process.exit(0))`,
    },
    { name: 'stopped by an exported function', code: `${server}export const stop = () => server.kill()` },
    {
      name: 'stopped by a public method',
      code: `${imports}export class A {\n  #c\n  start() { this.#c = spawn('npm', ['start']) }\n  stop() { this.#c.kill() }\n}`,
    },
    {
      name: 'stopped by a teardown',
      code: `${slot}beforeAll(() => { app = spawn('node', ['app.js']) })\nafterAll(() => { app.kill() })`,
    },
    {
      name: 'stopped by a teardown out of sight',
      code: `${slot}before(() => { app = spawn('node', ['app.js']) })\nafter(() => stop(app))`,
    },
    {
      name: 'a preparation of the tests that ends',
      code: `${slot}beforeEach((done) => { app = exec('cp a b', () => {}) })`,
    },
    {
      name: 'a preparation of the tests that is waited for',
      code: `${slot}before(async () => {\n  app = spawn('tsc', [])\n  await new Promise((resolve) => app.on('close', resolve))\n})`,
    },
    {
      name: 'a foreground wrapper',
      code: `${imports}const dev = spawn('npm', ['run', 'dev'], { stdio: 'inherit' })\ndev.on('exit', (code) => { process.exitCode = code })`,
    },
    { name: 'what has the terminal', code: `${imports}const dev = spawn('npm', ['run', 'dev'], { stdio: 'inherit' })` },
    {
      name: 'a restart with a hook for signals',
      code: `${slot}export function restart() {\n  app?.kill()\n  app = spawn('node', ['app.js'], { stdio: 'ignore' })\n}\nfor (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { app.kill(); process.exit() })`,
    },
    {
      name: 'an editor that is opened again',
      code: `${slot}export function edit(file) {\n  if (app && isTerminal) app.kill()\n  app = spawn('vim', [file], { stdio: 'inherit' })\n}`,
    },
    {
      name: 'it only tells its version',
      code: `${imports}const c = spawn('mongod', ['--version'])\nc.on('exit', done)`,
    },
    { name: 'it ends by itself', code: `${imports}const c = spawn('npm', ['run', 'build'])\nc.on('exit', done)` },
  ],
  invalid: [
    {
      name: 'behind its start',
      code: `${server}await work()\nprocess.exit(0)`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('node')", line: '4' },
          line: 2,
          column: 16,
          endLine: 2,
          endColumn: 21,
          suggestions: [
            { messageId: 'suggestKill', output: `${server}await work()\nserver.kill()\nprocess.exit(0)` },
            {
              messageId: 'suggestHook',
              output: `${server}process.on('exit', () => server.kill())\nawait work()\nprocess.exit(0)`,
            },
          ],
        },
      ],
    },
    {
      name: 'on the path of a failure alone',
      code: `${imports}async function main() {\n  const db = spawn('mongod', ['--dbpath', 'x'])\n  if (!(await migrate())) process.exit(1)\n  db.kill()\n}\nmain()`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('mongod')", line: '4' },
          line: 3,
          column: 14,
          endLine: 3,
          endColumn: 19,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'in a rejection that skips the kill',
      code: `${server}run().then(() => { server.kill(); process.exit(0) }).catch(() => process.exit(1))`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('node')", line: '3' },
          line: 2,
          column: 16,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${server}run().then(() => { server.kill(); process.exit(0) }).catch(() => { server.kill(); process.exit(1) })`,
            },
            {
              messageId: 'suggestHook',
              output: `${server}process.on('exit', () => server.kill())\nrun().then(() => { server.kill(); process.exit(0) }).catch(() => process.exit(1))`,
            },
          ],
        },
      ],
    },
    {
      name: 'in a timer, of children of a list',
      code: `${imports}const all = []\nfunction start(file) {\n  const child = spawn('node', [file])\n  all.push(child)\n}\nstart('a.js')\nsetTimeout(() => process.exit(0), 500)`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('node')", line: '8' },
          line: 4,
          column: 17,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'when another child has ended',
      code: `${imports}const a = spawn('npm', ['run', 'a'])\nconst b = spawn('npm', ['run', 'b'])\na.on('exit', () => process.exit())\nb.on('exit', log)`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('npm')", line: '4' },
          line: 3,
          column: 11,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${imports}const a = spawn('npm', ['run', 'a'])\nconst b = spawn('npm', ['run', 'b'])\na.on('exit', () => { b.kill(); process.exit() })\nb.on('exit', log)`,
            },
            {
              messageId: 'suggestHook',
              output: `${imports}const a = spawn('npm', ['run', 'a'])\nconst b = spawn('npm', ['run', 'b'])\nprocess.on('exit', () => b.kill())\na.on('exit', () => process.exit())\nb.on('exit', log)`,
            },
          ],
        },
      ],
    },
    {
      name: 'when it has said that it is up',
      code: `${imports}const server = spawn('node', ['server.js'])\nserver.stdout.once('data', async () => {\n  await ask()\n  process.exit(0)\n})`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "spawn('node')", line: '5' },
          line: 2,
          column: 16,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${imports}const server = spawn('node', ['server.js'])\nserver.stdout.once('data', async () => {\n  await ask()\n  server.kill()\n  process.exit(0)\n})`,
            },
            {
              messageId: 'suggestHook',
              output: `${imports}const server = spawn('node', ['server.js'])\nprocess.on('exit', () => server.kill())\nserver.stdout.once('data', async () => {\n  await ask()\n  process.exit(0)\n})`,
            },
          ],
        },
      ],
    },
    {
      name: 'a restart that is all that stops it',
      code: `${slot}export function restart() {\n  if (app) app.kill()\n  app = spawn('node', ['app.js'], { stdio: 'ignore' })\n}`,
      errors: [{ messageId: 'neverStopped', data: { call: "spawn('node')" }, line: 5, column: 9, suggestions: 0 }],
    },
    {
      name: 'a server of the tests',
      code: `${slot}before(async () => {\n  app = spawn('node', ['app.js'])\n  await new Promise((resolve) => app.stdout.once('data', resolve))\n})`,
      errors: [{ messageId: 'neverStopped', data: { call: "spawn('node')" }, line: 4, column: 9, suggestions: 0 }],
    },
    {
      name: 'a server that nothing stops',
      code: `${imports}const db = spawn('mongod', ['--dbpath', 'x'])\ndb.on('exit', (code) => console.log(code))`,
      errors: [
        {
          messageId: 'neverStopped',
          data: { call: "spawn('mongod')" },
          line: 2,
          column: 12,
          suggestions: [
            {
              messageId: 'suggestHook',
              output: `${imports}const db = spawn('mongod', ['--dbpath', 'x'])\nprocess.on('exit', () => db.kill())\ndb.on('exit', (code) => console.log(code))`,
            },
          ],
        },
      ],
    },
    {
      name: 'started by a function, and handed back',
      code: `${imports}function start() {\n  const s = spawn('node', ['server.js'])\n  s.on('error', log)\n  return s\n}\nconst s = start()\nawait work()\nprocess.exit(0)`,
      errors: [
        {
          messageId: 'exitWhileRunning',
          data: { call: "start() → spawn('node') on line 3", line: '9' },
          line: 7,
          column: 11,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${imports}function start() {\n  const s = spawn('node', ['server.js'])\n  s.on('error', log)\n  return s\n}\nconst s = start()\nawait work()\ns.kill()\nprocess.exit(0)`,
            },
            {
              messageId: 'suggestHook',
              output: `${imports}function start() {\n  const s = spawn('node', ['server.js'])\n  s.on('error', log)\n  return s\n}\nconst s = start()\nprocess.on('exit', () => s.kill())\nawait work()\nprocess.exit(0)`,
            },
          ],
        },
      ],
    },
  ],
})
