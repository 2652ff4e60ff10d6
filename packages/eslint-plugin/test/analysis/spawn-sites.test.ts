import { describe, expect, it } from 'vitest'
import { analyse } from './analysed-code.ts'

const namesOf = (text: string, setting?: Parameters<typeof analyse>[1]): string[] =>
  analyse(text, setting).sites.map(
    ({ contract, name }) => `${name}: ${contract.like}${contract.isSync ? ' sync' : ''} ${contract.handle}`,
  )

describe('a call of child_process is found through', () => {
  it.each([
    ['a named import', `import { spawn } from 'child_process'; spawn('x')`, 'spawn: spawn child'],
    ['a renamed import', `import { fork as start } from 'node:child_process'; start('x')`, 'start: fork child'],
    ['a string name', `import { 'spawn' as run } from 'node:child_process'; run('x')`, 'run: spawn child'],
    ['a default import', `import cp from 'node:child_process'; cp.spawnSync('x')`, 'spawnSync: spawn sync none'],
    ['a namespace', `import * as cp from 'node:child_process'; cp['exec']('x')`, 'exec: exec child'],
    ['the default of a namespace', `import * as cp from 'child_process'; cp.default.spawn('x')`, 'spawn: spawn child'],
    ['require', `const cp = require('child_process'); cp.execFile('x')`, 'execFile: execFile child'],
    ['require in place', `require('child_process').execSync('x')`, 'execSync: exec sync none'],
    ['module.require', `module.require('child_process').execSync('x')`, 'execSync: exec sync none'],
    ['destructuring', `const { spawn: run } = require('child_process'); run('x')`, 'run: spawn child'],
    ['a default in a pattern', `const { spawn = other } = require('child_process'); spawn('x')`, 'spawn: spawn child'],
    [
      'a nested pattern',
      `const { default: { spawn } } = await import('child_process'); spawn('x')`,
      'spawn: spawn child',
    ],
    ['an alias', `import cp from 'child_process'; const run = cp.spawn; run('x')`, 'run: spawn child'],
    ['a later assignment', `let cp; cp = require('child_process'); cp.spawn('x')`, 'spawn: spawn child'],
    ['a chained assignment', `const cp = exports.cp = require('child_process'); cp.spawn('x')`, 'spawn: spawn child'],
    ['a dynamic import', `const { spawn } = await import('node:child_process'); spawn('x')`, 'spawn: spawn child'],
    ['a dynamic import in place', `(await import('node:child_process')).spawn('x')`, 'spawn: spawn child'],
    ['the callback of then', `import('child_process').then(({ spawn }) => { spawn('x') })`, 'spawn: spawn child'],
    ['getBuiltinModule', `process.getBuiltinModule('node:child_process').spawn('x')`, 'spawn: spawn child'],
    ['import = require', `import cp = require('child_process'); cp.spawn('x')`, 'spawn: spawn child'],
    [
      'an alias of a namespace',
      `import cp = require('child_process'); import run = cp.spawn; run('x')`,
      'run: spawn child',
    ],
    [
      'createRequire',
      `import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); load('child_process').spawn('x')`,
      'spawn: spawn child',
    ],
    [
      "TypeScript's helpers",
      `const cp_1 = __importStar(require('child_process')); (0, cp_1.spawn)('x')`,
      'spawn: spawn child',
    ],
    [
      "Babel's helpers",
      `var _cp = _interopRequireDefault(require('child_process')); _cp.default.spawn('x')`,
      'spawn: spawn child',
    ],
    [
      "esbuild's helpers",
      `var import_cp = __toESM(require('child_process'), 1); (0, import_cp.spawn)('x')`,
      'spawn: spawn child',
    ],
    ['optional chaining', `import * as cp from 'child_process'; cp?.spawn?.('x')`, 'spawn: spawn child'],
    ['type wrappers', `import * as cp from 'child_process'; (cp as any).spawn!('x')`, 'spawn: spawn child'],
    [
      'promisify',
      `import { promisify } from 'util'; import cp from 'child_process'; const run = promisify(cp.exec); run('x')`,
      'run: exec promise',
    ],
    [
      'promisify of require',
      `const util = require('util'); util.promisify(require('child_process').execFile)('x')`,
      'execFile: execFile promise',
    ],
  ])('%s', (_, text, expected) => {
    expect(namesOf(text)).toEqual([expected])
  })
})

describe('no child is started by', () => {
  it.each([
    ['a regular expression', `import 'child_process'; /x/.exec('x'); const re = /x/; re.exec('y')`],
    ['a database', `const db = open('child_process'); db.exec('select 1')`],
    ['a local function', `function fork() {} function spawn() {} fork(); spawn('child_process')`],
    ['a shadowed import', `import { spawn } from 'child_process'; function f(spawn) { spawn('x') }`],
    ['another module', `import { spawn } from 'xstate'; spawn('child_process')`],
    ['an alias that may be something else', `import cp from 'child_process'; let run = cp.spawn; run = stub; run('x')`],
    ['a choice of functions', `import cp from 'child_process'; const run = options.spawn ?? cp.spawn; run('x')`],
    ['a bound function', `import cp from 'child_process'; const run = cp.spawn.bind(cp); run('x')`],
    ['a local require', `function f(require) { require('child_process').spawn('x') }`],
  ])('%s', (_, text) => {
    expect(namesOf(text)).toEqual([])
  })
})

describe('packages are judged by their major version', () => {
  const execa = `import { execa } from 'execa'; execa('x')`
  it.each([
    ['execa 9', execa, { execa: 9 }, ['execa: execFile promise']],
    ['a future execa', execa, { execa: 99 }, []],
    ['execa of an unknown version', execa, {}, []],
    [
      'the function execa 5',
      `const execa = require('execa'); execa.sync('x')`,
      { execa: 5 },
      ['sync: execFile sync none'],
    ],
    [
      'cross-spawn',
      `import spawn from 'cross-spawn'; spawn('x'); spawn.sync('x')`,
      { 'cross-spawn': 7 },
      ['spawn: spawn child', 'sync: spawn sync none'],
    ],
    ['tinyexec', `import { x } from 'tinyexec'; x('x')`, { tinyexec: 1 }, ['x: execFile promise']],
    ['nano-spawn', `import run from 'nano-spawn'; run('x')`, { 'nano-spawn': 2 }, ['run: execFile promise']],
    ['zx', "import { $ } from 'zx'; $`ls`", { zx: 8 }, ['$: exec promise']],
    ['zx with options', "import { $ } from 'zx'; $({ timeout: 1 })`ls`", { zx: 8 }, ['$: exec promise']],
  ])('%s', (_, text, majors, expected) => {
    expect(namesOf(text, { majors })).toEqual(expected)
  })
})

describe('configured factories', () => {
  it.each([
    [
      'of a package',
      `import { start } from 'tools'; start('x')`,
      { from: 'tools', name: 'start', like: 'spawn' },
      ['start: spawn child'],
    ],
    [
      'of a file',
      `import { start } from '../lib/run.js'; start('x')`,
      { from: './lib/run.ts', name: 'start', like: 'fork' },
      ['start: fork child'],
    ],
    [
      'of another file',
      `import { start } from './run.js'; start('x')`,
      { from: './lib/run.ts', name: 'start', like: 'fork' },
      [],
    ],
    [
      'by a name alone',
      `this.runner.start('x')`,
      { from: undefined, name: 'this.runner.start', like: 'spawn' },
      ['start: spawn child'],
    ],
    [
      'a default export',
      `import go from 'tools'; go('x')`,
      { from: 'tools', name: 'default', like: 'spawn' },
      ['go: spawn child'],
    ],
  ])('%s', (_, text, factory, expected) => {
    expect(namesOf(text, { settings: { factories: [factory] } })).toEqual(expected)
  })
})
