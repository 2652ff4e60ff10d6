/**
 * Tells the guard which test of vitest runs: `setupFiles: ['runtime-guard/vitest']`. Without the guard in the process it does
 * nothing. Wants vitest 4 or later.
 */
import * as vitest from 'vitest'
import type { TestScope } from '../journal/TestScope.ts'
import { TestTracker } from './TestTracker.ts'

interface Part {
  name: string
  type?: string
  suite?: Part | undefined
  file: { filepath: string }
}

type Around = (hook: (run: () => Promise<void>, context: { task: Part }) => Promise<void>) => void
type AroundAll = (hook: (run: () => Promise<void>, fixtures: object, suite: Part) => Promise<void>) => void

const tests = TestTracker.find()
if (tests) observe(tests)

function observe(tracker: TestTracker): void {
  tracker.beginFile()
  const { aroundEach, aroundAll } = vitest as unknown as { aroundEach?: Around; aroundAll?: AroundAll }
  if (aroundEach === undefined) {
    observeByHooks(tracker)
    return
  }
  aroundEach(async (run, { task }) => {
    const scope = tracker.begin(nameOf(task), task.file.filepath)
    try {
      await tracker.run(scope, run)
    } finally {
      tracker.end(scope)
    }
    const failure = await tracker.findFailure(scope)
    if (failure) throw failure
  })
  // vitest reads the names of the fixtures that are wanted off this pattern.
  // eslint-disable-next-line no-empty-pattern
  aroundAll?.(async (run, {}, suite) => {
    const scope = tracker.begin('beforeAll or afterAll', suite.file.filepath, 'hook')
    try {
      await tracker.run(scope, run)
    } finally {
      tracker.end(scope)
    }
  })
}

/** Before 4.1 vitest has no hook around a test; what runs after this one in the same test inherits its context. */
function observeByHooks(tracker: TestTracker): void {
  const scopes = new WeakMap<object, TestScope>()
  vitest.beforeEach(({ task }) => {
    const part = task as unknown as Part
    const scope = tracker.begin(nameOf(part), part.file.filepath)
    scopes.set(task, scope)
    tracker.enter(scope)
  })
  vitest.afterEach(async ({ task }) => {
    const scope = scopes.get(task)
    if (scope === undefined) return
    tracker.end(scope)
    const failure = await tracker.findFailure(scope)
    if (failure) throw failure
  })
}

/** As vitest's own reporter writes it: the suites from the outermost, then the test. */
function nameOf(task: Part): string {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name)
  return names.filter(Boolean).join(' > ')
}
