import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clean, manyFromOneLine, oneLeak, samples, shellAndDaemon } from '../report/sampleReports.ts'
import { renderNdjson } from '../../src/report/renderNdjson.ts'
import type { Report } from '../../src/report/Report.ts'
import { cli, endProcess, preload, Workplace } from './startCli.ts'

const place = new Workplace()
afterAll(() => {
  place.remove()
})

function save(name: string, report: unknown): string {
  place.write(name, typeof report === 'string' ? report : JSON.stringify(report))
  return name
}

describe('report', () => {
  test.each([
    ['clean', 0],
    ['one-leak', 1],
    ['blind', 3],
    ['with-policy', 0],
  ])('of %s ends with %i', (name, code) => {
    const { status, stderr } = place.run(['report', save('a.json', samples[name])])
    expect({ status, stderr }).toEqual({ status: code, stderr: '' })
  })

  test('as text on stdout, the same as in the run', () => {
    const golden = readFileSync(new URL('../report/golden/with-policy.txt', import.meta.url), 'utf8')
    expect(place.run(['report', save('a.json', samples['with-policy'])]).stdout).toBe(golden)
  })

  test('as JSON gives back what was saved', () => {
    expect(JSON.parse(place.run(['report', save('a.json', oneLeak), '--format', 'json']).stdout)).toEqual(oneLeak)
  })

  test('reads NDJSON of several roots, whose lines are mixed', () => {
    const other: Report = { ...shellAndDaemon, run: { ...shellAndDaemon.run, id: 'other' } }
    const [first, ...more] = renderNdjson(oneLeak).split('\n')
    const [second, ...others] = renderNdjson(other).split('\n')
    save('a.ndjson', [first, second, ...others, ...more].join('\n'))
    const { stdout } = place.run(['report', 'a.ndjson', '--format=ndjson'])
    expect(stdout).toBe(renderNdjson(oneLeak) + renderNdjson(other))
  })

  test('merges shards, and counts a run that comes twice once', () => {
    const shard: Report = {
      ...manyFromOneLine,
      run: { ...manyFromOneLine.run, id: 'shard-2', exitCode: 1, endedAt: '2026-03-01T10:05:00.000Z' },
    }
    const files = [save('1.json', oneLeak), save('2.json', shard), save('3.json', oneLeak)]
    const { status, stdout } = place.run(['report', ...files, '--format', 'json'])
    const merged = JSON.parse(stdout) as Report
    expect(status).toBe(1)
    expect(merged.findings.length).toBe(201)
    expect(merged.run).toMatchObject({
      id: '20260301-100000-4000+shard-2',
      startedAt: '2026-03-01T10:00:00.000Z',
      endedAt: '2026-03-01T10:05:00.000Z',
      exitCode: 1,
    })
    expect(merged.stats).toEqual({ processes: 6, spawned: 282, peakLive: 207, byMethod: { spawn: 281, exec: 1 } })
  })

  test('writes a baseline that accepts what it saw', () => {
    const { status } = place.run(['report', save('a.json', shellAndDaemon), '--write-baseline', 'baseline.json'])
    expect(status).toBe(0)
    expect(JSON.parse(readFileSync(`${place.directory}/baseline.json`, 'utf8'))).toEqual({
      baseline: [
        { code: 'undeclared-daemon', file: '/opt/tool/lib/daemon.js', name: '', count: 1 },
        { code: 'orphan-descendant', file: 'test/server.test.ts', name: 'startServer', count: 1 },
      ],
    })
  })

  test.each<[string, string[], unknown, string]>([
    ['no file', [], '', 'report needs a file: runtime-guard report guard.json.'],
    ['a file that is not there', ['none.json'], '', 'none.json cannot be read (ENOENT).'],
    ['an empty file', ['x'], '', 'x is empty, expected a JSON or NDJSON report.'],
    ['no JSON', ['x'], '{', 'x is no JSON, expected a JSON or NDJSON report.'],
    ['other JSON', ['x'], { name: 'x' }, 'x is no report of runtime-guard: the report has no "schemaVersion".'],
    [
      'a later version',
      ['x'],
      { ...clean, schemaVersion: 2 },
      'x has schemaVersion 2; this version of runtime-guard reads schemaVersion 1.',
    ],
    [
      'a wrong value',
      ['x'],
      { ...clean, stats: { ...clean.stats, spawned: 'x' } },
      'x is no report of runtime-guard: the report.stats.spawned must be of type integer.',
    ],
    [
      'a wrong finding',
      ['x'],
      { ...oneLeak, findings: [{ ...oneLeak.findings[0], child: { pid: 1 } }] },
      'x is no report of runtime-guard: the report.findings[0].child has no "id".',
    ],
    ['a torn line', ['x'], renderNdjson(oneLeak).slice(0, -20), 'x: line 2 is neither a run nor a finding.'],
    [
      'a finding without its run',
      ['x'],
      `${renderNdjson(clean)}{"type":"finding","runId":"y"}\n`,
      'x: line 2 belongs to a run that is not in the file.',
    ],
    [
      'an unknown format',
      ['x', '--format', 'jsn'],
      clean,
      '--format is "jsn", expected one of text, json, ndjson, github (did you mean json?).',
    ],
    [
      'a baseline that cannot be written',
      ['x', '--write-baseline', '/proc/x/y'],
      clean,
      'the baseline cannot be written to /proc/x/y (ENOENT).',
    ],
  ])('%s: one sentence, exit code 2', (_what, args, content, sentence) => {
    save('x', content)
    const { status, stderr } = place.run(['report', ...args])
    expect({ status, stderr }).toEqual({ status: 2, stderr: `runtime-guard: ${sentence}\n` })
  })
})

describe('explain', () => {
  test('lists every page with its summary', () => {
    const { status, stdout } = place.run(['explain'])
    expect(status).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'blind',
      'cross-test',
      'exit-in-test',
      'held-pipe',
      'kill-ineffective',
      'late-spawn',
      'leaked-child',
      'open-ipc',
      'orphan-descendant',
      'silent-failure',
      'spawn-storm',
      'thread-orphan',
      'undeclared-daemon',
      'undrained-pipe',
      'unended-stdin',
      'unhandled-spawn-error',
      'zombie',
      '',
    ])
  })

  test('prints a page', () => {
    const page = readFileSync(new URL('../../docs/findings/leaked-child.md', import.meta.url), 'utf8')
    expect(place.run(['explain', 'leaked-child']).stdout).toBe(page)
  })

  test.each([
    [
      'leaked-chlid',
      'there is no finding code "leaked-chlid" (did you mean leaked-child?); runtime-guard explain lists them.',
    ],
    ['../cli', 'there is no finding code "../cli"; runtime-guard explain lists them.'],
  ])('%s is unknown', (code, sentence) => {
    const { status, stderr } = place.run(['explain', code])
    expect({ status, stderr }).toEqual({ status: 2, stderr: `runtime-guard: ${sentence}\n` })
  })
})

describe('help', () => {
  test.each([[['--help']], [['help']], [['-h']]])('%j prints the commands', (args) => {
    const { status, stdout, stderr } = place.run(args)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')[2]).toBe('Usage: runtime-guard <command> [options]')
  })

  test.each(['run', 'report', 'ps', 'sweep', 'explain'])('of %s has a usage and an example', (name) => {
    const { status, stdout } = place.run([name, '--help'])
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]?.startsWith(`Usage: runtime-guard ${name}`)).toBe(true)
    expect(stdout).toContain(`\n  runtime-guard ${name}`)
    expect(place.run(['help', name]).stdout).toBe(stdout)
  })

  test('what follows -- is not for us', () => {
    expect(place.run(['run', '--', 'sh', '-c', 'echo "$1"', 'sh', '--help']).stdout).toBe('--help\n')
  })

  test('--version prints the version of the package', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(place.run(['--version']).stdout).toBe(`${manifest.version}\n`)
  })
})

describe('ps and sweep', () => {
  test('without any run there is nothing to tell', () => {
    for (const command of ['ps', 'sweep']) {
      const { status, stdout, stderr } = place.run([command])
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
    }
  })

  test('a run at work is listed; killed before its verdict, it is swept', async () => {
    place.write(
      'serve.mjs',
      `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['20'], { stdio: 'ignore' })
child.once('spawn', () => console.log('ready', child.pid, '.'))
`,
    )
    const program = place.start(['--require', preload, 'serve.mjs'])
    await program.printed(' .')
    const leaked = Number(/ready (\d+)/.exec(program.stdout)?.[1])
    const working = place.run(['ps'])
    const quiet = place.run(['sweep'])
    program.kill('SIGKILL')
    await program.ended
    const gone = place.run(['ps'])
    const swept = place.run(['sweep', '--format', 'json'])
    const again = place.run(['sweep'])
    endProcess(leaked)
    const later = place.run(['sweep'])

    expect(working.status).toBe(0)
    const rows = working.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(rows[0]).toEqual(['RUN', 'PID', 'PPID', 'STATE', 'AGE', 'COMMAND'])
    expect(rows.slice(1).map(([, pid, ppid]) => [Number(pid), Number(ppid)])).toEqual([
      [program.pid, process.pid],
      [leaked, program.pid],
    ])
    expect(rows[2]?.slice(5)).toEqual(['sleep 20', 'serve.mjs:2:15'])
    expect(quiet.status).toBe(0)
    expect(gone.status).toBe(1)
    expect(gone.stdout).toContain(' (root gone)  ')
    expect(swept.status).toBe(1)
    const report = JSON.parse(swept.stdout) as Report
    expect(report.run.exitCode).toBe(null)
    expect(report.findings.map(({ code, child, site }) => [code, child?.pid, site?.line])).toEqual([
      ['leaked-child', leaked, 2],
    ])
    expect(again.status).toBe(1)
    expect({ status: later.status, stdout: later.stdout }).toEqual({ status: 0, stdout: '' })
  })

  describe('the policy of a run that was killed', () => {
    let own: Workplace
    beforeEach(() => {
      own = new Workplace()
    })
    afterEach(() => {
      own.remove()
    })
    const leak = `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['20'], { stdio: 'ignore' })
child.once('spawn', () => console.log('ready', child.pid, '.'))
`
    const rules = JSON.stringify({ rules: [{ match: { argv0: 'sleep' }, reason: 'It sleeps.' }] })

    async function leaveOne(options: { env?: NodeJS.ProcessEnv; wrapper?: string[] } = {}): Promise<number> {
      own.write('leak.mjs', leak)
      const args = options.wrapper
        ? [cli, 'run', ...options.wrapper, '--', process.execPath, 'leak.mjs']
        : ['--require', preload, 'leak.mjs']
      const program = own.start(args, { env: options.env ?? {} })
      await program.printed(' .')
      const pid = Number(/ready (\d+)/.exec(program.stdout)?.[1])
      const parent = parentOf(pid)
      program.kill('SIGKILL')
      // What the wrapper ran holds its pipes, and is a leak of its own as long as it runs.
      if (options.wrapper) endProcess(parent)
      await program.ended
      return pid
    }

    function sweep(...args: string[]): { status: number | null; codes: string[]; stderr: string } {
      const { status, stdout, stderr } = own.run(['sweep', '--format', 'ndjson', ...args])
      const codes = stdout
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => (JSON.parse(line) as { code?: string }).code ?? [])
      return { status, codes, stderr }
    }

    test.each([
      { what: 'a file of its directory', files: { 'runtime-guard.config.json': '{"allow": "rules.json"}' }, env: {} },
      { what: 'package.json', files: { 'package.json': '{"runtime-guard": {"allow": "rules.json"}}' }, env: {} },
      { what: 'a variable', files: {}, env: { RUNTIME_GUARD_ALLOW: 'rules.json' } },
    ])('is applied: $what', async ({ files, env }) => {
      own.write('rules.json', rules)
      for (const [name, text] of Object.entries(files)) own.write(name, text)
      const pid = await leaveOne({ env })
      const swept = sweep()
      const next = own.start(['--require', preload, '-e', 'require("node:child_process").spawn("true")'])
      await next.ended
      endProcess(pid)
      expect(swept).toEqual({ status: 0, codes: [], stderr: '' })
      expect(next.stderr).not.toContain('earlier run')
    })

    test('is applied: an option of the wrapper', async () => {
      own.write('rules.json', rules)
      const pid = await leaveOne({ wrapper: ['--allow', 'rules.json'] })
      const swept = sweep()
      endProcess(pid)
      expect(swept).toEqual({ status: 0, codes: [], stderr: '' })
    })

    test('gives way to the options of the call, and is not that of another directory', async () => {
      own.write('rules.json', rules)
      own.write('none.json', '{"rules": []}')
      const pid = await leaveOne()
      const results = [sweep(), sweep('--allow', 'rules.json'), sweep('--allow', 'none.json')]
      endProcess(pid)
      expect(results).toEqual([
        { status: 1, codes: ['leaked-child'], stderr: '' },
        { status: 0, codes: [], stderr: '' },
        { status: 1, codes: ['leaked-child'], stderr: '' },
      ])
    })

    test('a file that is not there is one line', async () => {
      const pid = await leaveOne({ env: { RUNTIME_GUARD_ALLOW: 'absent.json' } })
      const { status, stderr } = sweep()
      endProcess(pid)
      expect(status).toBe(1)
      expect(stderr).toMatch(/^runtime-guard: .*absent\.json cannot be read \(ENOENT\), so it accepts nothing\.\n$/)
    })
  })
})

/** Of a process of the test's own. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
