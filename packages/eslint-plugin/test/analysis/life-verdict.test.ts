import { describe, expect, it } from 'vitest'
import { analyse } from './analysed-code.ts'
import type { Obligation } from '../../src/analysis/contracts.ts'
import type { PathScope } from '../../src/analysis/life-verdict.ts'

/** The verdict on the first child, with the line of the path's end or of the suspension (the import is line 0). */
function judge(text: string, obligation: Obligation = 'end', paths: PathScope = 'normal', settings = {}): string {
  const model = analyse(`import { spawn } from 'child_process'\n${text}`, { settings })
  const [site] = model.sites
  if (!site) throw new Error('no site')
  const verdict = model.judge(site, [obligation], paths)
  if (verdict.is === 'notOnPath') return `not on the path to ${String(verdict.path.position.line - 1)}`
  return verdict.is === 'late' ? `late by ${String(verdict.suspension.loc.start.line - 1)}` : verdict.is
}

describe('the end of a child', () => {
  it.each([
    ['nothing', `spawn('x')`, 'never'],
    ['a kill', `const c = spawn('x'); c.kill()`, 'never'],
    ['a listener', `const c = spawn('x'); c.on('exit', f)`, 'fine'],
    [
      'an early return',
      `function f() { const c = spawn('x')\nif (y) return\nc.on('exit', g) }`,
      'not on the path to 2',
    ],
    ['a branch', `function f() { const c = spawn('x')\nif (y) c.on('exit', g)\n}`, 'not on the path to 3'],
    ['both branches', `function f() { const c = spawn('x'); if (y) c.on('exit', g); else return c }`, 'fine'],
    ['a null guard', `function f() { const c = y ? spawn('x') : null; if (c) c.on('exit', g) }`, 'fine'],
    ['a guard by optional chaining', `function f() { let c; if (y) c = spawn('x'); c?.on('exit', g) }`, 'fine'],
    ['a guard by pid', `function f() { const c = spawn('x'); if (!c.pid) return; c.on('exit', g) }`, 'fine'],
    [
      'a correlated condition',
      `function f(y) { let c; if (y) c = spawn('x'); work(); if (y) c.on('exit', g) }`,
      'fine',
    ],
    ['a throw', `function f() { const c = spawn('x'); if (y) throw new Error(); c.on('exit', g) }`, 'fine'],
    ['an exit', `function f() { const c = spawn('x'); if (y) process.exit(1); c.on('exit', g) }`, 'fine'],
    ['an exit on every path', `function f() { spawn('x'); process.exit(0) }`, 'fine'],
    [
      'a helper that exits',
      `function die() { log(); process.exit(1) } function f() { const c = spawn('x'); if (y) { die() } else c.on('exit', g) }`,
      'fine',
    ],
    [
      'a listener after an await',
      `async function f() { const c = spawn('x')\nawait g()\nc.on('exit', h) }`,
      'late by 2',
    ],
    ['a poll after an await', `async function f() { const c = spawn('x'); await g(); return c.exitCode }`, 'fine'],
    ['an await of a constant', `async function f() { const c = spawn('x'); await null; c.on('exit', h) }`, 'fine'],
    ['a closure', `function f() { const c = spawn('x'); later(() => c.on('exit', g)) }`, 'fine'],
    ['a closure that nobody calls', `function f() { const c = spawn('x'); const g = () => c.on('exit', h) }`, 'never'],
    [
      'a function that is called on one path',
      `function f() { const c = spawn('x')\nif (y) wait()\nfunction wait() { c.on('exit', h) }\n}`,
      'not on the path to 4',
    ],
    ['a closure made before', `function f() { let c; register(() => c.on('exit', g)); c = spawn('x') }`, 'fine'],
    ['another function', `let c; function f() { c = spawn('x') } function g() { c.on('exit', h) }`, 'fine'],
    ['another function that only kills', `let c; function f() { c = spawn('x') } function g() { c.kill() }`, 'never'],
    [
      'event names in a loop',
      `function f() { const c = spawn('x'); for (const e of ['exit', 'error']) c.on(e, g) }`,
      'fine',
    ],
    ['an executor', `async function f() { const c = spawn('x'); await new Promise((r) => c.on('exit', r)) }`, 'fine'],
    ['being returned at once', `const f = () => spawn('x')`, 'fine'],
    ['a loop', `function f() { for (;;) { const c = spawn('x'); c.on('exit', g) } }`, 'fine'],
    ['try and finally', `function f() { const c = spawn('x'); try { work() } finally { c.on('exit', g) } }`, 'fine'],
  ])('%s', (_, text, expected) => {
    expect(judge(text)).toBe(expected)
  })

  it('is asked of no path, of every normal path, or of exceptional ones too', () => {
    const text = `function f() { const c = spawn('x')\nif (y) return\nc.on('exit', g) }`
    expect(judge(text, 'end', 'never')).toBe('fine')
    expect(judge(text, 'end', 'normal')).toBe('not on the path to 2')
    expect(judge(`function f() { const c = spawn('x')\nwork()\nc.on('exit', g) }`, 'end', 'all')).toBe(
      'not on the path to 2',
    )
  })

  it('does not count paths that end in a configured function', () => {
    const text = `function f() { const c = spawn('x'); if (y) return log.fatal('z'); c.on('exit', g) }`
    expect(judge(text)).toBe('not on the path to 1')
    expect(judge(text, 'end', 'normal', { neverReturns: [{ from: undefined, name: 'log.fatal' }] })).toBe('fine')
  })
})
