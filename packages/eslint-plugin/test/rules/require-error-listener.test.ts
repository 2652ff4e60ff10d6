import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork } from 'node:child_process'\n`
const listener = (what: string, indent = ''): string =>
  `.on('error', (error) => {\n${indent}  console.error(\`Could not start ${what}: \${error.message}\`)\n${indent}})`

testRule('require-error-listener', {
  valid: [
    { name: 'on', code: `${imports}spawn('git').on('error', f)` },
    { name: 'prependOnceListener', code: `${imports}const c = spawn('git'); c.prependOnceListener('error', f)` },
    { name: 'once of events', code: `${imports}import { once } from 'events'; await once(spawn('git'), 'exit')` },
    {
      name: 'an option that a written number of rounds does not change',
      code: `${imports}export function f(cmd, o) {\n  if (o.quiet) return;\n  for (let i = 0; i < 2; i++) {\n    const c = spawn(cmd);\n    if (o.quiet) return;\n    c.on('error', g);\n  }\n}`,
    },
    { name: 'handed on', code: `${imports}export const start = () => spawn('git')` },
    { name: 'a method by an unknown name', code: `${imports}spawn('git')[method]('error', f)` },
    { name: 'Node itself', code: `${imports}spawn(process.execPath, ['x.js'])` },
    { name: 'perhaps Node itself', code: `${imports}spawn(process.env.NODE || process.execPath, ['x.js'])` },
    { name: 'a shell', code: `${imports}spawn('npm', ['ci'], { shell: true })` },
    { name: 'perhaps a shell', code: `${imports}spawn('npm', ['ci'], { shell: process.platform === 'win32' })` },
    { name: 'the shell of the system', code: `${imports}spawn('sh', ['-c', 'npm ci'])` },
    { name: 'a fork', code: `${imports}fork('./worker.js')` },
    { name: 'exec has a listener of its own', code: `import { execFile } from 'child_process'; execFile('git')` },
    { name: 'sync calls have no events', code: `import { spawnSync } from 'child_process'; spawnSync('git')` },
    {
      name: 'too late, which is what no-late-listener reports',
      code: `${imports}export async function f() { const c = spawn('git'); await g(); c.on('error', h) }`,
    },
    { name: 'an exempt command', code: `${imports}spawn('git')`, options: [{ commands: ['git'] }] },
  ],
  invalid: [
    {
      name: 'nothing',
      code: `${imports}const c = spawn('git')`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')" },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            { messageId: 'suggestErrorListener', output: `${imports}const c = spawn('git')\nc${listener('git')}` },
          ],
        },
      ],
    },
    {
      name: 'a stream by an unknown name has no way back to the child',
      code: `${imports}const c = spawn('git')\nfor (const name of ['stdout', 'stderr']) c[name].on('error', f)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')" },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const c = spawn('git')\nc${listener('git')}\nfor (const name of ['stdout', 'stderr']) c[name].on('error', f)`,
            },
          ],
        },
      ],
    },
    {
      name: 'errorMonitor does not handle',
      code: `${imports}import { errorMonitor } from 'node:events'\nspawn('git').on(errorMonitor, f)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')" },
          line: 3,
          column: 1,
          endLine: 3,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}import { errorMonitor } from 'node:events'\nspawn('git')${listener('git')}.on(errorMonitor, f)`,
            },
          ],
        },
      ],
    },
    {
      name: 'a try that pretends',
      code: `${imports}try {\n  spawn('git', [], { stdio: 'ignore', detached: true }).unref()\n} catch {}`,
      errors: [
        {
          messageId: 'caughtInVain',
          data: { call: "spawn('git')", line: '2' },
          line: 3,
          column: 3,
          endLine: 3,
          endColumn: 8,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}try {\n  spawn('git', [], { stdio: 'ignore', detached: true })${listener('git', '  ')}.unref()\n} catch {}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a promise that could reject',
      code: `${imports}export const run = () => new Promise((resolve, reject) => {\n  const c = spawn('git')\n  c.on('close', resolve)\n})`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')" },
          line: 3,
          column: 13,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestReject',
              output: `${imports}export const run = () => new Promise((resolve, reject) => {\n  const c = spawn('git')\n  c.on('error', reject)\n  c.on('close', resolve)\n})`,
            },
          ],
        },
      ],
    },
    {
      name: 'an option that may change in the rounds of a loop that waits',
      code: `${imports}export async function f(cmd, o) {\n  if (o.quiet) return;\n  for (let i = 0; i < 2; i++) {\n    const c = spawn(cmd);\n    if (o.quiet) return;\n    c.on('error', g);\n    await h();\n  }\n}`,
      errors: [
        {
          messageId: 'notHandledOnPath',
          data: { call: 'spawn()', line: '6' },
          line: 5,
          column: 15,
          endLine: 5,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}export async function f(cmd, o) {\n  if (o.quiet) return;\n  for (let i = 0; i < 2; i++) {\n    const c = spawn(cmd);\n    c.on('error', (error) => {\n      console.error(\`Could not start the child process: \${error.message}\`);\n    });\n    if (o.quiet) return;\n    c.on('error', g);\n    await h();\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'on one path only',
      code: `${imports}export function f(cmd) {\n  let c;\n  c = spawn(cmd);\n  if (y) return;\n  c.on('error', g);\n}`,
      errors: [
        {
          messageId: 'notHandledOnPath',
          data: { call: 'spawn()', line: '5' },
          line: 4,
          column: 7,
          endLine: 4,
          endColumn: 12,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}export function f(cmd) {\n  let c;\n  c = spawn(cmd);\n  c.on('error', (error) => {\n    console.error(\`Could not start the child process: \${error.message}\`);\n  });\n  if (y) return;\n  c.on('error', g);\n}`,
            },
          ],
        },
      ],
    },
    ...(
      [
        ['fork', `fork('./worker.js')`, "fork('./worker.js')", './worker.js', 5],
        ['node', `spawn(process.execPath)`, 'spawn()', 'the child process', 6],
        ['shell', `spawn('npm', { shell: true })`, "spawn('npm')", 'npm', 6],
      ] as const
    ).map(([option, code, call, what, endColumn]) => ({
      name: `strict: ${option}`,
      code: `${imports}${code}`,
      options: [{ [option]: true }],
      errors: [
        {
          messageId: 'neverHandled',
          data: { call },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn,
          suggestions: [{ messageId: 'suggestErrorListener', output: `${imports}${code}${listener(what)}` }],
        },
      ],
    })),
  ],
})
