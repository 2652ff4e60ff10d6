/**
 * Tells the guard which test of Playwright runs: `export const test = base.extend(childProcessFixtures)`, where `base` is
 * the `test` of `@playwright/test`, or your own. Without the guard in the process the fixture does nothing.
 */
import { TestTracker } from './TestTracker.ts'

/** What the fixture reads of Playwright's `TestInfo`. */
export interface PlaywrightTestInfo {
  titlePath: string[]
  file: string
}

/** For `test.extend`: one automatic fixture around each test and its hooks. */
export interface ChildProcessFixtures {
  runtimeGuard: [
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it takes none of the other fixtures
    (fixtures: {}, use: (value: undefined) => Promise<void>, info: PlaywrightTestInfo) => Promise<void>,
    { auto: true },
  ]
}

export const childProcessFixtures: ChildProcessFixtures = {
  runtimeGuard: [
    // Playwright reads the names of the fixtures that are wanted off this pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, info) => {
      const tracker = TestTracker.find()
      if (tracker === undefined) {
        await use(undefined)
        return
      }
      // The first element is the file.
      const scope = tracker.begin(info.titlePath.slice(1).join(' > '), info.file)
      tracker.enter(scope)
      await use(undefined)
      tracker.end(scope)
      const failure = await tracker.findFailure(scope)
      if (failure) throw failure
    },
    { auto: true },
  ],
}
