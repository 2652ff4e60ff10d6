import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork } from 'node:child_process'\n`

/** The code of an executor around `git`, whose call is on line 3. */
const promised = (lines: string): string =>
  `${imports}export const f = () => new Promise((resolve, reject) => {\n  const c = spawn('git')\n${lines}\n})`
const calledBack = (lines: string): string =>
  `${imports}export function f(callback) {\n  const c = spawn('git')\n${lines}\n}`

const valid = (name: string, lines: string) => ({ name, code: promised(`  ${lines}`) })
const validCallback = (name: string, lines: string) => ({ name, code: calledBack(`  ${lines}`) })

const place = { line: 3, column: 13, endLine: 3, endColumn: 18 }
const call = "spawn('git')"

interface Flaw {
  readonly name: string
  readonly messageId: string
  readonly data?: Record<string, string>
  readonly lines: string
  /** What the suggestion makes of the lines, or what it adds behind the start. */
  readonly mended?: string
  readonly added?: string
  readonly suggestion?: string
  readonly wrap?: (lines: string) => string
}

const invalid = ({ added, data, lines, mended, messageId, name, suggestion = '', wrap = promised }: Flaw) => ({
  name,
  code: wrap(`  ${lines}`),
  errors: [
    {
      messageId,
      data: { call, ...data },
      ...place,
      ...(mended !== undefined && { suggestions: [{ messageId: suggestion, output: wrap(`  ${mended}`) }] }),
      ...(added !== undefined && {
        suggestions: [{ messageId: suggestion, output: wrap(`  c${added}\n  ${lines}`) }],
      }),
    },
  ],
})

const ended = 'new Error(`The child process ended with ${signal ?? code}`)'
const onClose = (body: string): string => `.on('close', (code, signal) => {\n    ${body}\n  })`
const logged = `c.on('error', (e) => console.error(e)); `

testRule('no-unsettled-wrapper', {
  valid: [
    {
      name: 'a callback that others may have changed',
      code: `${imports}export function f(options, callback) {\n  const c = spawn('git')\n  if (typeof options === 'function') callback = wrap(options)\n  c.on('error', callback); c.on('close', () => callback(null))\n}`,
    },
    {
      name: 'the child is handed out before it is ready',
      code: promised(`  register(c); c.on('error', reject); c.stdout.on('data', () => resolve(c))`),
    },
    ...[
      [
        'another listener ends the program first',
        `c.on('exit', (code) => process.exit(code ?? 1))\nc.on('exit', (code) => { process.exitCode = code })`,
      ],
      ['and gives it another status', `c.on('exit', (code) => { process.exitCode = code; process.exit(code ?? 1) })`],
      ['a later status', `c.on('exit', (code) => { process.exitCode = code; process.exitCode = code ?? 1 })`],
      ['a listener behind the end of the child', `await once(c, 'exit')\nc.on('exit', (code) => process.exit(code))`],
      ['behind the end of its output', `await text(c.stdout)\nc.on('exit', (code) => process.exit(code))`],
    ].map(([name, lines]) => ({
      name: `the status of the program: ${name}`,
      code: `${imports}import { once } from 'node:events'\nimport { text } from 'node:stream/consumers'\nconst c = spawn('git')\n${lines}`,
    })),
    // every ending settles it
    valid('close and error', `c.on('error', reject); c.on('close', resolve)`),
    valid('exit and error', `c.on('error', reject); c.on('exit', resolve)`),
    valid('close alone: it comes after error as well', `${logged}c.on('close', resolve)`),
    valid(
      'a close that ends the program, which comes after error as well',
      `${logged}c.on('exit', resolve); c.on('close', (code) => process.exit(code ?? 1))`,
    ),
    {
      name: 'a close that ends the program, in another function',
      code: `${imports}function watch(c) {\n  ${logged}c.on('close', (code) => { if (code !== 0) process.exit(1) })\n}\nexport const f = () => new Promise((resolve) => {\n  const c = spawn('git')\n  c.on('exit', resolve)\n  watch(c)\n})`,
    },
    valid('no error listener: require-error-listener', `c.on('exit', resolve)`),
    valid('one on stdin is none', `c.stdin.on('error', () => {}); c.on('exit', resolve)`),
    {
      name: 'an error listener that comes when a failed start has ended the program',
      code: `${imports}export async function f() {\n  const c = spawn('git')\n  await new Promise((resolve) => c.on('exit', resolve))\n  c.on('error', (e) => console.error(e))\n}`,
    },
    {
      name: 'an error listener on other paths',
      code: `${imports}export async function f(a) {\n  const c = spawn('git')\n  if (a) await new Promise((resolve) => c.on('exit', resolve))\n  c.on('error', (e) => console.error(e))\n}`,
    },
    valid(
      'an error listener only for a child that is there',
      `c.on('exit', resolve); if (c.pid) c.on('error', (e) => console.error(e))`,
    ),
    valid(
      'settled when the child has started',
      `c.on('error', reject).on('spawn', resolve).on('close', (code) => { if (code === 0) resolve() })`,
    ),
    valid(
      'an error listener that somebody adds at some time',
      `later(() => { c.on('error', (e) => console.error(e)) }); c.on('exit', resolve)`,
    ),
    validCallback(
      'a listener that is never added',
      `const a = process.env.X; if (!a) return; if (!a) c.on('close', (code) => process.exit(code))`,
    ),
    validCallback(
      'called on error or on close, on different paths',
      `if (process.env.X) c.on('error', () => callback(new Error())); else c.on('close', () => callback())`,
    ),
    validCallback(
      'called on error, and on a close that has passed by then',
      `c.on('error', callback); setTimeout(() => { c.on('close', () => callback()) }, 100)`,
    ),
    validCallback(
      'called on an event that comes to forked children only',
      `c.on('exit', () => callback()).on('disconnect', () => callback())`,
    ),
    validCallback(
      'called on both, if the program lived to see them',
      `setTimeout(() => { c.on('error', callback); c.on('close', () => callback()) }, 100)`,
    ),
    valid('a status compared with 0', `c.on('error', reject).on('exit', (code) => code === 0 ? resolve() : reject())`),
    valid(
      'and the other way round',
      `c.on('error', reject).on('exit', (code) => { if (code !== 0) reject(); else resolve() })`,
    ),
    valid('a status in one call', `c.on('error', reject).on('exit', (code) => (code === 0 ? resolve : reject)(code))`),
    valid('a status that is handed on', `c.on('error', reject).on('exit', (code) => resolve(code))`),
    valid(
      'loosely compared',
      `c.on('error', reject).on('exit', (code) => { if (code == 0) resolve(); else reject() })`,
    ),
    valid(
      'a signal that is asked for',
      `c.on('error', reject).on('exit', (code, signal) => { if (code || signal) reject(); else resolve() })`,
    ),
    valid(
      'a signal of the child',
      `c.on('error', reject).on('exit', (code) => { if (code || c.signalCode) reject(); else resolve() })`,
    ),
    valid(
      'a signal that is handed on',
      `c.on('error', reject).on('exit', (code, signal) => { if (code) reject(); else resolve({ signal }) })`,
    ),
    valid(
      'null on purpose',
      `c.on('error', reject).on('exit', (code) => { if (code !== 0 && code !== null) reject(); else resolve() })`,
    ),
    valid(
      'null on purpose, by ??',
      `c.on('error', reject).on('exit', (code) => { if ((code ?? 0) !== 0) reject(); else resolve() })`,
    ),
    valid(
      'a child that is stopped on purpose',
      `c.on('error', reject).on('exit', (code) => { if (code) reject(); else resolve() }); onStop(() => c.kill())`,
    ),
    valid(
      'some statuses, not told',
      `c.on('error', reject).on('exit', (code) => { if (code && !expected.has(code)) reject(); else resolve() })`,
    ),
    // what settles it lies elsewhere, or is not known
    valid(
      'a shared function',
      `const finish = (e) => { e ? reject(e) : resolve() }; c.on('error', finish); c.on('exit', (code) => finish(code === 0 ? null : new Error()))`,
    ),
    valid(
      'a function with a guard',
      `let done; function end() { if (done) return; done = true; resolve() } c.on('error', end).on('exit', end)`,
    ),
    valid('event names in a loop', `for (const event of ['error', 'exit']) c.on(event, resolve)`),
    valid('a timer', `${logged}c.stdout.on('data', resolve); setTimeout(reject, 1_000)`),
    valid('a signal', `${logged}c.stdout.on('data', resolve); signal.addEventListener('abort', reject)`),
    valid(
      'a delay after the end',
      `c.on('error', reject); c.on('exit', (code) => { setTimeout(() => { if (code === 0) resolve(); else reject() }, 500) })`,
    ),
    {
      name: 'settled behind a start that may throw',
      code: `${imports}export const f = () => new Promise((resolve, reject) => { try { const c = spawn('git'); c.on('error', console.error); c.on('exit', resolve) } catch (e) { log(e) } reject() })`,
    },
    valid('a failed start that asks somebody else', `c.on('error', (e) => tell(e, reject)); c.on('exit', resolve)`),
    validCallback(
      'an answer that may come or not',
      `c.on('exit', () => ask(callback)); c.on('close', () => later(() => callback()))`,
    ),
    valid('a delayed resolve', `c.on('error', reject); c.on('exit', () => setImmediate(resolve))`),
    validCallback(
      'a delay that the second event makes short',
      `let t; c.on('exit', () => { t = setTimeout(callback, 500) }); c.on('close', () => { clearTimeout(t); callback() })`,
    ),
    valid('an event that somebody emits', `c.on('error', reject); c.on('ready', resolve)`),
    valid('what is resolved out of sight', `c.on('error', reject); waiting.push(resolve)`),
    {
      name: 'a promise that is meant to fail or to go on waiting',
      code: `${imports}export function f() { const c = spawn('git'); return new Promise((_, reject) => { c.on('error', reject) }) }`,
    },
    {
      name: 'a promise of the failure, for a race',
      code: `${imports}export function f() { const c = spawn('git'); return Promise.race([once(c, 'exit'), new Promise((resolve, reject) => { c.on('error', reject) })]) }`,
    },
    valid('unknown code', `${logged}c.stdout.on('data', resolve); whenGone(c, reject)`),
    valid('the end of its output', `${logged}c.stdout.on('data', resolve); c.stdout.on('end', reject)`),
    valid('the start', `c.on('error', reject); c.on('spawn', resolve)`),
    valid('the end ends the program', `${logged}c.stdout.on('data', resolve); c.on('exit', () => process.exit(1))`),
    valid('a failed start ends the program', `c.on('error', () => process.exit(1)); c.on('exit', resolve)`),
    valid('a failed start throws', `c.on('error', (e) => { throw e }); c.on('exit', resolve)`),
    valid('a failed start is for unknown code', `c.on('error', fail); c.on('exit', resolve)`),
    valid(
      'a failure that may end the program',
      `c.on('error', reject).on('exit', (code) => { if (code === 0) resolve(); else die(code) })`,
    ),
    valid('a failed start that may end the program', `c.on('error', (e) => die(e)); c.on('exit', resolve)`),
    valid(
      'an end that may wake up somebody',
      `${logged}c.stdout.on('data', resolve); c.on('exit', () => this.emit('gone'))`,
    ),
    valid(
      'a retry',
      `c.on('error', reject); c.on('exit', (code) => { if (code) f().then(resolve, reject); else resolve() })`,
    ),
    {
      name: 'a race',
      code: `${imports}export function f() { const c = spawn('git'); c.on('error', log); return Promise.race([new Promise((r) => c.on('message', r)), gone]) }`,
    },
    {
      name: 'a helper with a limit',
      code: `${imports}export function f() { const c = fork('x'); return withLimit(new Promise((r) => c.on('message', r))) }`,
    },
    {
      name: 'two promises, one of which hears of the error',
      code: `${imports}export function f() { const c = spawn('git'); const failed = new Promise((_, reject) => c.on('error', reject)); return [new Promise((r) => c.on('exit', r)), failed] }`,
    },
    {
      name: 'a request to a child that lives on',
      code: `${imports}const c = fork('x'); c.on('exit', log); export const ask = () => new Promise((r) => c.once('message', r))`,
    },
    {
      name: 'a start that hardly fails',
      code: `${imports}export const f = () => new Promise((resolve) => { const c = fork('x'); c.on('error', console.error); c.on('exit', resolve) })`,
    },
    // callbacks
    validCallback('once each', `c.on('error', (e) => console.error(e)); c.on('close', () => callback())`),
    validCallback('exit is not emitted after error', `c.on('error', callback); c.on('exit', () => callback(null))`),
    validCallback(
      'a flag',
      `let done; c.on('error', (e) => { done = true; callback(e) }); c.on('close', () => { if (!done) callback() })`,
    ),
    validCallback('a wrapper', `const end = once(callback); c.on('error', end); c.on('close', () => end())`),
    validCallback(
      'a listener that is taken away',
      `const end = () => callback(); c.on('error', (e) => { c.removeListener('close', end); callback(e) }); c.on('close', end)`,
    ),
    validCallback(
      'a failed start is told by its status',
      `c.on('error', (e) => callback(e)); c.on('close', (code) => { if (code >= 0) callback(null, code) })`,
    ),
    validCallback(
      'a status that is handed on',
      `c.on('error', console.error); c.on('close', (code) => callback(code))`,
    ),
    {
      name: 'what is called as often as it happens',
      code: `${imports}export function f(log) { const c = spawn('git'); c.on('error', (e) => log(e.message)); c.on('close', () => log('closed')) }`,
    },
    // the status of the program
    { name: 'a fallback', code: `${imports}spawn('git').on('exit', (code) => process.exit(code ?? 1))` },
    {
      name: 'the signal goes on',
      code: `${imports}spawn('git').on('exit', (code, signal) => { if (signal) process.kill(process.pid, signal); else process.exit(code) })`,
    },
    {
      name: 'a child that gets the signals of the program',
      code: `${imports}const c = spawn('git'); process.on('SIGTERM', () => c.kill()); c.on('exit', (code) => process.exit(code))`,
    },
    {
      name: 'another listener looks at the signal',
      code: promised(
        `  c.on('error', reject).on('exit', (code, signal) => { if (signal) reject(new Error(signal)) })\n  c.on('close', (code) => { if (code) reject(new Error()); else resolve() })`,
      ),
    },
    {
      name: 'a listener that is there only where it does nothing',
      code: `${imports}export function f(quiet) {\n  const c = spawn('git')\n  if (quiet) c.on('exit', (code) => { if (quiet || code > 9) return; process.exit(code) })\n}`,
    },
    { name: 'an exempt command', code: promised(`  c.stdout.on('data', resolve)`), options: [{ commands: ['git'] }] },
  ],
  invalid: [
    invalid({
      name: 'exit, and an error that is only printed',
      messageId: 'unsettledOnStart',
      data: { completion: 'promise' },
      lines: `c.on('error', (e) => console.error(e)); c.on('exit', resolve)`,
      mended: `c.on('error', (e) => console.error(e)); c.on('exit', resolve).on('error', reject)`,
      suggestion: 'suggestErrorListener',
    }),
    invalid({
      name: 'exit, and a close that ends the program after another ending',
      messageId: 'unsettledOnStart',
      data: { completion: 'promise' },
      lines: `${logged}c.on('exit', resolve); c.on('close', (code) => { if (code === 0) process.exit() })`,
      mended: `${logged}c.on('exit', resolve).on('error', reject); c.on('close', (code) => { if (code === 0) process.exit() })`,
      suggestion: 'suggestErrorListener',
    }),
    invalid({
      name: 'an exit whose listener asks somebody else first',
      messageId: 'unsettledOnStart',
      data: { completion: 'promise' },
      lines: `c.on('error', (e) => console.error(e)); c.on('exit', () => read(file, (e, text) => e ? reject(e) : resolve(text)))`,
      mended: `c.on('error', (e) => console.error(e)); c.on('exit', () => read(file, (e, text) => e ? reject(e) : resolve(text))).on('error', reject)`,
      suggestion: 'suggestErrorListener',
    }),
    invalid({
      name: 'an exit that hands the promise on',
      messageId: 'unsettledOnStart',
      data: { completion: 'promise' },
      lines: `c.on('error', (e) => console.error(e)); c.on('exit', () => { next().then(resolve, reject) })`,
      mended: `c.on('error', (e) => console.error(e)); c.on('exit', () => { next().then(resolve, reject) }).on('error', reject)`,
      suggestion: 'suggestErrorListener',
    }),
    {
      name: 'exit, and a start that may throw',
      code: `${imports}export const f = () => new Promise((resolve, reject) => {\n  try {\n    const c = spawn('git'); c.on('error', console.error); c.on('exit', resolve)\n  } catch (e) { reject(e) }\n})`,
      errors: [
        {
          messageId: 'unsettledOnStart',
          data: { call, completion: 'promise' },
          line: 4,
          column: 15,
          endLine: 4,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestErrorListener',
              output: `${imports}export const f = () => new Promise((resolve, reject) => {\n  try {\n    const c = spawn('git'); c.on('error', console.error); c.on('exit', resolve).on('error', reject)\n  } catch (e) { reject(e) }\n})`,
            },
          ],
        },
      ],
    },
    invalid({
      name: 'exit in a callback style',
      messageId: 'unsettledOnStart',
      data: { completion: 'callback' },
      lines: `c.on('error', console.error); c.on('exit', (code) => callback(code === 0 ? null : new Error()))`,
      mended: `c.on('error', console.error); c.on('exit', (code) => callback(code === 0 ? null : new Error())).on('error', callback)`,
      suggestion: 'suggestErrorListener',
      wrap: calledBack,
    }),
    invalid({
      name: 'the first output',
      messageId: 'unsettledOnEnd',
      data: { completion: 'promise', events: "'data'" },
      lines: `c.on('error', reject); c.stdout.on('data', (x) => { if (/ready/.test(x)) resolve() })`,
      added: onClose(`reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'the first output, and an end that is only printed',
      messageId: 'unsettledOnEnd',
      data: { completion: 'promise', events: "'data'" },
      lines: `c.on('error', reject); c.stdout.once('data', resolve); c.on('exit', (code) => console.log(code))`,
      added: onClose(`reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'the first output, with which whoever waits gets the child',
      messageId: 'unsettledOnEnd',
      data: { completion: 'promise', events: "'data'" },
      lines: `c.on('error', reject); c.stdout.on('data', (x) => { if (/ready/.test(x)) resolve(c) })`,
      added: onClose(`reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'nothing but an error',
      messageId: 'neverResolved',
      lines: `c.on('error', reject)`,
      added: onClose(`if (code === 0) resolve()\n    else reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'nothing but an error, and an end that is only printed',
      messageId: 'neverResolved',
      lines: `c.on('error', (e) => reject(e)); c.on('close', (code) => console.log(code))`,
      added: onClose(`if (code === 0) resolve()\n    else reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'a failure that settles nothing, after a delay',
      messageId: 'unsettledOnFailure',
      data: { completion: 'promise', line: '4' },
      lines: `c.on('error', reject).on('exit', (code) => { setTimeout(() => { if (code === 0) resolve() }, 500) })`,
      added: onClose(`if (code !== 0) reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'a line',
      messageId: 'unsettledOnEnd',
      data: { completion: 'callback', events: "'data'" },
      lines: `const ready = () => callback(null); c.stderr.on('data', (x) => { if (x.includes('listening')) ready() })`,
      wrap: calledBack,
    }),
    invalid({
      name: 'a failure that is only logged',
      messageId: 'unsettledOnFailure',
      data: { completion: 'promise', line: '4' },
      lines: `c.on('error', reject); c.on('close', (code) => { if (code === 0) resolve(); else log.logFailure(JSON.stringify({ code })) })`,
      added: onClose(`if (code !== 0) reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'a failure that settles nothing',
      messageId: 'unsettledOnFailure',
      data: { completion: 'promise', line: '4' },
      lines: `c.on('error', reject).on('exit', (code) => { if (code === 0) resolve() })`,
      added: onClose(`if (code !== 0) reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'a signal that settles nothing',
      messageId: 'unsettledOnSignal',
      data: { completion: 'promise', line: '4' },
      lines: `c.on('error', reject).on('exit', (code) => { if (code === 0) resolve(); else if (code > 0) reject() })`,
      added: onClose(`if (code !== 0) reject(${ended})`),
      suggestion: 'suggestCloseListener',
    }),
    invalid({
      name: 'a callback on error and close',
      messageId: 'calledTwice',
      data: { first: 'error', second: 'close', when: 'when a start fails' },
      lines: `c.on('error', callback); c.on('close', (code) => callback(code === 0 ? null : new Error()))`,
      wrap: calledBack,
    }),
    {
      name: 'a callback that stands where the options are left out',
      code: `${imports}export function f(options, callback) {\n  const c = spawn('git')\n  if (typeof options === 'function') callback = options\n  c.on('error', callback); c.on('close', () => callback(null))\n}`,
      errors: [
        {
          messageId: 'calledTwice',
          data: { call, first: 'error', second: 'close', when: 'when a start fails' },
          ...place,
        },
      ],
    },
    invalid({
      name: 'a callback on exit and close',
      messageId: 'calledTwice',
      data: { first: 'exit', second: 'close', when: 'at every end' },
      lines: `c.on('exit', () => callback && callback()); c.on('close', () => callback())`,
      wrap: calledBack,
    }),
    ...(
      [
        ['if', `if (code) reject(); else resolve()`, `if (code !== 0) reject(); else resolve()`],
        ['not', `if (!code) resolve(); else reject()`, `if (code === 0) resolve(); else reject()`],
        ['greater', `if (code > 0) reject(); else resolve()`, `if (code !== 0) reject(); else resolve()`],
        ['a choice', `code ? reject() : resolve()`, `code !== 0 ? reject() : resolve()`],
        ['a return', `if (code) return reject(); resolve()`, `if (code !== 0) return reject(); resolve()`],
        [
          'the end of the program',
          `if (code) process.exit(1); resolve()`,
          `if (code !== 0) process.exit(1); resolve()`,
        ],
      ] as const
    ).map(([name, lines, mended]) =>
      invalid({
        name: `null as a success: ${name}`,
        messageId: 'signalAsSuccess',
        data: { line: '4' },
        lines: `c.on('error', reject).on('close', (code) => { ${lines} })`,
        mended: `c.on('error', reject).on('close', (code) => { ${mended} })`,
        suggestion: 'suggestComparison',
      }),
    ),
    invalid({
      name: 'null as a success, through a shared function',
      messageId: 'signalAsSuccess',
      data: { line: '5' },
      lines: `const end = (e) => { e ? reject(e) : resolve() }\n  c.on('error', end).on('close', (code) => end(code ? new Error() : null))`,
      mended: `const end = (e) => { e ? reject(e) : resolve() }\n  c.on('error', end).on('close', (code) => end(code !== 0 ? new Error() : null))`,
      suggestion: 'suggestComparison',
    }),
    invalid({
      name: 'null as a success, in a callback style',
      messageId: 'signalAsSuccess',
      data: { line: '4' },
      lines: `c.on('close', (code) => { if (code) return callback(new Error(\`status \${code}\`)); callback(null) })`,
      mended: `c.on('close', (code) => { if (code !== 0) return callback(new Error(\`status \${code}\`)); callback(null) })`,
      suggestion: 'suggestComparison',
      wrap: calledBack,
    }),
    {
      name: 'a named listener, a promise made behind the child, and Promise.withResolvers()',
      code: `${imports}export async function f() {\n  const c = spawn('git')\n  const { promise, resolve, reject } = Promise.withResolvers()\n  function onExit(code) {\n    if (code) reject()\n    else resolve()\n  }\n  c.on('error', reject)\n  c.on('exit', onExit)\n  await promise\n}`,
      errors: [
        {
          messageId: 'signalAsSuccess',
          data: { call, line: '7' },
          ...place,
          suggestions: [
            {
              messageId: 'suggestComparison',
              output: `${imports}export async function f() {\n  const c = spawn('git')\n  const { promise, resolve, reject } = Promise.withResolvers()\n  function onExit(code) {\n    if (code !== 0) reject()\n    else resolve()\n  }\n  c.on('error', reject)\n  c.on('exit', onExit)\n  await promise\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a message, awaited behind the fork',
      code: `${imports}export async function f() {\n  const c = fork('x')\n  await new Promise((r) => c.once('message', r))\n}`,
      errors: [
        {
          messageId: 'unsettledOnEnd',
          data: { call: "fork('x')", completion: 'promise', events: "'message'" },
          line: 3,
          column: 13,
          endLine: 3,
          endColumn: 17,
        },
      ],
    },
    {
      name: 'the program goes on after what is no success',
      code: `${imports}const c = spawn('git')\nc.on('exit', (code) => {\n  if (code) process.exit(1)\n  console.log('done')\n})`,
      errors: [
        {
          messageId: 'signalAsSuccess',
          data: { call, line: '3' },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestComparison',
              output: `${imports}const c = spawn('git')\nc.on('exit', (code) => {\n  if (code !== 0) process.exit(1)\n  console.log('done')\n})`,
            },
          ],
        },
      ],
    },
    ...(
      [
        ['process.exit', `(code) => process.exit(code)`, `(code) => process.exit(code ?? 1)`],
        [
          'kept by a plain exit',
          `(code) => { process.exitCode = code; process.exit() }`,
          `(code) => { process.exitCode = code ?? 1; process.exit() }`,
        ],
        ['process.exitCode', `(code) => { process.exitCode = code }`, `(code) => { process.exitCode = code ?? 1 }`],
        ['with a fallback to 0', `(code) => process.exit(code || 0)`, undefined],
        ['process.exit as the listener', `process.exit`, undefined],
      ] as const
    ).map(([name, listener, mended]) => ({
      name: `the status of the program: ${name}`,
      code: `${imports}spawn('git')\n  .on('close', ${listener})`,
      errors: [
        {
          messageId: 'signalExitsZero',
          data: { call, line: '3' },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          ...(mended !== undefined && {
            suggestions: [
              { messageId: 'suggestFallback', output: `${imports}spawn('git')\n  .on('close', ${mended})` },
            ],
          }),
        },
      ],
    })),
  ],
})
