import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork } from 'node:child_process'\nimport { once } from 'node:events'\n`
const errorListener = (indent: string): string =>
  `.on('error', (error) => {\n${indent}  console.error(\`The child process failed: \${error.message}\`)\n${indent}})`
const closeListener = (indent: string): string =>
  `.on('close', (code, signal) => {\n${indent}  if (code !== 0) console.error(\`The child process ended with \${signal ?? code}\`)\n${indent}})`

const inFunction = (lines: string): string => `${imports}export async function f() {\n${lines}\n}`
const valid = (name: string, lines: string): { name: string; code: string } => ({ name, code: inFunction(lines) })

interface Late {
  readonly name: string
  readonly event: 'end' | 'error'
  readonly start: string
  readonly rest: string
  readonly suspension: string
  /** Below the import lines; the start is on line 4. */
  readonly line: number
  readonly call?: string
}

const invalid = ({ call = "spawn('git')", event, line, name, rest, start, suspension }: Late) => ({
  name,
  code: inFunction(`  ${start}\n${rest}`),
  errors: [
    {
      messageId: event === 'error' ? 'errorTooLate' : 'endTooLate',
      data: { call, suspension, line: String(line) },
      line: 4,
      column: start.search(/spawn|fork/) + 3,
      endLine: 4,
      endColumn: start.search(/\('/) + 3,
      suggestions: [
        {
          messageId: event === 'error' ? 'suggestErrorListener' : 'suggestCloseListener',
          output: inFunction(
            `  ${start}\n  c${event === 'error' ? errorListener('  ') : closeListener('  ')}\n${rest}`,
          ),
        },
      ],
    },
  ],
})

const start = `const c = spawn('git')`
const handled = `  c.on('error', h)`

testRule('no-late-listener', {
  valid: [
    valid(
      'a timer that asks first',
      `  ${start}\n${handled}\n  setTimeout(() => {\n    if (c.exitCode !== null) g()\n    else c.on('exit', h)\n  }, 1000)`,
    ),
    valid(
      'an await of what may be settled at once',
      `${start}; await new Promise((r) => { if (o.ready) return r(); c.once('message', r) }); c.on('error', h); c.on('exit', g)`,
    ),
    {
      name: 'a helper that hands the child on before it listens',
      code: `${imports}function watch(p) {\n  register(p)\n  p.on('exit', g)\n}\nexport async function f() {\n  ${start}\n${handled}\n  await w()\n  watch(c)\n}`,
    },
    valid('the start of another child', `  ${start}\n${handled}\n  await once(d, 'spawn')\n  c.on('exit', h)`),
    valid('at once', `${start}; c.on('error', h); c.on('exit', g); await w()`),
    valid('never: other rules', `${start}; await w()`),
    valid('an await of a constant', `${start}; await null; c.on('error', h)`),
    valid('an await of a settled promise', `${start}; await Promise.resolve(); c.on('error', h); c.on('exit', g)`),
    valid('an await of a module', `${start}; const { x } = await import('node:zlib'); c.on('error', h)`),
    valid('an await that handles the error', `${start}; await once(c, 'spawn'); c.on('error', h); c.on('exit', g)`),
    valid('an await of unknown code', `${start}; await ready(c); c.on('error', h); c.on('exit', g)`),
    valid(
      'the end, after the start',
      `${start}\n${handled}; await new Promise((r) => c.once('spawn', r)); c.on('exit', g)`,
    ),
    valid(
      'the end, after a message',
      `const c = fork('x'); await new Promise((r) => c.once('message', r)); c.on('exit', g)`,
    ),
    valid(
      'the end, after the output of a named promise',
      `${start}\n${handled}; const ready = new Promise((r) => c.stdout.once('data', r)); await ready; c.on('exit', g)`,
    ),
    valid(
      'the end, after a local function that waits for output',
      `${start}\n${handled}; const ready = () => new Promise((r) => c.stdout.once('data', r)); await ready(); c.on('exit', g)`,
    ),
    valid(
      'a status that is asked for',
      `${start}\n${handled}; await w(); if (c.exitCode === null) await once(c, 'exit')`,
    ),
    valid('output that is read late', `${start}\n${handled}; await w(); for await (const x of c.stdout) use(x)`),
    valid('the end, in setImmediate', `${start}\n${handled}; setImmediate(() => c.on('exit', g))`),
    valid('the end, in a short timer', `${start}\n${handled}; setTimeout(() => c.on('exit', g), 0)`),
    valid('the end, in a timer of unknown length', `${start}\n${handled}; setTimeout(() => c.on('exit', g), ms)`),
    valid('nextTick', `${start}; process.nextTick(() => { c.on('error', h); c.on('exit', g) })`),
    valid('a callback of unknown code', `${start}; later(() => { c.on('error', h); c.on('exit', g) })`),
    valid('a second listener in a timer', `${start}; setTimeout(() => c.on('error', h), 500); c.on('error', g)`),
    valid('Node itself', `const c = spawn(process.execPath); await w(); c.on('error', h)`),
    valid('a shell', `const c = spawn('npm', { shell: true }); await w(); c.on('error', h)`),
    valid(
      'a daemon',
      `const c = spawn('x', { detached: true, stdio: 'ignore' })\n${handled}; c.unref(); await w(); c.on('exit', g)`,
    ),
    valid(
      'a function of timers that is not the one',
      `const setTimeout = f;\n${start}; setTimeout(() => c.on('error', h))`,
    ),
    {
      name: 'an exempt command',
      code: inFunction(`${start}; await w(); c.on('error', h)`),
      options: [{ commands: ['git'] }],
    },
  ],
  invalid: [
    invalid({
      name: 'an error after an await',
      event: 'error',
      start,
      rest: `  await w()\n${handled}`,
      suspension: 'await',
      line: 5,
    }),
    invalid({
      name: 'an end after an await',
      event: 'end',
      start,
      rest: `${handled}\n  await w()\n  c.on('exit', g)`,
      suspension: 'await',
      line: 6,
    }),
    invalid({
      name: 'both, reported once',
      event: 'error',
      start,
      rest: `  await w()\n  c.on('exit', g)\n${handled}`,
      suspension: 'await',
      line: 5,
    }),
    invalid({
      name: 'an error after the output',
      event: 'error',
      start,
      rest: `  await new Promise((r) => c.stdout.once('data', r))\n${handled}`,
      suspension: 'await',
      line: 5,
    }),
    invalid({
      name: 'once after an await',
      event: 'end',
      start,
      rest: `${handled}\n  await w()\n  await once(c, 'exit')`,
      suspension: 'await',
      line: 6,
    }),
    invalid({
      name: 'for await',
      event: 'error',
      start,
      rest: `  for await (const x of c.stdout) use(x)\n${handled}`,
      suspension: 'for await',
      line: 5,
    }),
    invalid({
      name: 'an error in a timer',
      event: 'error',
      start,
      rest: `  setTimeout(() => {\n  ${handled}\n  })`,
      suspension: 'setTimeout',
      line: 5,
    }),
    invalid({
      name: 'an error in setImmediate',
      event: 'error',
      start,
      rest: `  setImmediate(() => c.on('error', h))`,
      suspension: 'setImmediate',
      line: 5,
    }),
    invalid({
      name: 'an end in a long timer',
      event: 'end',
      start,
      rest: `${handled}\n  setTimeout(() => c.on('close', g), 3 * 1_000)`,
      suspension: 'setTimeout',
      line: 6,
    }),
    invalid({
      name: 'an end in then',
      event: 'end',
      start,
      rest: `${handled}\n  w().then(() => c.on('exit', g))`,
      suspension: 'then',
      line: 6,
    }),
    invalid({
      name: 'a fork',
      event: 'end',
      start: `const c = fork('x')`,
      call: "fork('x')",
      rest: `  await w()\n  c.on('exit', g)`,
      suspension: 'await',
      line: 5,
    }),
    {
      name: 'yield',
      code: `${imports}export function* f() {\n  const c = spawn('git')\n  yield 1\n  c.on('error', h)\n}`,
      errors: [
        {
          messageId: 'errorTooLate',
          data: { call: "spawn('git')", suspension: 'yield', line: '5' },
          line: 4,
          column: 13,
          endLine: 4,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}export function* f() {\n  const c = spawn('git')\n  c${errorListener('  ')}\n  yield 1\n  c.on('error', h)\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'in a promise that can be rejected',
      code: `${imports}export const f = () => new Promise((resolve, reject) => {\n  const c = spawn('git')\n  setTimeout(() => c.on('error', reject), 50)\n})`,
      errors: [
        {
          messageId: 'errorTooLate',
          data: { call: "spawn('git')", suspension: 'setTimeout', line: '5' },
          line: 4,
          column: 13,
          endLine: 4,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestReject',
              output: `${imports}export const f = () => new Promise((resolve, reject) => {\n  const c = spawn('git')\n  c.on('error', reject)\n  setTimeout(() => c.on('error', reject), 50)\n})`,
            },
          ],
        },
      ],
    },
  ],
})
