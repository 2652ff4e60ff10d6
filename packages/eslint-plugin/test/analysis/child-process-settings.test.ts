import { describe, expect, it } from 'vitest'
import { readChildProcessSettings } from '../../src/analysis/child-process-settings.ts'

const problemOf = (childProcess: unknown): string | undefined => readChildProcessSettings({ childProcess }).problem

describe('settings.childProcess', () => {
  it('reads names, modules and objects', () => {
    expect(
      readChildProcessSettings({
        childProcess: {
          factories: ['start', './lib/run.js#default', { from: 'tools', name: 'go', like: 'fork' }],
          neverReturns: ['log.fatal'],
        },
      }),
    ).toEqual({
      settings: {
        factories: [
          { from: undefined, name: 'start', like: 'spawn' },
          { from: './lib/run.js', name: 'default', like: 'spawn' },
          { from: 'tools', name: 'go', like: 'fork' },
        ],
        observers: [],
        drainers: [],
        killers: [],
        neverReturns: [{ from: undefined, name: 'log.fatal' }],
      },
    })
  })

  it('is nothing when it is not given', () => {
    expect(readChildProcessSettings({}).problem).toBeUndefined()
  })

  it.each([
    [
      [],
      '`settings.childProcess` must be an object with the keys factories, observers, drainers, killers, neverReturns, not an array.',
    ],
    [
      { factory: [] },
      'Unknown key `settings.childProcess.factory`: expected one of factories, observers, drainers, killers, neverReturns.',
    ],
    [
      { observers: 'wait' },
      "`settings.childProcess.observers` must be an array of 'name', 'module#export' or { from, name }, not 'wait'.",
    ],
    [
      { killers: ['ok', 5] },
      "`settings.childProcess.killers[1]` must be 'name', 'module#export' or { from, name }, not 5.",
    ],
    [
      { drainers: [{ name: 'x', like: 'spawn' }] },
      "`settings.childProcess.drainers[0]` must be 'name', 'module#export' or { from, name }, not an object of another shape.",
    ],
    [
      { factories: [{ name: 'x', like: 'popen' }] },
      "`settings.childProcess.factories[0]` must be 'name', 'module#export' or { from, name, like? } with `like` one of spawn, fork, exec, execFile, spawnSync, execSync, execFileSync, not an object of another shape.",
    ],
  ])('%j is malformed', (childProcess, problem) => {
    expect(problemOf(childProcess)).toBe(problem)
  })
})
