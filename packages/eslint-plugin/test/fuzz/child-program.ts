import { Choices } from './choice-tape.ts'

/** A small module in two spellings that differ only in how it imports and exports. */
export interface ChildProgram {
  /** What the linter reads. */
  readonly source: string
  /** The body of a function with the parameter `$`, which gives a promise of the exports. */
  readonly run: string
  readonly entry: { readonly name: string; readonly hasCallback: boolean; readonly isAsync: boolean }
}

/** How a call starts its child, and what of it is there to be used. */
interface Start {
  readonly call: string
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  /** `exec` and `execFile` listen by themselves. */
  readonly isCollected: boolean
}

/** What can be mentioned at a place of the program. */
interface Scope {
  readonly child: string
  readonly start: Start
  readonly isAsync: boolean
  readonly settle: { readonly resolve: string; readonly reject: string } | undefined
  readonly callback: string | undefined
  readonly flags: string[]
  readonly timers: string[]
  readonly outputs: string[]
  readonly functions: string[]
  /** A function that is handed the child: what it throws depends on more than what its caller tests. */
  readonly isHelper: boolean
  readonly depth: number
  readonly inLoop: boolean
  readonly inTry: boolean
  /** Nothing of the child is there any more, or not yet. */
  readonly isBare: boolean
}

type Writer = (scope: Scope) => string

type Callee = 'exec' | 'execFile' | 'execFileSync' | 'execSync' | 'fork' | 'spawn' | 'spawnSync'

export function writeProgram(tape: readonly number[]): ChildProgram {
  return new ProgramWriter(new Choices(tape)).write()
}

class ProgramWriter {
  readonly #choices: Choices
  readonly #imports = new Map<string, Set<string>>()
  readonly #helpers: string[] = []
  readonly #childProcess: 'default' | 'destructured' | 'dynamic' | 'builtin' | 'named' | 'namespace' | 'renamed'
  readonly #usedCalls = new Set<string>()
  #names = 0
  #sites = 0
  #delays = 0
  #statements = 0

  constructor(choices: Choices) {
    this.#choices = choices
    this.#childProcess = choices.weighted([
      [6, 'named'],
      [1, 'namespace'],
      [1, 'default'],
      [1, 'renamed'],
      [1, 'destructured'],
      [1, 'dynamic'],
      [1, 'builtin'],
    ] as const)
  }

  write(): ChildProgram {
    const form = this.#choices.weighted([
      [5, 'async'],
      [4, 'plain'],
      [4, 'executor'],
      [2, 'callback'],
    ] as const)
    const body = this.#writeEntry(form)
    const text = [...this.#helpers, body].join('\n')
    const { run, source } = this.#writeHeader()
    return {
      source: `${source}\n${text}\nexport { start }\n`,
      run: `return (async () => {\n${run}\n${text}\nreturn { start }\n})()`,
      entry: { name: 'start', hasCallback: form === 'callback', isAsync: form === 'async' },
    }
  }

  #writeEntry(form: 'async' | 'callback' | 'executor' | 'plain'): string {
    const scope: Scope = {
      ...createScope(form === 'async'),
      settle: form === 'executor' ? { resolve: 'resolve', reject: 'reject' } : undefined,
      callback: form === 'callback' ? 'callback' : undefined,
    }
    if (form === 'executor') {
      const before = this.#choices.rarely(4) ? this.#flag(scope) : ''
      const inner = this.#writeLife(scope)
      return `function start(options) {\n${before}return new Promise((resolve, reject) => {\n${inner}\n})\n}`
    }
    const parameters = form === 'callback' ? 'options, callback' : 'options'
    return `${scope.isAsync ? 'async ' : ''}function start(${parameters}) {\n${this.#writeLife(scope)}\n}`
  }

  #writeHeader(): { run: string; source: string } {
    const source: string[] = []
    const run: string[] = [
      'const { process, Promise, console, setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, AbortSignal, require } = $',
    ]
    const used = [...this.#usedCalls]
    const names = used.join(', ')
    if (used.length > 0) {
      const module = 'node:child_process'
      switch (this.#childProcess) {
        case 'named':
          source.push(`import { ${names} } from '${module}'`)
          run.push(`const { ${names} } = $.require('${module}')`)
          break
        case 'namespace':
          source.push(`import * as cp from '${module}'`)
          run.push(`const cp = $.require('${module}')`)
          break
        case 'default':
          source.push(`import cp from '${module}'`)
          run.push(`const cp = $.require('${module}').default`)
          break
        case 'renamed':
          source.push(`import { ${used.map((name) => `${name} as ${name}Child`).join(', ')} } from '${module}'`)
          run.push(`const { ${used.map((name) => `${name}: ${name}Child`).join(', ')} } = $.require('${module}')`)
          break
        case 'destructured':
          source.push(`const { ${names} } = require('child_process')`)
          run.push(`const { ${names} } = $.require('child_process')`)
          break
        case 'dynamic':
          source.push(`const { ${names} } = await import('${module}')`)
          run.push(`const { ${names} } = await $.import('${module}')`)
          break
        case 'builtin':
          source.push(`const { ${names} } = process.getBuiltinModule('${module}')`)
          run.push(`const { ${names} } = process.getBuiltinModule('${module}')`)
          break
      }
    }
    for (const [module, imported] of this.#imports) {
      source.push(`import { ${[...imported].join(', ')} } from '${module}'`)
      run.push(`const { ${[...imported].join(', ').replaceAll(' as ', ': ')} } = $.require('${module}')`)
    }
    return { source: source.join('\n'), run: run.join('\n') }
  }

  #import(module: string, name: string): string {
    const names = this.#imports.get(module) ?? new Set<string>()
    this.#imports.set(module, names.add(name))
    return name.replace(/^.* as /, '')
  }

  /** A function of the environment, about which the program says nothing. */
  #env(name: string): string {
    return this.#import('./environment.js', name)
  }

  /** Work inside `try` may fail; what fails elsewhere ends the program's function, which no rule says anything about. */
  #wait({ inTry }: Scope): string {
    return this.#env(inTry ? 'attempt' : 'work')
  }

  #call(name: Callee): string {
    this.#usedCalls.add(name)
    switch (this.#childProcess) {
      case 'namespace':
      case 'default':
        return `cp.${name}`
      case 'renamed':
        return `${name}Child`
      default:
        return name
    }
  }

  #name(stem: string): string {
    return `${stem}${++this.#names}`
  }

  #delay(): number {
    return 5_001 + this.#delays++
  }

  // conditions

  #flag(scope: Scope): string {
    const name = this.#name('flag')
    scope.flags.push(name)
    return `const ${name} = ${this.#choices.one([`${this.#env('ask')}()`, 'options.flag'])}\n`
  }

  #condition(scope: Scope): string {
    const flag = (): string =>
      scope.flags.length > 0 ? scope.flags[this.#choices.below(scope.flags.length)]! : 'options.quiet'
    return this.#choices.weighted<() => string>([
      [4, () => 'options.quiet'],
      [3, flag],
      [2, () => `!${flag()}`],
      [2, () => `${this.#env('ask')}()`],
      [1, () => `!options.quiet`],
      [1, () => `options.quiet && ${flag()}`],
      [1, () => `${flag()} || options.verbose`],
      [1, () => `options.mode === 'quiet'`],
    ])()
  }

  // the start of a child

  #start(): Start {
    const site = ++this.#sites
    const stdio = this.#choices.weighted<() => Pick<Start, 'stderr' | 'stdin' | 'stdout'> & { text: string }>([
      [6, () => ({ text: '', stdin: true, stdout: true, stderr: true })],
      [1, () => ({ text: `stdio: 'pipe'`, stdin: true, stdout: true, stderr: true })],
      [1, () => ({ text: `stdio: 'inherit'`, stdin: false, stdout: false, stderr: false })],
      [1, () => ({ text: `stdio: 'ignore'`, stdin: false, stdout: false, stderr: false })],
      [1, () => ({ text: `stdio: ['ignore', 'pipe', 'inherit']`, stdin: false, stdout: true, stderr: false })],
      [1, () => ({ text: `stdio: ['pipe', 'ignore', 'ignore']`, stdin: true, stdout: false, stderr: false })],
      [1, () => ({ text: `stdio: ['ignore', 'pipe', 'pipe']`, stdin: false, stdout: true, stderr: true })],
    ])()
    const other = this.#choices.weighted([
      [12, ''],
      [1, `timeout: 4000`],
      [1, `cwd: process.env.DIR`],
      [1, `signal: AbortSignal.timeout(4000)`],
      [1, `shell: true`],
    ])
    const object = [stdio.text, other].filter(Boolean).join(', ')
    const options = object ? `, { ${object} }` : ''
    const only = other ? `, { ${other} }` : ''
    return this.#choices.weighted<() => Start>([
      [8, () => ({ ...stdio, call: `${this.#call('spawn')}('tool${site}', ['x']${options})`, isCollected: false })],
      [1, () => ({ ...stdio, call: `${this.#call('spawn')}('tool${site}'${options})`, isCollected: false })],
      [
        1,
        () => ({
          ...stdio,
          call: `${this.#call('spawn')}(process.execPath, ['tool${site}']${options})`,
          isCollected: false,
        }),
      ],
      [
        1,
        () => ({
          call: `${this.#call('fork')}('./tool${site}.js'${only})`,
          stdin: false,
          stdout: false,
          stderr: false,
          isCollected: false,
        }),
      ],
      [
        1,
        () => ({
          call: `${this.#call('execFile')}('tool${site}', ['x']${only}, (error, stdout) => { ${this.#env('use')}(error ?? stdout) })`,
          stdin: true,
          stdout: true,
          stderr: true,
          isCollected: true,
        }),
      ],
      [
        1,
        () => ({
          call: `${this.#call('exec')}('tool${site} x'${only}, (error) => { ${this.#env('note')}(error) })`,
          stdin: true,
          stdout: true,
          stderr: true,
          isCollected: true,
        }),
      ],
    ])()
  }

  /** The body of the program: what comes before the child, the child, what becomes of it. */
  #writeLife(scope: Scope): string {
    const before: string[] = []
    while (this.#choices.rarely(3) && before.length < 2) {
      before.push(
        this.#choices.weighted<() => string>([
          [3, () => this.#flag(scope)],
          [1, () => `if (${this.#condition(scope)}) ${this.#leave(scope)}\n`],
          [1, () => (scope.isAsync ? `await ${this.#env('work')}()\n` : '')],
        ])(),
      )
    }
    const form = this.#choices.weighted<() => string>([
      [12, () => this.#declared(scope, 'const')],
      [1, () => this.#chained(scope)],
      [1, () => this.#destructured(scope)],
      [2, () => this.#conditional(scope)],
      [1, () => this.#nullable(scope)],
      [1, () => this.#fromHelper(scope)],
      [1, () => this.#inLoop(scope)],
      [1, () => this.#inContainer(scope)],
      [1, () => this.#inTry(scope)],
      [2, () => this.#promised(scope)],
      [1, () => this.#sync(scope)],
      [1, () => this.#bare(scope)],
      [1, () => this.#two(scope)],
      [1, () => this.#inBranch(scope)],
    ])
    return before.join('') + form()
  }

  #with(scope: Scope, child: string, start: Start): Scope {
    return { ...scope, child, start, isBare: false }
  }

  #declared(scope: Scope, keyword: string): string {
    const start = this.#start()
    const name = this.#name('child')
    return `${keyword} ${name} = ${start.call}\n${this.#block(this.#with(scope, name, start), 5)}`
  }

  #bare(scope: Scope): string {
    return `${this.#start().call}\n${this.#block(scope, 1)}`
  }

  #chained(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with(scope, name, start)
    const isNamed = !this.#choices.rarely(2)
    const link = (): string => this.#listenerCall(isNamed ? inner : { ...scope, start })
    const links = link() + (this.#choices.rarely(2) ? link() : '')
    return !isNamed ? `${start.call}${links}\n` : `const ${name} = ${start.call}${links}\n${this.#block(inner, 3)}`
  }

  #destructured(scope: Scope): string {
    const start = { ...this.#start() }
    if (!start.stdout) return `const child = ${start.call}\n${this.#block(this.#with(scope, 'child', start), 3)}`
    const { call } = start
    const use = this.#choices.one([
      `stdout.on('data', (chunk) => ${this.#env('use')}(chunk))`,
      'stdout.resume()',
      'stdout.pipe(process.stdout)',
      `stdout.once('end', () => ${this.#env('note')}())`,
    ])
    return `const { stdout${start.stderr ? ', stderr' : ''} } = ${call}\n${use}\n${start.stderr && this.#choices.rarely(2) ? 'stderr.resume()\n' : ''}`
  }

  #conditional(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with(scope, name, start)
    const value = `${this.#condition(scope)} ? ${start.call} : ${this.#choices.one(['undefined', 'null'])}`
    const guarded = this.#choices.one([`if (${name})`, `if (${name} !== undefined && ${name} !== null)`])
    return this.#choices.weighted<() => string>([
      [2, () => `const ${name} = ${value}\n${guarded} {\n${this.#block(inner, 4)}}\n${this.#block(scope, 1)}`],
      [1, () => `const ${name} = ${value}\nif (!${name}) ${this.#leave(scope)}\n${this.#block(inner, 4)}`],
      [
        1,
        () =>
          `const ${name} = ${value}\n${this.#optional(inner)}\n${this.#choices.rarely(2) ? this.#optional(inner) : ''}\n`,
      ],
    ])()
  }

  #optional(scope: Scope): string {
    return `${scope.child}?${this.#listenerCall(scope)}`
  }

  #nullable(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with(scope, name, start)
    return `let ${name} = null\nif (${this.#condition(scope)}) ${name} = ${start.call}\nif (${name}) {\n${this.#block(inner, 3)}}\n${this.#block(scope, 1)}`
  }

  #inBranch(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with({ ...scope, depth: scope.depth + 1 }, name, start)
    return `if (${this.#condition(scope)}) {\nconst ${name} = ${start.call}\n${this.#block(inner, 4)}}\n${this.#block(scope, 1)}`
  }

  #fromHelper(scope: Scope): string {
    const start = this.#start()
    const helper = this.#name('launch')
    const name = this.#name('child')
    const local = this.#name('child')
    const inner = this.#with(createScope(), local, start)
    this.#helpers.push(
      this.#choices.rarely(2)
        ? `const ${helper} = (options) => ${start.call}`
        : `function ${helper}(options) {\nconst ${local} = ${start.call}\n${this.#simple(inner)}return ${local}\n}`,
    )
    return `const ${name} = ${helper}(options)\n${this.#block(this.#with(scope, name, start), 4)}`
  }

  #inLoop(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with({ ...scope, depth: scope.depth + 1, inLoop: true }, name, start)
    const head = this.#choices.one([
      `for (const item of ${this.#env('list')}())`,
      `for (let attempt = 0; attempt < 2; attempt++)`,
      `while (${this.#env('ask')}())`,
    ])
    return `${head} {\nconst ${name} = ${start.call}\n${this.#block(inner, 4)}}\n${this.#block(scope, 1)}`
  }

  #inContainer(scope: Scope): string {
    const start = this.#start()
    return this.#choices.weighted<() => string>([
      [
        1,
        () => {
          const state = this.#name('state')
          return `const ${state} = { child: ${start.call} }\n${this.#block(this.#with(scope, `${state}.child`, start), 4)}`
        },
      ],
      [
        1,
        () => {
          const [list, name] = [this.#name('children'), this.#name('child')]
          const inner = this.#with({ ...scope, depth: scope.depth + 1, inLoop: true }, name, start)
          return `const ${list} = [${start.call}]\nfor (const ${name} of ${list}) {\n${this.#block(inner, 4)}}\n`
        },
      ],
      [
        1,
        () => {
          const name = this.#name('child')
          return `const [${name}] = [${start.call}]\n${this.#block(this.#with(scope, name, start), 4)}`
        },
      ],
      [
        1,
        () => {
          const [state, name] = [this.#name('state'), this.#name('child')]
          return `const ${state} = {}\n${state}.child = ${start.call}\nconst { child: ${name} } = ${state}\n${this.#block(this.#with(scope, name, start), 4)}`
        },
      ],
      [
        1,
        () => {
          const name = this.#name('child')
          return `let ${name}\n${name} = ${start.call}\n${this.#block(this.#with(scope, name, start), 4)}`
        },
      ],
    ])()
  }

  #inTry(scope: Scope): string {
    const start = this.#start()
    const name = this.#name('child')
    const inner = this.#with({ ...scope, depth: scope.depth + 1, inTry: true }, name, start)
    const outer = { ...scope, depth: scope.depth + 1 }
    const body = `const ${name} = ${start.call}\n${this.#block(inner, 4)}`
    const end = this.#choices.one([
      `catch (error) {\n${this.#block(outer, 1)}}`,
      `finally {\n${this.#block(outer, 1)}}`,
      `catch {\n${this.#leave(outer)}\n} finally {\n${this.#env('note')}()\n}`,
    ])
    return `try {\n${body}} ${end}\n${this.#block(scope, 1)}`
  }

  #two(scope: Scope): string {
    const [first, second] = [this.#start(), this.#start()]
    const [one, other] = [this.#name('child'), this.#name('child')]
    const a = this.#with(scope, one, first)
    const b = this.#with(scope, other, second)
    const pipe = first.stdout && second.stdin ? `${one}.stdout.pipe(${other}.stdin)\n` : ''
    return `const ${one} = ${first.call}\n${this.#block(a, 2)}const ${other} = ${second.call}\n${pipe}${this.#block(b, 2)}${this.#block(a, 2)}`
  }

  /** A promisified call. */
  #promised(scope: Scope): string {
    const site = ++this.#sites
    const name = this.#choices.one<Callee>(['execFile', 'exec'])
    const run = this.#name('run')
    this.#helpers.push(`const ${run} = ${this.#import('node:util', 'promisify')}(${this.#call(name)})`)
    const options = this.#choices.weighted([
      [4, ''],
      [1, `, { timeout: 4000 }`],
      [1, `, { signal: AbortSignal.timeout(4000) }`],
    ])
    const write = (number: number): string =>
      name === 'exec' ? `${run}('tool${number} x'${options})` : `${run}('tool${number}', ['x']${options})`
    const call = write(site)
    const promise = this.#name('promise')
    const await_ = scope.isAsync ? 'await ' : 'return '
    const note = this.#env('note')
    return this.#choices.weighted<() => string>([
      [3, () => `${await_}${call}\n`],
      [1, () => `${call}\n${this.#block(scope, 1)}`],
      [1, () => `${call}.then(({ stdout }) => ${note}(stdout))\n`],
      [1, () => `${call}.catch((error) => ${note}(error))\n`],
      [1, () => `${call}.then(({ stdout }) => ${note}(stdout), (error) => ${note}(error))\n`],
      [1, () => `const ${promise} = ${call}\n${this.#block(scope, 1)}${await_}${promise}\n`],
      [1, () => `const ${promise} = ${call}\nif (${this.#condition(scope)}) ${await_}${promise}\n`],
      [1, () => `const ${promise} = ${call}\n${promise}.catch(() => {})\n`],
      [1, () => `try {\n${scope.isAsync ? 'await ' : ''}${call}\n} catch (error) {\n${note}(error)\n}\n`],
      [1, () => `${await_}Promise.all([${call}])\n`],
      [1, () => `void ${call}\n`],
      [1, () => `${call}.finally(() => ${note}())\n`],
      [1, () => `if (${this.#condition(scope)}) ${await_}${call}\nelse ${write(++this.#sites)}.catch(${note})\n`],
      [1, () => `const ${promise} = ${call}\n${promise}.child.stdin.end()\n${await_}${promise}\n`],
      [1, () => `const ${promise} = ${call}\n${promise}.child.stdin.write('x')\n${await_}${promise}\n`],
      [
        1,
        () =>
          `const wait = async () => { await ${call} }\n${this.#choices.one(['await_', 'return '])}`.replace(
            'await_',
            await_,
          ) + 'wait()\n',
      ],
    ])()
  }

  #sync(scope: Scope): string {
    const site = ++this.#sites
    const options = this.#choices.one(['', `, { timeout: 4000 }`, `, { timeout: 0 }`, `, { encoding: 'utf8' }`])
    const call = this.#choices.one([
      `${this.#call('spawnSync')}('tool${site}', ['x']${options})`,
      `${this.#call('execFileSync')}('tool${site}', ['x']${options})`,
      `${this.#call('execSync')}('tool${site} x'${options})`,
    ])
    return `${this.#env('use')}(${call})\n${this.#block(scope, 1)}`
  }

  // statements

  #block(scope: Scope, length: number): string {
    const inner: Scope = {
      ...scope,
      flags: [...scope.flags],
      timers: [...scope.timers],
      outputs: [...scope.outputs],
      functions: [...scope.functions],
    }
    let text = ''
    const count = this.#choices.below(length + 1)
    for (let index = 0; index < count && this.#statements < 40; index++) {
      this.#statements += 1
      text += this.#statement(inner)
    }
    return text
  }

  #statement(scope: Scope): string {
    if (scope.isBare) return this.#bareStatement(scope)
    return this.#choices.weighted<Writer>([
      [10, (s) => this.#simple(s)],
      [3, (s) => this.#control(s)],
      [1, (s) => this.#bareStatement(s)],
    ])(scope)
  }

  #bareStatement(scope: Scope): string {
    return this.#choices.weighted<Writer>([
      [2, () => `${this.#env('note')}()\n`],
      [1, (s) => this.#flag(s)],
      [1, (s) => (s.isAsync ? `await ${this.#wait(s)}()\n` : '')],
      [1, (s) => (s.isAsync ? `await null\n` : '')],
      [1, (s) => (s.inTry ? `${this.#env('risky')}()\n` : '')],
      [1, (s) => (s.inTry && s.isAsync ? `await ${this.#env('attempt')}()\n` : '')],
      [1, (s) => (s.inLoop ? `if (${this.#condition(s)}) ${this.#choices.one(['break', 'continue'])}\n` : '')],
      [1, (s) => `if (${this.#condition(s)}) ${this.#leave(s)}\n`],
    ])(scope)
  }

  #leave(scope: Scope): string {
    const settle = this.#settle(scope, false)
    const value = scope.isBare || !this.#choices.rarely(6) ? '' : ` ${scope.child}`
    return this.#choices.weighted([
      [5, settle && this.#choices.rarely(2) ? `{ ${settle}; return }` : `return${value}`],
      ...(scope.isHelper ? [] : ([[1, `throw new Error('leave')`]] as const)),
      [1, 'process.exit(1)'],
    ])
  }

  #control(scope: Scope): string {
    const inner: Scope = { ...scope, depth: scope.depth + 1 }
    if (scope.depth > 2) return this.#simple(scope)
    return this.#choices.weighted<() => string>([
      [4, () => `if (${this.#condition(scope)}) {\n${this.#block(inner, 3)}}\n`],
      [3, () => `if (${this.#condition(scope)}) {\n${this.#block(inner, 2)}} else {\n${this.#block(inner, 2)}}\n`],
      [2, () => `if (${this.#condition(scope)}) ${this.#leave(scope)}\n`],
      [1, () => `if (${scope.child}.pid === undefined) ${this.#leave(scope)}\n`],
      [2, () => `try {\n${this.#block({ ...inner, inTry: true }, 3)}} catch (error) {\n${this.#block(inner, 2)}}\n`],
      [1, () => `try {\n${this.#block({ ...inner, inTry: true }, 2)}} finally {\n${this.#block(inner, 2)}}\n`],
      [1, () => `for (const item of ${this.#env('list')}()) {\n${this.#block({ ...inner, inLoop: true }, 2)}}\n`],
      [
        1,
        () =>
          `switch (${this.#env('pick')}()) {\ncase 0:\n${this.#block(inner, 2)}${this.#choices.one(['break\n', ''])}case 1:\n${this.#block(inner, 2)}break\n${this.#choices.one([`default:\n${this.#block(inner, 1)}`, ''])}}\n`,
      ],
      [1, () => `${this.#condition(scope)} && ${this.#listener(scope)}\n`],
      [1, () => `${this.#condition(scope)} ? ${this.#listener(scope)} : ${this.#listener(scope)}\n`],
      [1, () => `do {\n${this.#block({ ...inner, inLoop: true }, 2)}} while (${this.#env('ask')}())\n`],
    ])()
  }

  #listener(scope: Scope): string {
    return `${scope.child}${this.#listenerCall(scope)}`
  }

  #method(): string {
    return this.#choices.weighted([
      [6, 'on'],
      [4, 'once'],
      [1, 'addListener'],
      [1, 'prependListener'],
    ])
  }

  #listenerCall(scope: Scope): string {
    const event = this.#choices.weighted([
      [6, 'error'],
      [4, 'exit'],
      [4, 'close'],
      [1, 'spawn'],
      [1, 'message'],
      [1, 'disconnect'],
    ])
    return `.${this.#method()}('${event}', ${this.#callback(scope, event)})`
  }

  #callback(scope: Scope, event: string): string {
    const { callback, functions, settle } = scope
    const direct: string[] = [...functions, this.#env('note')]
    if (settle) direct.push(event === 'error' ? settle.reject : settle.resolve)
    if (callback && event === 'error') direct.push(callback)
    const inner: Scope = { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }
    const parameters = event === 'error' ? 'error' : event === 'exit' || event === 'close' ? 'code, signal' : ''
    return this.#choices.weighted<() => string>([
      [3, () => `(${parameters}) => {\n${this.#reaction(inner, event)}}`],
      [2, () => direct[this.#choices.below(direct.length)]!],
      [1, () => `function (${parameters}) {\n${this.#reaction(inner, event)}}`],
      [1, () => `async (${parameters}) => {\nawait ${this.#env('work')}()\n${this.#reaction(inner, event)}}`],
    ])()
  }

  /** What a listener does. */
  #reaction(scope: Scope, event: string): string {
    const isEnd = event === 'exit' || event === 'close'
    let text = ''
    const count = 1 + this.#choices.below(3)
    for (let index = 0; index < count; index++) {
      text += this.#choices.weighted<() => string>([
        [3, () => asStatement(this.#settle(scope, event === 'error'))],
        [
          2,
          () =>
            scope.timers.length > 0 ? `clearTimeout(${scope.timers[this.#choices.below(scope.timers.length)]!})\n` : '',
        ],
        [1, () => (scope.outputs.length > 0 ? `${this.#env('use')}(${scope.outputs[0]!})\n` : '')],
        [
          2,
          () =>
            isEnd
              ? `if (${this.#choices.one(['code === 0', 'code !== 0', 'code', '!code', 'signal', 'code > 0'])}) ${this.#finishing(scope)}\n`
              : '',
        ],
        [1, () => `if (${this.#condition(scope)}) return\n`],
        [1, () => `${this.#env('note')}()\n`],
        [
          1,
          () =>
            isEnd && this.#choices.rarely(3)
              ? this.#choices.one([`process.exit(code)\n`, `process.exitCode = code\n`, `process.exit(code ?? 1)\n`])
              : '',
        ],
      ])()
    }
    return text
  }

  #finishing(scope: Scope): string {
    const settle = this.#settle(scope, this.#choices.rarely(2))
    return settle ? `{\n${settle}\nreturn\n}` : `return`
  }

  /** Settles what waits for the child, where there is something. */
  #settle({ callback, outputs, settle }: Scope, isFailure: boolean): string {
    const value = outputs[0] ?? ''
    if (settle) return isFailure ? `${settle.reject}(new Error('failed'))` : `${settle.resolve}(${value})`
    if (callback !== undefined)
      return isFailure ? `${callback}(new Error('failed'))` : `${callback}(null${value && `, ${value}`})`
    return ''
  }

  /** One thing that is done with the child. */
  #simple(scope: Scope): string {
    const { child, isAsync, start } = scope
    const writers: [number, () => string][] = [
      [10, () => `${this.#listener(scope)}\n`],
      [
        1,
        () =>
          `for (const event of ['exit', '${this.#choices.one(['error', 'close'])}']) ${child}.on(event, ${this.#env('note')})\n`,
      ],
      [1, () => this.#helperCall(scope)],
      [1, () => `${this.#env('register')}(${child})\n`],
      [1, () => `${child}.kill(${this.#choices.one(['', `'SIGTERM'`, `'SIGKILL'`])})\n`],
      [2, () => this.#killTimer(scope)],
      [1, () => `${child}.unref()\n`],
      [1, () => `if (${child}.exitCode === null) ${this.#env('note')}()\n`],
      [1, () => this.#alias(scope)],
      [1, () => this.#closure(scope)],
      [
        1,
        () =>
          `setTimeout(() => {\n${this.#block({ ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }, 2)}}, 100)\n`,
      ],
      [
        1,
        () =>
          `${this.#env('later')}(() => {\n${this.#block({ ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }, 2)}})\n`,
      ],
      [1, () => `${child}.off('error', ${this.#env('note')})\n`],
      [1, () => `${child}.emit('spawn')\n`],
      [1, () => `process.kill(${child}.pid)\n`],
    ]
    if (isAsync) {
      const once = (): string => this.#import('node:events', 'once')
      writers.push(
        [1, () => `await ${once()}(${child}, '${this.#choices.one(['exit', 'close', 'spawn'])}')\n`],
        [2, () => `await ${this.#wait(scope)}()\n`],
        [1, () => (scope.inTry ? '' : `await ${this.#import('node:timers/promises', 'setTimeout as sleep')}(100)\n`)],
        [2, () => this.#awaitedWrapper(scope)],
      )
    }
    if (start.stdout) {
      writers.push(
        [3, () => this.#collect(scope, 'stdout')],
        [1, () => `${child}.stdout.pipe(process.stdout)\n`],
        [1, () => `${child}.stdout.pipe(${this.#env('sink')}())\n`],
        [1, () => `${child}.stdout.resume()\n`],
        [1, () => `${child}.stdout.setEncoding('utf8')\n`],
        [1, () => `${child}.stdout.once('end', () => {\n${asStatement(this.#settle(scope, false))}})\n`],
        [
          1,
          () =>
            `${this.#import('node:readline', 'createInterface')}({ input: ${child}.stdout }).on('line', (line) => ${this.#env('use')}(line))\n`,
        ],
        [
          1,
          () =>
            `const { stdout: ${'stream' + String(++this.#names)} } = ${child}\nstream${this.#names}.on('data', ${this.#env('note')})\n`,
        ],
      )
      if (isAsync && !scope.inTry)
        writers.push(
          [1, () => `for await (const chunk of ${child}.stdout) {\n${this.#env('use')}(String(chunk))\n}\n`],
          [1, () => `${this.#env('use')}(await ${this.#import('node:stream/consumers', 'text')}(${child}.stdout))\n`],
        )
    }
    if (start.stderr) writers.push([2, () => this.#collect(scope, 'stderr')], [1, () => `${child}.stderr.resume()\n`])
    if (start.stdin)
      writers.push(
        [2, () => `${child}.stdin.write('input')\n`],
        [2, () => `${child}.stdin.end()\n`],
        [2, () => `${child}.stdin.end('input')\n`],
        [2, () => `${child}.stdin.${this.#method()}('error', ${this.#callback(scope, 'error')})\n`],
        [1, () => `${this.#env('input')}().pipe(${child}.stdin)\n`],
        [1, () => `${child}.stdin.destroy()\n`],
        [
          1,
          () =>
            `${this.#import('node:stream', 'pipeline')}(${this.#env('input')}(), ${child}.stdin, ${this.#env('note')})\n`,
        ],
      )
    return this.#choices.weighted(writers)()
  }

  #collect(scope: Scope, stream: 'stderr' | 'stdout'): string {
    const { child } = scope
    const name = this.#name('output')
    if (stream === 'stdout') scope.outputs.unshift(name)
    return this.#choices.one([
      `let ${name} = ''\n${child}.${stream}.on('data', (chunk) => {\n${name} += chunk\n})\n`,
      `let ${name} = ''\n${child}.${stream}.on('data', (chunk) => (${name} += String(chunk)))\n`,
      `const ${name} = []\n${child}.${stream}.on('data', (chunk) => ${name}.push(String(chunk)))\n`,
    ])
  }

  #killTimer(scope: Scope): string {
    const { child } = scope
    const delay = this.#delay()
    const name = this.#name('timer')
    const reject = asStatement(this.#settle(scope, true))
    const kill = this.#choices.one([
      `${child}.kill()`,
      `${child}.kill('SIGKILL')`,
      `process.kill(${child}.pid)`,
      `if (${child}.exitCode === null) ${child}.kill()`,
    ])
    const body = this.#choices.one([kill, `${kill}\n${reject}`, `${reject}${kill}`])
    const call = `setTimeout(() => {\n${body}\n}, ${delay})`
    return this.#choices.weighted<() => string>([
      [
        4,
        () => {
          scope.timers.push(name)
          return `const ${name} = ${call}\n${this.#choices.rarely(2) ? `${child}.${this.#method()}('${this.#choices.one(['close', 'exit'])}', () => clearTimeout(${name}))\n` : ''}`
        },
      ],
      [1, () => `${call}\n`],
      [1, () => `${call}.unref()\n`],
      [
        1,
        () => {
          scope.timers.push(name)
          return `const ${name} = ${this.#condition(scope)} ? ${call} : undefined\n`
        },
      ],
    ])()
  }

  #alias(scope: Scope): string {
    const name = this.#name('alias')
    return `const ${name} = ${scope.child}\n${this.#listener({ ...scope, child: name })}\n`
  }

  /** A function of the file that is handed the child. */
  #helperCall(scope: Scope): string {
    const helper = this.#name('watch')
    const parameter = this.#name('proc')
    const inner = this.#with({ ...createScope(), isHelper: true, depth: 1 }, parameter, scope.start)
    const body = this.#block(inner, 3)
    this.#helpers.push(
      this.#choices.one([
        `function ${helper}(${parameter}, options) {\n${body}}`,
        `const ${helper} = (${parameter}, options) => {\n${body}}`,
      ]),
    )
    return `${helper}(${scope.child}, options)\n`
  }

  /** A closure that is called, or handed on, later. */
  #closure(scope: Scope): string {
    const name = this.#name('finish')
    const inner: Scope = { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }
    const settle = this.#settle(scope, false)
    const failure = this.#settle(scope, true)
    const body = this.#choices.one([
      asStatement(settle),
      settle ? `if (error) ${failure}\nelse ${settle}\n` : '',
      this.#reaction(inner, 'error'),
    ])
    const declaration = this.#choices.one([
      `const ${name} = (error) => {\n${body}}\n`,
      `function ${name}(error) {\n${body}}\n`,
    ])
    scope.functions.push(name)
    return `${declaration}${this.#choices.one([`${scope.child}.on('error', ${name})\n`, `${scope.child}.on('close', () => ${name}())\n`, '', `${name}()\n`])}`
  }

  #awaitedWrapper(scope: Scope): string {
    const inner: Scope = {
      ...scope,
      isAsync: false,
      settle: { resolve: 'resolve', reject: 'reject' },
      callback: undefined,
      inLoop: false,
      depth: scope.depth + 1,
    }
    const body = `${this.#block(inner, 3)}${this.#listener(inner)}\n`
    return `await new Promise((resolve${body.includes('reject') ? ', reject' : ''}) => {\n${body}})\n`
  }
}

/** The scope of a function of its own. */
function createScope(isAsync = false): Scope {
  return {
    child: '',
    start: { call: '', stdin: false, stdout: false, stderr: false, isCollected: false },
    isAsync,
    settle: undefined,
    callback: undefined,
    flags: [],
    timers: [],
    outputs: [],
    functions: [],
    isHelper: false,
    depth: 0,
    inLoop: false,
    inTry: false,
    isBare: true,
  }
}

function asStatement(text: string): string {
  return text && `${text}\n`
}
