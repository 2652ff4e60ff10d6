import { testRule } from './rule-tester.ts'

const cp = `import { exec, execFile, execFileSync, fork, spawn } from 'node:child_process'\nimport { readFile } from 'node:fs/promises'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\n`
const inFunction = (lines: string): string => `${cp}export async function f(files) { ${lines} }`

testRule('no-unbounded-concurrency', {
  valid: [
    { name: 'one after the other', code: inFunction(`for (const file of files) await run('git', [file])`) },
    { name: 'synchronous', code: inFunction(`for (const file of files) execFileSync('git', [file])`) },
    { name: 'a limiter', code: inFunction(`await Promise.all(files.map((file) => limit(() => run('git', [file]))))`) },
    {
      name: 'a place that is waited for',
      code: inFunction(`await Promise.all(files.map(async (file) => { await lock(); await run('git', [file]) }))`),
    },
    {
      name: 'handed to a helper',
      code: inFunction(`await pMap(files, (file) => run('git', [file]), { concurrency: 4 })`),
    },
    {
      name: 'a part of the list',
      code: inFunction(`await Promise.all(files.slice(0, 4).map((file) => run('git', [file])))`),
    },
    {
      name: 'chunks',
      code: inFunction(`for (const part of split(files)) await Promise.all(part.map((file) => run('git', [file])))`),
    },
    { name: 'a batch', code: `${cp}export const f = (batch) => Promise.all(batch.map((file) => run('git', [file])))` },
    { name: 'a literal', code: inFunction(`await Promise.all(['a', 'b'].map((file) => run('git', [file])))`) },
    {
      name: 'a literal by name',
      code: inFunction(`const all = ['a', 'b']; for (const file of all) spawn('git', [file])`),
    },
    {
      name: 'a constant of another file',
      code: inFunction(`await Promise.all(TARGETS.map((file) => run('git', [file])))`),
    },
    { name: 'places', code: inFunction(`await Promise.all(Array.from({ length: files }, () => run('git')))`) },
    { name: 'as often as it says', code: inFunction(`for (let i = 0; i < files; i++) spawn('git')`) },
    {
      name: 'the first alone',
      code: inFunction(`for (const file of files) { if (ok(file)) { spawn('git', [file]); break } }`),
    },
    { name: 'workers', code: inFunction(`for (const file of files) fork(file)`) },
    { name: 'servers', code: inFunction(`files.forEach((file) => spawn('npm', ['run', 'serve', file]))`) },
    { name: 'daemons', code: inFunction(`files.forEach((file) => spawn(file, { detached: true }).unref())`) },
    {
      name: 'a reduce, one after the other',
      code: inFunction(`return files.reduce((p, file) => p.then(() => run('git', [file])), Promise.resolve())`),
    },
    { name: 'a loop for ever', code: inFunction(`while (true) { await run('git') }`) },
    {
      name: 'a test',
      filename: 'test/x.js',
      code: inFunction(`await Promise.all(files.map((file) => run('git', [file])))`),
    },
    {
      name: 'an exempt command',
      code: inFunction(`await Promise.all(files.map((file) => run('git', [file])))`),
      options: [{ commands: ['git'] }],
    },
  ],
  invalid: [
    {
      name: 'a promise for every element',
      code: inFunction(`return Promise.all(files.map((file) => run('git', [file])))`),
      errors: [
        {
          messageId: 'unlimited',
          data: { call: "run('git')", list: '`files`' },
          line: 5,
          column: 73,
          endLine: 5,
          endColumn: 76,
        },
      ],
    },
    {
      name: 'an async callback, also behind the disk',
      code: inFunction(
        `await Promise.all(files.map(async (file) => { const text = await readFile(file); await run('git', [text]) }))`,
      ),
      errors: [{ messageId: 'unlimited', line: 5 }],
    },
    {
      name: 'a function of the file',
      code: `${cp}async function one(file) { await run('git', [file]) }\nexport const f = (files) => Promise.all(files.map(one))`,
      errors: [{ messageId: 'unlimited', data: { call: "run('git')", list: '`files`' }, line: 5 }],
    },
    {
      name: 'a function of the file that the callback calls, with a promise of its own',
      code: `${cp}function one(file) { return new Promise((resolve) => { exec(file, resolve) }) }\nexport const f = (files) => Promise.all(files.filter(Boolean).map((file) => one(file)))`,
      errors: [{ messageId: 'unlimited', data: { call: 'exec()', list: '`files.filter(Boolean)`' }, line: 5 }],
    },
    {
      name: 'loops and forEach',
      code: `${cp}export function f(files) {
  for (const file of files) spawn('git', [file])
  files.forEach((file) => { spawn('git', [file]) })
  for (let i = 0; i < files.length; i++) spawn('git', [files[i]])
  for (const name in files) spawn('git', [name])
}`,
      errors: [6, 7, 8, 9].map((line) => ({
        messageId: 'unlimited',
        data: { call: "spawn('git')", list: '`files`' },
        line,
      })),
    },
    {
      name: 'a list with a long name',
      code: inFunction(
        `await Promise.all(Object.keys(files.thatAreInTheFolder.orBelow).map((file) => run('git', [file])))`,
      ),
      errors: [{ messageId: 'unlimited', data: { call: "run('git')", list: 'the list on line 5' }, line: 5 }],
    },
    {
      name: 'a literal that is longer than the option allows',
      code: inFunction(`await Promise.all(['a', 'b', 'c'].map((file) => run('git', [file])))`),
      options: [{ max: 2 }],
      errors: [{ messageId: 'unlimited', line: 5 }],
    },
  ],
})
