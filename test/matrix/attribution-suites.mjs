// Suites whose children say which test has started them: each sleeps for a number of seconds of its own. The command of a
// child, and the full name of the test, as the adapter of the framework has to give it.

/** @typedef {{name: string, code?: string, confidence?: string}} Expectation */

const prelude = `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const leave = (seconds) => spawn('sleep', [String(seconds)], { stdio: 'ignore' }).unref()
`

/** Bodies of tests, the same in every framework. */
const bodies = {
  first: `await sleep(60); leave(3621); await sleep(60)`,
  second: `await sleep(60); leave(3622); await sleep(60)`,
  late: `setTimeout(() => leave(3623), 100)`,
  waits: `await sleep(400)`,
  crosses: `leave(1)`,
  waitsLong: `await sleep(1600)`,
  shared: `shared = spawn('sleep', ['3629'], { stdio: 'ignore' })`,
  uses: `await sleep(500)`,
}

/** @type {Record<string, {files: Record<string, string>, args: string[], env?: Record<string, string>, names: (title: string) => string, hook: string, isConcurrent: boolean}>} */
export const attributionSuites = {
  vitest: {
    files: {
      'vitest.config.mjs': `export default { test: { setupFiles: ['runtime-guard/vitest'] } }\n`,
      'attribution.test.mjs': `import { spawn } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
${prelude}
let shared
let attempts = 0
describe('suite', () => {
  beforeAll(() => leave(3620))
  afterAll(() => shared.kill())
  test.concurrent('first', async () => { ${bodies.first} })
  test.concurrent('second', async () => { ${bodies.second} })
  test('starts late', () => { ${bodies.late} })
  test('waits', async () => { ${bodies.waits} })
  test('crosses', () => { ${bodies.crosses} })
  test('shares', () => { ${bodies.shared} })
  test('waits longer', async () => { ${bodies.waitsLong} })
  test.each([3624, 3625])('each %i', (seconds) => leave(seconds))
  test('tries again', { retry: 1 }, () => {
    if (attempts++ === 1) leave(3626)
    expect(attempts).toBe(2)
  })
  describe('with a hook', () => {
    beforeEach(() => leave(3627))
    test('hooked', () => {})
  })
})
`,
    },
    args: ['run'],
    names: (title) => `suite > ${title}`,
    hook: 'beforeAll or afterAll',
    isConcurrent: true,
  },
  jest: {
    files: {
      'jest.config.js': `module.exports = { testEnvironment: 'runtime-guard/jest' }\n`,
      'attribution.test.js': `const { spawn } = require('node:child_process')
${prelude}
jest.retryTimes(1)
let shared
let attempts = 0
describe('suite', () => {
  beforeAll(() => leave(3620))
  afterAll(() => { shared.kill() })
  test.concurrent('first', async () => { ${bodies.first} })
  test.concurrent('second', async () => { ${bodies.second} })
  test('starts late', () => { ${bodies.late} })
  test('waits', async () => { ${bodies.waits} })
  test('crosses', () => { ${bodies.crosses} })
  test('shares', () => { ${bodies.shared} })
  test('waits longer', async () => { ${bodies.waitsLong} })
  test.each([3624, 3625])('each %i', (seconds) => { leave(seconds) })
  test('tries again', () => {
    if (attempts++ === 1) leave(3626)
    expect(attempts).toBe(2)
  })
  describe('with a hook', () => {
    beforeEach(() => { leave(3627) })
    test('hooked', (done) => { done() })
  })
})
`,
    },
    args: ['--runInBand'],
    names: (title) => `suite ${title}`,
    hook: 'suite beforeAll',
    isConcurrent: true,
  },
  mocha: {
    files: {
      'attribution.test.js': `const { spawn } = require('node:child_process')
const assert = require('node:assert')
${prelude}
let shared
let attempts = 0
describe('suite', function () {
  before(() => leave(3620))
  after(() => { shared.kill() })
  it('first', async () => { ${bodies.first} })
  it('second', (done) => { sleep(10).then(() => { leave(3622); done() }) })
  it('starts late', () => { ${bodies.late} })
  it('waits', async () => { ${bodies.waits} })
  it('crosses', () => { ${bodies.crosses} })
  it('shares', () => { ${bodies.shared} })
  it('waits longer', async () => { ${bodies.waitsLong} }).timeout(9000)
  for (const seconds of [3624, 3625]) it('each ' + seconds, () => { leave(seconds) })
  it('tries again', () => {
    if (attempts++ === 1) leave(3626)
    assert.equal(attempts, 2)
  }).retries(1)
  describe('with a hook', () => {
    beforeEach(() => { leave(3627) })
    it('hooked', () => {})
  })
})
`,
    },
    args: ['--require', './node_modules/runtime-guard/dist/mocha.js', '*.test.js'],
    names: (title) => `suite ${title}`,
    hook: 'suite "before all" hook in "suite"',
    isConcurrent: false,
  },
  'node:test': {
    files: {
      'attribution.test.mjs': `import { spawn } from 'node:child_process'
import { after, before, beforeEach, describe, test } from 'node:test'
${prelude}
let shared
describe('suite', () => {
  before(() => leave(3620))
  after(() => { shared.kill() })
  describe('pair', { concurrency: 2 }, () => {
    test('first', async () => { ${bodies.first} })
    test('second', async () => { ${bodies.second} })
  })
  test('starts late', () => { ${bodies.late} })
  test('waits', async () => { ${bodies.waits} })
  test('crosses', () => { ${bodies.crosses} })
  test('shares', () => { ${bodies.shared} })
  test('waits longer', async () => { ${bodies.waitsLong} })
  for (const seconds of [3624, 3625]) test('each ' + seconds, () => { leave(seconds) })
  describe('with a hook', () => {
    beforeEach(() => { leave(3627) })
    test('hooked', () => {})
  })
})
`,
    },
    args: ['--import', 'runtime-guard/node-test', '--test'],
    names: (title) => `suite > ${title}`,
    hook: 'suite',
    isConcurrent: true,
  },
  playwright: {
    files: {
      'playwright.config.js': `module.exports = { testDir: '.', testMatch: '*.test.js', workers: 1, retries: 1, reporter: 'line' }\n`,
      'attribution.test.js': `const { spawn } = require('node:child_process')
const base = require('@playwright/test').test
const { childProcessFixtures } = require('runtime-guard/playwright')
const test = base.extend(childProcessFixtures)
${prelude}
let shared
test.describe('suite', () => {
  test.beforeAll(() => leave(3620))
  test.afterAll(() => { shared?.kill() })
  test('first', async () => { ${bodies.first} })
  test('second', async () => { ${bodies.second} })
  test('starts late', () => { ${bodies.late} })
  test('waits', async () => { ${bodies.waits} })
  test('crosses', () => { ${bodies.crosses} })
  test('shares', () => { ${bodies.shared} })
  test('waits longer', async () => { ${bodies.waitsLong} })
  for (const seconds of [3624, 3625]) test('each ' + seconds, () => { leave(seconds) })
  test.describe('with a hook', () => {
    test.beforeEach(() => { leave(3627) })
    test('hooked', () => {})
  })
})
`,
    },
    args: ['test'],
    names: (title) => `suite > ${title}`,
    hook: '',
    isConcurrent: false,
  },
}
