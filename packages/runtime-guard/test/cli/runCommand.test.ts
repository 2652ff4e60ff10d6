import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, endLeaked, endProcess, Workplace } from './startCli.ts'

const place = new Workplace()
beforeAll(() => {
  // Every child that is leaked on purpose ends by itself after twenty seconds.
  place.write(
    'leak.mjs',
    `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['20'], { stdio: 'ignore' })
child.once('spawn', () => process.exit(Number(process.argv[2] ?? 0)))
`,
  )
  place.write(
    'serve.mjs',
    `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['20'], { stdio: 'ignore' })
child.once('spawn', () => console.log('ready'))
`,
  )
})
afterAll(() => {
  place.remove()
})

/** Runs a command under the guard, and ends what it leaked. */
function guarded(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = place.run(['run', '--out', 'text,json:report.json', ...args], { env })
  const report = place.readReport('report.json')
  endLeaked(report)
  return { status, stdout, stderr, report }
}

describe('the exit code', () => {
  test.each([
    ['of a clean command', [], ['true'], 0],
    ['of a command that fails', [], ['sh', '-c', 'exit 3'], 3],
    ['of a command that a signal ends', [], ['sh', '-c', 'kill -KILL $$'], 137],
    ['of a leak', [], [process.execPath, 'leak.mjs'], 70],
    ['of a leak in a command that fails', [], [process.execPath, 'leak.mjs', '3'], 3],
    ['of a leak in mode report', ['--mode', 'report'], [process.execPath, 'leak.mjs'], 0],
    ['of a leak with another code chosen', ['--exit-code=9'], [process.execPath, 'leak.mjs'], 9],
  ])('%s', (_what, options, command, expected) => {
    expect(guarded([...options, '--', ...command]).status).toBe(expected)
  })

  test('of a leak while the guard is off', () => {
    const { status, stderr } = place.run(['run', '--mode', 'off', '--', 'sh', '-c', 'exit 4'])
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' })
  })
})

test('the report names the line', () => {
  const { report, stderr } = guarded(['--', process.execPath, 'leak.mjs'])
  expect(report.verdict).toBe('leaks')
  expect(report.run.root.argv).toEqual(['runtime-guard', 'run', '--', process.execPath, 'leak.mjs'])
  expect(report.findings.map(({ code, site }) => ({ code, site }))).toEqual([
    { code: 'leaked-child', site: { file: `${place.directory}/leak.mjs`, line: 2, column: 15, function: '' } },
  ])
  const lines = stderr.split('\n')
  expect(lines[0]).toBe('runtime-guard  1 error from 1 call site')
  const at = lines.indexOf('  at leak.mjs:2:15')
  expect(lines.slice(at + 1, at + 3)).toEqual([
    "    2 | const child = spawn('sleep', ['20'], { stdio: 'ignore' })",
    '      |               ^',
  ])
})

test('a run around another one names the line, too', () => {
  const { report } = guarded(['--', process.execPath, cli, 'run', '--out', 'text', '--', process.execPath, 'leak.mjs'])
  expect(report.findings.map(({ code, site }) => ({ code, line: site?.line }))).toEqual([
    { code: 'leaked-child', line: 2 },
  ])
})

test('a clean command has its stdin and its stdout for itself, and nothing on stderr', () => {
  const { status, stdout, stderr } = place.run(['run', '--', 'cat'], { input: 'a\0b\n' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'a\0b\n', stderr: '' })
})

test('arguments arrive as they were given', () => {
  const odd = ['--mode', '--', '', 'a b', '$HOME', "'", '"']
  const script = 'console.log(JSON.stringify(process.argv.slice(1)))'
  expect(JSON.parse(place.run(['run', '--', process.execPath, '-e', script, '--', ...odd]).stdout)).toEqual(odd)
})

test('NODE_OPTIONS of the user stays in force', () => {
  const script =
    'console.log(process.execArgv.length, require("node:v8").getHeapStatistics().heap_size_limit < 2 ** 28)'
  const { stdout } = place.run(['run', '--', process.execPath, '-e', script], {
    env: { NODE_OPTIONS: '--max-old-space-size=64' },
  })
  expect(stdout).toBe('2 true\n')
})

test('a run inside a run: both see the leak, and the code of the inner one stays', () => {
  const inner = [process.execPath, cli, 'run', '--out', 'json:inner.json', '--', process.execPath, 'leak.mjs']
  const { status, report } = guarded(['--', ...inner])
  expect(status).toBe(70)
  expect(place.readReport('inner.json').findings.map((finding) => finding.child?.argv)).toEqual([['sleep', '20']])
  expect(report.findings.map((finding) => finding.child?.argv)).toEqual([['sleep', '20']])
})

describe('a wrong call', () => {
  place.write('plain.txt', 'no program')
  const script = place.write('no-interpreter', '#!/no/such/interpreter\n')
  chmodSync(script, 0o755)
  test.each([
    [['run', 'npm', 'test'], 2, 'put -- before the command: runtime-guard run -- npm test.'],
    [['run'], 2, 'run needs a command after --: runtime-guard run -- npm test.'],
    [['run', '--'], 2, 'the command after -- is empty: runtime-guard run -- npm test.'],
    [['run', 'x', '--', 'true'], 2, 'unexpected argument "x" before --.'],
    [
      ['run', '--mdoe', 'fail', '--', 'true'],
      2,
      'unknown option --mdoe of run (did you mean --mode?); see runtime-guard run --help.',
    ],
    [
      ['run', '--mode', 'fial', '--', 'true'],
      2,
      '--mode is "fial", expected report, fail, kill or off (did you mean fail?).',
    ],
    [['run', '--mode', '--', 'true'], 2, 'option --mode of run needs a value: report|fail|kill|off.'],
    [['run', '--strict=1', '--', 'true'], 2, 'option --strict of run takes no value.'],
    [['run', '--mode=fail', '--mode=fail', '--', 'true'], 2, 'option --mode of run is given twice.'],
    [['run', '--', 'no-such-command'], 127, 'the command "no-such-command" was not found.'],
    [
      ['run', '--', './no-interpreter'],
      127,
      '"./no-interpreter" cannot be started: the interpreter that its first line names was not found.',
    ],
    [['run', '--', './plain.txt'], 126, 'the command "./plain.txt" is not executable.'],
    [['run', '--', '\u001b[2J'], 127, 'the command "\\u001b[2J" was not found.'],
    [['rnu'], 2, 'unknown command "rnu" (did you mean run?); runtime-guard --help lists the commands.'],
    [['--mode'], 2, 'unknown option "--mode"; runtime-guard --help lists the commands.'],
    [[], 2, 'a command is missing; runtime-guard --help lists them.'],
  ])('%j ends with %i and one sentence', (args, code, sentence) => {
    const { status, stdout, stderr } = place.run(args)
    expect({ status, stdout, stderr }).toEqual({ status: code, stdout: '', stderr: `runtime-guard: ${sentence}\n` })
  })
})

describe('what is wrong around it never disturbs the command', () => {
  test.each<[string, NodeJS.ProcessEnv, string]>([
    [
      'a value that is not understood',
      { RUNTIME_GUARD_GRACE_MS: 'soon' },
      'runtime-guard: RUNTIME_GUARD_GRACE_MS is "soon", expected a whole number of milliseconds from 0 to 2147483647; it is ignored.\n',
    ],
    [
      'a misspelt name',
      { RUNTIME_GUARD_MDOE: 'fail' },
      'runtime-guard: RUNTIME_GUARD_MDOE is not a setting (did you mean RUNTIME_GUARD_MODE?); it is ignored.\n',
    ],
    [
      'a path that cannot be written',
      { RUNTIME_GUARD_OUT: 'json:/proc/no/report.json' },
      'runtime-guard: the report cannot be written to "/proc/no/report.json" (ENOENT).\n',
    ],
  ])('%s', (_what, env, sentence) => {
    const { status, stdout, stderr } = place.run(['run', '--', 'sh', '-c', 'echo out; exit 5'], { env })
    expect({ status, stdout, stderr }).toEqual({ status: 5, stdout: 'out\n', stderr: sentence })
  })

  test('a stderr that is closed', () => {
    const command = `exec "$0" "$1" run --out text,json:report.json -- "$0" leak.mjs 2>&-`
    const { status } = spawnSync('sh', ['-c', command, process.execPath, cli], {
      cwd: place.directory,
      env: place.env(),
      timeout: 30_000,
      killSignal: 'SIGKILL',
    })
    endLeaked(place.readReport('report.json'))
    expect(status).toBe(70)
  })
})

describe('signals', () => {
  const out = ['run', '--out', 'json:signal.json', '--']

  test('a cancelled job: SIGTERM to the wrapper reaches the command, and the verdict is given', async () => {
    const program = place.start([cli, ...out, process.execPath, 'serve.mjs'])
    await program.printed('ready')
    program.kill('SIGTERM')
    expect(await program.ended).toEqual({ code: 143, signal: null })
    const report = place.readReport('signal.json')
    endLeaked(report)
    expect(report.run.exitCode).toBe(143)
    expect(report.findings.map(({ code, child }) => [code, child?.argv])).toEqual([['leaked-child', ['sleep', '20']]])
  })

  test('Ctrl-C to the whole group: the command ends as it likes, and the verdict is given', async () => {
    place.write(
      'interrupted.mjs',
      `process.once('SIGINT', () => process.exit(9))
setInterval(() => {}, 1000)
console.log('ready')
`,
    )
    const program = place.start([cli, ...out, process.execPath, 'interrupted.mjs'], { detached: true })
    await program.printed('ready')
    process.kill(-program.pid, 'SIGINT')
    expect(await program.ended).toEqual({ code: 9, signal: null })
    expect(place.readReport('signal.json').verdict).toBe('clean')
  })

  test('a program that ends well on SIGTERM ends well', async () => {
    const script = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('ready')"
    const program = place.start([cli, ...out, process.execPath, '-e', script])
    await program.printed('ready')
    program.kill('SIGTERM')
    expect(await program.ended).toEqual({ code: 0, signal: null })
  })

  test('a command that does not listen: the second signal is the last, and what lives is named', async () => {
    const script =
      "process.on('SIGTERM', () => console.log('no')); setTimeout(() => process.exit(), 20_000); console.log('ready', process.pid)"
    const program = place.start([cli, ...out, process.execPath, '-e', script], { detached: true })
    await program.printed('ready')
    const pid = Number(/ready (\d+)/.exec(program.stdout)?.[1])
    program.kill('SIGTERM')
    await program.printed('no')
    program.kill('SIGTERM')
    // The command holds our pipe; once the verdict is written the wrapper has ended.
    await program.printed('no\nno')
    const code = await new Promise((resolve) => {
      program.onExit(resolve)
    })
    const report = place.readReport('signal.json')
    endProcess(pid)
    await program.ended
    expect(code).toBe(143)
    expect(report.findings.map(({ child }) => child?.pid)).toEqual([pid])
  })
})
