import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.ts'
import { analyse } from './analysed-code.ts'

/** The calls that are handed a child, as `name:line`, and what reads the command there. */
function handingCalls(text: string): string[] {
  const { sites } = analyse(`import { exec, execFile, spawn } from 'node:child_process'\n${text}`)
  return sites.flatMap(({ command, handedBack, name, node }) =>
    handedBack ? `${name}:${node.loc.start.line}${command.names ? ` ${command.names.join('|')}` : ''}` : [],
  )
}

describe('a call gives a child when the function', () => {
  it.each([
    ['returns one', `function run() { return spawn('x') }\nrun()`],
    ['is an arrow', `const run = () => spawn('x')\nrun()`],
    ['is declared later', `run(); function run() { return spawn('x') }`, 2],
    ['names it first', `function run() { const c = spawn('x'); c.unref(); return c }\nrun()`],
    ['gives a promise of it', `async function run() { await y; return spawn('x') }\nrun()`],
    ['resolves a promise with it', `function run() { return new Promise((ok) => ok(spawn('x'))) }\nrun()`],
    ['gives an object around it', `function run() { return { child: spawn('x'), y } }\nrun()`],
    ['gives a list with it', `function run() { return [y, spawn('x')] }\nrun()`],
    ['gives it or nothing', `function run() { if (y) return null; return spawn('x') }\nrun()`],
    ['gives it through a function', `const log = (p) => p; function run() { return log(spawn('x')) }\nrun()`],
    ['calls itself', `function run(n) { return n ? run(n - 1) : spawn('x') }\nrun()`, '2 3'],
  ])('%s', (_, text, lines: number | string = 3) => {
    expect(handingCalls(text)).toEqual(
      String(lines)
        .split(' ')
        .map((line) => `run:${line} x`),
    )
  })

  it('hands on what another one gave it', () => {
    const text = `const a = () => spawn('x')\nconst b = async () => { const c = await a(); return c }\nb().then((c) => c.kill())`
    expect(handingCalls(text)).toEqual(['a:3 x', 'b:4 x'])
  })

  it('is called where it stands', () => {
    expect(handingCalls(`const c = (() => spawn('x'))()`)).toEqual(['function:2 x'])
  })
})

describe('a call gives no child when the function', () => {
  it.each([
    ['is not called here', `export function run() { return spawn('x') }`],
    ['is a method', `const o = { run() { return spawn('x') } }\no.run()`],
    ['is passed on', `const run = () => spawn('x')\nlist.map(run)`],
    ['may be another one', `let run = () => spawn('x'); run = other\nrun()`],
    ['keeps it for the next call', `let c; function run() { return (c ??= spawn('x')) }\nrun()`],
    [
      'keeps it by another function',
      `let c; const keep = (p) => { c = p }; function run() { if (c) return c; const p = spawn('x'); keep(p); return p }\nrun()`,
    ],
    ['keeps it in an object', `const o = {}; function run() { o.c = spawn('x'); return o.c }\nrun()`],
    ['yields', `function* run() { return spawn('x') }\nrun()`],
    ['gives only a stream', `function run() { return spawn('x').stdout }\nrun()`],
    ['gives its result', `async function run() { return await promisify(exec)('x') }\nrun()`],
    [
      'chooses between many',
      `function run(n) { switch (n) { ${[1, 2, 3, 4, 5].map((n) => `case ${n}: return spawn('${n}')`).join('; ')} } }\nrun()`,
    ],
  ])('%s', (_, text) => {
    expect(handingCalls(text)).toEqual([])
  })
})

describe('a parameter reads like the argument of the call', () => {
  it.each([
    ['the command', `const run = (cmd) => spawn(cmd)\nrun('git')`, 'run:3 git'],
    ['a default', `const run = (cmd = 'git') => spawn(cmd)\nrun()`, 'run:3 git'],
    ['through two functions', `const a = (cmd) => spawn(cmd); const b = (name) => a(name)\nb('git')`, 'a:2 | b:3 git'],
    ['not one that is written', `const run = (cmd) => { cmd += 'x'; return spawn(cmd) }\nrun('git')`, 'run:3'],
    ['not behind a spread', `const run = (y, cmd) => spawn(cmd)\nrun(...z, 'git')`, 'run:3'],
  ])('%s', (_, text, expected) => {
    expect(handingCalls(text).join(' | ')).toBe(expected)
  })

  it('with its options', () => {
    const { sites } = analyse(
      `import { spawn } from 'child_process'
       const run = (cmd, args, options) => spawn(cmd, args, { ...options, detached: true })
       run('x', [], { stdio: ['ignore', 'pipe', 'inherit'], shell: true })`,
    )
    const options = sites[1]?.options
    expect(options?.stdio.stdout.kind).toBe('pipe')
    expect(options?.stdio.stderr.kind).toBe('inherit')
    expect(options?.shell).toEqual({ is: 'known', value: true })
    expect(options?.detached).toEqual({ is: 'known', value: true })
  })
})

/** `line: rule`, by all recommended rules. */
function lint(text: string): string[] {
  return new Linter()
    .verify(`import { exec, spawn } from 'node:child_process'\n${text}`, plugin.configs.recommended)
    .map(({ line, ruleId }) => `${line}: ${(ruleId ?? 'parse').replace('child-process/', '')}`)
}

const INHERIT = `{ stdio: ['ignore', 'inherit', 'inherit'] }`

describe('the caller answers for what is open at the return', () => {
  it('names both places', () => {
    const [message] = new Linter().verify(
      `import { spawn } from 'child_process'\nfunction run(cmd) { return spawn(cmd) }\nrun('git').stdout.resume()`,
      { plugins: { 'child-process': plugin }, rules: { 'child-process/require-error-listener': 'error' } },
    )
    expect(message).toMatchObject({
      line: 3,
      column: 1,
      endColumn: 4,
      message: "`run() → spawn('git') on line 2` has no 'error' listener, so a start that fails crashes the program.",
    })
    expect(message?.suggestions?.[0]?.fix.text).toContain(`.on('error'`)
  })

  it.each([
    [
      'all of it',
      `const run = () => spawn('x', ${INHERIT})\nrun().kill()`,
      ['3: no-floating-child', '3: require-error-listener'],
    ],
    ['the rest', `const run = () => spawn('x', ${INHERIT}).on('error', f)\nrun().kill()`, ['3: no-floating-child']],
    ['nothing', `const run = () => spawn('x', ${INHERIT}).on('error', f).on('exit', g)\nrun().kill()`, []],
    ['what it does itself', `const run = () => spawn('x', ${INHERIT})\nrun().on('error', f).on('exit', g)`, []],
    [
      'each caller alone',
      `const run = () => spawn('x', ${INHERIT}).on('error', f)\nrun().on('exit', g)\nrun().kill()`,
      ['4: no-floating-child'],
    ],
    [
      'on every path',
      `const run = () => spawn('x', ${INHERIT}).on('error', f)\nfunction go() {\nconst c = run()\nif (y) return\nc.on('exit', g) }`,
      ['4: no-floating-child'],
    ],
    [
      'for the child in an object',
      `const run = () => ({ c: spawn('x', ${INHERIT}).on('error', f) })\nconst { c } = run(); c.kill()\nrun().c.on('exit', g)`,
      ['3: no-floating-child'],
    ],
    [
      'for the child of a promise',
      `const run = async () => spawn('x', ${INHERIT}).on('error', f)\nconst c = await run(); c.kill()\n(await run()).on('exit', g)\nrun().then((p) => p.on('exit', g)).catch(h)`,
      ['3: no-floating-child'],
    ],
    [
      'not for one of several that is seen to',
      `const run = () => y ? spawn('x', ${INHERIT}).on('error', f) : spawn('z', ${INHERIT}).on('exit', g)\nrun().kill()`,
      [],
    ],
    [
      'once for each child: where it is started, if it is wrong there',
      `function run() { const c = spawn('x', ${INHERIT}); if (y) throw c; if (z) return; return c }\nrun().kill()`,
      ['2: no-floating-child', '2: require-error-listener'],
    ],
    ['for one that is handed on', `const run = () => spawn('x', ${INHERIT})\nexport const go = () => run()`, []],
    ['for pipes', `const run = () => spawn('x').on('error', f)\nrun().on('exit', g)`, ['3: no-undrained-pipe']],
    [
      'for what the function writes',
      `function run() { const c = spawn('x', { stdio: ['pipe', 'inherit', 'inherit'] }).on('error', f); c.stdin.end('y'); return c }\nrun().on('exit', g)`,
      ['3: require-stdin-error-listener'],
    ],
    [
      'not for the moment at which a promise comes',
      `const run = async () => { await y; return spawn('x', ${INHERIT}) }\nconst c = await run(); c.on('error', f).on('exit', g)`,
      [],
    ],
  ])('%s', (_, text, expected) => {
    expect(lint(text)).toEqual(expected)
  })

  it('for the promise of a wrapper, and for its bound where it writes the options', () => {
    const text = `import { promisify } from 'node:util'
const run = (cmd, options) => promisify(exec)(cmd, options)
run('exec x', { timeout: 1 })
await run('x')
await run('exec x', { timeout: 1 })
const go = () => promisify(exec)('y')
await go()`
    expect(lint(text)).toEqual(['4: no-floating-exec-promise', '5: require-deadline', '7: require-deadline'])
  })
})

describe('many functions', () => {
  it('are followed as far as the limits go', () => {
    const chain = Array.from({ length: 200 }, (_, n) => `const f${n + 1} = () => f${n}()`).join('\n')
    expect(handingCalls(`const f0 = () => spawn('x')\n${chain}`)).toHaveLength(8)
    const fan = Array.from({ length: 200 }, () => `run('y')`).join('\n')
    expect(handingCalls(`const run = (cmd) => spawn(cmd)\n${fan}`)).toHaveLength(200)
  })
})
