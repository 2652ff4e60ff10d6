import { expect, test } from 'vitest'
import { readRuns } from '../frameworks/read-runs.mjs'
import { runSuite } from '../frameworks/run-suites.mjs'
import { suites } from '../frameworks/suites.mjs'

// the first run installs the framework from the registry
test.concurrent.each(Object.keys(suites))(
  'the guide for %s shows what its suite really prints',
  { timeout: 300_000 },
  async (name) => {
    const run = await runSuite(name)
    expect(run).toEqual(readRuns()[name])
    expect(run).toMatchObject({ bareExitCode: 0, exitCode: 70 })
  },
)
