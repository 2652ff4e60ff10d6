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
    ['a disposable', `function g() { using c = spawn('x') }`, ['child.kill: deadline stdout stderr stdinEnd']],
    [
      'an awaited disposable',
      `async function g() { await using c = spawn('x'); c.on('exit', f) }`,
      ['child.kill: deadline stdout stderr stdinEnd', 'child.listen: end'],
    ],
    ['its disposer', `const c = spawn('x'); c[Symbol.dispose]()`, ['child.kill: deadline stdout stderr stdinEnd']],
    [
      'a stack',
      `const s = new DisposableStack(); const c = s.use(spawn('x')); c.on('exit', f)`,
      ['child.kill: deadline stdout stderr stdinEnd', 'child.listen: end'],
    ],
    [
      'a stack that adopts it',
      `const s = new AsyncDisposableStack(); const c = s.adopt(spawn('x'), (own) => { own.unref() }); c.on('exit', f)`,
      ['child.unref', 'child.listen: end'],
    ],
    [
      'a stack that defers',
      `using s = new DisposableStack(); const c = spawn('x'); s.defer(() => c.kill())`,
      ['child.kill: deadline stdout stderr stdinEnd'],
    ],
    ['a stack of others', `const c = s.use(spawn('x'))`, ['child.escape: all']],
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
    ['using', `{ using c = spawn('x'); c.on('exit', f) }`, [KILL, 'child.listen: end']],
    [
      'finished()',
      `import { finished } from 'stream/promises'; await finished(spawn('x').stdout)`,
      ['stdout.observe: end'],
    ],
    [
      'finished() of stdin',
      `import { finished } from 'stream'; finished(spawn('x').stdin, f)`,
      ['stdin.observe: end stdinError'],
    ],
    ['the events of on()', `for await (const [code] of on(spawn('x'), 'exit')) f(code)`, ['child.observe: error end']],
    [
      'readline',
      `import { createInterface } from 'readline'; createInterface({ input: spawn('x').stdout })`,
      ['stdout.escape: end stdout'],
    ],
    [
      'stream consumers',
      `import { text } from 'stream/consumers'; await text(spawn('x').stdout)`,
      ['stdout.escape: end stdout'],
    ],
    [
      'a pipeline',
      `import { pipeline } from 'stream/promises'; const c = spawn('x'); pipeline(y, c.stdin); pipeline(c.stdout, z)`,
      ['stdin.escape: end stdinError stdinEnd', 'stdout.escape: end stdout'],
    ],
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
    [
      'by a private method',
      owner(
        `#c; start() { this.#keep(spawn('x')) } #keep(c) { this.#c = c; c.unref() } stop() { this.#c.on('exit', f) }`,
      ),
      ['child.listen: end', 'child.unref'],
    ],
    [
      'by a function in a private field',
      owner(`private keep = (c) => c.unref(); start() { this.keep(spawn('x')) }`),
      ['child.unref'],
    ],
    [
      'by the constructor',
      `${owner(`#c; constructor(c) { this.#c = c } stop() { this.#c.unref() }`)} new C(spawn('x'))`,
      ['child.unref'],
    ],
    [
      'by a property of the constructor',
      `${owner(`constructor(y, private readonly c: T) { c.ref() } stop() { this.c.unref() }`)} new C(y, spawn('x'))`,
      ['child.unref', 'child.inspect'],
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

describe('a collection of the file', () => {
  const END = 'child.listen: end'
  it.each([
    ['nobody looks into', `const all = []; all.push(spawn('x'))`, []],
    ['a list in a loop', `const all = []; all.push(spawn('x')); for (const c of all) c.on('exit', f)`, [END]],
    ['a list in forEach', `const all = [spawn('x'), y]; all.forEach((c) => c.on('exit', f))`, [END]],
    [
      'a list in map',
      `const all = []; all.unshift(spawn('x')); await Promise.all(all.map((c) => once(c, 'exit')))`,
      ['child.observe: error end'],
    ],
    [
      'a list in map, by a function',
      `const wait = (c) => { c.on('exit', f) }; const all = []; all.push(spawn('x')); all.map(wait)`,
      [END],
    ],
    [
      'a list in reduce',
      `const all = []; all.push(spawn('x')); all.reduce((last, c) => { c.unref(); return last }, y)`,
      ['child.unref'],
    ],
    [
      'what a map makes of it',
      `const all = [spawn('x')]; all.map((c) => ({ c })).forEach(({ c }) => c.unref())`,
      ['child.unref'],
    ],
    [
      'a filtered list',
      `let all = []; all.push(spawn('x')); all = all.filter((c) => c.exitCode === null); all[0].unref()`,
      ['child.poll: end', 'child.unref'],
    ],
    [
      'an element',
      `const all = []; all.push(spawn('x')); all[i].on('exit', f); all.at(-1).unref(); all.length`,
      [END, 'child.unref'],
    ],
    ['an element by a computed index', `const all = []; all[i] = spawn('x'); all.pop().unref()`, ['child.unref']],
    [
      'elements taken apart',
      `const all = []; all.push(spawn('x')); const [a, ...others] = all; a.unref(); others[0].on('exit', f)`,
      ['child.unref', END],
    ],
    ['a copy of a list', `const all = [y, ...z, spawn('x')]; for (const c of [...all]) c.unref()`, ['child.unref']],
    [
      'one list in another',
      `const some = [spawn('x')]; const all = []; all.push(...some); all.shift().unref()`,
      ['child.unref'],
    ],
    [
      'a list of objects',
      `const all = []; all.push({ child: spawn('x'), y }); for (const { child } of all) child.unref()`,
      ['child.unref'],
    ],
    ['a list of names', `const all = names.map((name) => spawn(name)); all.forEach((c) => c.on('exit', f))`, [END]],
    [
      'a list by Array.from',
      `const all = Array.from({ length: 2 }, () => spawn('x')); all.forEach((c) => c.on('exit', f))`,
      [END],
    ],
    [
      'a set',
      `const all = new Set(); const c = spawn('x'); all.add(c).has(y); c.on('exit', () => all.delete(c)); for (const d of all) d.unref()`,
      ['child.unref', END],
    ],
    ['a set made of a list', `const all = new Set([spawn('x')]); [...all].forEach((c) => c.unref())`, ['child.unref']],
    ['a map', `const all = new Map(); all.set(id, spawn('x')); all.get(id)?.on('exit', f); all.delete(id)`, [END]],
    [
      'the entries of a map',
      `const all = new Map(); all.set(id, spawn('x')); for (const [id, c] of all) c.unref()`,
      ['child.unref'],
    ],
    [
      'the values of a map',
      `const all = new Map([['y', spawn('x')]]); for (const c of all.values()) c.unref(); all.forEach((c) => c.on('exit', f))`,
      ['child.unref', END],
    ],
    [
      'the keys of a map',
      `const all = new Map(); all.set(spawn('x'), y); for (const [c] of all) c.unref(); for (const c of all.keys()) c.on('exit', f); for (const v of all.values()) v.on('error', f)`,
      ['child.unref', END],
    ],
    [
      'a map that is asked for a key',
      `const about = new WeakMap(); const c = spawn('x'); about.set(c, y); about.get(c)`,
      [],
    ],
    [
      'an object by names',
      `const all = {}; all[id] = spawn('x'); all[id].on('exit', f); delete all[id]; for (const id in all) f(id)`,
      [END],
    ],
    [
      'the values of an object',
      `const all = {}; all[id] = spawn('x'); Object.values(all).forEach((c) => c.unref()); for (const [, c] of Object.entries({ ...all })) c.on('exit', f)`,
      ['child.unref', END],
    ],
    [
      'a field of a class',
      `export class C { #all = new Set(); start() { this.#all.add(spawn('x')) } stop() { for (const c of this.#all) c.kill() } }`,
      [KILL],
    ],
    [
      'a field that is emptied',
      `export class C { #all; start() { this.#all = []; this.#all.push(spawn('x')) } stop() { this.#all.splice(0).forEach((c) => c.unref()) } }`,
      ['child.unref'],
    ],
  ])('%s', (_, text, expected) => {
    expect(usesOf(text)).toEqual(expected)
  })

  it.each([
    ['is not made here', `const all = getList(); all.push(spawn('x'))`],
    ['is a parameter', `function f(all = []) { all.push(spawn('x')) }`],
    ['is one of two, one of them from elsewhere', `let all = []; if (y) all = getList(); all.push(spawn('x'))`],
    ['is the value of another variable as well', `const other = use(); const all = other; all.push(spawn('x'))`],
    ['is passed on', `const all = []; all.push(spawn('x')); use(all)`],
    ['is returned', `function f() { const all = []; all.push(spawn('x')); return all }`],
    ['is spread into a call', `const all = [spawn('x')]; use(...all)`],
    [
      'is gone through by a function from elsewhere',
      `import { stop } from './stop'; const all = [spawn('x')]; all.forEach(stop)`,
    ],
    ['is asked for what no collection has', `const all = [spawn('x')]; all.toArray()`],
    [
      'holds promises of it',
      `const all = []; all.push(new Promise((resolve) => resolve(spawn('x')))); all.forEach((p) => p.then(f))`,
    ],
    ['is a public field', `export class C { all = []; start() { this.all.push(spawn('x')) } }`],
    ['is of an async callback', `const all = names.map(async (name) => spawn(name))`],
  ])('that %s is out of sight', (_, text) => {
    expect(usesOf(text)).toContain('child.escape: all')
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
    ['collected out of sight', `export const all = []; all.push(spawn('x'))`, ['child.escape: all']],
    ['passed on', `use(spawn('x'))`, ['child.escape: all']],
    ['wrapped', `new Job(spawn('x'))`, ['child.escape: all']],
    [
      'wrapped by a class that shows it',
      `export class Job { constructor(readonly c) {} } new Job(spawn('x'))`,
      ['child.escape: all'],
    ],
    [
      'given to a method that a subclass may replace',
      `export class Job { start() { this.keep(spawn('x')) } keep(c) { c.unref() } }`,
      ['child.escape: all'],
    ],
    ['given to a rest parameter', `const f = (...all) => all; f(spawn('x'))`, ['child.escape: all']],
    ['copied', `const o = { ...spawn('x') }`, ['child.escape: all']],
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
