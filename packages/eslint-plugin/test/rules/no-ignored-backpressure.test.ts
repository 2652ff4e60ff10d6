import { testRule } from './rule-tester.ts'

const cp = `import { once } from 'node:events'\nimport { spawn } from 'node:child_process'\n`
const inFunction = (lines: string): string =>
  `${cp}export async function f(source, list) {\n  const child = spawn('cat')\n  ${lines}\n}`

testRule('no-ignored-backpressure', {
  valid: [
    {
      name: 'the result is looked at',
      code: inFunction(`for await (const c of source) { if (!child.stdin.write(c)) await once(child.stdin, 'drain') }`),
    },
    { name: 'the loop waits', code: inFunction(`for await (const c of source) { child.stdin.write(c); await g(c) }`) },
    {
      name: 'somebody listens for drain',
      code: inFunction(`source.on('data', (c) => child.stdin.write(c)); child.stdin.on('drain', g)`),
    },
    {
      name: 'somebody asks',
      code: inFunction(`while (g()) { if (child.stdin.writableNeedDrain) break; child.stdin.write('x') }`),
    },
    { name: 'a callback', code: inFunction(`source.on('data', (c) => { child.stdin.write(c, () => g()) })`) },
    { name: 'written once', code: inFunction(`child.stdin.write('x')`) },
    { name: 'piped', code: inFunction(`source.pipe(child.stdin)`) },
    {
      name: 'a list',
      code: inFunction(`for (const c of list) child.stdin.write(c); list.forEach((c) => child.stdin.write(c))`),
    },
    { name: 'a list by index', code: inFunction(`for (let i = 0; i < list.length; i++) child.stdin.write(list[i])`) },
    {
      name: 'a few',
      code: inFunction(`for (let i = 0; i < 10; i++) child.stdin.write('x')`),
      options: [{ lists: true }],
    },
    {
      name: 'a literal list',
      code: inFunction(`for (const c of ['a', 'b']) child.stdin.write(c)`),
      options: [{ lists: true }],
    },
    { name: 'a message of its own', code: inFunction(`source.on('message', (c) => child.stdin.write(c))`) },
    {
      name: 'a listener that may pause',
      code: inFunction(`source.on('data', (c) => { a(c); child.stdin.write(c); b(c); d(c) })`),
    },
    {
      name: 'the stream is handed on',
      code: inFunction(`source.on('data', (c) => child.stdin.write(c)); limit(source, child.stdin)`),
    },
    {
      name: 'a test',
      filename: 'src/feed.test.js',
      code: inFunction(`for await (const c of source) child.stdin.write(c)`),
    },
  ],
  invalid: [
    {
      name: 'a loop over a stream',
      code: inFunction(`for await (const c of source) child.stdin.write(c)`),
      errors: [
        {
          messageId: 'ignored',
          data: { call: "spawn('cat')", place: 'loop', line: '5' },
          line: 4,
          column: 17,
          endLine: 4,
          endColumn: 22,
        },
      ],
    },
    {
      name: 'loops that go on by themselves',
      code: inFunction(`while (g()) child.stdin.write('x')`),
      errors: [{ messageId: 'ignored', data: { call: "spawn('cat')", place: 'loop', line: '5' }, line: 4 }],
    },
    {
      name: 'a listener, which a pipe can stand for',
      code: inFunction(`source.on('data', (c) => child.stdin.write(c))`),
      errors: [
        {
          messageId: 'ignored',
          data: { call: "spawn('cat')", place: 'listener', line: '5' },
          line: 4,
          suggestions: [{ messageId: 'suggestPipe', output: inFunction(`source.pipe(child.stdin, { end: false })`) }],
        },
      ],
    },
    {
      name: 'a listener that does more',
      code: inFunction(`source.on('line', (c) => { child.stdin.write(c + '\\n'); n++ })`),
      errors: [{ messageId: 'ignored', line: 4, suggestions: [] }],
    },
    {
      name: 'lists, where they are asked for',
      code: inFunction(`for (const c of list) child.stdin.write(c)`),
      options: [{ lists: true }],
      errors: [{ messageId: 'ignored', line: 4 }],
    },
  ],
})
