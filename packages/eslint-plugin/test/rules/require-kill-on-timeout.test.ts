import { testRule } from './rule-tester.ts'

const imports = `import { execFile, spawn } from 'node:child_process'\nimport { once } from 'node:events'\nimport { setTimeout as sleep } from 'node:timers/promises'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\n`
/** The body of a promise executor, from line 8 on. */
const promise = (body: string): string =>
  `${imports}export const start = (ms) => new Promise((resolve, reject) => {\n  const child = spawn('x')\n${body}\n})`
const settled = `  child.on('error', reject)\n  child.on('close', resolve)`
const race = (body: string): string => `${imports}export async function start(ms) {\n${body}\n}`

testRule('require-kill-on-timeout', {
  valid: [
    {
      name: 'killed by the timer',
      code: promise(`${settled}\n  setTimeout(() => { child.kill(); reject(new Error()) }, ms)`),
    },
    {
      name: 'killed by a function that the timer runs',
      code: promise(
        `${settled}\n  const fail = (error) => { child.kill('SIGKILL'); reject(error) }\n  setTimeout(() => fail(new Error()), ms)`,
      ),
    },
    {
      name: 'killed by its group',
      code: promise(`${settled}\n  setTimeout(() => { process.kill(-child.pid); reject(new Error()) }, ms)`),
    },
    {
      name: 'killed by a command',
      code: promise(
        `${settled}\n  setTimeout(() => { spawn('taskkill', ['/pid', String(child.pid), '/T']); reject(new Error()) }, ms)`,
      ),
    },
    {
      name: 'killed by whoever waits',
      code: race(
        `  const child = spawn('x')\n  try { return await Promise.race([once(child, 'exit'), sleep(ms)]) } finally { child.kill() }`,
      ),
    },
    {
      name: 'killed at the end of the program',
      code: promise(
        `  process.once('exit', () => child.kill())\n${settled}\n  setTimeout(() => reject(new Error()), ms)`,
      ),
    },
    {
      name: 'told to end',
      code: promise(`${settled}\n  setTimeout(() => { child.stdin.end(); reject(new Error()) }, ms)`),
    },
    {
      name: 'bounded by itself',
      code: `${imports}export const start = () => Promise.race([run('x', { timeout: 900 }), sleep(1000)])`,
    },
    {
      name: 'a signal',
      code: `${imports}export const start = (signal) => Promise.race([run('x', [], { signal }), sleep(1000)])`,
    },
    {
      name: 'a start that counts as one after a while',
      code: promise(`  child.on('error', reject)\n  child.on('exit', reject)\n  setTimeout(resolve, 500)`),
    },
    {
      name: 'a child that is handed out by the timer',
      code: promise(`  child.on('error', reject)\n  child.on('exit', reject)\n  setTimeout(() => resolve(child), 500)`),
    },
    {
      name: 'a child that is handed out at once',
      code: promise(`  child.on('error', reject)\n  resolve(child)\n  setTimeout(() => reject(new Error()), ms)`),
    },
    {
      name: 'kept where others reach it',
      code: promise(`  registry.set(ms, child)\n${settled}\n  setTimeout(() => reject(new Error()), ms)`),
    },
    {
      name: 'put off after the end',
      code: promise(
        `  child.on('error', reject)\n  child.on('exit', (code) => { setTimeout(() => reject(new Error(code)), 500) })`,
      ),
    },
    {
      name: 'a daemon',
      code: `${imports}export const start = (ms) => new Promise((resolve, reject) => {\n  const child = spawn('x', { detached: true })\n${settled}\n  setTimeout(() => reject(new Error()), ms)\n})`,
    },
    {
      name: 'waited for again',
      code: race(
        `  const done = run('x')\n  await Promise.race([done, sleep(ms)])\n  console.log('…')\n  return await done`,
      ),
    },
    {
      name: 'asked in a loop how long it takes',
      code: race(
        `  const done = run('x').then(() => true)\n  while (!(await Promise.race([done, sleep(ms)]))) console.log('…')`,
      ),
    },
    {
      name: 'a race in which no time takes part',
      code: race(`  return Promise.race([run('x'), run('y')])`),
    },
    {
      name: 'an exempt command',
      code: race(`  return Promise.race([run('x'), sleep(ms)])`),
      options: [{ commands: ['x'] }],
    },
  ],
  invalid: [
    {
      name: 'a timer that rejects',
      code: promise(`${settled}\n  setTimeout(() => reject(new Error()), ms)`),
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "spawn('x')", line: '10' },
          line: 7,
          column: 17,
          endLine: 7,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: promise(`${settled}\n  setTimeout(() => { child.kill(); reject(new Error()) }, ms)`),
            },
          ],
        },
      ],
    },
    {
      name: 'a timer that rejects under a condition',
      code: promise(
        `${settled}\n  let isReady = false\n  child.stdout.once('data', () => { isReady = true; resolve(child) })\n  setTimeout(() => {\n    if (!isReady) {\n      reject(new Error())\n    }\n  }, ms)`,
      ),
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "spawn('x')", line: '12' },
          line: 7,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: promise(
                `${settled}\n  let isReady = false\n  child.stdout.once('data', () => { isReady = true; resolve(child) })\n  setTimeout(() => {\n    if (!isReady) {\n      child.kill()\n      reject(new Error())\n    }\n  }, ms)`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'a timer that is given what rejects',
      code: promise(`${settled}\n  setTimeout(reject, 5000)`),
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "spawn('x')", line: '10' },
          line: 7,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: promise(`${settled}\n  setTimeout(reject, 5000)`).replace(
                "spawn('x')",
                "spawn('x', { timeout: 5000 })",
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'killed only by its own listener',
      code: promise(
        `${settled}\n  child.stderr.on('data', () => child.kill())\n  setTimeout(() => reject(new Error()), ms)`,
      ),
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "spawn('x')", line: '11' },
          line: 7,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a shared function that settles',
      code: promise(
        `  let isDone = false\n  const finish = (error) => { if (isDone) return; isDone = true; clearTimeout(timer); if (error) reject(error); else resolve() }\n  const timer = setTimeout(() => finish(new Error()), ms)\n  child.on('error', finish)\n  child.on('close', () => finish())`,
      ),
      errors: [{ messageId: 'abandonedByTimer', data: { call: "spawn('x')", line: '10' }, line: 7, column: 17 }],
    },
    {
      name: 'a timer that resolves with a failure, where the end resolves',
      code: promise(
        `  child.on('error', reject)\n  child.on('close', () => resolve(true))\n  setTimeout(() => resolve(false), ms)`,
      ),
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "spawn('x')", line: '10' },
          line: 7,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a callback',
      code: `${imports}export function start(callback) {\n  execFile('x', (error, stdout) => callback(error, stdout))\n  setTimeout(() => callback(new Error()), 1000)\n}`,
      errors: [
        {
          messageId: 'abandonedByTimer',
          data: { call: "execFile('x')", line: '8' },
          line: 7,
          column: 3,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: `${imports}export function start(callback) {\n  execFile('x', { timeout: 1000 }, (error, stdout) => callback(error, stdout))\n  setTimeout(() => callback(new Error()), 1000)\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a race of a promisified call',
      code: race(`  return Promise.race([run('x'), sleep(1000)])`),
      errors: [
        {
          messageId: 'abandonedByRace',
          data: { call: "run('x')", line: '7' },
          line: 7,
          column: 24,
          endLine: 7,
          endColumn: 27,
          suggestions: [
            {
              messageId: 'suggestTimeout',
              output: race(`  return Promise.race([run('x', { timeout: 1000 }), sleep(1000)])`),
            },
          ],
        },
      ],
    },
    {
      name: 'a race of an event, with a helper that rejects',
      code: race(
        `  const child = spawn('x')\n  await Promise.race([once(child, 'message'), expire(ms)])\n}\nfunction expire(ms) {\n  return new Promise((_, reject) => setTimeout(() => reject(new Error()), ms))`,
      ),
      errors: [{ messageId: 'abandonedByRace', data: { call: "spawn('x')", line: '8' }, line: 7, column: 17 }],
    },
    {
      name: 'a race in a helper',
      code: race(
        `  return limit(run('x'), ms)\n}\nfunction limit(promise, ms) {\n  let timer\n  const expired = new Promise((_, reject) => { timer = setTimeout(reject, ms) })\n  return Promise.race([promise, expired]).finally(() => clearTimeout(timer))`,
      ),
      errors: [{ messageId: 'abandonedByRace', data: { call: "run('x')", line: '12' }, line: 7, column: 16 }],
    },
  ],
})
