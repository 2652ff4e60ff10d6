import type { Choices } from './choice-tape.ts'

/** How a call starts its child, and what of it is there to be used. */
export interface Start {
  readonly call: string
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  /** `exec` and `execFile` listen by themselves. */
  readonly isCollected: boolean
}

/** What can be mentioned at a place of the program. */
export interface Scope {
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

export type Callee = 'exec' | 'execFile' | 'execFileSync' | 'execSync' | 'fork' | 'spawn' | 'spawnSync'

/** What is known of a program while it is written: names, imports, functions besides its own. */
export class ProgramDraft {
  readonly choices: Choices
  /** Functions of the module that the program's own function calls. */
  readonly helpers: string[] = []
  statements = 0
  readonly #childProcess: 'builtin' | 'default' | 'destructured' | 'dynamic' | 'named' | 'namespace' | 'renamed'
  readonly #imports = new Map<string, Set<string>>()
  readonly #usedCalls = new Set<string>()
  #names = 0
  #sites = 0
  #delays = 0

  constructor(choices: Choices) {
    this.choices = choices
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

  nextSite(): number {
    return ++this.#sites
  }

  name(stem: string): string {
    return `${stem}${++this.#names}`
  }

  delay(): number {
    return 5_001 + this.#delays++
  }

  import(module: string, name: string): string {
    const names = this.#imports.get(module) ?? new Set<string>()
    this.#imports.set(module, names.add(name))
    return name.replace(/^.* as /, '')
  }

  /** A function of the environment, about which the program says nothing. */
  env(name: string): string {
    return this.import('./environment.js', name)
  }

  call(name: Callee): string {
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

  /** In both spellings. */
  header(): { run: string; source: string } {
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
}

/** The scope of a function of its own. */
export function createScope(isAsync = false): Scope {
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

/** The scope in which a child is there. */
export function within(scope: Scope, child: string, start: Start): Scope {
  return { ...scope, child, start, isBare: false }
}
