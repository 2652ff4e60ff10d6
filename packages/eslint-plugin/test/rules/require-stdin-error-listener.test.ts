import { testRule } from './rule-tester.ts'

const imports = `import { spawn, exec, fork } from 'node:child_process'\n`
const listener = (what: string, indent = ''): string =>
  `.on('error', (error) => {\n${indent}  console.error(\`Could not write to ${what}: \${error.message}\`)\n${indent}})`

const place = (line: number, column: number, length: number) => ({
  line,
  column,
  endLine: line,
  endColumn: column + length,
})

testRule('require-stdin-error-listener', {
  valid: [
    {
      name: 'no pipe to write into',
      code: `${imports}const c = spawn('x', { stdio: ['ignore', 'pipe', 'pipe'] })\nif (c.stdin) c.stdin.write('y')`,
    },
    { name: 'a listener', code: `${imports}const c = spawn('git'); c.stdin.on('error', f); c.stdin.end(x)` },
    {
      name: 'a listener behind the write',
      code: `${imports}const c = spawn('git'); c.stdin.end(x); c.stdin.on('error', f)`,
    },
    { name: 'nothing is written', code: `${imports}const c = spawn('git'); c.stdin.end()` },
    { name: 'only a callback is given', code: `${imports}spawn('git').stdin.end(() => f())` },
    { name: 'a pipe that is listened to', code: `${imports}input.pipe(spawn('git').stdin).on('error', f)` },
    {
      name: 'pipeline reports it',
      code: `${imports}import { pipeline } from 'node:stream/promises'\nawait pipeline(input, spawn('git').stdin)`,
    },
    {
      name: 'finished reports it',
      code: `${imports}import { finished } from 'node:stream'\nconst { stdin } = spawn('git'); finished(stdin, f); stdin.end(x)`,
    },
    {
      name: 'once rejects on it',
      code: `${imports}import { once } from 'node:events'\nconst { stdin } = spawn('git'); stdin.end(x); await once(stdin, 'finish')`,
    },
    { name: 'handed on', code: `${imports}const c = spawn('git'); feed(c.stdin); c.stdin.write(x)` },
    {
      name: 'returned',
      code: `${imports}export const f = () => { const c = spawn('git'); c.stdin.write(x); return c }`,
    },
    {
      name: 'a path that writes nothing owes nothing',
      code: `${imports}const c = spawn('git')\nif (x) { c.stdin.on('error', f); c.stdin.end(x) } else c.stdin.end()`,
    },
    {
      name: 'the same question twice',
      code: `${imports}const c = spawn('git')\nif (o.input) c.stdin.end(o.input)\nawait null\nif (o.input) c.stdin.on('error', f)`,
    },
    {
      name: 'an await before the write',
      code: `${imports}const c = spawn('git')\nawait g()\nc.stdin.on('error', f)\nc.stdin.end(x)`,
    },
    {
      name: 'the stdin of execa, which handles it',
      code: `import { execa } from 'execa'\nconst c = execa('git'); c.stdin.end(x); await c`,
    },
    {
      name: 'a function of the file',
      code: `${imports}const quiet = (s) => s.on('error', f)\nconst c = spawn('git'); quiet(c.stdin).end(x)`,
    },
    { name: 'an exempt command', code: `${imports}spawn('git').stdin.end(x)`, options: [{ commands: ['git'] }] },
    {
      name: 'any path, with never',
      code: `${imports}const c = spawn('git')\nif (y) c.stdin.on('error', f)\nc.stdin.end(x)`,
      options: [{ paths: 'never' }],
    },
  ],
  invalid: [
    {
      name: 'a last write',
      code: `${imports}const c = spawn('git')\nc.stdin.end(x)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')", feed: '3' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const c = spawn('git')\nc.stdin${listener('git')}\nc.stdin.end(x)`,
            },
          ],
        },
      ],
    },
    {
      name: 'a listener on the child sees nothing of it',
      code: `${imports}const c = spawn('git')\nc.on('error', f)\nc.stdin?.write(x)\nc.stdin?.end()`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')", feed: '4' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const c = spawn('git')\nc.stdin?${listener('git')}\nc.on('error', f)\nc.stdin?.write(x)\nc.stdin?.end()`,
            },
          ],
        },
      ],
    },
    {
      name: 'a try that pretends',
      code: `${imports}const c = spawn('git')\ntry {\n  c.stdin.end(x)\n} catch {}`,
      errors: [
        {
          messageId: 'caughtInVain',
          data: { call: "spawn('git')", feed: '4', line: '3' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const c = spawn('git')\nc.stdin${listener('git')}\ntry {\n  c.stdin.end(x)\n} catch {}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a pipe',
      code: `${imports}process.stdin.pipe(spawn('head').stdin)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('head')", feed: '2' },
          ...place(2, 20, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}process.stdin.pipe(spawn('head').stdin)${listener('head')}`,
            },
          ],
        },
      ],
    },
    {
      name: 'destructured',
      code: `${imports}const { stdin } = spawn('git')\nstdin.write(x)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')", feed: '3' },
          ...place(2, 19, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const { stdin } = spawn('git')\nstdin${listener('git')}.write(x)`,
            },
          ],
        },
      ],
    },
    {
      name: 'exec has no listener of its own for it',
      code: `${imports}export const run = () => new Promise((resolve, reject) => {\n  const c = exec(command, resolve)\n  c.stdin.end(x)\n})`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: 'exec()', feed: '4' },
          ...place(3, 13, 4),
          suggestions: [
            {
              messageId: 'suggestReject',
              output: `${imports}export const run = () => new Promise((resolve, reject) => {\n  const c = exec(command, resolve)\n  c.stdin.on('error', reject)\n  c.stdin.end(x)\n})`,
            },
          ],
        },
      ],
    },
    {
      name: 'a write in a listener, where a link would add one each time',
      code: `${imports}const { stdin } = spawn('git')\nlines.on('line', (line) => stdin.write(line))`,
      errors: [
        { messageId: 'neverHandled', data: { call: "spawn('git')", feed: '3' }, ...place(2, 19, 5), suggestions: [] },
      ],
    },
    {
      name: 'on one path only',
      code: `${imports}export function f(cmd) {\n  const c = spawn(cmd)\n  c.stdin.write(x)\n  if (y) return\n  c.stdin.on('error', g)\n}`,
      errors: [
        {
          messageId: 'notHandledOnPath',
          data: { call: 'spawn()', feed: '4', line: '5' },
          ...place(3, 13, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}export function f(cmd) {\n  const c = spawn(cmd)\n  c.stdin${listener('the child process', '  ')}\n  c.stdin.write(x)\n  if (y) return\n  c.stdin.on('error', g)\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'after an await',
      code: `${imports}const c = spawn('git')\nc.stdin.end(x)\nawait g()\nc.stdin.on('error', h)`,
      errors: [
        {
          messageId: 'handledTooLate',
          data: { call: "spawn('git')", feed: '3', suspension: 'await', line: '4' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}const c = spawn('git')\nc.stdin${listener('git')}\nc.stdin.end(x)\nawait g()\nc.stdin.on('error', h)`,
            },
          ],
        },
      ],
    },
  ],
})
