import { testRule } from './rule-tester.ts'

const spawn = `import { spawn, fork } from 'node:child_process'\n`
const listener = (name: string, what: string, indent = ''): string =>
  `${name}.on('close', (code, signal) => {\n${indent}  if (code !== 0) console.error(\`${what} ended with \${signal ?? code}\`)\n${indent}})`

testRule('no-floating-child', {
  valid: [
    { name: 'exit', code: `${spawn}spawn('git').on('exit', f)` },
    { name: 'close', code: `${spawn}const c = spawn('git'); c.once('close', f)` },
    { name: 'inherit, bare', code: `${spawn}spawn('git', [], { stdio: 'inherit' })` },
    { name: 'perhaps inherit, bare', code: `${spawn}export function f(o) { spawn('git', [], o) }` },
    { name: 'fork inherits by default', code: `${spawn}fork('./worker.js')` },
    { name: 'a daemon', code: `${spawn}const c = spawn('x', [], { detached: true, stdio: 'ignore' }); c.unref()` },
    { name: 'a daemon in a chain', code: `${spawn}spawn('x', [], { detached: true, stdio: 'ignore' }).unref()` },
    { name: 'half a daemon, as consistent-detached tells', code: `${spawn}spawn('x', [], { detached: true }).unref()` },
    { name: 'the other half', code: `${spawn}spawn('x', [], { detached: true, stdio: 'ignore' })` },
    { name: 'perhaps a daemon', code: `${spawn}export function f(o) { spawn('x', [], o).unref() }` },
    { name: 'the end of its output', code: `${spawn}const c = spawn('x'); c.stdout.on('end', f)` },
    { name: 'for await', code: `${spawn}for await (const chunk of spawn('x').stdout) use(chunk)` },
    {
      name: 'readline',
      code: `${spawn}import { createInterface } from 'readline'; const c = spawn('x'); const lines = createInterface({ input: c.stdout })`,
    },
    { name: 'an exit of the program', code: `${spawn}spawn('x'); process.exit(0)` },
    {
      name: 'an exempt command',
      code: `${spawn}spawn('./notify.sh', [url])`,
      options: [{ commands: ['notify*'] }],
    },
    { name: 'a message to the desktop', code: `${spawn}spawn('/usr/bin/xdg-open', [url])` },
    {
      name: 'never: some path does',
      code: `${spawn}const c = spawn('x'); if (y) c.on('exit', f)`,
      options: [{ paths: 'never' }],
    },
    {
      name: 'too late, which is what no-late-listener reports',
      code: `${spawn}export async function f() { const c = spawn('git'); await ready(); c.on('exit', g) }`,
    },
    { name: 'a mock', code: `${spawn}vi.mock('node:child_process'); spawn('git')` },
    {
      name: 'a private field, observed in another method',
      code: `${spawn}export class C { #c; start() { this.#c = spawn('git') } wait() { this.#c.on('exit', f) } }`,
    },
    {
      name: 'a private field, killed by its owner',
      code: `${spawn}export class C { #c; start() { this.#c = spawn('git') } stop() { this.#c?.kill() } }`,
    },
    { name: 'a public field', code: `${spawn}export class C { start() { this.child = spawn('git') } }` },
    { name: 'exec has its own end', code: `import { exec } from 'child_process'; exec('ls')` },
    { name: 'no child', code: `import { spawn } from 'xstate'; spawn('child_process')` },
  ],
  invalid: [
    {
      name: 'nothing',
      code: `${spawn}spawn('git', ['gc'])`,
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: "spawn('git')" },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          suggestions: [
            { messageId: 'suggestCloseListener', output: `${spawn}${listener("spawn('git', ['gc'])", 'git')}` },
          ],
        },
      ],
    },
    {
      name: 'a private field that nobody asks',
      code: `${spawn}export class C {\n  #c\n  start() {\n    this.#c = spawn('git')\n    this.#c.on('error', f)\n  }\n}`,
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: "spawn('git')" },
          line: 5,
          column: 15,
          endLine: 5,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}export class C {\n  #c\n  start() {\n    this.#c = spawn('git')\n    ${listener('this.#c', 'git', '    ')}\n    this.#c.on('error', f)\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a private field, observed on one way through its method',
      code: `${spawn}export class C {\n  #c\n  start() {\n    this.#c = spawn('git')\n    if (x) return\n    this.#c.on('exit', f)\n  }\n}`,
      errors: [
        {
          messageId: 'notObservedOnPath',
          data: { call: "spawn('git')", line: '6' },
          line: 5,
          column: 15,
          endLine: 5,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}export class C {\n  #c\n  start() {\n    this.#c = spawn('git')\n    ${listener('this.#c', 'git', '    ')}\n    if (x) return\n    this.#c.on('exit', f)\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a disposable, which is only killed',
      code: `${spawn}export function f() {\n  using child = spawn('x')\n  child.on('error', log)\n}`,
      errors: [{ messageId: 'neverObserved', data: { call: "spawn('x')" }, line: 3, column: 17, suggestions: 1 }],
    },
    {
      name: 'only a kill',
      code: `${spawn}function f(cmd) {\n  const c = spawn(cmd, [], { stdio: 'ignore' });\n  stop(() => c.kill());\n}`,
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: 'spawn()' },
          line: 3,
          column: 13,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}function f(cmd) {\n  const c = spawn(cmd, [], { stdio: 'ignore' });\n  c.on('close', (code, signal) => {\n    if (code !== 0) console.error(\`The child process ended with \${signal ?? code}\`);\n  });\n  stop(() => c.kill());\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'an early return',
      code: `${spawn}export function f() {\n  const c = spawn('git')\n  if (y) return\n  c.on('exit', g)\n}`,
      errors: [
        {
          messageId: 'notObservedOnPath',
          data: { call: "spawn('git')", line: '4' },
          line: 3,
          column: 13,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}export function f() {\n  const c = spawn('git')\n  ${listener('c', 'git', '  ')}\n  if (y) return\n  c.on('exit', g)\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a fork that is only talked to',
      code: `${spawn}const worker = fork('./worker.js')\nworker.on('message', f)`,
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: "fork('./worker.js')" },
          line: 2,
          column: 16,
          endLine: 2,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}const worker = fork('./worker.js')\n${listener('worker', './worker.js')}\nworker.on('message', f)`,
            },
          ],
        },
      ],
    },
    {
      name: 'strict: inherit, bare',
      code: `${spawn}spawn('git', [], { stdio: 'inherit' })`,
      options: [{ inherit: true }],
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: "spawn('git')" },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}${listener("spawn('git', [], { stdio: 'inherit' })", 'git')}`,
            },
          ],
        },
      ],
    },
    {
      name: 'detached and unreferenced, but with pipes, in a program that ends itself all the same',
      code: `${spawn}spawn('x', [], { detached: true }).unref()\nexport const quit = () => process.exit()`,
      errors: [
        {
          messageId: 'neverObserved',
          data: { call: "spawn('x')" },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestCloseListener',
              output: `${spawn}${listener("spawn('x', [], { detached: true })", 'x')}.unref()\nexport const quit = () => process.exit()`,
            },
          ],
        },
      ],
    },
    {
      name: 'malformed settings are reported once, at the start',
      code: `${spawn}spawn('git')`,
      settings: { childProcess: { killers: 'tree-kill' } },
      errors: [
        {
          messageId: 'invalidSettings',
          data: {
            problem:
              "`settings.childProcess.killers` must be an array of 'name', 'module#export' or { from, name }, not 'tree-kill'.",
          },
          line: 1,
          column: 1,
        },
      ],
    },
  ],
})
