import { testRule } from './rule-tester.ts'

const sync = `import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'\n`

testRule('no-sync-in-async', {
  valid: [
    { name: 'the code of the module', code: `${sync}execSync('make')` },
    { name: 'a function that only the module calls', code: `${sync}function f() { execSync('make') }\nf()` },
    { name: 'a function that is not async, for others', code: `${sync}export function f() { execSync('make') }` },
    { name: 'not synchronous', code: `${sync}export async function f() { spawn('make') }` },
    {
      name: 'an async function that the program waits for',
      code: `${sync}async function main() { execSync('make') }\nawait main()`,
    },
    {
      name: 'an async function of another one that the program waits for',
      code: `${sync}async function build() { execSync('make') }\nasync function main() { await build() }\nmain().catch(console.error)`,
    },
    {
      name: 'an async function where it stands',
      code: `${sync};(async () => { execSync('make') })()`,
    },
    {
      name: 'the function of a command',
      code: `${sync}program.command('build').action(async () => { execSync('make') })\nprogram.command('test').action(test)\nasync function test() { execSync('make') }`,
    },
    {
      name: 'the method of a command',
      code: `${sync}export default class Build extends Command { async run() { execSync('make') } }\nexport const c = { async handler() { execSync('make') } }`,
    },
    {
      name: 'the program ends behind it',
      code: `${sync}export async function f() { execSync('make'); process.exit(0) }`,
    },
    {
      name: 'the program ends behind the function that calls it',
      code: `${sync}function clean() { execSync('make clean') }\nexport async function f() { clean(); process.exit(0) }`,
    },
    {
      name: 'the program is asked to end',
      code: `${sync}process.on('SIGINT', () => { execSync('make clean') })\nprocess.once('exit', () => execSync('make clean'))`,
    },
    {
      name: 'a listener for an event that is not known',
      code: `${sync}export function f(emitter, event) { emitter.on(event, () => execSync('make')) }`,
    },
    {
      name: 'the child has the terminal',
      code: `${sync}export async function f() { spawnSync('vim', { stdio: 'inherit' }) }`,
    },
    { name: 'a quick command', code: `${sync}export async function f() { execSync('uname -a') }` },
    { name: 'a version', code: `${sync}export async function f() { execFileSync('dart', ['--version']) }` },
    {
      name: 'an exempt command',
      code: `${sync}export async function f() { execSync('make all') }`,
      options: [{ commands: ['make'] }],
    },
    { name: 'a test', filename: 'src/build.test.js', code: `${sync}it('x', async () => { execSync('make') })` },
    { name: 'a folder of tests', filename: 'test/x.js', code: `${sync}export async function f() { execSync('make') }` },
    {
      name: 'a callback of a function out of sight',
      code: `${sync}export function f(queue) { queue.push(() => execSync('make')) }`,
    },
  ],
  invalid: [
    {
      name: 'an async function',
      code: `${sync}export async function build() {\n  execSync('make')\n}`,
      errors: [
        {
          messageId: 'stopsLoop',
          data: { call: "execSync('make')", place: 'the async function `build()`' },
          line: 3,
          column: 3,
          endLine: 3,
          endColumn: 11,
        },
      ],
    },
    {
      name: 'beside an async function that only the program waits for, one that runs beside others',
      code: `${sync}async function main() { execSync('make') }\nasync function one() { execSync('make') }\nawait main()\nawait Promise.all([one(), one()])`,
      errors: [
        { messageId: 'stopsLoop', data: { call: "execSync('make')", place: 'the async function `one()`' }, line: 3 },
      ],
    },
    {
      name: 'a function that an async one calls',
      code: `${sync}function make() {\n  return spawnSync('make')\n}\nexport const build = async () => {\n  return make()\n}`,
      errors: [
        {
          messageId: 'stopsLoop',
          data: { call: "spawnSync('make')", place: 'the async function `build()` on line 5' },
          line: 3,
        },
      ],
    },
    {
      name: 'methods',
      code: `${sync}class Builder {\n  async build() { this.make() }\n  make() { execSync('make') }\n}\nexport const o = { async test() { execSync('make') } }`,
      errors: [
        { data: { call: "execSync('make')", place: 'the async function `build()` on line 3' }, line: 4 },
        { data: { call: "execSync('make')", place: 'the async function `test()`' }, line: 6 },
      ].map((error) => ({ ...error, messageId: 'stopsLoop' })),
    },
    {
      name: 'an async function without a name, and a promise made in one',
      code: `${sync}run(async () => { execSync('make') })\nexport async function f() { await new Promise((resolve) => { execSync('make'); resolve() }) }`,
      errors: [
        { data: { call: "execSync('make')", place: 'an async function' }, line: 2 },
        { data: { call: "execSync('make')", place: 'the async function `f()` on line 3' }, line: 3 },
      ].map((error) => ({ ...error, messageId: 'stopsLoop' })),
    },
    {
      name: 'a listener, a timer, a server, a route',
      code: `${sync}import { createServer } from 'node:http'
export function f(watcher, app) {
  watcher.on('change', () => execSync('make'))
  setInterval(() => { execSync('make') }, 1000)
  createServer((request, response) => response.end(execSync('make')))
  app.get('/', (req, res) => res.send(execSync('make')))
}`,
      errors: [
        { data: { call: "execSync('make')", place: "a 'change' listener" }, line: 4 },
        { data: { call: "execSync('make')", place: 'the callback of `setInterval()`' }, line: 5 },
        { data: { call: "execSync('make')", place: 'a request handler' }, line: 6 },
        { data: { call: "execSync('make')", place: 'a request handler' }, line: 7 },
      ].map((error) => ({ ...error, messageId: 'stopsLoop' })),
    },
    {
      name: 'the callback of an iteration, in a listener',
      code: `${sync}export function f(watcher) { watcher.on('change', (files) => files.forEach((file) => execSync(file))) }`,
      errors: [{ messageId: 'stopsLoop', data: { call: 'execSync()', place: "a 'change' listener" }, line: 2 }],
    },
    {
      name: 'a way on that does not end the program',
      code: `${sync}export async function f(ok) { execSync('make'); if (!ok) process.exit(1) }`,
      errors: [{ messageId: 'stopsLoop', line: 2 }],
    },
    {
      name: 'a test, where they are asked for',
      filename: 'src/build.test.js',
      code: `${sync}it('x', async () => { execSync('make') })`,
      options: [{ tests: true }],
      errors: [{ messageId: 'stopsLoop', line: 2 }],
    },
  ],
})
