import { describe, expect, it } from 'vitest'
import { classifyRun } from '../../src/findings/classifyRun.ts'
import { describeAccusation } from '../../src/findings/describeAccusation.ts'
import { findingCatalog } from '../../src/findings/catalog.ts'
import { infrastructure } from '../../src/findings/infrastructure.ts'
import { viewRun } from '../../src/findings/RunView.ts'
import type { RunProcess } from '../../src/findings/RunProcess.ts'
import type { JournalEntry, ProcessEntry, SpawnEntry } from '../../src/ledger/JournalEntry.ts'
import { buildLedger } from '../../src/ledger/Ledger.ts'

const root = { pid: 100, start: '1000' }

function threadOf(pid: number, change: Partial<ProcessEntry> = {}): ProcessEntry {
  return {
    ...{ t: 'process', v: 1, at: 10_000, pid, start: `${pid * 10}`, ppid: 1, threadId: 0 },
    role: pid === root.pid ? 'root' : 'member',
    ...{ argv: ['node'], cwd: '/', node: 'v20.0.0', platform: 'linux', world: 'here', startedBy: null },
    ...change,
  }
}

function spawnOf(pid: number | null, change: Partial<SpawnEntry> = {}): SpawnEntry {
  return {
    ...{
      t: 'spawn',
      id: `c${pid}`,
      at: 10_000 + (pid ?? 0),
      method: 'spawn',
      pid,
      start: pid === null ? null : `${pid * 10}`,
    },
    ...{ file: 'sleep', argv: ['sleep', '9'], cwd: '/', detached: false, shell: false, stdio: [], stack: [] },
    ...change,
  }
}

function processOf(pid: number, change: Partial<RunProcess> = {}): RunProcess {
  return {
    ...{
      pid,
      ppid: root.pid,
      pgid: root.pid,
      sid: root.pid,
      state: 'S',
      start: `${pid * 10}`,
      startedAt: 10_000 + pid,
    },
    ...{ carriesCookie: true, startedBy: null, argv: ['sleep', '9'], cwd: null },
    ...change,
  }
}

const self = processOf(root.pid, { ppid: 1, carriesCookie: false, argv: ['node'] })
const exitOf = (pid: number, at: number): JournalEntry => ({ t: 'exit', id: `c${pid}`, at, code: 0, signal: null })
const released = (pid: number): JournalEntry => ({
  t: 'handle',
  id: `c${pid}`,
  at: 0,
  ref: false,
  pipes: 0,
  ipc: false,
})

/** `journals`: the lines of each file; `processes`: those beside the root. */
function classify(journals: JournalEntry[][], processes: RunProcess[]): string[] {
  const ledger = buildLedger(journals.map((entries) => ({ entries, torn: 0 })))
  return classifyRun(viewRun(ledger, [self, ...processes], root)).map(
    ({ code, process, origin, descendants }) =>
      `${code} ${process?.pid ?? 'none'} from ${origin ? origin.record.pid : 'none'} (${origin?.confidence ?? ''}) with ${descendants.map(({ pid }) => pid).join()}`,
  )
}

describe('a child of the root', () => {
  it('that is live is leaked', () => {
    expect(classify([[threadOf(100), spawnOf(200)]], [processOf(200)])).toEqual([
      'leaked-child 200 from 200 (exact) with ',
    ])
  })

  it.each([
    ['is a zombie', processOf(200, { state: 'Z' })],
    ['is dead', processOf(200, { state: 'X' })],
    [
      'has another start time: its pid was used again',
      processOf(200, { start: '9999', ppid: 1, carriesCookie: false }),
    ],
  ])('that %s is nothing', (_, process) => {
    expect(classify([[threadOf(100), spawnOf(200)]], [process])).toEqual([])
  })

  it('that is gone is nothing', () => {
    expect(classify([[threadOf(100), spawnOf(200)]], [])).toEqual([])
  })

  it('that was let go of is a daemon', () => {
    const journal = [threadOf(100), spawnOf(200, { detached: true }), released(200)]
    expect(classify([journal], [processOf(200, { ppid: 1, sid: 200, pgid: 200 })])).toEqual([
      'undeclared-daemon 200 from 200 (exact) with ',
    ])
  })

  it('whose start time was not written in time is matched by the time of its start', () => {
    const journal = [threadOf(100), spawnOf(200, { start: null })]
    expect(classify([journal], [processOf(200)])).toEqual(['leaked-child 200 from 200 (exact) with '])
    expect(classify([journal], [processOf(200, { startedAt: 99_000, ppid: 1, carriesCookie: false })])).toEqual([])
  })
})

describe('an orphan of the process group without a cookie', () => {
  const journal = [
    threadOf(100, { pgid: 100 }),
    spawnOf(200, { argv: ['sh', '-c', 'env -i /bin/sleep 9 &'] }),
    exitOf(200, 10_240),
  ]
  const orphan = (change: Partial<RunProcess> = {}): RunProcess =>
    processOf(220, { ppid: 1, sid: 50, carriesCookie: false, ...change })

  it('is what a child named that was running when it started', () => {
    expect(classify([journal], [orphan()])).toEqual(['orphan-descendant 220 from 200 (likely) with '])
  })

  it.each([
    ['another group', { pgid: 90 }],
    ['a parent', { ppid: 60 }],
    ['another program', { argv: ['sleeper', '9'] }],
    ['a start after the end of the child', { startedAt: 10_400 }],
    ['the cookie of another run', { otherRun: '/runs/70-700' }],
    ['an environment that may not be read', { carriesCookie: null }],
  ])('is nothing with %s', (_, change) => {
    expect(classify([journal], [orphan(change)])).toEqual([])
  })
})

describe('a child of a member', () => {
  it('that has ended is leaked', () => {
    expect(classify([[threadOf(100)], [threadOf(300), spawnOf(400)]], [processOf(400, { ppid: 1 })])).toEqual([
      'leaked-child 400 from 400 (exact) with ',
    ])
  })

  it('that lives is the business of the member', () => {
    const journals = [
      [threadOf(100), spawnOf(300)],
      [threadOf(300), spawnOf(400)],
    ]
    expect(classify(journals, [processOf(300), processOf(400, { ppid: 300 })])).toEqual([
      'leaked-child 300 from 300 (exact) with 400',
    ])
  })

  it('is the orphan of its thread when only that has ended', () => {
    const thread = threadOf(300, { threadId: 2 })
    const journals = [[threadOf(100)], [threadOf(300)], [thread, spawnOf(400), { t: 'end', at: 1, code: 0 } as const]]
    expect(classify(journals, [processOf(300), processOf(400, { ppid: 300 })])).toContain(
      'thread-orphan 400 from 400 (exact) with ',
    )
  })

  it('is the orphan of a thread that was terminated: the kernel does not list it any more', () => {
    const journals = [[threadOf(100)], [threadOf(300)], [threadOf(300, { threadId: 2, tid: 305 }), spawnOf(400)]]
    const child = processOf(400, { ppid: 300 })
    const orphans = (tids: number[]): string[] =>
      classify(journals, [processOf(300, { tids }), child]).filter((text) => text.includes('400 from'))
    expect(orphans([300, 305])).toEqual([])
    expect(orphans([300, 301])).toEqual(['thread-orphan 400 from 400 (exact) with '])
  })
})

describe('a zombie', () => {
  const zombie = processOf(400, { ppid: 300, state: 'Z', argv: [] })

  it('is nothing while the thread that started it can reap it', () => {
    expect(
      classify(
        [
          [threadOf(100), spawnOf(300)],
          [threadOf(300), spawnOf(400)],
        ],
        [processOf(300), zombie],
      ),
    ).toEqual(['leaked-child 300 from 300 (exact) with '])
  })

  it('is the orphan of a thread that has ended', () => {
    const journals = [[threadOf(100)], [threadOf(300)], [threadOf(300, { threadId: 2, tid: 305 }), spawnOf(400)]]
    expect(classify(journals, [processOf(300, { tids: [300] }), zombie])).toContain(
      'thread-orphan 400 from 400 (exact) with ',
    )
  })

  it('is one when a process of the run has adopted it', () => {
    const journals = [[threadOf(100)], [threadOf(1)], [threadOf(300), spawnOf(400)]]
    const init = processOf(1, { ppid: 0, start: '10', startedAt: 10_000 })
    expect(classify(journals, [init, { ...zombie, ppid: 1 }])).toContain('zombie 400 from 400 (exact) with ')
  })

  it('is the business of an init process outside of the run', () => {
    const journals = [[threadOf(100)], [threadOf(300), spawnOf(400)]]
    const init = processOf(1, { ppid: 0, startedAt: 1, carriesCookie: false })
    expect(classify(journals, [init, { ...zombie, ppid: 1 }])).toEqual([])
  })
})

describe('a process that a signal was sent to', () => {
  const kill = (pid: number, at: number, signal = 'SIGTERM'): JournalEntry => ({ t: 'kill', at, pid, signal })

  it('is one that the kill did not end', () => {
    expect(classify([[threadOf(100), spawnOf(200), kill(200, 10_900)]], [processOf(200)])).toEqual([
      'kill-ineffective 200 from 200 (exact) with ',
    ])
  })

  it.each([
    ['by its group', kill(-100, 10_900)],
    ['by somebody who knows its pid', kill(201, 10_900)],
    ['by way of its shell', kill(200, 10_900)],
  ])('behind a shell, %s', (_, entry) => {
    const shell = spawnOf(200, { argv: ['/bin/sh', '-c', 'sleep 9; true'], shell: true })
    const journal = [threadOf(100), shell, entry, exitOf(200, 10_950)]
    expect(classify([journal], [processOf(201, { ppid: 1, startedBy: 'c200' })])).toEqual([
      'kill-ineffective 201 from 200 (exact) with ',
    ])
  })

  it('before it started was another one with the same pid', () => {
    expect(classify([[threadOf(100), kill(200, 10_100), spawnOf(200)]], [processOf(200)])).toEqual([
      'leaked-child 200 from 200 (exact) with ',
    ])
  })

  it('behind a synchronous call is told so by its time limit', () => {
    const call: JournalEntry = {
      ...{
        t: 'sync',
        id: 's1',
        at: 10_100,
        method: 'execSync',
        file: '/bin/sh',
        argv: ['/bin/sh', '-c', 'sleep 9; true'],
      },
      ...{ cwd: '/', shell: true, stdio: [], timeout: 300, stack: [] },
    }
    const end: JournalEntry = {
      ...{ t: 'sync-end', id: 's1', at: 10_400, ms: 300, pid: 200, code: null, signal: 'SIGTERM', error: 'ETIMEDOUT' },
    }
    expect(classify([[threadOf(100), call, end]], [processOf(201, { ppid: 1, startedBy: 's1' })])).toEqual([
      'kill-ineffective 201 from 200 (exact) with ',
    ])
  })

  it('and that its owner still waits for is its business', () => {
    const journals = [
      [threadOf(100), spawnOf(300)],
      [threadOf(300), spawnOf(400), kill(400, 10_900)],
    ]
    expect(classify(journals, [processOf(300), processOf(400, { ppid: 300 })])).toEqual([
      'leaked-child 300 from 300 (exact) with 400',
    ])
  })
})

describe('a channel or a pipe that is open at the end', () => {
  const held = (pid: number, change: object): JournalEntry => ({
    ...{ t: 'handle', id: `c${pid}`, at: 0, ref: true, pipes: 0, ipc: false },
    ...change,
  })

  it('is an open channel of a live child', () => {
    expect(classify([[threadOf(100), spawnOf(200), held(200, { ipc: true })]], [processOf(200)])).toEqual([
      'open-ipc 200 from 200 (exact) with ',
    ])
  })

  const journal = [threadOf(100), spawnOf(200), exitOf(200, 10_950), held(200, { pipes: 1, ends: [71, 73] })]
  const holder = processOf(201, { ppid: 1, startedBy: 'c200', sockets: [9, 73] })

  it('is held by the process that has its other end', () => {
    expect(classify([journal], [holder])).toEqual(['held-pipe 201 from 200 (exact) with '])
  })

  it.each([
    ['other sockets', { ...holder, sockets: [9, 72] }],
    ['none', { ...holder, sockets: [] }],
  ])('is not held by one that has %s', (_, process) => {
    expect(classify([journal], [process])).toEqual(['orphan-descendant 201 from 200 (exact) with '])
  })

  it('is no matter of a process that has a line of its own', () => {
    const journals = [journal, [threadOf(300), spawnOf(201)]]
    expect(classify(journals, [holder])).toEqual(['leaked-child 201 from 201 (exact) with '])
  })
})

describe('a process that nobody started directly', () => {
  const shell = spawnOf(200, { argv: ['/bin/sh', '-c', 'sleep 9; true'], shell: true, method: 'exec' })

  it('descends from the shell that lives', () => {
    expect(classify([[threadOf(100), shell]], [processOf(200), processOf(201, { ppid: 200 })])).toEqual([
      'leaked-child 200 from 200 (exact) with 201',
      'orphan-descendant 201 from 200 (exact) with ',
    ])
  })

  it('likely descends from the shell that is gone', () => {
    expect(classify([[threadOf(100), shell, exitOf(200, 20_000)]], [processOf(201, { ppid: 1 })])).toEqual([
      'orphan-descendant 201 from 200 (likely) with ',
    ])
  })

  it('descends from the start that its cookie names, whatever the time says', () => {
    const other = spawnOf(150, { argv: ['/bin/sh', '-c', 'sleep 9'], shell: true })
    const journal = [threadOf(100), other, exitOf(150, 10_160), shell, exitOf(200, 20_000)]
    expect(classify([journal], [processOf(201, { ppid: 1, startedBy: 'c150' })])).toEqual([
      'orphan-descendant 201 from 150 (exact) with ',
    ])
  })

  it('does not descend from a shell that had ended before it started', () => {
    const other = spawnOf(150, { argv: ['/bin/sh', '-c', 'sleep 1'], shell: true })
    const journal = [threadOf(100), other, exitOf(150, 10_000), shell, exitOf(200, 20_000)]
    expect(classify([journal], [processOf(201, { ppid: 1 })])).toEqual([
      'orphan-descendant 201 from 200 (likely) with ',
    ])
  })

  it('has no origin when nothing fits', () => {
    expect(classify([[threadOf(100)]], [processOf(201, { ppid: 1 })])).toEqual([
      'orphan-descendant 201 from none () with ',
    ])
  })

  it('is found through the session of a detached child, without cookie or parent', () => {
    const journal = [threadOf(100), spawnOf(200, { detached: true }), exitOf(200, 10_250)]
    expect(classify([journal], [processOf(201, { ppid: 1, sid: 200, carriesCookie: false })])).toEqual([
      'orphan-descendant 201 from 200 (exact) with ',
    ])
  })

  it('is a daemon when the child it remains from was let go of', () => {
    const journal = [threadOf(100), spawnOf(200, { detached: true }), released(200), exitOf(200, 10_250)]
    const processes = [processOf(201, { ppid: 1, sid: 200 }), processOf(202, { ppid: 201, sid: 200 })]
    expect(classify([journal], processes)).toEqual(['undeclared-daemon 201 from 200 (exact) with 202'])
  })

  it('is the daemon’s business when the daemon lives', () => {
    const journal = [threadOf(100), spawnOf(200, { detached: true }), released(200)]
    const processes = [processOf(200, { ppid: 1, sid: 200 }), processOf(201, { ppid: 200, sid: 200 })]
    expect(classify([journal], processes)).toEqual(['undeclared-daemon 200 from 200 (exact) with 201'])
  })
})

describe('the line that is blamed', () => {
  const npm = '/usr/lib/node_modules/npm/node_modules/@npmcli/promise-spawn/lib/index.js:39:17'
  const corepack = '/root/.cache/node/corepack/v1/pnpm/10.1.0/dist/pnpm.cjs:200:1'
  /** The test of the user (root) starts npm (300), which starts a shell (400), which starts the server (401). */
  const blame = (stacks: { user: string[]; npm: string[] }, npmThread: Partial<ProcessEntry> = {}): string[] => {
    const journals = [
      [threadOf(100), spawnOf(300, { argv: ['npm', 'start'], stack: stacks.user }), exitOf(300, 10_900)],
      [
        threadOf(300, npmThread),
        spawnOf(400, { argv: ['sh', '-c', 'node server.js'], stack: stacks.npm }),
        exitOf(400, 10_900),
      ],
    ]
    const ledger = buildLedger(journals.map((entries) => ({ entries, torn: 0 })))
    const server = processOf(401, { ppid: 1, startedBy: 'c400', argv: ['node', 'server.js'] })
    return classifyRun(viewRun(ledger, [self, server], root))
      .map((accusation) => describeAccusation(accusation, 20_000))
      .map(({ site, message }) => `${site?.file ?? 'none'}:${site?.line ?? 0} ${message}`)
  }

  it('is the one in the user’s code that leads to what a package manager started', () => {
    expect(blame({ user: ['/p/test/api.test.js:11:12'], npm: [npm] })).toEqual([
      '/p/test/api.test.js:11 `node server.js` is still running behind `npm start`, the child it descends from (by way of @npmcli/promise-spawn/lib/index.js:39).',
    ])
  })

  it('is found by the cookie of a process that was started behind a shell', () => {
    const thread = { pid: 301, start: '3010', startedBy: 'c300' }
    expect(blame({ user: ['/p/test/api.test.js:11:12'], npm: [corepack] }, thread)).toEqual([
      `/p/test/api.test.js:11 \`node server.js\` is still running behind \`npm start\`, the child it descends from (by way of ${corepack.slice(0, -2)}).`,
    ])
  })

  it('is the innermost one when none is the user’s', () => {
    expect(blame({ user: ['/p/node_modules/nodemon/lib/run.js:143:1'], npm: [npm] })).toEqual([
      `${npm.slice(0, -3)} \`node server.js\` is still running behind \`node server.js\` (in sh), the child it descends from.`,
    ])
  })
})

describe('a synchronous call that lasts', () => {
  const call: JournalEntry = {
    ...{ t: 'sync', id: 'c9', at: 10_000, method: 'spawnSync', file: 'sleep', argv: ['sleep', '43'], cwd: '/' },
    ...{ shell: false, stdio: [], timeout: null, stack: [] },
  }

  it('has the command with its cookie for child, when the caller is gone', () => {
    const sleep = processOf(301, { ppid: 1, startedBy: 'c9', argv: ['sleep', '43'] })
    expect(classify([[threadOf(100)], [threadOf(300), call]], [sleep])).toEqual([
      'leaked-child 301 from null (exact) with ',
    ])
  })

  it('has other processes with its cookie for descendants', () => {
    const other = processOf(301, { ppid: 1, startedBy: 'c9', argv: ['tail', '-f'] })
    expect(classify([[threadOf(100)], [threadOf(300), call]], [other])).toEqual([
      'orphan-descendant 301 from null (exact) with ',
    ])
  })

  it('is the business of its caller as long as that lives', () => {
    const processes = [processOf(300), processOf(301, { ppid: 300, startedBy: 'c9', argv: ['/bin/sleep', '43'] })]
    expect(
      classify(
        [
          [threadOf(100), spawnOf(300)],
          [threadOf(300), call],
        ],
        processes,
      ),
    ).toEqual(['leaked-child 300 from 300 (exact) with 301'])
  })
})

describe('a process outside of the run', () => {
  it.each([
    ['without any link', processOf(500, { ppid: 1, sid: 1, carriesCookie: false })],
    ['whose environment may not be read', processOf(500, { ppid: 1, sid: 1, carriesCookie: null })],
  ])('%s is nothing', (_, process) => {
    expect(classify([[threadOf(100), spawnOf(200)]], [process])).toEqual([])
  })
})

describe('infrastructure', () => {
  it.each([
    [['/p/node_modules/@esbuild/linux-x64/bin/esbuild', '--service=0.27.1', '--ping']],
    [['node', '/p/node_modules/vitest/dist/workers/watchdog.js']],
    [['node', '/p/node_modules/typescript/lib/tsserver.js', '--stdio']],
    [['node', '/p/node_modules/mongodb-memory-server-core/lib/util/mongo_killer.js', '1', '2']],
    [['git', '-c', 'x=y', 'maintenance', 'run', '--auto', '--detach']],
    [['ssh: /home/u/.ssh/mux [mux]']],
    [['gpg-agent', '--daemon']],
  ])('%j is never accused, nor what it started', (argv) => {
    const processes = [processOf(200, { argv }), processOf(201, { ppid: 200 })]
    expect(classify([[threadOf(100), spawnOf(200)]], processes)).toEqual([])
  })

  it.each([
    [['node', '/p/esbuild-server.js', '--port=1']],
    [['/p/bin/esbuild', '--serve=8000']],
    [['git', 'clone', 'x']],
    [['sh', '-c', 'watchman-like']],
    [['node', '/p/src/watchdog.js']],
  ])('%j is a process like any other', (argv) => {
    expect(classify([[threadOf(100), spawnOf(200)]], [processOf(200, { argv })])).toHaveLength(1)
  })

  it('has a reason beside each entry', () => {
    for (const { name, reason } of infrastructure) expect([name, reason.endsWith('.')]).toEqual([name, true])
  })
})

describe('a child of a test', () => {
  const ofTest = (change: Partial<SpawnEntry['test']> = {}): JournalEntry =>
    spawnOf(200, { test: { id: 't1', confidence: 'exact', ...change } as NonNullable<SpawnEntry['test']> })
  const testOf = (kind: 'test' | 'hook' = 'test'): JournalEntry => ({
    ...{ t: 'test', id: 't1', at: 10_100, name: 'suite > test', file: '/p/a.test.js', kind },
  })
  const ended: JournalEntry = { t: 'test-end', id: 't1', at: 11_000 }
  const kill = (isByHook: boolean): JournalEntry => ({
    ...{ t: 'kill', at: 12_000, pid: 200, signal: 'SIGTERM', ...(isByHook && { isByHook }) },
  })

  it.each<{ what: string; entries: JournalEntry[]; expected: string[] }>([
    { what: 'that outlives it', entries: [testOf(), ofTest(), ended, exitOf(200, 11_500)], expected: ['cross-test'] },
    { what: 'that ends in its grace', entries: [testOf(), ofTest(), ended, exitOf(200, 11_200)], expected: [] },
    { what: 'that ends with it', entries: [testOf(), ofTest(), exitOf(200, 10_900)], expected: [] },
    { what: 'of a hook', entries: [testOf('hook'), ofTest(), ended, exitOf(200, 11_500)], expected: [] },
    {
      what: 'that a hook of the suite ends',
      entries: [testOf(), ofTest(), ended, kill(true), exitOf(200, 12_100)],
      expected: [],
    },
    {
      what: 'that another test ends',
      entries: [testOf(), ofTest(), ended, kill(false), exitOf(200, 12_100)],
      expected: ['cross-test'],
    },
    {
      what: 'that is over',
      entries: [testOf(), ofTest({ isLate: true }), exitOf(200, 11_500)],
      expected: ['late-spawn'],
    },
  ])('$what', ({ entries, expected }) => {
    const view = viewRun(buildLedger([{ entries: [threadOf(100), ...entries], torn: 0 }]), [self], root)
    const findings = classifyRun(view).map((accusation) => describeAccusation(accusation, 20_000))
    expect(findings.map(({ code }) => code)).toEqual(expected)
    for (const { test } of findings)
      expect(test).toEqual({ name: 'suite > test', file: '/p/a.test.js', confidence: 'exact' })
  })

  it('that is left names the test, and so does what a process of its starts', () => {
    const entries = [
      [threadOf(100), testOf(), ofTest()],
      [threadOf(200), spawnOf(300)],
    ]
    const view = viewRun(
      buildLedger(entries.map((list) => ({ entries: list, torn: 0 }))),
      [self, processOf(200), processOf(300, { ppid: 200 })],
      root,
    )
    const [finding] = classifyRun(view).map((accusation) => describeAccusation(accusation, 20_000))
    expect([finding?.code, finding?.test?.name]).toEqual(['leaked-child', 'suite > test'])
    const orphan = viewRun(
      buildLedger(entries.map((list) => ({ entries: list, torn: 0 }))),
      [self, processOf(300, { ppid: 1 })],
      root,
    )
    expect(classifyRun(orphan).map((accusation) => describeAccusation(accusation, 1).test?.name)).toEqual([
      'suite > test',
    ])
  })
})

describe('a start that failed', () => {
  const failed = spawnOf(null)

  it.each([
    [true, ['unhandled-spawn-error none from null (exact) with ']],
    [false, []],
  ])('with unhandled %s', (unhandled, expected) => {
    const error: JournalEntry = { t: 'spawn-error', id: 'cnull', at: 1, code: 'ENOENT', unhandled }
    expect(classify([[threadOf(100), failed, error]], [])).toEqual(expected)
  })
})

describe('the catalog', () => {
  it('has each code once, with sentences', () => {
    expect(new Set(findingCatalog.map(({ code }) => code)).size).toBe(findingCatalog.length)
    for (const { code, definition, hint, title } of findingCatalog)
      expect([code, definition.endsWith('.'), hint.endsWith('.'), title.endsWith('.')]).toEqual([
        code,
        true,
        true,
        false,
      ])
  })
})

describe('a failure that nobody listened for', () => {
  const failed = (change: object = {}): JournalEntry => ({
    ...{ t: 'exit', id: 'c200', at: 10_900, code: 3, signal: null, unobserved: true },
    ...change,
  })

  it('is told', () => {
    expect(classify([[threadOf(100), spawnOf(200), failed()]], [])).toEqual([
      'silent-failure none from 200 (exact) with ',
    ])
  })

  it.each([
    ['was listened for', [failed({ unobserved: undefined })]],
    ['was asked for', [failed({ code: null, signal: 'SIGTERM' })]],
    [
      'was the work of the program',
      [{ t: 'kill', at: 10_800, pid: 200, signal: 'SIGKILL' }, failed({ signal: 'SIGKILL' })],
    ],
    ['is that of a child that was let go of', [released(200), failed()]],
  ] as [string, JournalEntry[]][])('is nothing when it %s', (_, entries) => {
    expect(classify([[threadOf(100), spawnOf(200), ...entries]], [])).toEqual([])
  })
})

describe('a storm', () => {
  /** Starts of one command, each of which ends after `life` ms and is followed after `pause` ms. */
  const startsOf = (count: number, { code = 1, life = 5, pause = 1, folders = 1 } = {}): JournalEntry[] =>
    Array.from({ length: count }, (_, index) => {
      const at = 20_000 + index * (life + pause)
      return [
        spawnOf(500 + index, { at, stack: ['start (/p/main.js:1:1)'], cwd: `/p/${index % folders}` }),
        { t: 'exit', id: `c${500 + index}`, at: at + life, code, signal: null } as const,
      ]
    }).flat()

  it('is a command that fails and is started again at once, ten times', () => {
    expect(classify([[threadOf(100), ...startsOf(10)]], [])).toEqual(['spawn-storm none from 500 (exact) with '])
  })

  it.each([
    ['nine failures', startsOf(9)],
    ['a thousand short commands that succeed', startsOf(1000, { code: 0 })],
    ['failures of commands that run for a while', startsOf(20, { life: 2000 })],
    ['restarts that wait', startsOf(20, { pause: 2000 })],
    ['a suite that runs the same program in a folder of its own each time', startsOf(20, { folders: 20 })],
  ])('is not %s', (_, entries) => {
    expect(classify([[threadOf(100), ...entries]], [])).toEqual([])
  })

  it('is a system that has no room for another process, once per line', () => {
    const refused = [201, 202, 203].flatMap((pid): JournalEntry[] => [
      spawnOf(null, { id: `c${pid}`, stack: ['start (/p/main.js:1:1)'] }),
      { t: 'spawn-error', id: `c${pid}`, at: 20_000, code: 'EAGAIN', unhandled: false },
    ])
    expect(classify([[threadOf(100), ...refused]], [])).toEqual(['spawn-storm none from null (exact) with '])
  })

  it('is a crowd', () => {
    const journal = [threadOf(100), spawnOf(200), { t: 'crowd', at: 10_800, live: 300 } as const, exitOf(200, 10_900)]
    expect(classify([journal], [])).toEqual(['spawn-storm none from 200 (exact) with '])
  })
})
