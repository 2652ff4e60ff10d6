import type { TSESTree } from '@typescript-eslint/utils'
import { describe, expect, it } from 'vitest'
import { findCandidateCalls } from '../../src/analysis/candidate-calls.ts'
import { isExport } from '../../src/analysis/module-origin.ts'
import { listExits } from '../../src/analysis/program-exit.ts'
import { findCallContract } from '../../src/analysis/spawn-site.ts'
import { traverse } from '../../src/ast/child-nodes.ts'
import { skipWrappers } from '../../src/ast/skip-wrappers.ts'
import { analyse } from './analysed-code.ts'

const MAJORS = { 'cross-spawn': 7, execa: 9, tinyexec: 1, 'nano-spawn': 2, zx: 8 }

/** The callees of all calls that `resolveOrigin` traces to a function that starts a child, found the long way. */
function listResolvable(text: string): string[] {
  const { unit } = analyse(text, { majors: MAJORS })
  const found: string[] = []
  traverse(unit.program, {
    enter(node) {
      if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression') return
      const callee = skipWrappers(node.type === 'CallExpression' ? node.callee : node.tag)
      const called = callee.type === 'CallExpression' && node.type !== 'CallExpression' ? callee.callee : callee
      if (findCallContract(called, unit)) found.push(text.slice(...node.range))
    },
  })
  return found
}

function listCandidates(text: string): string[] {
  const calls = findCandidateCalls(analyse(text, { majors: MAJORS }).unit)
  return calls.map((call: TSESTree.Node) => text.slice(...call.range))
}

describe('findCandidateCalls finds every call that can be traced to a module', () => {
  it.each([
    [`import { spawn } from 'node:child_process'; spawn('a')`],
    [`import { spawn as start } from "child_process"; { start('a') }`],
    [`import cp from 'child_process'; cp.spawn('a')`],
    [`import * as cp from 'child_process'; cp['spawn']('a'); cp.default.exec('b')`],
    [`import cp = require('child_process'); cp.spawn('a')`],
    [`import cp = require('child_process'); import start = cp.spawn; start('a')`],
    [`const { spawn, exec: run = other } = require('child_process'); spawn('a'); run('b')`],
    [`const cp = require('child_process'), start = cp.spawn; start('a')`],
    [`let cp; cp = require('child_process'); cp.spawn('a')`],
    [`let spawn; ({ spawn } = require('child_process')); spawn('a')`],
    [`let cp; (cp = require(\`node:child_process\`)).spawn('a'); cp.fork('b')`],
    [`require('child_process').spawn('a')`],
    [`(require('child_process') as any)!.spawn('a')`],
    [`(0, require('child_process').spawn)('a')`],
    [`require('child_process')?.spawn?.('a')`],
    [`const cp = __importStar(require('child_process')); cp.spawn('a')`],
    [`var cp = _interopRequireDefault(require('child_process')); (0, cp.default.spawn)('a')`],
    [`import { createRequire } from 'node:module'; createRequire(import.meta.url)('child_process').spawn('a')`],
    [`import { createRequire } from 'module'; const load = createRequire(1); load('child_process').spawn('a')`],
    [`process.getBuiltinModule('node:child_process').spawn('a')`],
    [`(await import('node:child_process')).spawn('a')`],
    [`const cp = await import('node:child_process'); cp.spawn('a')`],
    [`import('node:child_process').then(({ spawn }) => spawn('a'))`],
    [`import('node:child_process').then(function (cp) { cp.spawn('a') })`],
    [`const loading = import('child_process'); loading.then((cp) => { cp.exec('a') }); (await loading).spawn('b')`],
    [`import { promisify } from 'util'; import { exec } from 'child_process'; promisify(exec)('a')`],
    [`const run = require('util').promisify(require('child_process').execFile); run('a')`],
    [`import { exec } from 'child_process'; const a = exec; const b = a; function f(c = b) { b('a') }`],
    [`const cp = x ? require('child_process') : require('node:child_process'); cp.spawn('a')`],
    [`const cp = require('child_process') || require('child_process'); cp.spawn('a')`],
    [`import { $ } from 'zx'; $\`a\`; $({ nothrow: true })\`b\``],
    [`import { execa } from 'execa'; execa('a'); import nano from 'nano-spawn'; nano('b')`],
    [`import spawn from 'cross-spawn'; spawn('a', [spawn.sync('b')])`],
    [`import { x } from 'tinyexec'; class A { static { x('a') } b = x('b'); [x('c')]() {} }`],
    [`namespace N { export const cp = require('child_process'); cp.spawn('a') }`],
  ])('%s', (text) => {
    const resolvable = listResolvable(text)
    expect(resolvable).not.toEqual([])
    expect(listCandidates(text).filter((call) => resolvable.includes(call))).toEqual(resolvable)
  })
})

it('passes over what has nothing to do with them', () => {
  const text = `
    import { spawn } from 'child_process'
    describe('child_process', () => { run('a'); other.spawn('b') })
    function f(spawn) { spawn('c') }
    export { exec } from 'child_process'
    // require('child_process').spawn()
    spawn('d').on('exit', f)`
  expect(listCandidates(text)).toEqual([`spawn('d')`])
})

/** The calls of `process.exit()` and the arguments that it is, found the long way. */
function listResolvableExits(text: string): string[] {
  const { unit } = analyse(text)
  const found: string[] = []
  const isExit = (node: TSESTree.Node): boolean => isExport(unit.resolveOrigin(node), 'process', 'exit')
  traverse(unit.program, {
    enter(node) {
      if (node.type !== 'CallExpression') return
      if (isExit(node.callee)) found.push(text.slice(...node.range))
      for (const argument of node.arguments)
        if (/^(?:Identifier|MemberExpression)$/.test(argument.type) && isExit(argument))
          found.push(text.slice(...argument.range))
    },
  })
  return found
}

describe('listExits finds every exit of the program', () => {
  it.each([
    [`process.exit(1)`],
    [`process['exit'](); process?.exit?.(0); globalThis.process.exit()`],
    [`import { exit } from 'node:process'; exit(1); setTimeout(exit, 10)`],
    [`import { exit as quit } from 'process'; function f() { quit() }; child.on('close', quit)`],
    [`import * as p from 'node:process'; p.exit(); import q from 'process'; q.exit()`],
    [`import p = require('process'); import leave = p.exit; leave()`],
    [`const { exit: quit = other } = process; quit()`],
    [`const quit = process.exit, leave = quit; leave(); a.on('x', leave)`],
    [`let quit; ({ exit: quit } = process); quit(); quit = process.exit`],
    [`(0, process.exit)(1); (process.exit as any)(1); (x ? process.exit : process.exit)(2)`],
    [`const p = process; p.exit(); child.on('error', p.exit)`],
    [`a.then(b, process.exit); f(1, ...[], process.exit)`],
  ])('%s', (text) => {
    const found = listExits(analyse(text).unit).map(({ range }) => text.slice(...range))
    expect(found).not.toEqual([])
    expect(found).toEqual(listResolvableExits(text))
  })

  it('and nothing else', () => {
    expect(
      listExits(analyse(`exit(); child.exit(); on('exit', f); function exit() {} // process.exit()`).unit),
    ).toEqual([])
  })
})
