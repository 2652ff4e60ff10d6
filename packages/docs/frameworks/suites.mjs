// The suite that each guide shows: the same leak, written and configured as its framework wants it.

/**
 * @typedef {object} Suite
 * @property {Record<string, string>} packages exact versions, beside the guard
 * @property {string} test name of the test file
 * @property {string} code
 * @property {Record<string, string>} configuration text by name of the file; empty: the command has it all
 * @property {string[]} command
 */

const server = `setTimeout(() => {}, 60_000)\n`

/** What every suite has beside its test. */
export const sharedFiles = { 'server.mjs': server }

const bodyOf = (
  /** @type {string} */ equal,
) => `  const server = spawn('node server.mjs > server.log', { shell: true, stdio: 'ignore' })
  await setTimeout(500)
  ${equal}(server.exitCode, null)
  server.kill()
`

const nodeImports = `import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
`
const timers = `import { setTimeout } from 'node:timers/promises'\n`
const test = `test('the server runs', async () => {\n${bodyOf('assert.equal')}})\n`
const jestCode = `${nodeImports}${timers}\n${test}`
  .replaceAll(/^import \{ (\w+) \} from '(.*)'$/gm, `const { $1 } = require('$2')`)
  .replaceAll(/^import (\w+) from '(.*)'$/gm, `const $1 = require('$2')`)

/** @type {Record<string, Suite>} */
export const suites = {
  vitest: {
    packages: { vitest: '4.1.12' },
    test: 'server.test.mjs',
    code: `${nodeImports}${timers}import { test } from 'vitest'\n\n${test}`,
    configuration: {
      'vitest.config.mjs': `export default { test: { setupFiles: ['runtime-guard/vitest'] } }\n`,
    },
    command: ['npx', 'vitest', 'run'],
  },
  jest: {
    packages: { jest: '30.5.2' },
    test: 'server.test.js',
    code: jestCode,
    configuration: { 'jest.config.js': `module.exports = { testEnvironment: 'runtime-guard/jest' }\n` },
    command: ['npx', 'jest'],
  },
  mocha: {
    packages: { mocha: '12.0.3' },
    test: 'server.test.mjs',
    code: `${nodeImports}${timers}\n${test.replace('test(', 'it(')}`,
    configuration: { '.mocharc.json': `{ "require": ["runtime-guard/mocha"], "spec": ["*.test.mjs"] }\n` },
    command: ['npx', 'mocha'],
  },
  'node-test': {
    packages: {},
    test: 'server.test.mjs',
    code: `${nodeImports}import { test } from 'node:test'\n${timers}\n${test}`,
    configuration: {},
    command: ['node', '--import', 'runtime-guard/node-test', '--test'],
  },
  playwright: {
    packages: { '@playwright/test': '1.65.1' },
    test: 'server.spec.mjs',
    code: `${nodeImports}${timers}import { test as base } from '@playwright/test'
import { childProcessFixtures } from 'runtime-guard/playwright'

const test = base.extend(childProcessFixtures)

${test}`,
    configuration: {},
    command: ['npx', 'playwright', 'test'],
  },
  ava: {
    packages: { ava: '6.4.1' },
    test: 'server.test.mjs',
    code: `import { spawn } from 'node:child_process'
${timers}import test from 'ava'

test('the server runs', async (t) => {\n${bodyOf('t.is')}})\n`,
    configuration: {},
    command: ['npx', 'ava'],
  },
}
