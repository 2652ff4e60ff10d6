import { testRule } from './rule-tester.ts'

const cp = `import { exec, execFile, execFileSync, fork, spawn, spawnSync } from 'node:child_process'\n`

const filename = new URL('fixtures/wrappers/file.js', import.meta.url).pathname
const tinyexec = `import { x } from 'tinyexec'\n`

testRule('require-exit-status', {
  valid: [
    { name: 'tinyexec, read', filename, code: `${tinyexec}if ((await x('make')).exitCode !== 0) fail()` },
    { name: 'tinyexec, throws', filename, code: `${tinyexec}await x('make', [], { throwOnError: true })` },
    { name: 'tinyexec, returned', filename, code: `${tinyexec}export const f = () => x('make')` },
    { name: 'the status is read', code: `${cp}if (spawnSync('make').status !== 0) throw new Error()` },
    { name: 'one of three', code: `${cp}const { error, stdout } = spawnSync('make'); use(error, stdout)` },
    { name: 'kept, and read later', code: `${cp}let r; r = spawnSync('make'); if (r.signal) fail()` },
    { name: 'throws by itself', code: `${cp}execFileSync('make')` },
    { name: 'the whole result is returned', code: `${cp}export function f() { return spawnSync('make') }` },
    { name: 'the whole result is passed on', code: `${cp}check(spawnSync('make'))` },
    { name: 'the whole result is exported', code: `${cp}export const r = spawnSync('make')` },
    { name: 'the rest of the result is taken', code: `${cp}const { stdout, ...rest } = spawnSync('make'); use(rest)` },
    { name: 'output that is tested', code: `${cp}const { stdout } = spawnSync('make'); if (stdout) use(stdout)` },
    {
      name: 'output that may be missing',
      code: `${cp}export const f = () => spawnSync('git').stdout?.toString()\nexport const g = () => (spawnSync('git').stdout || '').trim()`,
    },
    {
      name: 'output that must be JSON',
      code: `${cp}export const f = () => JSON.parse(spawnSync('npm', ['ls']).stdout)`,
    },
    { name: 'a quick command', code: `${cp}spawnSync('kill', ['-9', '1'])` },
    { name: 'a version', code: `${cp}spawnSync('make', ['--version'])` },
    { name: 'an exempt command', code: `${cp}spawnSync('make')`, options: [{ commands: ['make'] }] },
    { name: 'the callback reads the error', code: `${cp}exec('make', (error) => { if (error) throw error })` },
    { name: 'the callback reads stderr', code: `${cp}exec('make', (error, out, err) => console.error(err))` },
    { name: 'an empty callback', code: `${cp}exec('make', () => {})\nexec('make', () => undefined)` },
    { name: 'a callback from outside', code: `${cp}export function f(cb) { exec('make', cb) }` },
    {
      name: 'a callback that looks at the output',
      code: `${cp}exec('make', (_, out) => { if (out.includes('x')) f() })`,
    },
    { name: 'all arguments', code: `${cp}exec('make', function () { done(...arguments) })` },
    { name: 'no callback, but a listener', code: `${cp}exec('make').on('exit', (code) => console.log(code))` },
    { name: 'no callback, and the child is returned', code: `${cp}export const f = () => exec('make')` },
    { name: 'null for a failure', code: `${cp}export const f = () => spawnSync('make').status ?? 1` },
    {
      name: '0 for null, when the signal is looked at',
      code: `${cp}export function f() { const r = spawnSync('make'); return r.signal ? 1 : (r.status ?? 0) }`,
    },
    {
      name: '0 for null, when null is told apart',
      code: `${cp}export function f() { const { status } = spawnSync('make'); return status === null ? 1 : status || 0 }`,
    },
    { name: '0 for null in a message', code: `${cp}const r = spawnSync('make'); console.log(\`\${r.status ?? 0}\`)` },
    {
      name: '0 for null of a child that the program ends',
      code: `${cp}const c = spawn('make'); c.on('exit', (code) => process.exit(code ?? 0)); process.on('SIGINT', () => c.kill())`,
    },
    {
      name: '0 for null beside the signal',
      code: `${cp}spawn('make').on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))`,
    },
    { name: '1 for null', code: `${cp}spawn('make').on('exit', (code) => process.exit(code ?? 1))` },
  ],
  invalid: [
    {
      name: 'tinyexec',
      filename,
      code: `${tinyexec}await x('make')\nexport const f = async () => { const { stdout } = await x('git', ['log']); return stdout }`,
      errors: [
        { messageId: 'unread', data: { call: "x('make')" }, line: 2 },
        { messageId: 'outputOnly', data: { call: "x('git')" }, line: 3 },
      ],
    },
    {
      name: 'a result that nobody takes',
      code: `${cp}spawnSync('make', ['all'])`,
      errors: [
        { messageId: 'unread', data: { call: "spawnSync('make')" }, line: 2, column: 1, endLine: 2, endColumn: 10 },
      ],
    },
    {
      name: 'a result of which nothing is read, or the pid alone',
      code: `${cp}const r = spawnSync('make')\nconsole.log(spawnSync('make').pid)`,
      errors: [
        { messageId: 'unread', line: 2 },
        { messageId: 'unread', line: 3 },
      ],
    },
    {
      name: 'output alone',
      code: `${cp}export const f = () => spawnSync('git', ['rev-parse']).stdout.toString().trim()
export function g() { const { stdout } = spawnSync('git', ['rev-parse']); return stdout }
export function h() { const r = spawnSync('git', ['rev-parse']); const text = String(r.stdout); console.log(\`at \${text}\`) }`,
      errors: [2, 3, 4].map((line) => ({ messageId: 'outputOnly', data: { call: "spawnSync('git')" }, line })),
    },
    {
      name: 'a callback that ignores its error',
      code: `${cp}exec('make', () => { next() })\nexecFile('make', (_error, stdout) => { console.log(stdout) })`,
      errors: [
        { messageId: 'errorIgnored', data: { call: "exec('make')" }, line: 2, column: 1 },
        { messageId: 'outputOnly', data: { call: "execFile('make')" }, line: 3, column: 1 },
      ],
    },
    {
      name: 'a callback with a name',
      code: `${cp}function done() { next() }\nexec('make', done)`,
      errors: [{ messageId: 'errorIgnored', line: 3 }],
    },
    {
      name: 'no callback',
      code: `${cp}exec('make')\nexecFile('make', ['all'], { cwd: '/' })`,
      errors: [
        { messageId: 'unheard', data: { call: "exec('make')" }, line: 2, column: 1 },
        { messageId: 'unheard', data: { call: "execFile('make')" }, line: 3, column: 1 },
      ],
    },
    {
      name: '0 for null',
      code: `${cp}const { status } = spawnSync('make')\nprocess.exit(status ?? 0)`,
      errors: [
        {
          messageId: 'zeroFallback',
          data: { call: "spawnSync('make')", name: 'status', line: '3' },
          line: 2,
          column: 20,
          suggestions: [
            { messageId: 'suggestOne', output: `${cp}const { status } = spawnSync('make')\nprocess.exit(status ?? 1)` },
          ],
        },
      ],
    },
    {
      name: '0 for null, beside the error',
      code: `${cp}export function f() { const r = spawnSync('make'); if (r.error) throw r.error; return r.status || 0 }`,
      errors: [
        {
          messageId: 'zeroFallback',
          line: 2,
          suggestions: [
            {
              messageId: 'suggestOne',
              output: `${cp}export function f() { const r = spawnSync('make'); if (r.error) throw r.error; return r.status || 1 }`,
            },
          ],
        },
      ],
    },
    {
      name: '0 for null in a listener',
      code: `${cp}const child = spawn('make')\nchild.on('close', (code) => process.exit(code ?? 0))`,
      errors: [
        {
          messageId: 'zeroFallback',
          data: { call: "spawn('make')", name: 'code', line: '3' },
          line: 2,
          suggestions: [
            {
              messageId: 'suggestOne',
              output: `${cp}const child = spawn('make')\nchild.on('close', (code) => process.exit(code ?? 1))`,
            },
          ],
        },
      ],
    },
  ],
})
