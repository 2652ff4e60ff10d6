import type { Finding, Report, ReportedChild } from '../../src/report/Report.ts'

const child: ReportedChild = {
  id: '4100.0.1',
  pid: 4242,
  method: 'spawn',
  file: 'node',
  argv: ['node', 'server.js', '--port=3000', '--token=[redacted]'],
  cwd: '/repo/app',
  state: 'running',
  startedAt: '2026-03-01T10:00:00.400Z',
  ageMs: 1234.5,
  detached: false,
  shell: false,
  ppid: 4100,
  ownerPid: 4100,
  threadId: 0,
}

const leak: Finding = {
  code: 'leaked-child',
  severity: 'error',
  message: '`node` (pid 4242) is still running although the process that started it has ended.',
  child,
  site: { file: '/repo/app/test/server.test.ts', line: 12, column: 17, function: 'startServer' },
  stack: [
    'at startServer (/repo/app/test/server.test.ts:12:17)',
    'at Object.<anonymous> (/repo/app/test/server.test.ts:30:3)',
  ],
  test: { name: 'server > answers', file: '/repo/app/test/server.test.ts', confidence: 'exact' },
  holders: [],
  descendants: [],
  rule: 'child-process/no-floating-child',
  hint: "Kill it when the test ends and wait for its 'close' event.",
}

/** Nothing left behind. */
export const clean: Report = {
  schemaVersion: 1,
  tool: { name: 'runtime-guard', version: '1.0.0' },
  verdict: 'clean',
  run: {
    id: '20260301-100000-4000',
    startedAt: '2026-03-01T10:00:00.000Z',
    endedAt: '2026-03-01T10:00:02.100Z',
    exitCode: 0,
    platform: 'linux',
    node: 'v20.20.2',
    root: { pid: 4000, argv: ['node', 'node_modules/.bin/vitest', 'run'], cwd: '/repo/app' },
  },
  stats: { processes: 3, spawned: 41, peakLive: 7, byMethod: { spawn: 40, exec: 1 } },
  findings: [],
  blind: [],
}

/** One child, one call site, all that can be known about it. */
export const oneLeak: Report = { ...clean, verdict: 'leaks', findings: [leak] }

/** One child behind a shell and one daemon, both without a source that can be read. */
export const shellAndDaemon: Report = {
  ...clean,
  verdict: 'leaks',
  findings: [
    {
      ...leak,
      code: 'undeclared-daemon',
      severity: 'warning',
      message: '`caddy` (pid 5001) was detached and outlives the run.',
      child: { ...child, id: '4000.0.9', pid: 5001, argv: ['caddy', 'run'], detached: true, ppid: 1, ownerPid: 4000 },
      site: { file: '/opt/tool/lib/daemon.js', line: 3, column: 5, function: '' },
      test: null,
      rule: null,
      hint: 'Allow it with a reason if it is meant to stay, else stop it when the run ends.',
    },
    {
      ...leak,
      code: 'orphan-descendant',
      message: '`sleep` (pid 4301) lives on behind the shell that was killed.',
      child: { ...child, id: '4100.0.2', pid: 4301, argv: ['sleep', '60'], shell: true, ppid: 1, threadId: 2 },
      test: { name: 'server > stops', file: '/repo/app/test/server.test.ts', confidence: 'window' },
      holders: [{ pid: 4301, argv: ['sleep', '60'], confidence: 'likely' }],
      descendants: [{ pid: 4302, argv: ['sh', '-c', 'sleep 60; true'], state: 'stopped' }],
      rule: 'child-process/no-shell-kill',
      hint: 'Start the program without a shell, or kill its process group.',
    },
  ],
}

/** A shell that is alive, and the command behind it: two processes, one line. */
const liveShell: Report = {
  ...clean,
  verdict: 'leaks',
  findings: [
    {
      ...leak,
      child: { ...child, method: 'exec', argv: ['/bin/sh', '-c', 'node server.js; true'], shell: true },
      descendants: [{ pid: 4243, argv: ['node', 'server.js'], state: 'running' }],
      test: null,
    },
    {
      ...leak,
      code: 'orphan-descendant',
      message: '`node server.js` is still running behind the shell.',
      child: { ...child, id: '4243-7', pid: 4243, method: 'descendant', argv: ['node', 'server.js'], ppid: 4242 },
      test: null,
    },
    {
      ...leak,
      code: 'orphan-descendant',
      message: '`sleep 9` is still running, and no guarded process of the run started it.',
      child: { ...child, id: '4300-7', pid: 4300, method: 'descendant', argv: ['sleep', '9'], ppid: 1, ownerPid: null },
      ...{ site: null, stack: [], test: null },
    },
  ],
}

/** 200 children from one line. */
export const manyFromOneLine: Report = {
  ...clean,
  verdict: 'leaks',
  stats: { processes: 3, spawned: 241, peakLive: 207, byMethod: { spawn: 241 } },
  findings: Array.from({ length: 200 }, (_, index) => ({
    ...leak,
    message: `\`node\` (pid ${5000 + index}) is still running although the process that started it has ended.`,
    child: {
      ...child,
      id: `4100.0.${index}`,
      pid: 5000 + index,
      argv: ['node', 'server.js', `--port=${3000 + index}`],
      ageMs: 1000 + index * 10,
    },
    test: { name: `server > answers ${index % 5}`, file: '/repo/app/test/server.test.ts', confidence: 'stack' },
  })),
}

/** Arguments, paths and names that try to steer a terminal, a workflow log and Markdown. */
const oddArguments: Report = {
  ...clean,
  verdict: 'leaks',
  findings: [
    {
      ...leak,
      message: '`\u001b[31mevil\u001b[0m` is still running\n::error file=x::injected from a message.',
      child: {
        ...child,
        argv: [
          'sh',
          '-c',
          "echo '::error::hi'\r\n::stop-commands::x\n##[add-mask]y | <b>*bold*</b> 100%",
          '\u202egnp.exe',
          '',
          'x'.repeat(300),
        ],
      },
      site: { file: '/repo/app/odd,name:with%|`.js', line: 7, column: 3, function: '\u001b]0;title\u0007' },
      test: { name: 'a | <script>alert(1)</script> `b`', file: '/elsewhere/t.js', confidence: 'window' },
    },
  ],
}

/** Nothing found, a part unseen. */
export const blind: Report = {
  ...clean,
  verdict: 'blind',
  run: { ...clean.run, exitCode: null },
  findings: [
    {
      ...leak,
      code: 'blind',
      severity: 'info',
      message: 'The table of processes could not be read.',
      child: null,
      site: null,
      stack: [],
      test: null,
      rule: null,
      hint: 'Mount /proc without hidepid for this user.',
    },
  ],
  blind: [{ reason: '/proc is mounted with hidepid=2, so processes of other users were not seen.' }],
}

/** With rules and a baseline in force. */
export const withPolicy: Report = {
  ...clean,
  policy: {
    allowed: [{ finding: leak, reason: 'The browser pool is shared by all jobs of the machine.', by: 'rule' }],
    unused: [{ message: 'Rule 2 ("old broker") accepted nothing in this run.' }],
    expired: [{ message: 'Rule 3 ("until the fix lands") ended on 2026-02-01.' }],
  },
}

/** Every sample with its name, for tests that hold for all. */
/** What was left was ended, apart from a process that could not be. */
const withKill: Report = {
  ...oneLeak,
  kill: {
    ended: [
      { pid: 4242, argv: child.argv, signal: 'SIGTERM' },
      { pid: 4243, argv: ['sh', '-c', 'trap "" TERM; \u001b[2J ::error::'], signal: 'SIGKILL' },
    ],
    survivors: [{ pid: 4244, argv: ['sudo', 'server'], reason: 'it runs as another user' }],
  },
}

export const samples: Record<string, Report> = {
  clean,
  'one-leak': oneLeak,
  'shell-and-daemon': shellAndDaemon,
  'live-shell': liveShell,
  'many-from-one-line': manyFromOneLine,
  'odd-arguments': oddArguments,
  blind,
  'with-policy': withPolicy,
  'with-kill': withKill,
}
