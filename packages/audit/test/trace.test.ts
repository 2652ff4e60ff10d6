import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { auditProject } from '../src/audit/auditProject.ts'
import { openProject } from '../src/project/openProject.ts'
import { auditFiles, listFates } from './auditFiles.ts'

const locate = (name: string): string => fileURLToPath(new URL(`projects/${name}`, import.meta.url))

describe('projects', () => {
  test('TypeScript: a public field, an exported set and an exported object, ended in other files or not', () => {
    const report = auditProject(openProject({ cwd: locate('typescript') }))
    expect(listFates(report)).toEqual([
      'src/registry.ts:6 ended src/end-child.ts:4',
      'src/server.ts:7 ended src/stop-server.ts:5',
      'src/start-tool.ts:4 neverEnded',
    ])
    expect(report.verdict).toBe('findings')
    expect(report.findings.map(({ chain, message }) => [message, chain.map(({ name }) => name)])).toEqual([
      [
        'The child that `spawn()` starts is kept in `watchers`, and nothing in the project ends it or waits for its end: it outlives the program that stops.',
        ['startTool()', 'watchChild()', 'logOutput()', 'watchers'],
      ],
    ])
  })

  test('CommonJS without a tsconfig.json: a registry of objects in a constructor function, a property of a module variable', () => {
    const report = auditProject(openProject({ cwd: locate('commonjs') }))
    expect(listFates(report)).toEqual(['lib/leak.js:6 neverEnded', 'lib/start.js:4 ended lib/pool.js:15'])
    expect(report.children[1]?.places[0]?.through.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'return start()',
      'registry members',
    ])
  })
})

const PROGRAM = { 'package.json': '{ "private": true, "type": "module" }' }
const SPAWN = "import { spawn } from 'node:child_process'\n"

/** A public field of a class, and another file. */
function auditField(other: string, start = "this.child = spawn('server')"): string[] {
  return listFates(
    auditFiles({
      ...PROGRAM,
      'server.ts': `${SPAWN}import type { ChildProcess } from 'node:child_process'
export class Server {
  child!: ChildProcess
  start() { ${start} }
}`,
      'main.ts': `import { Server } from './server.ts'\n${other}`,
    }),
  )
}

describe('public fields', () => {
  test.for([
    ['nothing reads it', 'new Server().start()', 'neverEnded'],
    [
      'it is only listened to',
      "const s = new Server(); s.start(); s.child.on('exit', () => { console.log(1) })",
      'neverEnded',
    ],
    ['a method call', 'const s = new Server(); s.start(); s.child.kill()', 'ended main.ts:2'],
    ['destructuring', 'function end({ child }: Server) { child.kill() }\nend(new Server())', 'ended main.ts:2'],
    ['a name in brackets', "new Server()['child'].kill()", 'ended main.ts:2'],
    ['a subclass', 'class Own extends Server { stop() { this.child.kill() } }', 'ended main.ts:2'],
    [
      'an interface',
      'interface Holder { child: { kill(): void } }\nfunction end(h: Holder) { h.child.kill() }\nend(new Server())',
      'ended main.ts:3',
    ],
    ['a type that nobody knows', 'declare const any: any; any.child.kill()', 'ended main.ts:2'],
    [
      'another class with such a field',
      'class Other { child = { kill() {} } }\nnew Other().child.kill(); new Server().start()',
      'neverEnded',
    ],
    ['its pid is given to process.kill()', 'const s = new Server(); process.kill(s.child.pid!)', 'ended main.ts:2'],
    [
      'its pid is given to somebody else',
      "import { end } from 'elsewhere'\nconst s = new Server(); end(s.child.pid!)",
      'asked main.ts:3',
    ],
    ['it is given to a package', "import { end } from 'elsewhere'\nend(new Server().child)", 'unseen main.ts:3'],
    [
      'its end is awaited',
      "import { once } from 'node:events'\nawait once(new Server().child, 'exit')",
      'waited main.ts:3',
    ],
  ] as const)('%s', ([, other, fate]) => {
    expect(auditField(other)).toEqual([`server.ts:5 ${fate}`])
  })

  test.for([
    ['a time limit', "this.child = spawn('server', [], { timeout: 1000 })", 'bounded'],
    ['a signal that may come', "this.child = spawn('server', [], options)", 'bounded'],
    ['a daemon', "this.child = spawn('server', [], { detached: true, stdio: 'ignore' }); this.child.unref()", 'letGo'],
    [
      'a promise for its end',
      "this.child = spawn('server'); return new Promise((done) => this.child.on('close', done))",
      'waited server.ts:5',
    ],
    [
      'a promise for something else',
      "this.child = spawn('server'); return new Promise((done) => this.child.stdout!.once('data', done))",
      'neverEnded',
    ],
    [
      'its end is told to others',
      "this.child = spawn('server'); this.child.on('exit', (code) => this.emit('end', code))",
      'waited server.ts:5',
    ],
    [
      'a listener that nobody knows',
      "this.child = spawn('server'); this.child.on('exit', options.onExit)",
      'waited server.ts:5',
    ],
    [
      'the program ends when it does',
      "this.child = spawn('server'); this.child.on('exit', () => process.exit())",
      'waited server.ts:5',
    ],
  ] as const)('%s', ([, start, fate]) => {
    const found = auditField('declare global { const options: object }\nnew Server().start()', start)
    expect(found).toEqual([`server.ts:5 ${fate}`])
  })
})

describe('registries', () => {
  const audit = (kept: string, other: string): string[] =>
    listFates(
      auditFiles({
        ...PROGRAM,
        'registry.js': `${SPAWN}${kept}`,
        'main.js': `import * as registry from './registry.js'\n${other}`,
      }),
    )

  test.for([
    [
      'a list',
      "export const all = []\nexport const add = () => { all.push(spawn('a')) }",
      'registry.all.forEach((child) => child.kill())',
    ],
    [
      'a set',
      "export const all = new Set()\nexport const add = () => { all.add(spawn('a')) }",
      'for (const child of registry.all) child.kill()',
    ],
    [
      'a map',
      "export const all = new Map()\nexport const add = (key) => { all.set(key, spawn('a')) }",
      "registry.all.get('a')?.kill()",
    ],
    [
      'a map of objects',
      "export const all = new Map()\nexport const add = (key) => { all.set(key, { child: spawn('a') }) }",
      'for (const [, { child }] of registry.all) child.kill()',
    ],
    [
      'an object',
      "export const all = {}\nexport const add = (key) => { all[key] = spawn('a') }",
      'for (const child of Object.values(registry.all)) child.kill()',
    ],
  ] as const)('%s', ([, kept, other]) => {
    expect(audit(kept, other)).toEqual(['registry.js:3 ended main.js:2'])
    expect(audit(kept, 'console.log(registry.all)')).toEqual(['registry.js:3 neverEnded'])
  })

  test('a list in a public field of another class', () => {
    const files = {
      ...PROGRAM,
      'pool.ts': `import type { ChildProcess } from 'node:child_process'
export class Pool {
  all: ChildProcess[] = []
  add(child: ChildProcess) { this.all.push(child) }
}`,
      'main.ts': `${SPAWN}import { Pool } from './pool.ts'
export const pool = new Pool()
pool.add(spawn('a'))`,
    }
    expect(listFates(auditFiles(files))).toEqual(['main.ts:4 neverEnded'])
    expect(
      listFates(
        auditFiles({
          ...files,
          'end.ts': "import { pool } from './main.ts'\nfor (const child of pool.all) child.kill()",
        }),
      ),
    ).toEqual(['main.ts:4 ended end.ts:2'])
  })
})

describe('functions', () => {
  test.for([
    [
      'renamed imports and re-exports',
      "export { start as begin } from './start.js'",
      "import { begin as run } from './index.js'\nconst child = run()\nchild.kill()",
    ],
    [
      'a namespace',
      "export * from './start.js'",
      "import * as all from './index.js'\nconst child = all.start()\nchild.kill()",
    ],
    [
      'a default export',
      "import { start } from './start.js'\nexport default start",
      "import begin from './index.js'\nconst child = begin()\nchild.kill()",
    ],
  ] as const)('a child that is handed back through %s', ([, index, main]) => {
    const report = auditFiles({
      ...PROGRAM,
      'start.js': `${SPAWN}export function start() { return spawn('a') }`,
      'index.js': index,
      'main.js': main,
    })
    expect(listFates(report)).toEqual(['start.js:2 ended main.js:3'])
  })

  test('a promise of a child', () => {
    const report = auditFiles({
      ...PROGRAM,
      'start.js': `${SPAWN}export async function start() { const child = spawn('a'); return { child } }`,
      'main.js': "import { start } from './start.js'\nlet server\nserver = await start()\nserver.child.kill()",
    })
    expect(listFates(report)).toEqual(['start.js:2 ended main.js:4'])
  })

  test('what a function gives back goes to the call that brought the child, not to its other callers', () => {
    const report = auditFiles({
      ...PROGRAM,
      'track.js': 'export const track = (child) => { child.on("error", console.error); return child }',
      'kept.js': `${SPAWN}import { track } from './track.js'\nexport const kept = track(spawn('a'))`,
      'ended.js': `${SPAWN}import { track } from './track.js'\nexport const ended = track(spawn('b'))\nended.kill()`,
    })
    expect(listFates(report)).toEqual(['ended.js:3 ended ended.js:4', 'kept.js:3 neverEnded'])
  })

  test('compiled calls: (0, module.start)()', () => {
    const report = auditFiles({
      'package.json': '{ "private": true }',
      'start.js':
        "const cp = require('child_process')\nexports.start = start\nfunction start() { return (0, cp.spawn)('a') }",
      'end.js': 'exports.end = end\nfunction end(child) { child.kill() }',
      'main.js':
        "const start_1 = require('./start')\nconst end_1 = require('./end')\nexports.child = (0, start_1.start)();\n(0, end_1.end)(exports.child)",
    })
    expect(listFates(report)).toEqual(['start.js:3 ended end.js:2'])
  })

  test('compiled files beside their declarations, and Promise.resolve()', () => {
    const report = auditFiles({
      'package.json': '{ "private": true }',
      'start.js':
        "const cp = require('child_process')\nexports.start = () => Promise.resolve({ child: cp.spawn('a') })",
      'start.d.ts': 'export declare function start(): Promise<{ child: any }>',
      'end.js': 'exports.end = (child) => { child.kill() }',
      'end.d.ts': 'export declare function end(child: any): void',
      'main.js':
        "const { start } = require('./start')\nconst { end } = require('./end')\nlet kept\nexports.run = async () => { kept = await start() }\nexports.stop = () => end(kept.child)",
    })
    expect(listFates(report)).toEqual(['start.js:2 ended end.js:1'])
  })

  test('a method is not called by what only has its name', () => {
    const report = auditFiles({
      ...PROGRAM,
      'host.ts': `${SPAWN}export class Host {
  child
  start() { this.child = this.fork() }
  private fork() { return spawn('a') }
}`,
      'other.ts': "import * as cp from 'node:child_process'\nexport const end = () => { cp.fork('b').kill() }",
    })
    expect(listFates(report)).toEqual(['host.ts:5 neverEnded', 'other.ts:2 ended other.ts:2'])
  })

  test('a method of whatever implements an interface', () => {
    const report = auditFiles({
      ...PROGRAM,
      'keeper.ts': `import type { ChildProcess } from 'node:child_process'
export interface Keeper { take(child: ChildProcess): void }
export class Killer implements Keeper { take(child: ChildProcess) { child.kill() } }`,
      'main.ts': `${SPAWN}import type { Keeper } from './keeper.ts'
export class Server {
  child
  constructor(keeper: Keeper) { this.child = spawn('a'); keeper.take(this.child) }
}`,
    })
    expect(listFates(report)).toEqual(['main.ts:5 ended keeper.ts:3'])
  })
})

describe('packages', () => {
  const audit = (manifest: object, field: string): string[] =>
    listFates(
      auditFiles({
        'package.json': JSON.stringify(manifest),
        'index.js': `${SPAWN}export class Server { start() { this.${field} = spawn('a') } }`,
      }),
    )

  test('a public field of a library belongs to its users, that of a program to nobody', () => {
    expect(audit({ name: 'a', exports: './index.js' }, 'child')).toEqual(['index.js:2 given'])
    expect(audit({ name: 'a', exports: './index.js' }, '_child')).toEqual(['index.js:2 neverEnded'])
    expect(audit({ name: 'a', private: true }, 'child')).toEqual(['index.js:2 neverEnded'])
  })
})

test('a file with a double of child_process has no children', () => {
  const report = auditFiles({
    ...PROGRAM,
    'a.test.js': `${SPAWN}vi.mock('node:child_process')\nexport const child = spawn('a')`,
  })
  expect(report.summary.neverEnded).toBe(0)
})
