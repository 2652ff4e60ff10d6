import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\nimport { once } from 'node:events'\nimport readline from 'node:readline'\nimport { Readable } from 'node:stream'\n`
const lines = (
  body: string,
  loop = `    for await (const line of readline.createInterface({ input: child.stdout })) yield line`,
): string =>
  `${imports}export async function* list(folder) {\n  const child = spawn('find', [folder])\n  child.on('error', console.error)\n${body.replace('LOOP', loop)}\n}`
const check = (body: string): string =>
  `${imports}export async function check() {\n  const server = spawn('http-server', ['dist'], { stdio: 'ignore' })\n  server.on('error', console.error)\n${body}\n}`
const stream = (members: string, made = 'new ReadableStream'): string =>
  `${imports}export function tail(file) {\n  const child = spawn('tail', ['-f', file])\n  return ${made}({\n${members}\n  })\n}`
const feed = `    start(controller) {\n      child.stdout.on('data', (chunk) => controller.enqueue(chunk))\n      child.on('close', () => controller.close())\n    },`

testRule('require-cleanup-on-abandon', {
  valid: [
    { name: 'killed in finally', code: lines(`  try {\nLOOP\n  } finally {\n    child.kill()\n  }`) },
    {
      name: 'killed in finally by a function of the file',
      code: `${lines(`  try {\nLOOP\n  } finally {\n    end(child)\n  }`)}\nfunction end(child) {\n  child.kill('SIGKILL')\n}`,
    },
    {
      name: 'killed in finally by what is out of sight',
      code: lines(`  try {\nLOOP\n  } finally {\n    await stop(child)\n  }`),
    },
    {
      name: 'its output is closed in finally',
      code: lines(`  try {\nLOOP\n  } finally {\n    child.stdout.destroy()\n  }`),
    },
    {
      name: 'a resource of the generator',
      code: lines(`LOOP`).replace('const child', 'using child'),
      languageOptions: { ecmaVersion: 2026 },
    },
    {
      name: 'its output is closed by the loop',
      code: lines(`LOOP`, `  for await (const chunk of child.stdout) yield chunk`),
    },
    { name: 'its output is handed on and closed', code: lines(`LOOP`, `  yield* child.stdout`) },
    { name: 'yielded when it has ended', code: lines(`  await once(child, 'close')\n  yield 1`) },
    {
      name: 'yielded when a promise of its end is over',
      code: lines(`  const end = once(child, 'close')\n  const [[code]] = await Promise.all([end])\n  yield code`),
    },
    {
      name: 'yielded when everything is read',
      code: lines(`  let all = ''\n  for await (const chunk of child.stdout) all += chunk\n  yield all`),
    },
    {
      name: 'yielded before',
      code: `${imports}export async function* list(folder) {\n  yield folder\n  const child = spawn('find', [folder])\n  await once(child, 'close')\n}`,
    },
    {
      name: 'the child is yielded',
      code: `${imports}export async function* list(folder) {\n  yield spawn('find', [folder])\n}`,
    },
    {
      name: 'the caller has a signal',
      code: lines(`LOOP`).replace('[folder])', '[folder], { signal: folder.signal })'),
    },
    { name: 'a listener of the caller kills it', code: lines(`  folder.onStop(() => child.kill())\nLOOP`) },
    { name: 'a limit', code: lines(`LOOP`).replace('[folder])', '[folder], { timeout: 5000 })') },
    { name: 'meant to stay', code: lines(`LOOP`).replace('[folder])', '[folder], { detached: true })') },
    { name: 'exempt', code: lines(`LOOP`), options: [{ commands: ['find'] }] },
    { name: 'a stream with cancel()', code: stream(`${feed}\n    cancel() { child.kill() },`) },
    { name: 'a stream with cancel() of its own', code: stream(`${feed}\n    cancel: stop,`) },
    { name: 'a stream with more than is in view', code: stream(`${feed}\n    ...hooks,`) },
    {
      name: 'a stream whose child is killed by another way',
      code: stream(feed).replace('return', `request.on('close', () => child.kill())\n  return`),
    },
    {
      name: 'a stream with destroy()',
      code: stream(
        `    read() { child.stdout.resume() },\n    destroy(error, callback) { callback(error) },`,
        'new Readable',
      ),
    },
    {
      name: 'a class with _destroy()',
      code: `${imports}export class Tail extends Readable {\n  #child\n  constructor(file) {\n    super()\n    this.#child = spawn('tail', ['-f', file])\n    this.#child.stdout.on('data', (chunk) => this.push(chunk))\n  }\n  _read() {}\n  _destroy(error, callback) { this.#child.kill(); callback(error) }\n}`,
    },
    {
      name: 'the kill is in finally',
      code: check(`  try {\n    await visit()\n  } finally {\n    server.kill()\n  }`),
    },
    {
      name: 'what may throw is caught',
      code: check(`  try {\n    await visit()\n  } catch (error) {\n    console.error(error)\n  }\n  server.kill()`),
    },
    { name: 'what may throw is handled', code: check(`  await visit().catch(console.error)\n  server.kill()`) },
    {
      name: 'it only waits',
      code: check(`  await sleep(500)\n  await new Promise((resolve) => setTimeout(resolve, 9))\n  server.kill()`),
    },
    { name: 'the kill comes first', code: check(`  server.kill()\n  await visit()`) },
    { name: 'its end is waited for', code: check(`  await visit()\n  server.kill()\n  await once(server, 'exit')`) },
    {
      name: 'a hook kills it as well',
      code: check(`  process.on('exit', () => server.kill())\n  await visit()\n  server.kill()`),
    },
    { name: 'the child is handed on', code: check(`  await visit(server)\n  server.kill()`) },
  ],
  invalid: [
    {
      name: 'lines are read with nothing behind',
      code: lines(`LOOP`),
      errors: [
        {
          messageId: 'leavesGenerator',
          data: { call: "spawn('find')", line: '8' },
          line: 6,
          column: 17,
          endLine: 6,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestFinally',
              output: `${imports}export async function* list(folder) {\n  const child = spawn('find', [folder])\n  try {\n  child.on('error', console.error)\n    for await (const line of readline.createInterface({ input: child.stdout })) yield line\n  } finally {\n    child.kill()\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'the kill comes when all is read',
      code: lines(
        `  const reader = readline.createInterface({ input: child.stdout })\nLOOP\n  child.kill()`,
        `  for await (const line of reader) yield line`,
      ),
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'the end is awaited when all is read',
      code: lines(`  const end = once(child, 'close')\nLOOP\n  await end`),
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'a finally that does something else',
      code: lines(`  try {\nLOOP\n  } finally {\n    console.log('left')\n  }`),
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'killed where it is caught',
      code: lines(`  try {\nLOOP\n  } catch (error) {\n    child.kill()\n    throw error\n  }`),
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'a queue',
      code: lines(
        `  const queue = []\n  child.stdout.on('data', (chunk) => queue.push(chunk))\n  while (child.exitCode === null) {\n    await once(child.stdout, 'data')\n    yield queue.shift()\n  }`,
      ),
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'it goes on without a word',
      code: `${imports}export async function* follow(file) {\n  const child = spawn('journalctl', ['--follow', file])\n  for await (const chunk of child.stdout) yield chunk\n}`,
      errors: [{ messageId: 'leavesGenerator', line: 6, suggestions: 1 }],
    },
    {
      name: 'a stream of the web without cancel()',
      code: stream(feed),
      errors: [
        {
          messageId: 'leavesStream',
          data: { call: "spawn('tail')", line: '7', stream: 'ReadableStream', method: 'cancel' },
          line: 6,
          suggestions: [
            {
              messageId: 'suggestMethod',
              data: { method: 'cancel' },
              output: stream(`${feed.slice(0, -1)},\n    cancel() { child.kill() },`),
            },
          ],
        },
      ],
    },
    {
      name: 'started by the stream itself',
      code: `${imports}export const tail = (file) => new ReadableStream({\n  start(controller) {\n    const child = spawn('tail', ['-f', file])\n    child.stdout.on('data', (chunk) => controller.enqueue(chunk))\n  },\n})`,
      errors: [{ messageId: 'leavesStream', line: 7, suggestions: 0 }],
    },
    {
      name: 'a stream of Node without destroy()',
      code: stream(`    read() { child.stdout.resume() },`, 'new Readable'),
      errors: [
        {
          messageId: 'leavesStream',
          data: { call: "spawn('tail')", line: '7', stream: 'Readable', method: 'destroy' },
          line: 6,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a class without _destroy()',
      code: `${imports}export class Tail extends Readable {\n  #child\n  constructor(file) {\n    super()\n    this.#child = spawn('tail', ['-f', file])\n    this.#child.stdout.on('data', (chunk) => this.push(chunk))\n  }\n  _read() {}\n}`,
      errors: [
        {
          messageId: 'leavesStream',
          data: { call: "spawn('tail')", line: '5', stream: 'Readable', method: '_destroy' },
          line: 9,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'what is done in between throws',
      code: check(`  await visit()\n  server.kill()\n  console.log('done')`),
      errors: [
        {
          messageId: 'skipsKill',
          data: { call: "spawn('http-server')", line: '8', kill: '9' },
          line: 6,
          column: 18,
          suggestions: [
            {
              messageId: 'suggestFinally',
              output: `${imports}export async function check() {\n  const server = spawn('http-server', ['dist'], { stdio: 'ignore' })\n  try {\n  server.on('error', console.error)\n  await visit()\n  } finally {\n    server.kill()\n  }\n  console.log('done')\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'what is declared in between is used behind',
      code: check(`  const page = await visit()\n  server.kill()\n  return page.text`),
      errors: [{ messageId: 'skipsKill', line: 6, suggestions: 0 }],
    },
    {
      name: 'in a test',
      code: `${imports}test('answers', async () => {\n  const server = spawn('node', ['server.js'], { stdio: 'ignore' })\n  await sleep(500)\n  const response = await fetch(url)\n  expect(response.status).toBe(200)\n  server.kill()\n})`,
      errors: [
        { messageId: 'skipsKill', data: { call: "spawn('node')", line: '8', kill: '10' }, line: 6, suggestions: 1 },
      ],
    },
  ],
})
