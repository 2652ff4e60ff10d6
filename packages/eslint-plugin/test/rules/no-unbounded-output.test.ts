import { testRule } from './rule-tester.ts'

const cp = `import { exec, execFile, execFileSync, execSync, spawn, spawnSync } from 'node:child_process'\nimport { promisify } from 'node:util'\nconst run = promisify(exec)\n`
const collect = (listener: string, after = 'use(out)'): string =>
  `${cp}export function f(file) {\n  let out = ''\n  const child = spawn(file)\n  child.stdout.on('data', ${listener})\n  child.on('close', () => { ${after} })\n}`

testRule('no-unbounded-output', {
  valid: [
    {
      name: 'a limit in the listener',
      code: collect(`(chunk) => { out += chunk; if (out.length > 100) child.kill() }`),
    },
    { name: 'a limit before', code: collect(`(chunk) => { if (out.length < 100) out += chunk }`) },
    { name: 'the last chunk alone', code: collect(`(chunk) => { out = chunk }`) },
    { name: 'the last part', code: collect(`(chunk) => { out = (out + chunk).slice(-100) }`) },
    {
      name: 'lines that are taken out',
      code: collect(`(chunk) => { out += chunk; const lines = out.split('\\n'); out = lines.pop(); use(lines) }`),
    },
    {
      name: 'a helper that bounds',
      code: collect(
        `(chunk) => { out += chunk; check() }`,
        `use(out) }); function check() { if (out.length > 9) stop() }; g(() => {`,
      ),
    },
    { name: 'started anew elsewhere', code: collect(`(chunk) => { out += chunk }`, `use(out); out = ''`) },
    { name: 'nothing is kept', code: collect(`(chunk) => { console.log(String(chunk)) }`) },
    { name: 'a quick command', code: collect(`(chunk) => { out += chunk }`).replace('spawn(file)', `spawn('uname')`) },
    {
      name: 'an exempt command',
      code: collect(`(chunk) => { out += chunk }`).replace('spawn(file)', `spawn('make')`),
      options: [{ commands: ['make'] }],
    },
    { name: 'in a test', filename: 'test/run.js', code: collect(`(chunk) => { out += chunk }`) },
    { name: 'a limit of the API', code: `${cp}exec('make', { maxBuffer: 10 * 1024 * 1024 }, done)` },
    { name: 'a limit that is not known', code: `${cp}exec('make', { maxBuffer }, done)` },
    { name: 'spawn() does not look at it', code: `${cp}spawn('make', { maxBuffer: Infinity })` },
    { name: 'the output is read', code: `${cp}export const f = () => execSync('npm install').toString()` },
    { name: 'the output is shown', code: `${cp}execSync('npm install', { stdio: 'inherit' })` },
    { name: 'a larger limit', code: `${cp}execSync('npm install', { maxBuffer: 1e8 })` },
    { name: 'a quiet command', code: `${cp}execSync('npm install --silent')\nexecSync('make > log')` },
    { name: 'a command that prints little', code: `${cp}execSync('git fetch')` },
    { name: 'the callback reads it', code: `${cp}exec('npm install', (error, stdout) => console.log(stdout))` },
    { name: 'somebody else reads it', code: `${cp}exec('npm install', done).stdout.pipe(process.stdout)` },
    { name: 'a promise that is read', code: `${cp}const { stdout } = await run('npm install'); use(stdout)` },
    { name: 'a promise that is returned', code: `${cp}export const f = () => run('npm install')` },
  ],
  invalid: [
    {
      name: 'a text that grows',
      code: collect(`(chunk) => { out += chunk }`),
      errors: [
        {
          messageId: 'collected',
          data: { call: 'spawn()', line: '7', stream: 'stdout' },
          line: 6,
          column: 17,
          endLine: 6,
          endColumn: 22,
        },
      ],
    },
    {
      name: 'a list that grows, and an expression',
      code: `${cp}export function f(file) {\n  const chunks = []\n  const child = spawn(file)\n  child.stderr.on('data', (chunk) => chunks.push(chunk))\n  child.on('close', () => use(Buffer.concat(chunks)))\n}`,
      errors: [{ messageId: 'collected', data: { call: 'spawn()', line: '7', stream: 'stderr' }, line: 6 }],
    },
    {
      name: 'a property, and a buffer that is joined',
      code: `${cp}export function f(file) {\n  const result = { out: Buffer.alloc(0) }\n  const child = spawn(file)\n  child.stdout.on('data', (chunk) => { result.out = Buffer.concat([result.out, chunk]) })\n  return result\n}`,
      errors: [{ messageId: 'collected', data: { call: 'spawn()', line: '7', stream: 'stdout' }, line: 6 }],
    },
    {
      name: 'asked whether there is any',
      code: collect(`(chunk) => { out += chunk }`, `if (out.length > 0) use(out)`),
      errors: [{ messageId: 'collected', line: 6 }],
    },
    {
      name: 'no limit of the API',
      code: `${cp}exec('make', { maxBuffer: Infinity }, done)\nexecFileSync('make', { maxBuffer: Number.MAX_SAFE_INTEGER })`,
      errors: [
        {
          messageId: 'unlimited',
          data: { call: "exec('make')" },
          line: 4,
          suggestions: [
            {
              messageId: 'suggestLimit',
              output: `${cp}exec('make', { maxBuffer: 64 * 1024 * 1024 }, done)\nexecFileSync('make', { maxBuffer: Number.MAX_SAFE_INTEGER })`,
            },
          ],
        },
        {
          messageId: 'unlimited',
          data: { call: "execFileSync('make')" },
          line: 5,
          suggestions: [
            {
              messageId: 'suggestLimit',
              output: `${cp}exec('make', { maxBuffer: Infinity }, done)\nexecFileSync('make', { maxBuffer: 64 * 1024 * 1024 })`,
            },
          ],
        },
      ],
    },
    {
      name: 'a limit above the one of the option',
      code: `${cp}exec('make', options = { maxBuffer: 2000 }, done)\nexec('make', { maxBuffer: 2000 }, done)`,
      options: [{ maxBuffer: 1000 }],
      errors: [
        {
          messageId: 'unlimited',
          line: 5,
          suggestions: [
            {
              messageId: 'suggestLimit',
              output: `${cp}exec('make', options = { maxBuffer: 2000 }, done)\nexec('make', { maxBuffer: 64 * 1024 * 1024 }, done)`,
            },
          ],
        },
      ],
    },
    {
      name: 'kept and not read',
      code: `${cp}execSync('npm install')`,
      errors: [
        {
          messageId: 'cutOff',
          data: { call: "execSync('npm')" },
          line: 4,
          suggestions: [{ messageId: 'suggestInherit', output: `${cp}execSync('npm install', { stdio: 'inherit' })` }],
        },
      ],
    },
    {
      name: 'promised, with a callback, and with the status alone',
      code: `${cp}await run('npm ci')\nexec('npm ci', (error) => done(error))\nconst { status } = spawnSync('npm', ['ci'], { stdio: 'pipe' }); use(status)`,
      errors: [
        { messageId: 'cutOff', data: { call: "run('npm')" }, line: 4 },
        { messageId: 'cutOff', data: { call: "exec('npm')" }, line: 5 },
        { messageId: 'cutOff', data: { call: "spawnSync('npm')" }, line: 6 },
      ],
    },
    {
      name: 'a command that the option names',
      code: `${cp}await run('our-build all')`,
      options: [{ talkative: ['our-build'] }],
      errors: [{ messageId: 'cutOff', line: 4 }],
    },
  ],
})
