import { expect, it } from 'vitest'
import { isChildProcessMocked } from '../../src/analysis/module-mock.ts'

it.each([
  `vi.mock('node:child_process')`,
  `vi.mock(import('node:child_process'), factory)`,
  `jest.mock("child_process", () => ({ spawn: jest.fn() }))`,
  `jest.doMock('child_process')`,
  `mock.module('node:child_process', { namedExports: {} })`,
  `td.replace('child_process')`,
  `const x = proxyquire('./x', { child_process: { spawn } })`,
  `sinon.stub(cp, 'spawn')`,
  `jest.spyOn(childProcess, "execFileSync")`,
  `t.mock.method(cp, 'fork', fake)`,
])('%s is a mock', (text) => {
  expect(isChildProcessMocked(text)).toBe(true)
})

it.each([`import cp from 'child_process'`, `require('child_process')`, `vi.mock('node:fs')`, `sinon.stub(fs, 'read')`])(
  '%s is none',
  (text) => {
    expect(isChildProcessMocked(text)).toBe(false)
  },
)
