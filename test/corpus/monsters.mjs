/** Generated files at the edge of what a linter meets. Each is valid, large or odd in one way, and full of child processes. */

const HEAD = "import { spawn, exec, execFile, fork } from 'node:child_process'\nimport { once } from 'node:events'\n"

/** @param {number} count @param {(index: number) => string} line */
const repeat = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join('\n')

/** @type {Record<string, { path: string, build: () => string }>} */
export const monsters = {
  'ten thousand sites at top level': {
    path: 'sites-top.mjs',
    build: () => HEAD + repeat(10_000, (i) => `const child${i} = spawn('a', [])`),
  },
  'ten thousand sites in one function': {
    path: 'sites-function.mjs',
    build: () =>
      `${HEAD}export async function run(flag) {\n${repeat(10_000, (i) => `  const child${i} = spawn('a')\n  child${i}.on('error', console.error)`)}\n}`,
  },
  'one handle, ten thousand uses': {
    path: 'uses.mjs',
    build: () =>
      `${HEAD}const child = spawn('a')\n${repeat(10_000, (i) => `child.on('exit', () => console.log(${i}, child.pid))`)}`,
  },
  'five thousand lines in a function': {
    path: 'long-function.mjs',
    build: () =>
      `${HEAD}export async function run(a) {\n  const child = spawn('a')\n${repeat(5_000, (i) => (i % 7 === 0 ? `  if (a === ${i}) return` : `  await step(${i})`))}\n  child.on('close', () => {})\n}`,
  },
  'two thousand branches that join': {
    path: 'branches.mjs',
    build: () =>
      `${HEAD}export function run(a) {\n  let child = spawn('a')\n${repeat(2_000, (i) => `  if (a[${i}]) { child = spawn('b${i}') } else { child.on('error', a) }`)}\n  return child.pid\n}`,
  },
  'deep nesting of blocks': {
    path: 'deep-blocks.mjs',
    build: () =>
      `${HEAD}export function run(a) {\n${'if (a) { try {\n'.repeat(200)}const child = spawn('a')\nchild.stdin.write(a)\n${'} finally { a() } }\n'.repeat(200)}}`,
  },
  'deep nesting of functions': {
    path: 'deep-functions.mjs',
    build: () =>
      `${HEAD}const child = spawn('a')\n${repeat(300, (i) => `function f${i}() {`)}\nchild.on('error', () => {})\nchild.kill()\n${'}'.repeat(300)}`,
  },
  'deep nesting of expressions': {
    path: 'deep-expression.mjs',
    build: () =>
      `${HEAD}const value = ${'(a ? '.repeat(300)}spawn('a')${' : b)'.repeat(300)}\nconst sum = ${'1 + '.repeat(2_000)}spawn('a').pid`,
  },
  'a chain of eight hundred calls': {
    path: 'chain.mjs',
    build: () => `${HEAD}spawn('a')${".on('exit', () => {})".repeat(800)}`,
  },
  'a huge switch': {
    path: 'switch.mjs',
    build: () =>
      `${HEAD}export function run(a) {\n  const child = spawn('a')\n  switch (a) {\n${repeat(5_000, (i) => `    case ${i}: child.on('error', () => {});${i % 3 === 0 ? ' return' : i % 3 === 1 ? ' break' : ''}`)}\n  }\n}`,
  },
  'a loop with labels and a thousand jumps': {
    path: 'labels.mjs',
    build: () =>
      `${HEAD}export function run(a) {\n  outer: for (;;) {\n    const child = spawn('a')\n    inner: while (a) {\n${repeat(1_000, (i) => `      if (a === ${i}) ${['continue outer', 'break inner', 'break outer', 'continue inner'][i % 4]}`)}\n    }\n    child.on('close', () => {})\n  }\n}`,
  },
  'a thousand helpers that call one another': {
    path: 'helpers.mjs',
    build: () =>
      `${HEAD}${repeat(1_000, (i) => `function h${i}(child) { ${i % 2 ? "child.on('error', () => {});" : ''} return h${(i + 1) % 1_000}(child) }`)}\nh0(spawn('a'))`,
  },
  'a thousand mutually recursive factories': {
    path: 'factories.mjs',
    build: () =>
      `${HEAD}${repeat(1_000, (i) => `const make${i} = (n) => (n > ${i} ? spawn('a') : make${(i + 7) % 1_000}(n))`)}\nmake3(1)`,
  },
  'a class with a thousand methods': {
    path: 'class.mjs',
    build: () =>
      `${HEAD}export class Runner {\n  #child\n  start() { this.#child = spawn('a') }\n${repeat(1_000, (i) => `  m${i}() { return this.m${(i + 1) % 1_000}(this.#child?.pid) }`)}\n}`,
  },
  'two megabytes on one line': {
    path: 'one-line.js',
    build: () =>
      `const { spawn } = require('child_process');${"var a=spawn('a',['b']);a.on('exit',function(c){a=null;});".repeat(35_000)}`,
  },
  'five megabytes, one site': {
    path: 'large.js',
    build: () =>
      `const { spawn } = require('child_process')\nspawn('a')\nmodule.exports = [\n${repeat(80_000, (i) => `  { id: ${i}, name: 'entry number ${i}', tags: ['a', 'b', 'c'] },`)}\n]`,
  },
  'a byte order mark and CRLF': {
    path: 'bom.mjs',
    build: () =>
      `\uFEFF${HEAD}export async function run() {\n  const child = spawn('a')\n  await once(child, 'spawn')\n  child.on('error', () => {})\n}\n`.replaceAll(
        '\n',
        '\r\n',
      ),
  },
  'decorators, accessors, namespaces, overloads': {
    path: 'syntax.ts',
    build: () =>
      `import cp = require('child_process')
import type { ChildProcess } from 'node:child_process'
declare function logged<T>(...args: unknown[]): T
declare const enum Kind { A = 1 }
namespace Outer.Inner {
  export import spawn = cp.spawn
  export const child = cp.spawn('a')!
  export namespace Deep { export function f(): ChildProcess { return <ChildProcess>child } }
}
abstract class Base<T extends ChildProcess = ChildProcess> {
  @logged() accessor child: T | undefined
  static { cp.spawn('static') }
  declare readonly pid: number
  constructor(private readonly kept = cp.fork('a'), @logged() protected other?: T) {}
  start(): T
  start(command: string): T
  start(command?: string): T { this.child = cp.spawn(command!) as unknown as T; return this.child satisfies T }
  abstract stop(): void
  get [Symbol.toStringTag]() { return 'x' }
  *[Symbol.iterator]() { yield cp.spawn('a'); yield* [cp.spawn('b')] }
  async *stream(this: Base<T>) { for await (const chunk of this.child!.stdout!) yield chunk }
}
export default abstract class extends Base {}
using disposable = cp.spawn('a')
let { stdout, ...rest }: ChildProcess = cp.spawn('a')
;[rest.stdin as any, stdout] = [1, cp.exec('b').stdout] as const
export = cp
function assertChild(value: unknown): asserts value is ChildProcess {}
type Spawned = ReturnType<typeof cp.spawn> extends infer U ? U : never
`.replace('export = cp\n', ''),
  },
  JSX: {
    path: 'view.tsx',
    build: () => `import { spawn } from 'child_process'
export const View = ({ run = () => spawn('a') }) => (
  <>
    <Button onClick={() => { const child = spawn('a'); child.on('error', console.error) }} {...spawn('b')}>
      {spawn('c').pid}{/* nothing */}
    </Button>
    <a.b.c on={async () => await run()?.stdout?.[Symbol.asyncIterator]?.()} />
  </>
)`,
  },
  'eval, with, shadowed and redeclared names': {
    path: 'sloppy.cjs',
    build: () => `var spawn = require('child_process').spawn
var spawn = spawn || function () {}
var child = spawn('a')
var child
function spawn() { return arguments }
with (child) { on('error', function () {}); spawn('b') }
eval('child.on("exit", function () {})')
;(function (require) { require('child_process').spawn('c') })(require)
function shadow(spawn) { var child = spawn('d'); { let child = spawn('e'); child = null } try { throw child } catch (child) { child.kill() } }
label: { break label }
for (var child in spawn('f')) for (child of [spawn('g')]) ;
if (child) function child() {}
delete child.stdin, void spawn('h'), typeof spawn('i')
exports.x = exports.y = child = spawn('j'), module.exports = spawn
undefined = spawn('k')
arguments.length = spawn('l')
`,
  },
  'handles wrapped into their own variable': {
    path: 'wrapped.cjs',
    build: () => `const { spawn } = require('child_process')
let list = spawn('a'); list = [list]
let stack; for (const name of names) { const child = spawn(name); stack = { child, upper: stack } }
stack = stack.upper; stack.child.kill()
let call = spawn('b'); call = () => call
let spread = { child: spawn('c') }; spread = { ...spread, inner: spread }
`,
  },
  'every operator around a site': {
    path: 'operators.mjs',
    build: () =>
      `${HEAD}let a, b = {}
a = spawn('1') || spawn('2') && spawn('3') ?? 0
`.replace(' ?? 0', '') +
      `a ??= spawn('4'); a ||= spawn('5'); b.c &&= spawn('6'); b[spawn('7').pid] = spawn('8')
;[a = spawn('9'), b.d = spawn('10'), ...b.e] = [spawn('11'), ...[spawn('12')]]
;({ a = spawn('13'), ['x' + spawn('14').pid]: b.f = spawn('15'), ...b } = { ...spawn('16'), a: spawn('17') })
a = (spawn('18'), spawn('19'))
a = \`\${spawn('20')}\`; tag\`\${spawn('21')}\`
a = a ? spawn('22') : await spawn('23')
a?.[spawn('24')]?.(spawn('25'))?.b.c?.()
new (spawn('26'))(spawn('27')); new.target
import(spawn('28')); import.meta.x = spawn('29')
!spawn('30'); -spawn('31'); spawn('32') instanceof Object; 'pid' in spawn('33'); a++
do { var z = spawn('34') } while (spawn('35').exitCode === null)
for (let c = spawn('36'); c.exitCode === null; c = spawn('37')) if (c.killed) continue; else break
for await (const d of spawn('38').stdout) d()
throw spawn('39')
`.replace('new.target\n', '\n'),
  },
}
