import * as typescriptParser from '@typescript-eslint/parser'
import { testRule } from './rule-tester.ts'

const imports = `import { exec, execFile, execFileSync, fork, spawn } from 'node:child_process'\nimport { once } from 'node:events'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\n`
const wrapper = (body: string, parameters = 'file, signal'): string =>
  `${imports}export function convert(${parameters}) {\n  return new Promise((resolve, reject) => {\n    const child = spawn('convert', [file])\n    child.on('error', reject)\n    child.on('close', resolve)\n${body}\n  })\n}`
const job = (body: string, parameters = '{ signal }'): string =>
  `${imports}export async function job(${parameters}) {\n${body}\n}`
const typed = (
  parameters: string,
  before = '',
): { code: string; languageOptions: { parser: typeof typescriptParser } } => ({
  code: `${imports}${before}export async function job(${parameters}): Promise<void> {\n  await run('make')\n}`,
  languageOptions: { parser: typescriptParser },
})

testRule('require-signal-propagation', {
  valid: [
    { name: 'passed on', code: job(`  signal.throwIfAborted()\n  await run('make', ['all'], { signal })`) },
    {
      name: 'by another name',
      code: job(`  stop.throwIfAborted()\n  await run('make', { signal: stop })`, '{ signal: stop }'),
    },
    {
      name: 'with a limit beside it',
      code: job(`  await run('make', { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) })`),
    },
    {
      name: 'with all options',
      code: job(`  options.signal?.throwIfAborted()\n  await run('make', { ...options })`, 'options'),
    },
    {
      name: 'as the options',
      code: job(`  if (options.signal.aborted) return\n  await run('make', [], options)`, 'options'),
    },
    {
      name: 'with what is left of the options',
      code: job(
        `  const { cwd, ...rest } = options\n  options.signal?.throwIfAborted()\n  await run('make', { cwd, ...rest })`,
        'options',
      ),
    },
    { name: 'a limit of its own', code: job(`  signal.throwIfAborted()\n  await run('make', { timeout: 5000 })`) },
    {
      name: 'a signal of its own',
      code: job(`  signal.throwIfAborted()\n  await run('make', { signal: AbortSignal.timeout(9) })`),
    },
    { name: 'options out of sight', code: job(`  signal.throwIfAborted()\n  await run('make', [], defaults)`) },
    {
      name: 'killed by its listener',
      code: wrapper(`    signal.addEventListener('abort', () => { child.kill(); reject(signal.reason) })`),
    },
    {
      name: 'killed by a function of the file',
      code: `${imports}const killOn = (child, signal) => signal.addEventListener('abort', () => child.kill())\n${job(`  const child = spawn('make')\n  killOn(child, signal)\n  await once(child, 'close')`).slice(imports.length)}`,
    },
    {
      name: 'handed to what may kill it',
      code: job(`  const child = spawn('make')\n  killOnAbort(signal, child)\n  await once(child, 'close')`),
    },
    {
      name: 'handed to what may know the child',
      code: job(`  const child = spawn('make')\n  tasks.add(signal)\n  await once(child, 'close')`),
    },
    {
      name: 'a controller of its own',
      code: job(
        `  const inner = new AbortController()\n  signal.addEventListener('abort', () => inner.abort())\n  await run('make', { signal: inner.signal })`,
      ),
    },
    {
      name: 'a listener that calls what is out of sight',
      code: wrapper(`    signal.addEventListener('abort', () => stopAll())`),
    },
    {
      name: 'kept for later',
      code: job(`  current = signal\n  signal.throwIfAborted()\n  await run('make')`),
    },
    {
      name: 'the child is handed out',
      code: `${imports}export function start(signal) {\n  signal.throwIfAborted()\n  return spawn('make')\n}`,
    },
    {
      name: 'the child is kept',
      code: `${imports}export function start(signal, jobs) {\n  signal.throwIfAborted()\n  jobs.child = spawn('make')\n}`,
    },
    {
      name: 'its output is handed out',
      code: `${imports}export function start(signal) {\n  signal.throwIfAborted()\n  return spawn('make').stdout\n}`,
    },
    {
      name: 'killed when it is left',
      code: job(
        `  const child = spawn('make')\n  try {\n    for await (const line of child.stdout) signal.throwIfAborted()\n  } finally {\n    child.kill()\n  }`,
      ),
    },
    {
      name: 'its output is closed',
      code: job(`  const child = spawn('yes')\n  for await (const line of child.stdout) if (signal.aborted) break`),
    },
    {
      name: 'bounded by a timer',
      code: wrapper(
        `    const timer = setTimeout(() => child.kill(), 5000)\n    if (signal.aborted) clearTimeout(timer)`,
      ),
    },
    {
      name: 'meant to stay',
      code: job(
        `  signal.throwIfAborted()\n  const child = spawn('daemon', { detached: true, stdio: 'ignore' })\n  child.unref()`,
      ),
    },
    { name: 'a call that nothing aborts', code: job(`  signal.throwIfAborted()\n  execFileSync('make')`) },
    {
      name: 'puts things right in the end',
      code: job(
        `  try {\n    await work({ signal })\n    signal.throwIfAborted()\n  } finally {\n    await run('docker', ['rm', id])\n  }`,
      ),
    },
    {
      name: 'after an abort',
      code: job(`  if (signal.aborted) {\n    await run('docker', ['rm', id])\n  }`),
    },
    {
      name: 'run by a listener, at another time',
      code: job(`  signal.addEventListener('abort', () => run('docker', ['rm', id]))`),
    },
    {
      name: 'a signal of the system',
      code: `${imports}export async function stop(pid, signal) {\n  await run('stop-tool', ['-s', signal, pid])\n}`,
    },
    {
      name: 'how another child ended',
      code: `${imports}export function again(first) {\n  first.on('exit', (code, signal) => {\n    if (signal) spawn('make').on('close', done)\n  })\n}`,
    },
    { name: 'a moment', code: job(`  signal.throwIfAborted()\n  await run('git', ['rev-parse', 'HEAD'])`) },
    { name: 'exempt', code: job(`  signal.throwIfAborted()\n  await run('make')`), options: [{ commands: ['make'] }] },
    {
      name: 'written over',
      code: job(
        `  signal = AbortSignal.any([signal, other])\n  signal.throwIfAborted()\n  await run('make')`,
        'signal',
      ),
    },
    { name: 'the type of a signal of the system', ...typed('signal: NodeJS.Signals') },
    { name: 'a type out of sight', ...typed('{ signal }: Options', `import type { Options } from './options.js'\n`) },
    { name: 'a type without one', ...typed('options: Options', `interface Options { signal: string }\n`) },
  ],
  invalid: [
    {
      name: 'by its type',
      ...typed('stop?: AbortSignal | null'),
      errors: [
        { messageId: 'notPassed', data: { call: "run('make')", line: '5', signal: '`stop`' }, line: 6, suggestions: 1 },
      ],
    },
    {
      name: 'by the type of the options',
      ...typed('options?: Options', `export interface Options { readonly signal?: AbortSignal }\n`),
      errors: [
        {
          messageId: 'notPassed',
          data: { call: "run('make')", line: '6', signal: '`options?.signal`' },
          line: 7,
          suggestions: [
            {
              messageId: 'suggestSignal',
              output: typed(
                'options?: Options',
                `export interface Options { readonly signal?: AbortSignal }\n`,
              ).code.replace(`'make'`, `'make', { signal: options?.signal }`),
            },
          ],
        },
      ],
    },
    {
      name: 'left in the options',
      ...typed('{ cwd }: Options & { signal: AbortSignal }', `type Options = { cwd: string }\n`),
      errors: [
        { messageId: 'notPassed', data: { call: "run('make')", line: '6', signal: 'signal' }, line: 7, suggestions: 0 },
      ],
    },
    {
      name: 'only asked, before',
      code: job(`  signal.throwIfAborted()\n  await run('make', ['all'])`),
      errors: [
        {
          messageId: 'onlyAsked',
          data: { call: "run('make')", line: '6', signal: '`signal`' },
          line: 7,
          column: 9,
          endLine: 7,
          endColumn: 12,
          suggestions: [
            {
              messageId: 'suggestSignal',
              output: job(`  signal.throwIfAborted()\n  await run('make', ['all'], { signal })`),
            },
          ],
        },
      ],
    },
    {
      name: 'of options that are not passed on',
      code: job(`  if (options?.signal?.aborted) return\n  await run('make', { cwd: options.cwd })`, 'options'),
      errors: [
        {
          messageId: 'onlyAsked',
          data: { call: "run('make')", line: '6', signal: '`options.signal`' },
          line: 7,
          suggestions: [
            {
              messageId: 'suggestSignal',
              output: job(
                `  if (options?.signal?.aborted) return\n  await run('make', { cwd: options.cwd, signal: options.signal })`,
                'options',
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'only the promise is settled',
      code: wrapper(`    signal.addEventListener('abort', () => reject(signal.reason))`),
      errors: [
        {
          messageId: 'onlySettles',
          data: { call: "spawn('convert')", line: '10' },
          line: 7,
          column: 19,
          suggestions: [
            {
              messageId: 'suggestSignal',
              output: wrapper(`    signal.addEventListener('abort', () => reject(signal.reason))`).replace(
                '[file])',
                '[file], { signal })',
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'settled by a function that clears up as well',
      code: wrapper(
        `    const timer = setInterval(() => console.log('…'), 1000)\n    function onAbort() {\n      clearInterval(timer)\n      signal.removeEventListener('abort', onAbort)\n      reject(new DOMException('aborted', 'AbortError'))\n    }\n    signal.addEventListener('abort', onAbort, { once: true })`,
      ),
      errors: [{ messageId: 'onlySettles', line: 7, suggestions: 1 }],
    },
    {
      name: 'given to a request and not to the child',
      code: job(`  await fetch(url, { signal })\n  await run('make')`),
      errors: [
        {
          messageId: 'notPassed',
          data: { call: "run('make')", line: '5', signal: '`signal`' },
          line: 7,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'given to one child and not to the next',
      code: job(`  signal.throwIfAborted()\n  await run('configure', { signal })\n  await run('make')`),
      errors: [{ messageId: 'onlyAsked', line: 8, suggestions: 1 }],
    },
    {
      name: 'asked by a function of the file',
      code: `${imports}function check(signal) {\n  if (signal?.aborted) throw signal.reason\n}\nexport async function job({ signal }) {\n  check(signal)\n  await fetch(url, { signal })\n  await run('make')\n}`,
      errors: [{ messageId: 'onlyAsked', line: 11, suggestions: 1 }],
    },
    {
      name: 'for each of a list',
      code: job(
        `  signal.throwIfAborted()\n  await Promise.all(files.map((file) => run('convert', [file])))`,
        '{ files, signal }',
      ),
      errors: [{ messageId: 'onlyAsked', line: 7, suggestions: 1 }],
    },
    {
      name: 'named so that it can only be one',
      code: job(`  await run('make')`, '{ abortSignal }'),
      errors: [
        {
          messageId: 'notPassed',
          data: { call: "run('make')", line: '5', signal: '`abortSignal`' },
          line: 6,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'said to be one',
      code: `${imports}/**\n * @param {string} file\n * @param {AbortSignal} [signal]\n */\nexport async function job(file, signal) {\n  await run('make', [file])\n}`,
      errors: [{ messageId: 'notPassed', line: 10, suggestions: 1 }],
    },
    {
      name: 'awaited by the caller alone',
      code: `${imports}export async function job(signal) {\n  signal.throwIfAborted()\n  return run('make')\n}`,
      errors: [{ messageId: 'onlyAsked', line: 7, suggestions: 1 }],
    },
    {
      name: 'asked when it is over',
      code: job(`  const child = spawn('make')\n  await once(child, 'close')\n  signal.throwIfAborted()`),
      errors: [{ messageId: 'notPassed', line: 6, suggestions: 1 }],
    },
  ],
})
