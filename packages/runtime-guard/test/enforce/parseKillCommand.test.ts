import { describe, expect, it } from 'vitest'
import { parseKillCommand } from '../../src/enforce/parseKillCommand.ts'

describe('a command that kills', () => {
  it.each([
    [['kill', '12'], 'SIGTERM', [12]],
    [['kill', '-9', '12'], 'SIGKILL', [12]],
    [['/bin/kill', '-KILL', '12', '13'], 'SIGKILL', [12, 13]],
    [['kill', '-SIGINT', '12'], 'SIGINT', [12]],
    [['kill', '-s', 'int', '12'], 'SIGINT', [12]],
    [['kill', '--signal=TERM', '12'], 'SIGTERM', [12]],
    [['kill', '-9', '--', '-12'], 'SIGKILL', [-12]],
    [['kill', '-TERM', '-12'], 'SIGTERM', [-12]],
    [['/bin/sh', '-c', 'kill -9 12'], 'SIGKILL', [12]],
  ])('%j sends %s to %j', (argv, signal, pids) => {
    expect(parseKillCommand(argv)).toEqual({ signal, pids })
  })

  it.each([
    [['sleep', '12']],
    [['kill', '-0', '12']],
    [['kill', '-USR1', '12']],
    [['kill', '-l']],
    [['kill']],
    [['kill', '1']],
    [['kill', '-9', '-1']],
    [['kill', '-9', 'name']],
    [['sh', '-c', 'kill 12; rm x']],
    [['sh', '-c', 'kill $PID']],
    [['sh', '-c', 'kill 12', 'more']],
    [['sh', '-c', 'echo kill 12']],
    [['pkill', '12']],
  ])('%j is none', (argv) => {
    expect(parseKillCommand(argv)).toBeUndefined()
  })
})
