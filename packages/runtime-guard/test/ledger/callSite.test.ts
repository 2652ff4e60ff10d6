import { describe, expect, it } from 'vitest'
import { findCallSite, formatFrame, parseFrame, parseStack } from '../../src/ledger/callSite.ts'

describe('parseFrame', () => {
  it.each([
    ['    at start (/a/b.js:2:3)', { function: 'start', file: '/a/b.js', line: 2, column: 3 }],
    ['    at /a/b.js:2:3', { function: '', file: '/a/b.js', line: 2, column: 3 }],
    ['    at async run (file:///a/b%20c.mjs:2:3)', { function: 'run', file: '/a/b c.mjs', line: 2, column: 3 }],
    ['    at async file:///a/b.mjs:2:3', { function: '', file: '/a/b.mjs', line: 2, column: 3 }],
    ['    at new Server (C:\\x\\y.js:2:3)', { function: 'new Server', file: 'C:\\x\\y.js', line: 2, column: 3 }],
    [
      '    at Object.<anonymous> (/a (b)/c.js:2:3)',
      { function: 'Object.<anonymous>', file: '/a (b)/c.js', line: 2, column: 3 },
    ],
    ['start (/a/b.js:2:3)', { function: 'start', file: '/a/b.js', line: 2, column: 3 }],
  ])('reads %s', (line, frame) => {
    expect(parseFrame(line)).toEqual(frame)
  })

  it.each(['    at <anonymous>', '    at native', 'Error: x', ''])('finds no frame in %j', (line) => {
    expect(parseFrame(line)).toBeUndefined()
  })

  it('reads what it writes', () => {
    const frame = { function: 'start', file: '/a (b)/c.js', line: 2, column: 3 }
    expect(parseFrame(formatFrame(frame))).toEqual(frame)
  })
})

it('parseStack leaves out the message and the frames of Node', () => {
  const stack =
    'Error: at x\n    at spawn (node:child_process:1:2)\n    at go (/a.js:1:2)\n    at node:internal/main:3:4'
  expect(parseStack(stack)).toEqual([{ function: 'go', file: '/a.js', line: 1, column: 2 }])
})

describe('findCallSite', () => {
  it('prefers the program’s own code', () => {
    const stack = ['x (/p/node_modules/execa/index.js:1:2)', 'start (/p/src/server.js:3:4)', '/p/main.js:5:6']
    expect(findCallSite(stack)).toEqual({ function: 'start', file: '/p/src/server.js', line: 3, column: 4 })
  })

  it('falls back on the innermost frame of a dependency', () => {
    const stack = ['x (/p/node_modules/a/b.js:1:2)', 'y (/p/node_modules/c.js:3:4)']
    expect(findCallSite(stack)).toEqual({ function: 'x', file: '/p/node_modules/a/b.js', line: 1, column: 2 })
  })

  it('goes out of code that was made at run time', () => {
    const stack = ['evalmachine.<anonymous>:1:8', 'y (/p/node_modules/c.js:3:4)', '/p/main.js:5:6']
    expect(findCallSite(stack)).toEqual({ function: '', file: '/p/main.js', line: 5, column: 6 })
    expect(findCallSite(stack.slice(0, 2))?.file).toBe('evalmachine.<anonymous>')
  })

  it('finds nothing in an empty stack', () => {
    expect(findCallSite([])).toBeUndefined()
  })
})
