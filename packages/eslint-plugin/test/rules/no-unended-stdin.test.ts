import { testRule } from './rule-tester.ts'

const imports = `import { spawn, exec, execFile, fork } from 'node:child_process'\n`
const readers = [{ readers: true }]

const place = (line: number, column: number, length: number) => ({
  line,
  column,
  endLine: line,
  endColumn: column + length,
})

testRule('no-unended-stdin', {
  valid: [
    { name: 'end', code: `${imports}const c = spawn('sort'); c.stdin.write(x); c.stdin.end()` },
    { name: 'end with data', code: `${imports}spawn('sort').stdin.end(x)` },
    { name: 'destroy', code: `${imports}const c = spawn('sort'); c.stdin.write(x); c.stdin.destroy()` },
    { name: 'a pipe ends it', code: `${imports}input.pipe(spawn('sort').stdin)` },
    { name: 'a pipe that may end it', code: `${imports}input.pipe(spawn('sort').stdin, options)` },
    {
      name: 'a pipe, and end',
      code: `${imports}const c = spawn('sort'); input.pipe(c.stdin, { end: false }); input.on('end', () => c.stdin.end())`,
    },
    { name: 'a kill', code: `${imports}const c = spawn('sort'); c.stdin.write(x); setTimeout(() => c.kill(), 9)` },
    {
      name: 'a kill of a function that others call as well',
      code: `${imports}const c = spawn('sort'); c.stdin.write(x); const stop = () => c.kill(); c.on('error', stop); app.on('quit', stop)`,
    },
    { name: 'a time limit', code: `${imports}const c = spawn('sort', { timeout: 9 }); c.stdin.write(x)` },
    {
      name: 'disconnect',
      code: `${imports}const c = fork('./x.js', { silent: true }); c.stdin.write(x); c.disconnect()`,
    },
    { name: 'handed on', code: `${imports}const c = spawn('sort'); c.stdin.write(x); use(c)` },
    { name: 'let go', code: `${imports}const c = spawn('sort'); c.stdin.write(x); c.unref()` },
    {
      name: 'written to by a listener',
      code: `${imports}const c = spawn('bc'); lines.on('line', (l) => c.stdin.write(l))`,
    },
    {
      name: 'written to by a timer',
      code: `${imports}const c = spawn('bc'); setTimeout(() => c.stdin.write(x), 9)`,
    },
    {
      name: 'an answer to a prompt',
      code: `${imports}const c = spawn('ssh'); c.stdout.on('data', () => c.stdin.write('yes\\n'))`,
    },
    {
      name: 'written to by a function that is handed out',
      code: `${imports}const c = spawn('bc'); c.stdin.write(x); export const send = (l) => c.stdin.write(l)`,
    },
    {
      name: 'question and answer',
      code: `${imports}const c = spawn('bc'); c.stdin.write(x); await answer(); c.stdin.write(y)`,
    },
    {
      name: 'messages by a helper',
      code: `${imports}const send = (p, m) => p.stdin.write(m); const c = spawn('server'); send(c, x); send(c, y)`,
    },
    {
      name: 'a path that writes nothing',
      code: `${imports}const c = spawn('sort')\nif (x) { c.stdin.write(x); c.stdin.end() }`,
    },
    { name: 'a server', code: `${imports}const c = spawn('vite', ['serve']); c.stdin.write(x)` },
    { name: 'the program ends', code: `${imports}const c = spawn('sort'); c.stdin.write(x); process.exit()` },
    { name: 'a reader, by default', code: `${imports}spawn('cat')` },
    { name: 'a file', code: `${imports}spawn('cat', ['x.txt'])`, options: readers },
    { name: 'files that are not known', code: `${imports}spawn('cat', files)`, options: readers },
    { name: 'a pattern and a file', code: `${imports}spawn('grep', ['-n', 'x', 'x.txt'])`, options: readers },
    { name: 'a folder', code: `${imports}spawn('grep', ['-r', 'x'])`, options: readers },
    { name: 'a redirection', code: `${imports}exec('sort < x.txt')`, options: readers },
    { name: 'two commands', code: `${imports}exec('cat; true')`, options: readers },
    { name: 'ended at once', code: `${imports}spawn('cat').stdin.end()`, options: readers },
    { name: 'no pipe', code: `${imports}spawn('cat', { stdio: ['ignore', 'pipe', 'pipe'] })`, options: readers },
    { name: 'handed on', code: `${imports}export const cat = () => spawn('cat')`, options: readers },
    { name: 'bounded', code: `${imports}exec('cat', { timeout: 9 }, f)`, options: readers },
    { name: 'its version', code: `${imports}execFile('sort', ['--version'], f)`, options: readers },
    {
      name: 'a script that may not read',
      code: `${imports}exec("awk 'BEGIN { print 1 }'", () => f())`,
      options: readers,
    },
    { name: 'a program in an argument', code: `${imports}execFile('bash', ['-c', 'ls'], f)`, options: readers },
  ],
  invalid: [
    {
      name: 'a kill when the child has ended',
      code: `${imports}const c = spawn('sort')\nc.stdin.write(x)\nconst fail = () => c.kill()\nc.on('exit', fail); c.stdin.on('error', fail)`,
      errors: [
        {
          messageId: 'neverEnded',
          data: { call: "spawn('sort')", feed: '3' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestEnd',
              output: `${imports}const c = spawn('sort')\nc.stdin.end(x)\nconst fail = () => c.kill()\nc.on('exit', fail); c.stdin.on('error', fail)`,
            },
          ],
        },
      ],
    },
    {
      name: 'a write',
      code: `${imports}const c = spawn('sort')\nc.stdin.write(x)`,
      errors: [
        {
          messageId: 'neverEnded',
          data: { call: "spawn('sort')", feed: '3' },
          ...place(2, 11, 5),
          suggestions: [{ messageId: 'suggestEnd', output: `${imports}const c = spawn('sort')\nc.stdin.end(x)` }],
        },
      ],
    },
    ...['process.nextTick(() => {', "c.on('spawn', () => {"].map((start) => ({
      name: `a write in ${start}`,
      code: `${imports}const c = spawn('sort')\n${start} c.stdin.write(x) })`,
      errors: [
        {
          messageId: 'neverEnded',
          data: { call: "spawn('sort')", feed: '3' },
          ...place(2, 11, 5),
          suggestions: [
            { messageId: 'suggestEnd', output: `${imports}const c = spawn('sort')\n${start} c.stdin.end(x) })` },
          ],
        },
      ],
    })),
    {
      name: 'writes in a loop',
      code: `${imports}const c = exec(command)\nfor (const x of xs) c.stdin.write(x)`,
      errors: [{ messageId: 'neverEnded', data: { call: 'exec()', feed: '3' }, ...place(2, 11, 4), suggestions: [] }],
    },
    {
      name: 'a write in the executor of a promise',
      code: `${imports}const c = spawn('sort')\nawait new Promise((resolve) => { c.on('close', resolve); c.stdin.write(x) })`,
      errors: [
        {
          messageId: 'neverEnded',
          data: { call: "spawn('sort')", feed: '3' },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestEnd',
              output: `${imports}const c = spawn('sort')\nawait new Promise((resolve) => { c.on('close', resolve); c.stdin.end(x) })`,
            },
          ],
        },
      ],
    },
    {
      name: 'a pipe that leaves it open',
      code: `${imports}const c = spawn('sort')\ninput.pipe(c.stdin, { end: false })`,
      errors: [
        { messageId: 'neverEnded', data: { call: "spawn('sort')", feed: '3' }, ...place(2, 11, 5), suggestions: [] },
      ],
    },
    {
      name: 'a promisified call',
      code: `import { promisify } from 'node:util'\n${imports}const c = promisify(execFile)('sort')\nc.child.stdin.write(x)\nawait c`,
      errors: [
        {
          messageId: 'neverEnded',
          data: { call: "execFile('sort')", feed: '4' },
          ...place(3, 11, 19),
          suggestions: [
            {
              messageId: 'suggestEnd',
              output: `import { promisify } from 'node:util'\n${imports}const c = promisify(execFile)('sort')\nc.child.stdin.end(x)\nawait c`,
            },
          ],
        },
      ],
    },
    {
      name: 'on one path only',
      code: `${imports}export function f() {\n  const c = spawn('sort')\n  c.stdin.write(x)\n  if (y) return\n  c.stdin.end()\n}`,
      errors: [
        {
          messageId: 'notEndedOnPath',
          data: { call: "spawn('sort')", feed: '4', line: '5' },
          ...place(3, 13, 5),
          suggestions: [],
        },
      ],
    },
    {
      name: 'strict: cat',
      code: `${imports}const c = spawn('cat')`,
      options: readers,
      errors: [
        {
          messageId: 'leftOpen',
          data: { call: "spawn('cat')" },
          ...place(2, 11, 5),
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}const c = spawn('cat', { stdio: ['ignore', 'pipe', 'pipe'] })`,
            },
          ],
        },
      ],
    },
    {
      name: 'strict: a pattern without a file',
      code: `${imports}execFile('grep', ['-c', 'x'], () => f())`,
      options: readers,
      errors: [
        {
          messageId: 'leftOpen',
          data: { call: "execFile('grep')" },
          ...place(2, 1, 8),
          suggestions: [
            { messageId: 'suggestEndAtOnce', output: `${imports}execFile('grep', ['-c', 'x'], () => f()).stdin.end()` },
          ],
        },
      ],
    },
    {
      name: 'strict: the head of a pipeline',
      code: `${imports}const c = exec("sed 's/;/,/' | sort", () => f())`,
      options: readers,
      errors: [
        {
          messageId: 'leftOpen',
          data: { call: "exec('sed')" },
          ...place(2, 11, 4),
          suggestions: [
            {
              messageId: 'suggestEndAtOnce',
              output: `${imports}const c = exec("sed 's/;/,/' | sort", () => f())\nc.stdin.end()`,
            },
          ],
        },
      ],
    },
  ],
})
