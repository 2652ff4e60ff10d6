import { describe, expect, test } from 'vitest'
import { type PlaygroundState, readState, writeState } from '../playground/playground-state.ts'

const state: PlaygroundState = {
  code: 'spawn(`größe ${x}`) // 🚀\n',
  language: 'ts',
  config: 'strict',
  switched: { 'no-floating-child': false },
}

describe('the state in the address', () => {
  test('comes back as it was, whatever the code', () => {
    const fragment = writeState(state)
    expect(fragment).toMatch(/^[\w-]+$/)
    expect(readState(`#${fragment}`)).toEqual(state)
  })

  test.each([
    ['nothing', ''],
    ['an anchor of a page', '#examples'],
    ['a text cut short', writeState(state).slice(0, 20)],
    ['another language', btoa(JSON.stringify(['x', 'py', 'strict', {}]))],
    ['another configuration', btoa(JSON.stringify(['x', 'js', 'loose', {}]))],
  ])('%s is no state', (_, fragment) => {
    expect(readState(fragment)).toBeUndefined()
  })

  test('switches that are none are left out', () => {
    const fragment = btoa(JSON.stringify(['x', 'js', 'all', { a: true, b: 'yes' }]))
    expect(readState(fragment)?.switched).toEqual({ a: true })
  })
})
