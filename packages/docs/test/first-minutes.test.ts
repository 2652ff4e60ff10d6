import { expect, test } from 'vitest'
import { isAsWritten, walkFirstPage } from '../first-minutes/walk-first-page.mjs'

// npm brings ESLint from the registry: that may take a while
test('the first page holds from an empty folder to both findings', { timeout: 600_000 }, async () => {
  const walk = await walkFirstPage()
  expect(walk.filter((step) => !isAsWritten(step))).toEqual([])
  const outputs = walk.filter(({ expected }) => expected !== undefined)
  expect(outputs.map(({ exitCode, what }) => `${what}: ${exitCode}`)).toEqual([
    'npx eslint server.test.mjs: 1',
    'npx runtime-guard run -- node --test server.test.mjs: 70',
    'npx eslint mended.test.mjs: 0',
    'npx runtime-guard run -- node --test mended.test.mjs: 0',
  ])
})
