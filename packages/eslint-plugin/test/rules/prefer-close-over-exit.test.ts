import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\nimport { once } from 'node:events'\n`
const start = `${imports}let out = ''\nconst c = spawn('git')\nc.stdout.on('data', (chunk) => { out += chunk })\n`

const place = (line: number, column: number) => ({ line, column, endLine: line, endColumn: column + 5 })

/** A report at `start`, whose suggestion turns one 'exit' into 'close'. */
function usedAtExit(code: string, data: { line: string; read?: string } = { line: '6' }) {
  return {
    messageId: data.read === undefined ? 'usedAtExit' : 'usedAfterExit',
    data: { call: "spawn('git')", collected: '5', ...data },
    ...place(4, 11),
    suggestions: [{ messageId: 'suggestClose', output: code.replace("'exit'", "'close'") }],
  }
}

testRule('prefer-close-over-exit', {
  valid: [
    { name: 'close', code: `${start}c.on('close', () => f(out))` },
    { name: 'only the status is used', code: `${start}c.on('exit', (code) => f(code))` },
    {
      name: 'nothing is collected',
      code: `${imports}const c = spawn('git'); c.stdout.on('data', (d) => log(d)); c.on('exit', () => f(out))`,
    },
    {
      name: 'a flag is no output',
      code: `${imports}let ready = false; const c = spawn('git'); c.stdout.on('data', (d) => { if (d.includes('x')) ready = true }); c.on('exit', () => f(ready))`,
    },
    { name: 'joined with the end of the output', code: `${start}c.stdout.on('end', g)\nc.on('exit', () => f(out))` },
    {
      name: 'close uses it as well',
      code: `${start}const done = () => f(out)\nc.on('exit', () => setTimeout(done, 9))\nc.on('close', done)`,
    },
    {
      name: 'a parameter is not the function that it belongs to',
      code: `${imports}export function run(callback) {\n  const c = spawn('git')\n  let out = ''\n  c.stdout.on('data', (chunk) => { out += chunk })\n  c.on('exit', () => callback())\n  log(out)\n}`,
    },
    {
      name: 'where the code does not come to',
      code: `${imports}export function run(o, done) {\n  if (o.quiet) return\n  const c = spawn('git')\n  let out = ''\n  c.stdout.on('data', (d) => { out += d })\n  if (!o.quiet) throw new Error('x')\n  c.on('exit', () => done(out))\n}`,
    },
    {
      name: 'behind the end of the program',
      code: `${start}c.on('exit', (code) => { process.exit(code ?? 1); f(out) })`,
    },
    {
      name: 'in a branch that what comes before it rules out',
      code: `${start}c.on('exit', (code) => { if (code) return; if (code > 0) f(out) })`,
    },
    {
      name: 'a listener that its function does not come to',
      code: `${start}new Promise((done) => { if (flag) return; if (flag) c.on('exit', () => done(out)) })`,
    },
    {
      name: 'a listener behind the end of the child',
      code: `${start}await once(c, 'exit')\nc.on('exit', () => f(out))`,
    },
    {
      name: 'a listener behind a promise of the end',
      code: `${start}await new Promise((done, fail) => { c.once('exit', done).once('error', fail) })\nc.on('exit', () => f(out))`,
    },
    { name: 'used a while later', code: `${start}c.on('exit', () => setTimeout(() => f(out), 99))` },
    {
      name: 'a promise that is settled a while later',
      code: `${start}await new Promise((done) => { c.on('exit', () => setTimeout(done, 99)) }); f(out)`,
    },
    {
      name: 'a promise that is settled by somebody else',
      code: `${start}await new Promise((done) => { c.on('exit', () => ask(done)) }); f(out)`,
    },
    { name: 'used after another await', code: `${start}c.on('exit', async () => { await g(); f(out) })` },
    { name: 'added to', code: `${start}c.on('exit', () => { out += 'done' })` },
    {
      name: 'another property',
      code: `${imports}const r = { out: '', code: 0 }\nconst c = spawn('git')\nc.stdout.on('data', (d) => { r.out += d })\nc.on('exit', (code) => { r.code = code; g(r.code) })`,
    },
    { name: 'the promise of close', code: `${start}await once(c, 'close')\nf(out)` },
    { name: 'another promise between', code: `${start}await once(c, 'exit')\nawait g()\nf(out)` },
    {
      name: 'all of them together',
      code: `${start}await Promise.all([once(c, 'exit'), once(c.stdout, 'end')])\nf(out)`,
    },
    { name: 'the collection of another child', code: `${start}spawn('x').on('exit', () => f(out))` },
    { name: 'an exempt command', code: `${start}c.on('exit', () => f(out))`, options: [{ commands: ['git'] }] },
  ],
  invalid: [
    {
      name: 'a promise that is settled at once, or a while later',
      code: `${start}await new Promise((done) => { c.on('exit', (code) => { if (code) setTimeout(done, 99); else done() }) }); f(out)`,
      errors: [
        usedAtExit(
          `${start}await new Promise((done) => { c.on('exit', (code) => { if (code) setTimeout(done, 99); else done() }) }); f(out)`,
          { line: '6', read: '6' },
        ),
      ],
    },
    ...[
      ['used by the listener', `c.on('exit', () => f(out))`],
      ['as the message of a failure', `c.once('exit', (code) => { if (code) throw new Error(out.trim()) })`],
      ['in a function that it calls', `c.on('exit', () => done())\nfunction done() { f(out) }`],
      ['by a named listener', `c.on('exit', done)\nfunction done() { f(out) }`],
      ['before its first await', `c.on('exit', async () => { await g(out) })`],
      [
        'in a branch that what comes before it leaves open',
        `c.on('exit', (code) => { if (code) return; if (code >= 0) f(out) })`,
      ],
      [
        'a listener that its function may come to',
        `new Promise((done) => { if (flag) return; if (!flag) c.on('exit', () => done(out)) })`,
      ],
      ['close does something else', `c.on('exit', () => f(out))\nc.on('close', () => g())`],
    ].map(([name = '', rest = '']) => {
      const code = `${start}${rest}`
      return { name, code, errors: [usedAtExit(code)] }
    }),
    ...[
      ['an array', `const chunks = []`, `chunks.push(chunk)`, `f(Buffer.concat(chunks))`],
      ['an array that is mapped', `const chunks = []`, `chunks.push(String(chunk))`, `f(lines.map((l) => chunks[l]))`],
      ['a buffer', `let all`, `all = Buffer.concat([all, chunk])`, `f(all)`],
      ['a property', `const r = {}`, `r.out = r.out + chunk`, `f(r)`],
      ['a derived text', `let last`, `const text = chunk.toString(); last = text`, `f(last)`],
    ].map(([name = '', declaration = '', collect = '', use = '']) => {
      const code = `${imports}${declaration}\nconst c = spawn('git')\nc.stdout.on('data', (chunk) => { ${collect} })\nc.on('exit', () => ${use})`
      return { name, code, errors: [usedAtExit(code)] }
    }),
    ...[
      ['the first output', `await once(c.stdout, 'data')`],
      ['the start', `await new Promise((done) => { c.on('exit', g).on('spawn', done) })`],
    ].map(([name = '', wait = '']) => {
      const code = `${start}${wait}\nc.on('exit', () => f(out))`
      const report = usedAtExit(code, { line: '7' })
      const output = code.replace(`\nc.on('exit'`, `\nc.on('close'`)
      return {
        name: `a listener behind ${name}`,
        code,
        errors: [{ ...report, suggestions: [{ messageId: 'suggestClose', output }] }],
      }
    }),
    ...[
      ['after once()', `await once(c, 'exit')\nf(out)`, '7'],
      ['after a promise', `await new Promise((resolve) => c.on('exit', resolve))\nf(out)`, '7'],
      [
        'after a promise by name',
        `const ended = new Promise((resolve) => {\n  c.on('exit', () => resolve())\n})\nawait ended\nf(out)`,
        '10',
      ],
      ['then', `new Promise((resolve) => c.on('exit', resolve)).then(() => f(out))`, '6'],
      ['after a function of the file', `const ended = () => once(c, 'exit')\nawait ended()\nf(out)`, '8'],
    ].map(([name = '', rest = '', read = '']) => {
      const code = `${start}${rest}`
      const line = String(code.slice(0, code.indexOf("'exit'")).split('\n').length)
      return { name, code, errors: [usedAtExit(code, { line, read })] }
    }),
    {
      name: 'a shell',
      code: `${imports}let out = ''\nconst c = spawn('make', { shell: true })\nc.stdout.on('data', (d) => (out += d))\nc.on('exit', () => f(out))`,
      errors: [
        {
          messageId: 'usedAtExitOfShell',
          data: { call: "spawn('make')", collected: '5', line: '6' },
          ...place(4, 11),
          suggestions: [
            {
              messageId: 'suggestClose',
              output: `${imports}let out = ''\nconst c = spawn('make', { shell: true })\nc.stdout.on('data', (d) => (out += d))\nc.on('close', () => f(out))`,
            },
          ],
        },
      ],
    },
    {
      name: 'the end of a shell',
      code: `${imports}let out = ''\nconst c = spawn('make', { shell: true })\nc.stdout.on('data', (d) => (out += d))\nawait once(c, 'exit')\nf(out)`,
      errors: [
        {
          messageId: 'usedAfterExitOfShell',
          data: { call: "spawn('make')", collected: '5', read: '7' },
          ...place(4, 11),
          suggestions: [
            {
              messageId: 'suggestClose',
              output: `${imports}let out = ''\nconst c = spawn('make', { shell: true })\nc.stdout.on('data', (d) => (out += d))\nawait once(c, 'close')\nf(out)`,
            },
          ],
        },
      ],
    },
  ],
})
