/** A piece of odd code, and what is said of it: `line:column rule`, in source order. */
export interface OddCode {
  readonly about: string
  /** Extension of the file: `ts` and `tsx` are for the TypeScript parser alone. */
  readonly extension: 'cjs' | 'jsx' | 'mjs' | 'ts' | 'tsx'
  readonly sourceType?: 'script'
  readonly code: string
  readonly reports: readonly string[]
}

const esm = `import { spawn } from 'node:child_process'\n`
const cjs = `const { spawn } = require('node:child_process')\n`
/** Nothing is left to say of it but the missing listener. */
const quiet = `{ stdio: 'ignore' }).on('close', done)`
const ERROR = 'require-error-listener'

export const oddCode: readonly OddCode[] = [
  { about: 'nothing', extension: 'mjs', code: '', reports: [] },
  { about: 'a byte order mark alone', extension: 'mjs', code: '\uFEFF', reports: [] },
  { about: 'the module in a comment', extension: 'mjs', code: '// child_process', reports: [] },
  {
    about: 'a byte order mark',
    extension: 'mjs',
    code: `\uFEFFimport { spawn } from 'node:child_process'; spawn('a', ${quiet}`,
    reports: [`1:45 ${ERROR}`],
  },
  {
    about: 'CRLF',
    extension: 'mjs',
    code: `import { spawn } from 'node:child_process'\r\n\r\n  spawn('a', ${quiet}\r\n`,
    reports: [`3:3 ${ERROR}`],
  },
  {
    about: 'a byte order mark, CRLF, lone CR and line separators',
    extension: 'mjs',
    code: `\uFEFF${esm.trim()}\r\n/*\r*/\u2028/*\u2029*/ spawn('a', ${quiet}`,
    reports: [`5:4 ${ERROR}`],
  },
  {
    about: 'characters of two units and of none',
    extension: 'mjs',
    code: `${esm}const 𝒳 = '👩‍👩‍👧'; spawn('a', ${quiet}`,
    reports: [`2:24 ${ERROR}`],
  },
  {
    about: 'escapes in names',
    extension: 'mjs',
    code: `import { sp\\u0061wn } from 'node:child_process'\nspawn('a', ${quiet}`,
    reports: [`2:1 ${ERROR}`],
  },
  {
    about: 'a hashbang',
    extension: 'cjs',
    code: `#!/usr/bin/env node\n${cjs}spawn('a', ${quiet}`,
    reports: [`3:1 ${ERROR}`],
  },
  {
    about: 'top-level await and `for await`',
    extension: 'mjs',
    code: `const { spawn } = await import('node:child_process')\nconst c = spawn('a')\nc.on('error', done)\nfor await (const chunk of c.stdout) use(chunk)\nfor await (const chunk of c.stderr) use(chunk)\nspawn('b', ${quiet}`,
    reports: [`6:1 ${ERROR}`],
  },
  {
    about: 'a top-level return',
    extension: 'cjs',
    code: `${cjs}if (done) return\nspawn('a', ${quiet}`,
    reports: [`3:1 ${ERROR}`],
  },
  {
    about: 'a script, whose `var` is global',
    extension: 'cjs',
    sourceType: 'script',
    code: `var cp = require('child_process')\nvar c = cp.spawn('a', { stdio: 'ignore' })\nfunction listen() { c.on('error', done); c.on('close', done) }\nlisten()\ncp.spawn('b', ${quiet}`,
    reports: [`5:1 ${ERROR}`],
  },
  {
    about: 'names that are shadowed',
    extension: 'mjs',
    code: `${esm}export function f(spawn) { spawn('a') }\nexport function g() { { const spawn = run; spawn('a') } }\nexport class spawn2 { spawn() { this.spawn('a') } }\ntry { run() } catch (spawn) { spawn('a') }`,
    reports: [],
  },
  {
    about: 'a parameter called require',
    extension: 'cjs',
    code: `define(function (require) { require('child_process').spawn('a') })`,
    reports: [],
  },
  {
    about: 'a `var` declared again with something else',
    extension: 'cjs',
    code: `var cp = require('child_process')\nvar cp = require('./own')\ncp.spawn('a')`,
    reports: [],
  },
  {
    about: 'a `var` declared again with the same',
    extension: 'cjs',
    code: `var cp = require('child_process')\nvar cp = require('child_process')\ncp.spawn('a', ${quiet}`,
    reports: [],
  },
  {
    about: 'a `var` and a function of one name',
    extension: 'cjs',
    sourceType: 'script',
    code: `var spawn = require('child_process').spawn\nfunction spawn() {}\nspawn('a')`,
    reports: [],
  },
  {
    about: 'a `var` that holds one child after the other',
    extension: 'cjs',
    code: `${cjs}var c = spawn('a', { stdio: 'ignore' })\nvar c = spawn('b', { stdio: 'ignore' })\nc.on('error', done)\nc.on('close', done)`,
    reports: [],
  },
  {
    about: 'an alias of itself',
    extension: 'cjs',
    code: `${cjs}var a = b\nvar b = a\na('x'); b.spawn('y')`,
    reports: [],
  },
  {
    about: 'eval that can see the child',
    extension: 'cjs',
    code: `${cjs}const c = spawn('a', { stdio: 'ignore' })\neval(code)`,
    reports: [],
  },
  {
    about: 'eval that cannot see the child, and one that is no eval',
    extension: 'cjs',
    code: `${cjs}function run() { eval(code) }\nfunction f() { const c = spawn('a', ${quiet.slice(0, -1)}, client.eval(code)) }`,
    reports: [`3:26 ${ERROR}`],
  },
  {
    about: '`with` around a use of the child',
    extension: 'cjs',
    sourceType: 'script',
    code: `${cjs}const c = spawn('a', { stdio: 'ignore' })\nwith (c) { on('error', done); on('close', done) }`,
    reports: [],
  },
  {
    about: '`with` around the start',
    extension: 'cjs',
    sourceType: 'script',
    code: `${cjs}with (own) { spawn('a') }`,
    reports: [],
  },
  {
    about: 'labels, commas and an empty body',
    extension: 'cjs',
    sourceType: 'script',
    code: `${cjs}a: { b: ; spawn('a', ${quiet}, 0; break a }`,
    reports: [`2:11 ${ERROR}`],
  },
  {
    about: 'JSX',
    extension: 'jsx',
    code: `${esm}export const view = <Run start={() => spawn('a')} stop={() => { spawn('b', ${quiet} }}>{spawn('c')}</Run>`,
    reports: [`2:65 ${ERROR}`],
  },
  {
    about: 'the child as an attribute and as an element',
    extension: 'jsx',
    code: `${esm}const c = spawn('a')\nexport const view = <Run child={c}><c.Panel /></Run>`,
    reports: [],
  },
  {
    about: 'decorators',
    extension: 'ts',
    code: `${esm}@Injectable(() => { spawn('a', ${quiet} })\nexport class Run {\n  @Input() @watch(() => { spawn('b', ${quiet} })\n  child = spawn('c')\n  constructor(@Inject(() => { spawn('d', ${quiet} }) readonly own: unknown) {}\n}`,
    reports: [`2:21 ${ERROR}`, `4:27 ${ERROR}`, `6:31 ${ERROR}`],
  },
  {
    about: 'namespaces',
    extension: 'ts',
    code: `${esm}namespace Own {\n  export const child = spawn('a')\n  spawn('b', ${quiet}\n}\nnamespace Own.Deep { const spawn = run; spawn('c') }\ndeclare namespace Far { const child: unknown }`,
    reports: [`4:3 ${ERROR}`],
  },
  {
    about: '`import =` and `export =`',
    extension: 'ts',
    code: `import cp = require('child_process')\nimport start = cp.spawn\nconst own = start('a')\nstart('b', ${quiet}\nexport = own`,
    reports: [`4:1 ${ERROR}`],
  },
  {
    about: 'declarations without code',
    extension: 'ts',
    code: `${esm}declare module 'child_process' { export function spawn(own: string): void }\ndeclare function spawn2(): void\ninterface Own { spawn(): void }\ntype Spawn = typeof spawn\nabstract class Run { abstract child: unknown; abstract start(): void }\nexport type { Spawn }`,
    reports: [],
  },
  {
    about: 'overloads, parameter properties, accessors, enums',
    extension: 'ts',
    code: `${esm}function run(a: string): void\nfunction run(a: number): void\nfunction run(a: unknown) { spawn(a as string, ${quiet} }\nexport class Own { accessor child = spawn('a'); constructor(private spawn: () => void) { this.spawn() } }\nexport enum Kind { spawn = 1, next = spawn + 1 }\nrun('a')`,
    reports: [`4:28 ${ERROR}`],
  },
  {
    about: 'type arguments and wrappers around the call',
    extension: 'ts',
    code: `${esm}const c = (<any>(spawn<any>)!('a', { stdio: 'ignore' }) as any satisfies unknown)!\nc.on('close', done)`,
    reports: [`2:18 ${ERROR}`],
  },
  {
    about: 'a type import',
    extension: 'ts',
    code: `import type { spawn } from 'node:child_process'\nimport { type exec } from 'node:child_process'\nspawn('a')`,
    reports: [],
  },
  {
    about: 'TSX',
    extension: 'tsx',
    code: `${esm}export const view = <T,>(own: T) => <Run<T> own={own} start={() => { spawn('a', ${quiet} }} />`,
    reports: [`2:70 ${ERROR}`],
  },
]
