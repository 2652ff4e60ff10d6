import { describe, expect, it } from 'vitest'
import { nextState, type ChildEvent, type RecordedState } from '../../src/ledger/childState.ts'
import type { JournalEntry, ProcessEntry, SpawnEntry } from '../../src/ledger/JournalEntry.ts'
import { buildLedger } from '../../src/ledger/Ledger.ts'

const thread: ProcessEntry = {
  ...{ t: 'process', v: 1, at: 1000, pid: 10, start: '500', ppid: 1, threadId: 0, role: 'root' },
  ...{ argv: ['node'], cwd: '/', node: 'v20.0.0', platform: 'linux', startedBy: null, world: 'here' },
}

function spawnEntry(change: Partial<SpawnEntry> = {}): SpawnEntry {
  return {
    ...{ t: 'spawn', id: '1', at: 1010, method: 'spawn', pid: 11, start: '501', file: 'sleep', argv: ['sleep', '9'] },
    ...{ cwd: '/', detached: false, shell: false, stdio: ['ignore', 'ignore', 'ignore'], stack: [] },
    ...change,
  }
}

function childAfter(...entries: JournalEntry[]): ReturnType<typeof buildLedger>['children'][number] | undefined {
  return buildLedger([{ entries: [thread, ...entries], torn: 0 }]).children[0]
}

describe('the states of a child', () => {
  it.each<[RecordedState, ChildEvent, RecordedState]>([
    ['requested', 'spawned', 'spawned'],
    ['requested', 'failed', 'failed'],
    ['requested', 'exited', 'exited'],
    ['spawned', 'held', 'running'],
    ['spawned', 'disowned', 'disowned'],
    ['spawned', 'exited', 'exited'],
    ['running', 'disowned', 'disowned'],
    ['disowned', 'held', 'running'],
    ['disowned', 'exited', 'exited'],
    ['failed', 'exited', 'failed'],
    ['exited', 'held', 'exited'],
    ['exited', 'disowned', 'exited'],
  ])('%s, after %s, is %s', (state, event, expected) => {
    expect(nextState(state, event)).toBe(expected)
  })
})

describe('the ledger', () => {
  const free = { t: 'handle', id: '1', at: 1020, ref: false, pipes: 0, ipc: false } as const

  it.each([
    ['spawned, until its handle was looked at', [spawnEntry()], 'spawned'],
    ['running while its handle holds the loop', [spawnEntry(), { ...free, ref: true }], 'running'],
    ['running when it was unref’d alone', [spawnEntry(), free], 'running'],
    ['running when it was detached alone', [spawnEntry({ detached: true }), { ...free, ref: true }], 'running'],
    ['running when a pipe is open', [spawnEntry({ detached: true }), { ...free, pipes: 1 }], 'running'],
    ['running when a channel is open', [spawnEntry({ detached: true }), { ...free, ipc: true }], 'running'],
    ['disowned when it was detached and let go of', [spawnEntry({ detached: true }), free], 'disowned'],
    ['running again after ref()', [spawnEntry({ detached: true }), free, { ...free, ref: true }], 'running'],
    ['exited', [spawnEntry(), { t: 'exit', id: '1', at: 1030, code: 0, signal: null }], 'exited'],
    ['failed without a pid', [spawnEntry({ pid: null })], 'failed'],
  ] satisfies [string, JournalEntry[], RecordedState][])('has a child %s', (_, entries, state) => {
    expect(childAfter(...entries)?.state).toBe(state)
  })

  it('keeps the end and the error of a child', () => {
    const ended = childAfter(spawnEntry(), { t: 'exit', id: '1', at: 1030, code: null, signal: 'SIGTERM' })
    expect([ended?.exitedAt, ended?.exitCode, ended?.signal]).toEqual([1030, null, 'SIGTERM'])
    const failed = childAfter(spawnEntry({ pid: null }), {
      ...{ t: 'spawn-error', id: '1', at: 1012, code: 'ENOENT', unhandled: true },
    })
    expect(failed?.error).toEqual({ t: 'spawn-error', id: '1', at: 1012, code: 'ENOENT', unhandled: true })
  })

  it('ignores lines about children whose start is not in the journal', () => {
    const ledger = buildLedger([{ entries: [thread, { t: 'exit', id: '9', at: 1, code: 0, signal: null }], torn: 0 }])
    expect(ledger.children).toEqual([])
  })

  it('ignores the children of a file that does not name its thread', () => {
    const ledger = buildLedger([{ entries: [spawnEntry()], torn: 1 }])
    expect([ledger.children, ledger.torn]).toEqual([[], 1])
  })

  it('keeps the owner that a process had before execve', () => {
    const ledger = buildLedger([{ entries: [thread, { ...thread, at: 2000, argv: ['other'] }, spawnEntry()], torn: 0 }])
    expect(ledger.threads).toHaveLength(1)
    expect(ledger.children[0]?.owner.argv).toEqual(['node'])
  })

  it('has a synchronous call that lasts as a child without a pid, and then as one that has ended', () => {
    const call: JournalEntry = {
      ...{ t: 'sync', id: '1', at: 1000, method: 'execSync', file: '/bin/sh', argv: ['sh'], cwd: '/', shell: true },
      ...{ timeout: null, stdio: [], stack: [] },
    }
    const lasting = childAfter(call)
    expect([lasting?.state, lasting?.pid, lasting?.exitedAt]).toEqual(['requested', null, null])
    const ended = childAfter(call, {
      ...{ t: 'sync-end', id: '1', at: 1250, ms: 250, pid: 12, code: 0, signal: null, error: null },
    })
    expect([ended?.state, ended?.pid, ended?.requestedAt, ended?.exitedAt]).toEqual(['exited', 12, 1000, 1250])
  })
})
