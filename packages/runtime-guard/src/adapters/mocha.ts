/**
 * Tells the guard which test of mocha runs: `mocha --require runtime-guard/mocha`, or `require` in `.mocharc`; also with
 * `--parallel`. Without the guard in the process it does nothing.
 */
import { AsyncResource } from 'node:async_hooks'
import type { TestScope } from '../journal/TestScope.ts'
import { TestTracker } from './TestTracker.ts'

interface Runnable {
  type: 'test' | 'hook'
  title: string
  file?: string
  fullTitle(): string
  ctx?: { currentTest?: Runnable }
  /** Of a hook: with an error, fails the test that the hook belongs to and lets the suite go on. */
  error(error: Error): void
}

interface HookContext {
  test: Runnable
  currentTest: Runnable
}

type Run = (this: Runnable, callback: (error?: unknown) => void) => unknown

const patched = Symbol.for('runtime-guard.mocha')
const tracker = TestTracker.find()
const scopes = new WeakMap<Runnable, TestScope>()

/** The hooks that mocha takes from a required file; none where there is no guard. */
export const mochaHooks: Record<string, (this: HookContext) => unknown> =
  tracker === undefined
    ? {}
    : {
        beforeAll() {
          observeRuns(this.test, tracker)
        },
        beforeEach() {
          scopeOf(this.currentTest, tracker)
        },
        async afterEach() {
          const scope = scopeOf(this.currentTest, tracker)
          tracker.end(scope)
          const failure = await tracker.findFailure(scope)
          if (failure) this.test.error(failure)
        },
      }

/** Tests and hooks have one method in common that runs them; there is no hook around it. */
function observeRuns(hook: Runnable, tests: TestTracker): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf(hook)) as { run: Run; [patched]?: true }
  if (prototype[patched]) return
  const { run } = prototype
  Object.defineProperty(prototype, patched, { value: true })
  prototype.run = function (callback) {
    // What comes after the test must not run as a part of it.
    const next = AsyncResource.bind(callback)
    // A hook around all tests is told of the first or the last of them.
    const isAround = /^"(?:before|after) all" hook/.test(this.title)
    const test = this.type === 'test' ? this : isAround ? undefined : this.ctx?.currentTest
    if (test) return tests.run(scopeOf(test, tests), () => run.call(this, next))
    const scope = tests.begin(this.fullTitle(), this.file ?? '', 'hook')
    const end = AsyncResource.bind((error?: unknown) => {
      tests.end(scope)
      callback(error)
    })
    return tests.run(scope, () => run.call(this, end))
  }
}

function scopeOf(test: Runnable, tests: TestTracker): TestScope {
  const known = scopes.get(test)
  if (known) return known
  const scope = tests.begin(test.fullTitle(), test.file ?? '')
  scopes.set(test, scope)
  return scope
}
