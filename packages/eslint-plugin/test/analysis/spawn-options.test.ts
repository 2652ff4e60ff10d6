import { describe, expect, it } from 'vitest'
import { isCommandMatched } from '../../src/analysis/spawn-command.ts'
import { analyseSite } from './analysed-code.ts'

const siteOf = (text: string) =>
  analyseSite(`import { spawn, fork, exec, execFile } from 'child_process'\n${text}`).site
const stdioOf = (text: string): string => {
  const { stderr, stdin, stdout } = siteOf(text).options.stdio
  return [stdin, stdout, stderr].map(({ isExplicit, kind }) => kind + (isExplicit ? '!' : '')).join(' ')
}

describe('stdio', () => {
  it.each([
    ['absent', `spawn('x')`, 'pipe pipe pipe'],
    ['a word', `spawn('x', [], { stdio: 'inherit' })`, 'inherit! inherit! inherit!'],
    ['an array', `spawn('x', [], { stdio: ['ignore', 'pipe', process.stderr] })`, 'ignore! pipe! inherit!'],
    ['numbers', `spawn('x', [], { stdio: [0, 1, 5] })`, 'inherit! inherit! stream!'],
    ['a short array', `spawn('x', [], { stdio: ['ignore'] })`, 'ignore! pipe pipe'],
    ['holes and nothing', `spawn('x', [], { stdio: [, null, undefined] })`, 'pipe pipe pipe'],
    ['overlapped', `spawn('x', [], { stdio: ['pipe', 'overlapped', 'ipc'] })`, 'pipe! pipe! ipc!'],
    ['a stream', `spawn('x', [], { stdio: ['ignore', out, 'ignore'] })`, 'ignore! unknown! ignore!'],
    ['a constant', `const stdio = 'ignore'; spawn('x', [], { stdio })`, 'ignore! ignore! ignore!'],
    ['a condition', `spawn('x', [], { stdio: quiet ? 'ignore' : 'inherit' })`, 'unknown! unknown! unknown!'],
    ['a spread array', `spawn('x', [], { stdio: [...a, 'pipe'] })`, 'unknown unknown unknown'],
    ['of a fork', `fork('x')`, 'inherit inherit inherit'],
    ['of a silent fork', `fork('x', [], { silent: true })`, 'pipe pipe pipe'],
    ['of a fork that may be silent', `fork('x', [], { silent: quiet })`, 'unknown unknown unknown'],
    ['in options that are a parameter', `function f(o) { spawn('x', [], o) }`, 'unknown unknown unknown'],
  ])('%s', (_, text, expected) => {
    expect(stdioOf(text)).toBe(expected)
  })
})

describe('an option is three-valued', () => {
  it.each([
    ['a literal', `spawn('x', { shell: true })`, { is: 'known', value: true }],
    ['a shell by path', `spawn('x', { shell: '/bin/bash' })`, { is: 'known', value: true }],
    ['absent', `spawn('x', {})`, { is: 'absent' }],
    ['no options', `spawn('x')`, { is: 'absent' }],
    ['undefined', `spawn('x', { shell: undefined })`, { is: 'absent' }],
    ['by platform', `spawn('x', { shell: process.platform === 'win32' })`, { is: 'unknown' }],
    ['a constant object', `const o = { shell: true }; spawn('x', o)`, { is: 'known', value: true }],
    [
      'a spread of a known object',
      `const o = { shell: true }; spawn('x', [], { ...o, cwd })`,
      { is: 'known', value: true },
    ],
    ['a spread that is written over', `spawn('x', [], { ...o, shell: false })`, { is: 'known', value: false }],
    ['a spread of something', `spawn('x', [], { shell: false, ...o })`, { is: 'unknown' }],
    ['a conditional spread of another property', `spawn('x', [], { ...(cwd && { cwd }) })`, { is: 'absent' }],
    ['a conditional spread of it', `spawn('x', [], { ...(win && { shell: true }) })`, { is: 'unknown' }],
    ['a property that is assigned later', `const o = {}; o.shell = true; spawn('x', o)`, { is: 'unknown' }],
    ['another property that is assigned later', `const o = {}; o.cwd = '/'; spawn('x', o)`, { is: 'absent' }],
    ['an object that goes elsewhere', `const o = {}; change(o); spawn('x', o)`, { is: 'unknown' }],
    ['an object used for two children', `const o = {}; spawn('x', o)`, { is: 'absent' }],
    ['a computed key', `spawn('x', { [key]: true })`, { is: 'unknown' }],
    ['a getter', `spawn('x', { get shell() { return true } })`, { is: 'unknown' }],
    ['arguments by name', `function f(args) { spawn('x', args) }`, { is: 'absent' }],
    ['arguments by type', `function f(list: string[]) { spawn('x', list) }`, { is: 'absent' }],
    ['arguments by use', `function f(list) { list.push('a'); spawn('x', list) }`, { is: 'absent' }],
    ['arguments that are a rest', `function f(...list) { spawn('x', list) }`, { is: 'absent' }],
    ['either arguments or options', `function f(what) { spawn('x', what) }`, { is: 'unknown' }],
    ['spread arguments', `spawn(...all)`, { is: 'unknown' }],
  ])('%s', (_, text, expected) => {
    expect(siteOf(text).options.shell).toEqual(expected)
  })
})

describe('a callback', () => {
  it.each([
    [`exec('x')`, 'absent'],
    [`exec('x', () => {})`, 'known'],
    [`exec('x', {}, function () {})`, 'known'],
    [`exec('x', what)`, 'unknown'],
    [`execFile('x', [], () => {})`, 'known'],
    [`execFile('x', ['a'], {}, done)`, 'unknown'],
    [`function done() {} execFile('x', done)`, 'known'],
  ])('%s: %s', (text, expected) => {
    expect(siteOf(text).arguments.callback.is).toBe(expected)
  })
})

describe('the command', () => {
  it.each([
    ['a literal', `spawn('git')`, ['git'], false],
    ['of a line', 'exec(`A=1 git log ${x}`)', ['git'], false],
    ['of a line that starts with anything', 'exec(`${git} log`)', undefined, false],
    ['by platform', `const npm = win ? 'npm.cmd' : 'npm'; spawn(npm)`, ['npm.cmd', 'npm'], false],
    ['of Node itself', `spawn(process.execPath)`, undefined, true],
    ['perhaps of Node itself', `spawn(options.bin || process.execPath)`, undefined, true],
    ['of Node by another name', `import { execPath as p } from 'node:process'; spawn(p)`, undefined, true],
    ['a parameter', `function f(cmd) { spawn(cmd) }`, undefined, false],
  ])('%s', (_, text, names, maySelf) => {
    const { command } = siteOf(text)
    expect([command.names, command.maySelf]).toEqual([names, maySelf])
  })
})

describe('a pattern for commands matches', () => {
  it.each([
    ['the base name', `spawn('/usr/bin/git.exe')`, 'git', true],
    ['what is written', `spawn('./bin/tool')`, './bin/*', true],
    ['the first argument', `spawn('git', ['--no-pager', 'log'])`, 'git log', true],
    ['the first argument of a line', 'exec(`git log ${x}`)', 'git log', true],
    ['not an argument that goes on', 'exec(`git log${x}`)', 'git log', false],
    ['not an unknown argument', `spawn('git', [what, 'log'])`, 'git log', false],
    ['not the first of several programs', `exec('git log | less')`, 'git log', false],
    ['every alternative', `spawn(win ? 'where' : 'which')`, 'wh*', true],
    ['not one alternative', `spawn(win ? 'cmd' : 'which')`, 'which', false],
  ])('%s', (_, text, pattern, expected) => {
    expect(isCommandMatched(siteOf(text).command, [pattern])).toBe(expected)
  })
})
