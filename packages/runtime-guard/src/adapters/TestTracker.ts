import type { AsyncLocalStorage } from 'node:async_hooks'
import { findGuard, type Guard } from '../journal/guard.ts'
import { getNatives } from '../journal/natives.ts'
import type { FoundScope, TestScope, TestScopes } from '../journal/TestScope.ts'
import { findExceptions } from '../api/exceptions.ts'
import { LiveChildrenError } from '../api/verifyNone.ts'
import { snapshot } from '../api/snapshot.ts'
import { readTestSettings, type TestSettings } from './readTestSettings.ts'

/**
 * The tests of this thread, as an adapter tells of them. With `ATTRIBUTION` on, a start is known to be of the test in whose
 * asynchronous context it happens, also among concurrent tests and after the test has ended. Without, it is of the test
 * that is running, if only one is.
 */
export class TestTracker implements TestScopes {
  private readonly guard: Guard
  private readonly settings: TestSettings
  /** Undefined: attribution is off. */
  private readonly context: AsyncLocalStorage<TestScope> | undefined
  private readonly running: Set<TestScope>
  private pendingFile: TestScope | undefined
  private mustFileEndChildren: boolean | undefined
  private serial: number

  private constructor(guard: Guard) {
    this.guard = guard
    this.settings = readTestSettings(guard.owner)
    const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks')
    this.context = this.settings.isExact ? new AsyncLocalStorage() : undefined
    this.running = new Set()
    this.pendingFile = undefined
    this.mustFileEndChildren = undefined
    this.serial = 0
  }

  /** The one of this thread; undefined when the guard is not loaded: then there is nobody to tell. */
  static find(): TestTracker | undefined {
    const guard = findGuard()
    if (guard === undefined) return undefined
    // A copy of another version may have come first: it keeps what it has.
    guard.tests ??= new TestTracker(guard)
    return guard.tests instanceof TestTracker || 'beginFile' in guard.tests ? (guard.tests as TestTracker) : undefined
  }

  /** A file of tests begins: what was said for the one before does not hold any more. */
  beginFile(): void {
    this.mustFileEndChildren = undefined
  }

  /** From now until `endRun` an exit of the program cuts the tests of this file short, also between two of them. */
  beginRun(file: string): void {
    this.pendingFile = this.describe('outside of its tests', file, 'hook')
  }

  endRun(): void {
    this.pendingFile = undefined
  }

  begin(name: string, file: string, kind: TestScope['kind'] = 'test'): TestScope {
    const scope = this.describe(name, file, kind)
    this.running.add(scope)
    return scope
  }

  private describe(name: string, file: string, kind: TestScope['kind']): TestScope {
    const id = `t${++this.serial}`
    return { id, name, file, kind, isOver: false, isWritten: false, mustEndChildren: undefined }
  }

  /** Runs a part of a test or hook; whatever it starts, now or later, is its. */
  run<T>(scope: TestScope, part: () => T): T {
    return this.context === undefined ? part() : this.context.run(scope, part)
  }

  /** The same for the rest of the current execution, where a framework has nothing to wrap. */
  enter(scope: TestScope): void {
    this.context?.enterWith(scope)
  }

  /** What a diagnostics channel can be bound to; undefined: attribution is off. */
  get store(): AsyncLocalStorage<TestScope> | undefined {
    return this.context
  }

  /** The test has ended, and so have its hooks. */
  end(scope: TestScope): void {
    if (scope.isOver) return
    scope.isOver = true
    this.running.delete(scope)
    this.guard.endTest(scope)
  }

  find(stack: readonly string[]): FoundScope | undefined {
    const own = this.context?.getStore()
    if (own !== undefined) return { scope: own, confidence: 'exact' }
    const running = [...this.running]
    const tests = running.filter(({ kind }) => kind === 'test')
    // A hook around all tests of a file lasts as long as they do.
    const [only, ...others] = tests.length > 0 ? tests : running
    // Of several tests that run at a time none is more likely than another.
    if (only === undefined || others.length > 0) return undefined
    return { scope: only, confidence: stack.some((frame) => frame.includes(only.file)) ? 'stack' : 'window' }
  }

  findPending(): TestScope | undefined {
    const current = this.context?.getStore()
    if (current !== undefined && !current.isOver) return current
    return [...this.running].findLast(({ kind }) => kind === 'test') ?? this.pendingFile
  }

  /** False: nothing has said yet that children have to end with a test. */
  get mayFail(): boolean {
    return this.settings.mustEndChildren
  }

  /** Whether the children of a test have to end with it: what the program says of the test, else of the file, else the settings. */
  private mustEndChildren({ kind, mustEndChildren }: TestScope): boolean {
    return kind === 'test' && (mustEndChildren ?? this.mustFileEndChildren ?? this.settings.mustEndChildren)
  }

  /** As the function of the same name says: for the current test, or outside of any for the file. */
  sanitize(isOn: boolean): void {
    const scope = this.find([])?.scope
    if (scope?.kind === 'test') scope.mustEndChildren = isOn
    else this.mustFileEndChildren = isOn
  }

  /** Call it when a test has ended. The error to fail it with: its children are alive after the grace, and have to end with it. */
  async findFailure(scope: TestScope): Promise<LiveChildrenError | undefined> {
    if (!this.mustEndChildren(scope)) return undefined
    const { now, setTimeout } = getNatives()
    const deadline = now() + this.settings.graceMs
    for (let step = 1; ; step = Math.min(step * 2, 50)) {
      const own = this.guard.childrenOf(scope)
      if (own.length === 0) return undefined
      const left = deadline - now()
      if (left <= 0) {
        const { allowed, ignored } = findExceptions()
        const live = snapshot().filter(({ id, pid }) => own.includes(id) && !ignored.has(id) && !allowed.has(pid))
        return live.length === 0
          ? undefined
          : new LiveChildrenError(live, `The test ${JSON.stringify(scope.name)} has ended, but `)
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(step, left)))
    }
  }
}
