import { testRule } from './rule-tester.ts'

const sync = `import { execSync, execFileSync, spawnSync } from 'node:child_process'\n`
const promised = `import { exec, execFile, spawn } from 'node:child_process'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\n`

testRule('require-deadline', {
  valid: [
    { name: 'sync at the top of a script', code: `${sync}execSync('make')` },
    { name: 'a timeout', code: `${sync}function f() { execSync('make', { timeout: 5 * 60_000 }) }` },
    { name: 'a timeout that is not known', code: `${sync}function f(timeout) { execSync('make', { timeout }) }` },
    { name: 'options that are not known', code: `${sync}function f(options) { execSync('make', options) }` },
    { name: 'in view', code: `${sync}function f() { spawnSync('vim', [file], { stdio: 'inherit' }) }` },
    { name: 'a quick command', code: `${sync}function f() { return execSync('uname -a') }` },
    { name: 'a version', code: `${sync}function f() { return execFileSync('git', ['--version']) }` },
    { name: 'a local query', code: `${promised}await run('git', ['rev-parse', 'HEAD'])` },
    {
      name: 'in view, by an option of execa',
      code: `import execa from 'execa'; await execa('npm', ['i'], { stdin: 'inherit' })`,
      filename: new URL('fixtures/execa-5/file.js', import.meta.url).pathname,
    },
    { name: 'Node itself', code: `${sync}function f() { spawnSync(process.execPath, ['x.js']) }` },
    { name: 'a server', code: `${promised}async function f() { await run('vite', ['dev']) }` },
    { name: 'a signal', code: `${promised}async function f(signal) { await run('make', [], { signal }) }` },
    {
      name: 'any of several signals, one of which fires',
      code: `${promised}async function f(signal) { const c = new AbortController(); await run('make', [], { signal: AbortSignal.any([c.signal, AbortSignal.timeout(9)]) }) }`,
    },
    {
      name: 'any of several signals, one of which is given',
      code: `${promised}async function f(signal) { const c = new AbortController(); await run('make', [], { signal: AbortSignal.any([c.signal, signal]) }) }`,
    },
    {
      name: 'any of a list out of sight',
      code: `${promised}async function f(signals) { await run('make', [], { signal: AbortSignal.any(signals) }) }`,
    },
    {
      name: 'a signal that is taken out of a controller in other hands',
      code: `${promised}async function f(g) { const c = new AbortController(); const { signal } = c; g(c); await run('make', [], { signal }) }`,
    },
    {
      name: 'a limit under a condition',
      code: `${promised}async function f(ms) { await run('make', [], { signal: ms ? AbortSignal.timeout(ms) : undefined }) }`,
    },
    {
      name: 'the controller of a field',
      code: `${promised}class A { #c = new AbortController(); stop() { this.#c.abort() } async run() { await run('make', [], { signal: this.#c.signal }) } }`,
    },
    {
      name: 'a controller that another run aborts when it has waited',
      code: `${promised}const c = new AbortController()\nasync function f() { await run('make', [], { signal: c.signal }); c.abort() }`,
    },
    {
      name: 'a controller that is aborted before the wait, later',
      code: `${promised}async function f() { const c = new AbortController(); setTimeout(() => c.abort(), 9); try { await run('make', [], { signal: c.signal }) } finally { c.abort() } }`,
    },
    { name: 'AbortSignal.timeout', code: `${promised}await run('make', [], { signal: AbortSignal.timeout(1000) })` },
    {
      name: 'a controller that is aborted',
      code: `${promised}const c = new AbortController(); setTimeout(() => c.abort(), 9); await run('make', [], { signal: c.signal })`,
    },
    { name: 'raced', code: `${promised}await Promise.race([run('make'), sleep(1000)])` },
    { name: 'killed', code: `${promised}const p = run('make'); setTimeout(() => p.child.kill(), 1000); await p` },
    { name: 'bounded by another function', code: `${promised}await pTimeout(run('make'), 1000)` },
    { name: 'nobody waits', code: `${promised}exec('make')` },
    {
      name: 'every: killed by a timer',
      code: `${promised}const c = spawn('make'); setTimeout(() => c.kill(), 1000)`,
      options: [{ every: true }],
    },
    { name: 'every: detached', code: `${promised}spawn('make', { detached: true })`, options: [{ every: true }] },
    {
      name: 'an exempt command',
      code: `${sync}function f() { execSync('git log') }`,
      options: [{ commands: ['git'] }],
    },
    { name: 'an unknown version of execa', code: `import { execa } from 'execa'; await execa('make')` },
  ],
  invalid: [
    {
      name: 'a sync call in a function',
      code: `${sync}export function f() {\n  return execSync('make all', { cwd }).toString()\n}`,
      errors: [
        {
          messageId: 'blocksProgram',
          data: { call: "execSync('make')" },
          line: 3,
          column: 10,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestTimeoutAndKill',
              output: `${sync}export function f() {\n  return execSync('make all', { cwd, timeout: 60000, killSignal: 'SIGKILL' }).toString()\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'an awaited call',
      code: `${promised}await run('git', ['fetch'])`,
      errors: [
        {
          messageId: 'blocksCaller',
          data: { call: "run('git')" },
          line: 4,
          column: 7,
          endLine: 4,
          endColumn: 10,
          suggestions: [
            { messageId: 'suggestTimeout', output: `${promised}await run('git', ['fetch'], { timeout: 60000 })` },
          ],
        },
      ],
    },
    {
      name: 'a wrapper of a known version',
      code: `import execa from 'execa'; await execa('npm', ['i'])`,
      filename: new URL('fixtures/execa-5/file.js', import.meta.url).pathname,
      errors: [
        {
          messageId: 'blocksCaller',
          data: { call: "execa('npm')" },
          line: 1,
          column: 34,
          endLine: 1,
          endColumn: 39,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: `import execa from 'execa'; await execa('npm', ['i'], { timeout: 60000 })`,
            },
          ],
        },
      ],
    },
    {
      name: 'a line of two programs of which the first is quick',
      code: `${sync}function f() { execSync('echo y | npm i') }`,
      errors: [
        {
          messageId: 'blocksProgram',
          data: { call: "execSync('echo')" },
          line: 2,
          column: 16,
          endLine: 2,
          endColumn: 24,
          suggestions: [
            {
              messageId: 'suggestTimeoutAndKill',
              output: `${sync}function f() { execSync('echo y | npm i', { timeout: 60000, killSignal: 'SIGKILL' }) }`,
            },
          ],
        },
      ],
    },
    {
      name: 'several that are awaited together',
      code: `${promised}await Promise.all([run('git', {\n  cwd,\n})])`,
      errors: [
        {
          messageId: 'blocksCaller',
          data: { call: "run('git')" },
          line: 4,
          column: 20,
          endLine: 4,
          endColumn: 23,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: `${promised}await Promise.all([run('git', {\n  cwd,\n  timeout: 60000,\n})])`,
            },
          ],
        },
      ],
    },
    {
      name: 'returned, then handled',
      code: `${promised}export const f = () => run('git').catch(() => undefined)`,
      errors: [
        {
          messageId: 'blocksCaller',
          data: { call: "run('git')" },
          line: 4,
          column: 24,
          endLine: 4,
          endColumn: 27,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: `${promised}export const f = () => run('git', { timeout: 60000 }).catch(() => undefined)`,
            },
          ],
        },
      ],
    },
    {
      name: 'timeout: 0',
      code: `${sync}function f() { spawnSync('make', [], { timeout: 0, killSignal: 'SIGKILL' }) }`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "spawnSync('make')", limit: '`timeout: 0`' },
          line: 2,
          column: 16,
          endLine: 2,
          endColumn: 25,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: `${sync}function f() { spawnSync('make', [], { timeout: 60000, killSignal: 'SIGKILL' }) }`,
            },
          ],
        },
      ],
    },
    {
      name: 'a signal without a controller',
      code: `${promised}const { signal } = new AbortController()\nawait run('make', [], { signal })`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that nobody aborts' },
          line: 5,
          column: 7,
        },
      ],
    },
    {
      name: 'any of several signals that nobody aborts',
      code: `${promised}const c = new AbortController()\nawait run('make', [], { signal: AbortSignal.any([c.signal, new AbortController().signal]) })`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that nobody aborts' },
          line: 5,
          column: 7,
        },
      ],
    },
    {
      name: 'any of no signals',
      code: `${promised}await run('make', [], { signal: AbortSignal.any([]) })`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that nobody aborts' },
          line: 4,
          column: 7,
        },
      ],
    },
    {
      name: 'a private controller that nobody aborts',
      code: `${promised}class A { #c = new AbortController(); async run() {\nawait run('make', [], { signal: this.#c.signal }) } }`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that nobody aborts' },
          line: 5,
          column: 7,
        },
      ],
    },
    {
      name: 'a controller that is aborted behind the wait',
      code: `${promised}async function f() { const c = new AbortController(); try {\nawait run('make', [], { signal: c.signal }) } finally { c.abort() } }`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that is aborted only when the wait is over' },
          line: 5,
          column: 7,
        },
      ],
    },
    {
      name: 'a controller that nobody aborts',
      code: `${promised}const controller = new AbortController()\nawait run('make', [], { signal: controller.signal })`,
      errors: [
        {
          messageId: 'uselessLimit',
          data: { call: "run('make')", limit: 'a signal that nobody aborts' },
          line: 5,
          column: 7,
          endLine: 5,
          endColumn: 10,
        },
      ],
    },
    {
      name: 'every: a spawn',
      code: `${promised}spawn('make', { cwd })`,
      options: [{ every: true }],
      errors: [
        {
          messageId: 'blocksCaller',
          data: { call: "spawn('make')" },
          line: 4,
          column: 1,
          endLine: 4,
          endColumn: 6,
          suggestions: [{ messageId: 'suggestTimeout', output: `${promised}spawn('make', { cwd, timeout: 60000 })` }],
        },
      ],
    },
  ],
})
