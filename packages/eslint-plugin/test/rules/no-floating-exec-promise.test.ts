import { testRule } from './rule-tester.ts'

const imports = `import { exec, execFile } from 'node:child_process'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\n`
const wrappers = `import { execa } from 'execa'\nimport { x } from 'tinyexec'\nimport spawn from 'nano-spawn'\nimport { $ } from 'zx'\n`
const filename = new URL('fixtures/wrappers/file.js', import.meta.url).pathname
const execa5 = new URL('fixtures/execa-5/file.js', import.meta.url).pathname

const crash = 'a failure ends the program as an unhandled rejection'
const crashOnStart =
  'a missing command ends the program as an unhandled rejection, and any other failure goes unnoticed'
const caught = (promise: string, indent = ''): string =>
  `${promise}.catch((error) => {\n${indent}  console.error(error)\n${indent}})`

const valid = (name: string, lines: string) => ({ name, code: `${imports}export async function f() { ${lines} }` })
const validWrapper = (name: string, lines: string) => ({
  name,
  filename,
  code: `${wrappers}export async function f() { ${lines} }`,
})

testRule('no-floating-exec-promise', {
  valid: [
    valid('await', `await run('git')`),
    valid('return', `return run('git')`),
    valid('catch', `run('git').catch(g)`),
    valid('then with both', `run('git').then(g, h)`),
    valid('then and catch', `run('git').then(g).catch(h)`),
    valid('then and finally, returned', `return run('git').then(g).finally(h)`),
    valid('void', `void run('git')`),
    valid('void of a chain', `void run('git').then(g)`),
    valid('awaited later', `const p = run('git'); g(); await p`),
    valid('awaited together', `const p = run('git'), q = run('ls'); await Promise.all([p, q])`),
    valid('settled together', `Promise.allSettled([run('git'), run('ls')])`),
    valid('raced', `await Promise.race([run('git'), timeout])`),
    valid('collected', `const all = []; for (const a of b) all.push(run('git', [a])); await Promise.all(all)`),
    valid('mapped', `await Promise.all(b.map((a) => run('git', [a])))`),
    valid(
      'mapped and unseen',
      `return b.map(async (a) => { const { stdout } = await run('git', [a]); return stdout })`,
    ),
    valid('kept', `this.running = run('git')`),
    valid('passed on', `track(run('git'))`),
    valid('handled by a local function', `const p = run('git'); quiet(p); function quiet(q) { q.catch(() => {}) }`),
    valid('handled by a local function that returns it', `await log(run('git')); function log(q) { return q }`),
    valid('a guard', `let p; if (a) p = run('git'); g(); if (p) await p`),
    valid('an exit', `run('git'); process.exit(0)`),
    valid('with a listener of its own: not a promise', `exec('git')`),
    {
      name: 'an exempt command',
      code: `${imports}run('git')`,
      options: [{ commands: ['git'] }],
    },
    {
      name: 'never: some path does',
      code: `${imports}export async function f() { const p = run('git'); if (y) await p }`,
      options: [{ paths: 'never' }],
    },
    validWrapper('execa, awaited', `const c = execa('git'); c.stdout.pipe(process.stdout); await c`),
    validWrapper('execa that does not reject', `execa('git', [], { reject: false })`),
    validWrapper('execa that perhaps does not reject', `execa('git', [], options)`),
    validWrapper('execa, iterated', `for await (const line of execa('git')) g(line)`),
    validWrapper('execa, its event waited for by unknown code', `g(execa('git'))`),
    validWrapper('tinyexec, read', `const { stdout } = await x('git')`),
    validWrapper('tinyexec, read by then', `x('git').then(({ stdout }) => g(stdout))`),
    validWrapper('zx that does not reject', '$`git gc`.nothrow()'),
    validWrapper('zx, awaited', 'await $`git gc`'),
    {
      name: 'execa 5 behind a shell, whose end is listened for',
      filename: execa5,
      code: `import execa from 'execa'\nexport const f = () => { execa('npm start', { shell: true }).on('close', g) }`,
    },
    { name: 'an unknown version', code: `import { execa } from 'execa'\nexeca('git')` },
  ],
  invalid: [
    {
      name: 'a statement',
      code: `${imports}run('git')`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 4,
          column: 1,
          endLine: 4,
          endColumn: 4,
          suggestions: [
            { messageId: 'suggestAwait', output: `${imports}await run('git')` },
            { messageId: 'suggestCatch', output: `${imports}${caught("run('git')")}` },
          ],
        },
      ],
    },
    {
      name: 'then alone, where the code cannot wait',
      code: `${imports}export function f() {\n  run('git').then(g)\n}`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 5,
          column: 3,
          endLine: 5,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `${imports}export function f() {\n  ${caught("run('git').then(g)", '  ')}\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'then with nothing for the rejection',
      code: `${imports}run('git').then(g, undefined)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 4,
          column: 1,
          endLine: 4,
          endColumn: 4,
          suggestions: [
            { messageId: 'suggestAwait', output: `${imports}await run('git').then(g, undefined)` },
            { messageId: 'suggestCatch', output: `${imports}${caught("run('git').then(g, undefined)")}` },
          ],
        },
      ],
    },
    {
      name: 'a callback whose result is dropped',
      code: `${imports}server.on('request', () => run('git'))`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 4,
          column: 28,
          endLine: 4,
          endColumn: 31,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `${imports}server.on('request', () => ${caught("run('git')")})`,
            },
          ],
        },
      ],
    },
    {
      name: 'forEach',
      code: `${imports}list.forEach(async (a) => {\n  run('git', [a]);\n})`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 5,
          column: 3,
          endLine: 5,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestAwait',
              output: `${imports}list.forEach(async (a) => {\n  await run('git', [a]);\n})`,
            },
            {
              messageId: 'suggestCatch',
              output: `${imports}list.forEach(async (a) => {\n  run('git', [a]).catch((error) => {\n    console.error(error);\n  });\n})`,
            },
          ],
        },
      ],
    },
    {
      name: 'a try that pretends',
      code: `${imports}try {\n  run('git')\n} catch {}`,
      errors: [
        {
          messageId: 'caughtInVain',
          data: { call: "run('git')", consequence: crash, line: '4' },
          line: 5,
          column: 3,
          endLine: 5,
          endColumn: 6,
          suggestions: [
            { messageId: 'suggestAwait', output: `${imports}try {\n  await run('git')\n} catch {}` },
            { messageId: 'suggestCatch', output: `${imports}try {\n  ${caught("run('git')", '  ')}\n} catch {}` },
          ],
        },
      ],
    },
    {
      name: 'a return before it is awaited',
      code: `${imports}export async function f() {\n  const p = run('git')\n  if (y) return\n  await p\n}`,
      errors: [
        {
          messageId: 'notHandledOnPath',
          data: { call: "run('git')", consequence: crash, line: '6' },
          line: 5,
          column: 13,
          endLine: 5,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `${imports}export async function f() {\n  const p = run('git')\n  ${caught('p', '  ')}\n  if (y) return\n  await p\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'all of them, and nobody waits for that',
      code: `${imports}Promise.all([run('git')])`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "run('git')", consequence: crash },
          line: 4,
          column: 14,
          endLine: 4,
          endColumn: 17,
          suggestions: [{ messageId: 'suggestCatch', output: `${imports}Promise.all([${caught("run('git')")}])` }],
        },
      ],
    },
    {
      name: 'execa 9 with its output piped and an exit listener',
      filename,
      code: `${wrappers}const c = execa('git', ['gc'])\nc.stdout.pipe(process.stdout)\nc.on('exit', f)`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "execa('git')", consequence: crash },
          line: 5,
          column: 11,
          endLine: 5,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `${wrappers}const c = execa('git', ['gc'])\n${caught('c')}\nc.stdout.pipe(process.stdout)\nc.on('exit', f)`,
            },
          ],
        },
      ],
    },
    {
      name: 'execa 5: only a failed start is reported by Node',
      filename: execa5,
      code: `import execa from 'execa'\nexport const f = () => { execa('git') }`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "execa('git')", consequence: crashOnStart },
          line: 2,
          column: 26,
          endLine: 2,
          endColumn: 31,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `import execa from 'execa'\nexport const f = () => { ${caught("execa('git')")} }`,
            },
          ],
        },
      ],
    },
    {
      name: 'execa 5: the end is listened for, the start is not',
      filename: execa5,
      code: `import execa from 'execa'\nexport const f = () => { execa('git').on('close', g) }`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "execa('git')", consequence: 'a missing command ends the program as an unhandled rejection' },
          line: 2,
          column: 26,
          endLine: 2,
          endColumn: 31,
          // a `catch` in the chain would take the child away from `on`
        },
      ],
    },
    {
      name: 'execa 5 behind a shell, which starts in any case',
      filename: execa5,
      code: `import execa from 'execa'\nexport const f = () => { execa('npm ci', { shell: true }) }`,
      errors: [
        {
          messageId: 'neverRead',
          data: { call: "execa('npm ci')" },
          line: 2,
          column: 26,
          endLine: 2,
          endColumn: 31,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `import execa from 'execa'\nexport const f = () => { ${caught("execa('npm ci', { shell: true })")} }`,
            },
          ],
        },
      ],
    },
    {
      name: 'execa 5: asked by then, all failures are',
      filename: execa5,
      code: `import execa from 'execa'\nexport const f = () => { execa('git').then(g) }`,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "execa('git')", consequence: crash },
          line: 2,
          column: 26,
          endLine: 2,
          endColumn: 31,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `import execa from 'execa'\nexport const f = () => { ${caught("execa('git').then(g)")} }`,
            },
          ],
        },
      ],
    },
    {
      name: 'tinyexec swallows everything',
      filename,
      code: `${wrappers}x('git')`,
      errors: [
        {
          messageId: 'neverRead',
          data: { call: "x('git')" },
          line: 5,
          column: 1,
          endLine: 5,
          endColumn: 2,
          suggestions: [
            { messageId: 'suggestAwait', output: `${wrappers}await x('git')` },
            { messageId: 'suggestCatch', output: `${wrappers}${caught("x('git')")}` },
          ],
        },
      ],
    },
    {
      name: 'tinyexec on one path',
      filename,
      code: `${wrappers}export async function f() {\n  const p = x('git')\n  if (y) return\n  return (await p).stdout\n}`,
      errors: [
        {
          messageId: 'notReadOnPath',
          data: { call: "x('git')", line: '7' },
          line: 6,
          column: 13,
          endLine: 6,
          endColumn: 14,
          suggestions: [
            {
              messageId: 'suggestCatch',
              output: `${wrappers}export async function f() {\n  const p = x('git')\n  ${caught('p', '  ')}\n  if (y) return\n  return (await p).stdout\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'nano-spawn and zx',
      filename,
      code: `${wrappers}spawn('git').finally(f)\n$\`git gc\``,
      errors: [
        {
          messageId: 'neverHandled',
          data: { call: "spawn('git')", consequence: crash },
          line: 5,
          column: 1,
          endLine: 5,
          endColumn: 6,
          suggestions: [
            { messageId: 'suggestAwait', output: `${wrappers}await spawn('git').finally(f)\n$\`git gc\`` },
            { messageId: 'suggestCatch', output: `${wrappers}${caught("spawn('git').finally(f)")}\n$\`git gc\`` },
          ],
        },
        {
          messageId: 'neverHandled',
          data: { call: '$', consequence: crash },
          line: 6,
          column: 1,
          endLine: 6,
          endColumn: 2,
          suggestions: [
            { messageId: 'suggestAwait', output: `${wrappers}spawn('git').finally(f)\nawait $\`git gc\`` },
            { messageId: 'suggestCatch', output: `${wrappers}spawn('git').finally(f)\n${caught('$`git gc`')}` },
          ],
        },
      ],
    },
  ],
})
