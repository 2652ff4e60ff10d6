import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork, exec, execFile } from 'node:child_process'\n`
const detached = (options: string, body = ''): string =>
  `${imports}export function start(log, done) {\n  const child = spawn('x', [], { detached: true${options} })\n${body}\n}`
const quiet = `, stdio: 'ignore'`
const onError = `  child.on('error', log)`
const plain = (body: string): string =>
  `${imports}export function run(done, isTree) {\n  const child = spawn('x')\n  child.on('close', done)\n${body}\n}`

testRule('consistent-detached', {
  valid: [
    { name: 'a daemon', code: detached(quiet, `${onError}\n  child.unref()`) },
    { name: 'a daemon in one expression', code: `${imports}spawn('x', { detached: true, stdio: 'ignore' }).unref()` },
    { name: 'its end is observed', code: detached(quiet, `  child.on('exit', done)`) },
    { name: 'handed on', code: detached(quiet, `  return child`) },
    { name: 'its group is killed', code: detached(quiet, `  done(() => process.kill(-child.pid))`) },
    { name: 'its pid is handed on', code: detached(quiet, `  done(child.pid)`) },
    { name: 'told to end', code: detached(quiet, `  done(() => child.send('stop'))`) },
    { name: 'with a time limit', code: detached(`${quiet}, timeout: 5000`, onError) },
    { name: 'detached on some platforms', code: `${imports}spawn('x', { detached: process.platform !== 'win32' })` },
    { name: 'not detached', code: `${imports}spawn('x', { detached: false })` },
    { name: 'a program that ends itself', code: `${imports}spawn('x', { detached: true })\nprocess.exit(0)` },
    { name: 'a desktop application', code: `import { app } from 'electron'\n${imports}spawn('x', { detached: true })` },
    { name: 'a console of its own', code: `${imports}spawn('cmd.exe', ['/c', 'build'], { detached: true })` },
    { name: 'a messenger', code: `${imports}spawn('xdg-open', [url], { detached: true })` },
    {
      name: 'an exempt command',
      code: `${imports}spawn('x', { detached: true })`,
      options: [{ commands: ['x'] }],
    },
    { name: 'a pipe for input alone', code: detached(`, stdio: ['pipe', 'ignore', 'ignore']`, `  child.unref()`) },
    { name: 'output of the program', code: detached(`, stdio: 'inherit'`, `  child.unref()`) },
    {
      name: 'pipes that are unrefed',
      code: detached('', `  child.stdout.unref()\n  child.stderr.unref()\n  child.unref()`),
    },
    {
      name: 'a pipe that is closed once the first line is there',
      code: detached(
        `, stdio: ['ignore', 'pipe', 'ignore']`,
        `  child.unref()\n  child.stdout.once('data', () => child.stdout.destroy())`,
      ),
    },
    {
      name: 'a stream in other hands',
      code: detached(`, stdio: ['ignore', 'pipe', 'ignore']`, `  log(child.stdout)\n  child.unref()`),
    },
    { name: 'pipes of an unknown kind', code: detached(`, stdio: log.stdio`, `  child.unref()`) },
    { name: 'held until it is killed', code: detached('', `  child.unref()\n  done(() => child.kill())`) },
    {
      name: 'unrefed for nothing: its end is waited for',
      code: `${imports}export function run(done) {\n  const child = spawn('x')\n  child.on('close', done)\n  child.unref()\n}`,
    },
    {
      name: 'without a channel',
      code: `${imports}export function run() {\n  const child = fork('./x.js', { detached: true, stdio: 'ignore' })\n  child.unref()\n  child.disconnect()\n}`,
    },
    {
      name: 'a channel that is unrefed',
      code: `${imports}export function run() {\n  const child = fork('./x.js', { detached: true, stdio: 'ignore' })\n  child.unref()\n  child.channel?.unref()\n}`,
    },
    {
      name: 'a further pipe, in use',
      code: detached(`, stdio: ['ignore', 'ignore', 'ignore', 'pipe']`, `  child.unref()\n  log(child.stdio[3])`),
    },
    { name: 'the child alone is killed', code: plain(`  done(() => process.kill(child.pid))`) },
    {
      name: 'the group of one that may lead one',
      code: `${imports}const child = spawn('x', options)\nprocess.kill(-child.pid)`,
    },
    {
      name: 'the group of a session',
      code: `${imports}const child = spawn('setsid', ['x'])\nprocess.kill(-child.pid)`,
    },
    {
      name: 'one of two children',
      code: `${imports}export function run(isTree) {\n  let child\n  if (isTree) child = spawn('x', { detached: true })\n  else child = spawn('x')\n  child.on('close', f)\n  return () => process.kill(-child.pid)\n}`,
    },
    {
      name: 'under a condition of its own',
      code: plain(`  done(() => { if (isTree) process.kill(-child.pid); else child.kill() })`),
    },
    {
      name: 'behind a condition of its own',
      code: plain(`  done(() => { if (!isTree) return child.kill(); process.kill(-child.pid) })`),
    },
    {
      name: 'with a fallback',
      code: plain(`  done(() => { try { process.kill(-child.pid) } catch { child.kill() } })`),
    },
    {
      name: 'a field that is given two children',
      code: `${imports}class A {\n  a() { this.child = spawn('x', { detached: true }) }\n  b() { this.child = spawn('x') }\n  stop() { process.kill(-this.child.pid) }\n}`,
    },
    {
      name: 'a function of the settings, which may detach by itself',
      code: `const child = start('x')\nprocess.kill(-child.pid)`,
      settings: { childProcess: { factories: ['start'] } },
    },
    { name: 'exec, not detached', code: `${imports}exec('x', { detached: false }, done)` },
  ],
  invalid: [
    {
      name: 'neither let go nor waited for',
      code: detached(quiet, onError),
      errors: [
        {
          messageId: 'abandoned',
          data: { call: "spawn('x')" },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            { messageId: 'suggestUnref', output: detached(quiet, `  child.unref()\n${onError}`) },
            {
              messageId: 'suggestCloseListener',
              output: detached(
                quiet,
                `  child.on('close', (code, signal) => {\n    if (code !== 0) console.error(\`x ended with \${signal ?? code}\`)\n  })\n${onError}`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'with pipes',
      code: `${imports}spawn('x', { detached: true }).on('error', log)`,
      errors: [
        {
          messageId: 'abandoned',
          data: { call: "spawn('x')" },
          line: 2,
          column: 1,
          suggestions: [
            {
              messageId: 'suggestUnrefAndIgnore',
              output: `${imports}spawn('x', { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }).on('error', log).unref()`,
            },
            {
              messageId: 'suggestCloseListener',
              output: `${imports}spawn('x', { detached: true }).on('close', (code, signal) => {\n  if (code !== 0) console.error(\`x ended with \${signal ?? code}\`)\n}).on('error', log)`,
            },
          ],
        },
      ],
    },
    {
      name: 'its output is read',
      code: detached('', `  child.stdout.on('data', log)`),
      errors: [{ messageId: 'abandoned', data: { call: "spawn('x')" }, line: 3, column: 17, suggestions: 1 }],
    },
    {
      name: 'unrefed, with pipes',
      code: detached('', `  child.unref()`),
      errors: [
        {
          messageId: 'held',
          data: { call: "spawn('x')", handles: '`stdout` and `stderr` pipes' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: detached(`, stdio: ['pipe', 'ignore', 'ignore']`, `  child.unref()`),
            },
            {
              messageId: 'suggestUnrefHandles',
              output: detached('', `  child.stdout.unref()\n  child.stderr.unref()\n  child.unref()`),
            },
          ],
        },
      ],
    },
    {
      name: 'one pipe is released, the other is not',
      code: detached('', `  child.stdout.on('data', log).unref()\n  child.unref()`),
      errors: [
        {
          messageId: 'held',
          data: { call: "spawn('x')", handles: '`stderr` pipe' },
          line: 3,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'observed, but detached to be left',
      code: detached('', `  child.stdout.on('data', log)\n  child.on('exit', done)\n  child.unref()`),
      errors: [
        {
          messageId: 'held',
          data: { call: "spawn('x')", handles: '`stdout` and `stderr` pipes' },
          line: 3,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'killed only when the program ends, which the pipes do not let it',
      code: `${imports}const child = spawn('x')\nchild.unref()\nprocess.on('exit', () => child.kill())`,
      errors: [
        {
          messageId: 'held',
          data: { call: "spawn('x')", handles: '`stdout` and `stderr` pipes' },
          line: 2,
          column: 15,
          suggestions: 2,
        },
      ],
    },
    {
      name: 'with a channel',
      code: `${imports}const child = fork('./x.js', { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })\nchild.unref()`,
      errors: [
        {
          messageId: 'held',
          data: { call: "fork('./x.js')", handles: 'IPC channel' },
          line: 2,
          column: 15,
          suggestions: [
            {
              messageId: 'suggestUnrefHandles',
              output: `${imports}const child = fork('./x.js', { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })\nchild.channel.unref()\nchild.unref()`,
            },
          ],
        },
      ],
    },
    {
      name: 'with a pipe and a channel behind the first three',
      code: `${imports}spawn('x', { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'ipc'] }).unref()`,
      errors: [
        {
          messageId: 'held',
          data: { call: "spawn('x')", handles: '`stdio` pipe and IPC channel' },
          line: 2,
          column: 1,
        },
      ],
    },
    {
      name: 'exec, whose options cannot take the pipes away',
      code: `${imports}exec('x', { stdio: 'ignore' }).unref()`,
      errors: [
        { messageId: 'held', data: { call: "exec('x')", handles: '`stdout` and `stderr` pipes' }, line: 2, column: 1 },
      ],
    },
    {
      name: 'the group of a child that leads none',
      code: plain(`  done(() => process.kill(-child.pid, 'SIGTERM'))`),
      errors: [
        {
          messageId: 'noLeader',
          data: { call: "spawn('x')", line: '5' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestDetached',
              output: plain(`  done(() => process.kill(-child.pid, 'SIGTERM'))`).replace(
                `spawn('x')`,
                `spawn('x', { detached: true })`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'unless on Windows',
      code: plain(
        `  done(() => { if (child.exitCode !== null) return; if (process.platform === 'win32') child.kill(); else process.kill(-child.pid) })`,
      ),
      errors: [{ messageId: 'noLeader', data: { call: "spawn('x')", line: '5' }, line: 3, column: 17, suggestions: 1 }],
    },
    {
      name: 'by its pid',
      code: plain(`  const { pid } = child\n  done(() => { try { process.kill(-pid) } catch {} })`),
      errors: [{ messageId: 'noLeader', data: { call: "spawn('x')", line: '6' }, line: 3, column: 17, suggestions: 1 }],
    },
    {
      name: 'by a function of the file',
      code: `${plain(`  done(() => stop(child))`)}\nfunction stop(child) { if (child.pid) process.kill(-child.pid) }`,
      errors: [{ messageId: 'noLeader', data: { call: "spawn('x')", line: '7' }, line: 3, column: 17, suggestions: 1 }],
    },
    {
      name: 'in a field',
      code: `${imports}export class Server {\n  start() { this.child = spawn('x', { detached: false }) }\n  stop() {\n    if (!this.child) return\n    process.kill(-this.child.pid)\n    this.child = undefined\n  }\n}`,
      errors: [{ messageId: 'noLeader', data: { call: "spawn('x')", line: '6' }, line: 3, column: 26, suggestions: 1 }],
    },
    {
      name: 'the group of exec, which ignores the option',
      code: `${imports}const child = exec('x', { detached: true }, done)\nprocess.kill(-child.pid)`,
      errors: [{ messageId: 'noLeader', data: { call: "exec('x')", line: '3' }, line: 2, column: 15 }],
    },
    {
      name: 'exec, detached',
      code: `${imports}exec('x', { detached: true }, done)\nexecFile('x', { detached: true }, done)`,
      errors: [
        { messageId: 'ignored', data: { call: "exec('x')" }, line: 2, column: 1, endLine: 2, endColumn: 5 },
        { messageId: 'ignored', data: { call: "execFile('x')" }, line: 3, column: 1 },
      ],
    },
    {
      name: 'a promisified execFile',
      code: `${imports}import { promisify } from 'node:util'\nconst run = promisify(execFile)\nexport const open = () => run('x', [], { detached: true, stdio: 'ignore' })`,
      errors: [{ messageId: 'ignored', data: { call: "run('x')" }, line: 4, column: 27 }],
    },
  ],
})
