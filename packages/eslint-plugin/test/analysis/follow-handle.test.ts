import { describe, expect, it } from 'vitest'
import { analyse } from './analysed-code.ts'

/** Each use as `facet.kind`, and what it discharges. */
function usesOf(text: string, settings = {}): string[] {
  const model = analyse(
    `import { spawn, fork } from 'child_process'\nimport { once, on, errorMonitor } from 'events'\n${text}`,
    { settings },
  )
  const [site] = model.sites
  if (!site) throw new Error('no site')
  return model.getHandle(site).uses.map(({ discharges, facet, kind }) => {
    const what = discharges === 'all' ? 'all' : [...discharges].join(' ')
    return `${facet}.${kind}${what ? `: ${what}` : ''}`
  })
}

const KILL = 'child.kill: deadline stdout stderr stdinEnd'

describe('a handle is followed through', () => {
  it.each([
    ['a variable', `const c = spawn('x'); c.on('exit', f)`, ['child.listen: end']],
    ['an assignment', `let c; c = spawn('x'); c.on('error', f)`, ['child.listen: error']],
    ['a chain', `spawn('x').on('error', f).once('close', g)`, ['child.listen: error', 'child.listen: end']],
    [
      'destructuring',
      `const { stdout, stdin } = spawn('x'); stdout.resume(); stdin.end()`,
      ['stdout.drain: stdout', 'stdin.endStdin: stdinEnd'],
    ],
    ['an alias', `const a = spawn('x'); const b = a; b.on('exit', f)`, ['child.listen: end']],
    ['a choice', `const c = y ? spawn('x') : z; c.kill()`, ['child.kill: deadline stdout stderr stdinEnd']],
    ['a fallback', `const c = y ?? spawn('x'); c.unref()`, ['child.unref']],
    ['a wrapper', `const c = spawn('x')! as Foo; c.on('exit', f)`, ['child.listen: end']],
    ['optional chaining', `const c = spawn('x'); c?.stdout?.on('data', f)`, ['stdout.listen: stdout']],
    ['an object', `const o = { child: spawn('x'), y }; o.child.on('exit', f)`, ['child.listen: end']],
    [
      'an object that is taken apart',
      `const o = { a: { child: spawn('x') } }; const { a: { child } } = o; child.unref()`,
      ['child.unref'],
    ],
    ['a property that is set', `const o = {}; o.child = spawn('x'); o.child.on('exit', f)`, ['child.listen: end']],
    ['an array', `const [a] = [spawn('x')]; a.on('exit', f)`, ['child.listen: end']],
    ['a loop', `for (const c of [spawn('x'), y]) c.on('exit', f)`, ['child.listen: end']],
    ['a closure', `const c = spawn('x'); later(() => { c.on('exit', f) })`, ['child.listen: end']],
    ['a function', `function wait(p) { p.on('exit', f) } wait(spawn('x'))`, ['child.listen: end']],
    [
      'a function that is called twice',
      `const c = spawn('x'); const wait = (p) => p.on('exit', f); if (y) wait(c); else wait(c)`,
      ['child.listen: end', 'child.listen: end'],
    ],
    [
      'a function that hands it back',
      `const log = (p) => { p.unref(); return p }; log(spawn('x')).on('exit', f)`,
      ['child.unref', 'child.listen: end'],
    ],
    [
      'a function that takes it apart',
      `function f({ stdout }) { stdout.resume() } f(spawn('x'))`,
      ['stdout.drain: stdout'],
    ],
    ['a function that calls itself', `function f(p) { f(p) } f(spawn('x'))`, ['child.escape: all']],
    ['stdio by index', `spawn('x').stdio[1].on('data', f)`, ['stdout.listen: stdout']],
    [
      'event names in a loop',
      `const c = spawn('x'); for (const e of ['exit', 'error']) c.on(e, f)`,
      ['child.listen: end error'],
    ],
    [
      'event names in forEach',
      `const c = spawn('x'); ['exit', 'error'].forEach((e) => c.on(e, f))`,
      ['child.listen: end error'],
    ],
  ])('%s', (_, text, expected) => {
    expect(usesOf(text)).toEqual(expected)
  })
})

describe('a use that is known', () => {
  it.each([
    ['once()', `once(spawn('x'), 'exit')`, ['child.observe: error end']],
    ['on()', `on(spawn('x'), 'message')`, ['child.observe: error']],
    ['errorMonitor', `spawn('x').on(errorMonitor, f)`, ['child.listen']],
    ['a status that is polled', `const c = spawn('x'); while (c.exitCode === null) tick()`, ['child.poll: end']],
    ['a pid that is printed', 'const c = spawn("x"); log(`${c.pid}`)', ['child.pid']],
    [
      'a pid that is killed',
      `const c = spawn('x'); process.kill(-c.pid)`,
      ['child.kill: deadline stdout stderr stdinEnd'],
    ],
    ['a pid that is probed', `const c = spawn('x'); process.kill(c.pid, 0)`, ['child.inspect']],
    ['a pid that goes elsewhere', `const c = spawn('x'); track(c.pid)`, ['child.pid: deadline stdout stderr stdinEnd']],
    ['for await', `for await (const chunk of spawn('x').stdout) use(chunk)`, ['stdout.observe: end stdout']],
    ['a pipe to the own output', `spawn('x').stdout.pipe(process.stdout)`, ['stdout.drain: stdout']],
    ['a pipe to another stream', `spawn('x').stdout.pipe(file)`, ['stdout.drain: end stdout']],
    ['the end of a stream', `spawn('x').stdout.on('end', f)`, ['stdout.listen: end']],
    [
      'feeding',
      `const c = spawn('x'); input.pipe(c.stdin); c.stdin.write('y')`,
      ['stdin.write: stdinEnd', 'stdin.write'],
    ],
    [
      'a pipe that leaves it open',
      `const c = spawn('x'); input.pipe(c.stdin, { end: false }).on('error', f)`,
      ['stdin.write', 'stdin.listen: stdinError'],
    ],
    ['a last write', `spawn('x').stdin.end('y')`, ['stdin.write', 'stdin.endStdin: stdinEnd']],
    ['no last write', `spawn('x').stdin.end(() => f())`, ['stdin.endStdin: stdinEnd']],
    ['once() on stdin', `const { stdin } = spawn('x'); once(stdin, 'drain')`, ['stdin.observe: stdinError']],
    ['a forked message', `fork('x').on('message', f).on('disconnect', g)`, ['child.listen', 'child.listen: end']],
    ['looking', `const c = spawn('x'); console.log(c); if (c && !c.killed) f()`, ['child.inspect', 'child.inspect']],
    ['a value that is dropped', `void spawn('x')`, []],
    ['an executor', `new Promise(() => spawn('x'))`, []],
    ['a listener of another emitter', `app.on('ready', () => spawn('x'))`, []],
  ])('%s', (_, text, expected) => {
    expect(usesOf(text)).toEqual(expected)
  })
})

describe('a field that only its class can reach', () => {
  const owner = (body: string): string => `export class C { ${body} }`
  it.each([
    ['#private', owner(`#c; start() { this.#c = spawn('x') } stop() { this.#c.kill() }`), [KILL]],
    ['#private, by its value', owner(`#c = spawn('x'); wait() { this.#c.on('exit', f) }`), ['child.listen: end']],
    [
      '#private, of another object',
      owner(`#c; start() { this.#c = spawn('x') } is(o) { o.#c.unref() }`),
      ['child.unref'],
    ],
    [
      '#private, however the object is passed on',
      owner(`#c; start() { this.#c = spawn('x'); use(this); Object.assign(this, {}) }`),
      [],
    ],
    ['private', owner(`private c?: T; start() { this.c = spawn('x') } stop() { this.c?.kill() }`), [KILL]],
    [
      'private, by a parameter of the constructor',
      owner(`constructor(private c?: T) {} start() { this.c = spawn('x') } stop() { this.c.unref() }`),
      ['child.unref'],
    ],
    [
      'private, through a name for this',
      owner(`private c; start() { const self = this; self.c = spawn('x'); f(function () { self.c.unref() }) }`),
      ['child.unref'],
    ],
    [
      'private, taken out of this',
      owner(`private c; start() { this.c = spawn('x') } stop() { const { c } = this; c.unref() }`),
      ['child.unref'],
    ],
    [
      'private, in an accessor',
      owner(`private c = spawn('x'); get status() { return this.c.exitCode }`),
      ['child.poll: end'],
    ],
    ['private, in a field', owner(`private c = spawn('x'); stop = () => { this.c.unref() }`), ['child.unref']],
    ['static', owner(`static #c; static start() { this.#c = spawn('x') } stop() { C.#c.unref() }`), ['child.unref']],
    [
      'static and private',
      owner(`private static c; static start() { C.c = spawn('x') } static stop() { this.c.unref() }`),
      ['child.unref'],
    ],
    [
      'of a class whose objects stay here',
      `class C { start() { this.c = spawn('x') } stop() { this.c.unref() } } const o = new C(); o.start(); o.c.on('exit', f)`,
      ['child.unref', 'child.listen: end'],
    ],
    [
      'of an emitter whose objects stay here',
      `import { EventEmitter } from 'events'; class C extends EventEmitter { c = spawn('x') } new C().on('y', f)`,
      [],
    ],
    ['handed out by a method', owner(`#c = spawn('x'); get child() { return this.#c }`), ['child.escape: all']],
    [
      'handed out with a copy of this',
      owner(`private c = spawn('x'); f() { return { ...this } }`),
      ['child.escape: all'],
    ],
    ['written over', owner(`#c; start() { this.#c = spawn('x') } stop() { this.#c = undefined }`), []],
  ])('%s', (_, text, expected) => {
    expect(usesOf(text)).toEqual(expected)
  })
})

describe('a field that others may reach', () => {
  it.each([
    ['protected', `export class C { protected c = spawn('x') }`],
    ['decorated', `export class C { @kept private c = spawn('x') }`],
    ['asked for by a computed name', `export class C { private c = spawn('x'); get(name) { return this[name] } }`],
    ['listed', `export class C { private c = spawn('x'); stop() { Object.values(this).forEach(f) } }`],
    [
      'taken with the rest',
      `export class C { private c = spawn('x'); get() { const { a, ...rest } = this; f(rest) } }`,
    ],
    [
      'of another object of that name',
      `export class C { private c = spawn('x') } export const stop = (o) => o.c.kill()`,
    ],
    [
      'in a function with a this of its own',
      `export class C { private c; f() { g(function () { this.c = spawn('x') }) } }`,
    ],
    ['of an object that is passed on', `class C { c = spawn('x') } use(new C())`],
    ['of an object that is exported', `class C { c = spawn('x') } export const o = new C()`],
    ['of an object that passes itself on', `class C { c = spawn('x'); f() { use(this) } } new C()`],
    ['of a class that is extended', `class C { c = spawn('x') } class D extends C {} new C()`],
    ['of a class that extends another', `class C extends B { c = spawn('x') } new C()`],
    ['of a class that is passed on', `class C { c = spawn('x') } register(C); new C()`],
    ['of a class that nothing here makes objects of', `class C { c = spawn('x') }`],
  ])('%s', (_, text) => {
    expect(usesOf(text)).toContain('child.escape: all')
  })
})

describe('a handle escapes when it is', () => {
  it.each([
    ['returned', `function f() { return spawn('x') }`, ['child.escape: all']],
    ['exported', `export const c = spawn('x')`, ['child.escape: all']],
    ['put into a public field', `export class C { start() { this.child = spawn('x') } }`, ['child.escape: all']],
    ['the value of a public field', `export class C { child = spawn('x') }`, ['child.escape: all']],
    ['collected', `const all = []; all.push(spawn('x'))`, ['child.escape: all']],
    ['passed on', `use(spawn('x'))`, ['child.escape: all']],
    ['wrapped', `new Job(spawn('x'))`, ['child.escape: all']],
    ['spread', `const o = { ...spawn('x') }`, ['child.escape: all']],
    ['asked for what no table knows', `spawn('x').promise`, ['child.escape: all']],
    ['listened to for an unknown event', `spawn('x').on(event, f)`, ['child.listen: all']],
    ['a stream that is passed on', `collect(spawn('x').stdout)`, ['stdout.escape: end stdout']],
    ['yielded', `function* f() { yield spawn('x') }`, ['child.escape: all']],
    [
      'kept by an object whose method is called',
      `const o = { c: spawn('x'), wait() {} }; o.wait()`,
      ['child.escape: all'],
    ],
  ])('%s', (_, text, expected) => {
    expect(usesOf(text)).toEqual(expected)
  })
})

describe('a handle that is wrapped again and again', () => {
  it.each([
    ['into an object', `let a = spawn('x'); for (;;) a = { child: a }`],
    ['into a list', `let a = spawn('x'); a = [a]`],
    ['into both', `let a; for (;;) { const child = spawn('x'); a = { child, upper: a } }`],
  ])('%s counts as handed on', (_, text) => {
    expect(usesOf(text)).toContain('child.escape: all')
  })

  it('counts as handed on after hundreds of variables, before the stack ends', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `const v${index + 1} = v${index}`)
    expect(usesOf(`const v0 = spawn('x'); ${names.join('; ')}; v1000.on('exit', f)`)).toEqual(['child.escape: all'])
  })
})

describe('a configured function narrows what an unknown one could do', () => {
  const named = (name: string) => [{ from: undefined, name }]
  it.each([
    ['observers', ['child.observe: end error']],
    ['drainers', ['child.drain: stdout stderr']],
    ['killers', ['child.kill: deadline stdout stderr stdinEnd']],
  ])('%s', (key, expected) => {
    expect(usesOf(`use(spawn('x'))`, { [key]: named('use') })).toEqual(expected)
  })
})
