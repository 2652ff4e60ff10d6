import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findCreationSites } from './corpus/creation-sites.mjs'
import { followChild } from './corpus/mutants/child-handle.mjs'
import { RULE_MUTATIONS } from './corpus/mutants/rule-operators.mjs'
import { parseSourceTree } from './corpus/mutants/source-tree.mjs'
import { applyEdits } from './corpus/mutants/text-edit.mjs'

const IMPORT = `import { spawn } from 'node:child_process'\n`

/** What a mutation makes of the first child of a source; `undefined` where there is nothing to mutate. */
function mutate(rule: string, operator: string, source: string): string | undefined {
  const text = `${IMPORT}${source}`
  const tree = parseSourceTree(text, 'a.js')
  const [found] = findCreationSites(text, 'a.js')
  if (!tree || !found) throw new Error('no site')
  const call: unknown = tree.nodes.find(
    ({ range, type }: { range: number[]; type: string }) =>
      type === 'CallExpression' && range.join() === found.node.range?.join(),
  )
  const site = { call, module: found.module, method: found.method, facet: 'child' as const, tree }
  const plan = RULE_MUTATIONS[rule]?.operators[operator]
  if (!plan) throw new Error(`no such mutation: ${rule}, ${operator}`)
  const mutation = plan({ ...site, handle: followChild(call, 'child', tree) })
  return mutation && applyEdits(text, mutation.edits).slice(IMPORT.length)
}

describe('a mutation', () => {
  test.each([
    [
      'require-signal-propagation',
      'ask the signal instead',
      `function f(o) { const c = spawn('a', { cwd, signal: o.signal }); c.on('error', g) }`,
      `function f(o) { o.signal?.throwIfAborted(); const c = spawn('a', { cwd, _signal: undefined }); c.on('error', g) }`,
    ],
    ['require-signal-propagation', 'ask the signal instead', `const c = spawn('a', { signal: own.signal })`, undefined],
    [
      'require-cleanup-on-abandon',
      'kill nothing in finally',
      `async function* f() { const c = spawn('a'); try { yield 1 } finally { c.kill() } }`,
      `async function* f() { const c = spawn('a'); try { yield 1 } finally { undefined } }`,
    ],
    [
      'require-cleanup-on-abandon',
      'insert an await in front of the kill',
      `async function f() { const c = spawn('a'); g(); c.kill() }`,
      `async function f() { const c = spawn('a'); g(); await work(); c.kill() }`,
    ],
    [
      'require-cleanup-on-abandon',
      'insert an await in front of the kill',
      `async function f() { const c = spawn('a'); try { g() } finally { c.kill() } }`,
      undefined,
    ],
    [
      'require-error-listener',
      "delete the 'error' listener",
      `const c = spawn('a').on('error', f).on('exit', g)`,
      `const c = spawn('a').on('exit', g)`,
    ],
    [
      'require-error-listener',
      "delete the 'error' listener",
      `const c = spawn('a'); attach(c); function attach(p) { p?.once('error', f) }`,
      `const c = spawn('a'); attach(c); function attach(p) { p }`,
    ],
    ['require-error-listener', "delete the 'error' listener", `spawn('a').on('exit', g)`, undefined],
    [
      'no-late-listener',
      'insert an await',
      `function f() { const c = spawn('a'); c.on('error', g) }`,
      `async function f() { const c = spawn('a'); await new Promise((resolve) => setTimeout(resolve, 100)); c.on('error', g) }`,
    ],
    ['no-late-listener', 'insert an await', `function f() { spawn('a').on('error', g) }`, undefined],
    [
      'no-floating-child',
      'delete what sees the end',
      `const c = spawn('a'); c.on('close', f); c.stdout.pipe(file); if (c.exitCode === null) g()`,
      `const c = spawn('a'); c; c.stdout; if (null === null) g()`,
    ],
    [
      'no-undrained-pipe',
      'delete what reads',
      `const c = spawn('a'); c.stdout.on('data', f); read({ input: c.stderr })`,
      `const c = spawn('a'); c.stdout; read({ input: process.stdin })`,
    ],
    [
      'no-unended-stdin',
      'delete end()',
      `const { stdin } = spawn('a'); stdin.write('a'); stdin.end('b')`,
      `const { stdin } = spawn('a'); stdin.write('a'); stdin.write('b')`,
    ],
    [
      'no-unsettled-wrapper',
      'drop the reject',
      `new Promise((yes, no) => { const c = spawn('a'); c.on('close', (s) => { if (s) no(s); else yes() }) })`,
      `new Promise((yes, no) => { const c = spawn('a'); c.on('close', (s) => { if (s) undefined; else yes() }) })`,
    ],
    [
      'no-unsettled-wrapper',
      'drop the reject',
      `new Promise((yes, no) => { const c = spawn('a'); setTimeout(no, 9); c.on('close', (s) => { if (s) no(s); else yes() }) })`,
      undefined,
    ],
    [
      'prefer-close-over-exit',
      "swap 'close' for 'exit'",
      `const c = spawn('a'); let o = ''; c.stdout.on('data', (d) => { o += d }); c.on('close', () => f(o))`,
      `const c = spawn('a'); let o = ''; c.stdout.on('data', (d) => { o += d }); c.on('exit', () => f(o))`,
    ],
    [
      'no-dangling-kill-timer',
      'delete clearTimeout()',
      `const c = spawn('a'); const t = setTimeout(() => c.kill(), 5000); c.on('exit', () => clearTimeout(t))`,
      `const c = spawn('a'); const t = setTimeout(() => c.kill(), 5000); c.on('exit', () => undefined)`,
    ],
    [
      'consistent-detached',
      'delete unref()',
      `const c = spawn('a', { detached: true, stdio: 'ignore' }); c.on('error', f); c.unref()`,
      `const c = spawn('a', { detached: true, stdio: 'ignore' }); c.on('error', f); c`,
    ],
    [
      'consistent-detached',
      'kill a group without detached',
      `const c = spawn('a', { detached: true }); process.kill(-c.pid)`,
      `const c = spawn('a', { _detached: true }); process.kill(-c.pid)`,
    ],
    [
      'no-shell-kill',
      'start it by a shell',
      `const c = spawn('a'); c.kill()`,
      `const c = spawn('a', { shell: true }); c.kill()`,
    ],
    [
      'require-kill-on-timeout',
      'delete the kill at the time limit',
      `new Promise((yes, no) => { const c = spawn('a'); const t = setTimeout(() => { c.kill(); no() }, 9); c.on('exit', yes) })`,
      `new Promise((yes, no) => { const c = spawn('a'); const t = setTimeout(() => { undefined; no() }, 9); c.on('exit', yes) })`,
    ],
    [
      'require-kill-escalation',
      'guard SIGKILL by killed',
      `const c = spawn('a'); c.kill(); setTimeout(() => { c.kill('SIGKILL') }, 99)`,
      `const c = spawn('a'); c.kill(); setTimeout(() => { if (!c.killed) c.kill('SIGKILL') }, 99)`,
    ],
    [
      'no-lost-handle',
      'drop the guard of a second start',
      `let c; function start() { if (c) return; c = spawn('a').on('error', f) }`,
      `let c; function start() { if (false) return; c = spawn('a').on('error', f) }`,
    ],
    [
      'no-leaked-abort-listener',
      'delete what removes the listener',
      `function f(s) { const c = spawn('a'); const g = () => c.kill(); s.addEventListener('abort', g); c.on('exit', () => s.removeEventListener('abort', g)) }`,
      `function f(s) { const c = spawn('a'); const g = () => c.kill(); s.addEventListener('abort', g); c.on('exit', () => undefined) }`,
    ],
  ])('%s: %s: %s', (rule, operator, source, expected) => {
    expect(mutate(rule, operator, source)).toBe(expected)
  })
})

test('every stored mutant that was not noticed has a reason and belongs to a mutation that exists', () => {
  const stored = JSON.parse(readFileSync(new URL('corpus/mutants.json', import.meta.url), 'utf8')) as {
    rule: string
    operator: string
    reason: string
  }[]
  expect(stored.filter(({ reason }) => !reason)).toEqual([])
  expect(stored.filter(({ operator, rule }) => !RULE_MUTATIONS[rule]?.operators[operator])).toEqual([])
})
