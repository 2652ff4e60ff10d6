import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

/** What every program has: a shell that writes the pid of what it starts, so that it is known whatever becomes of the shell. */
const prelude = `const { spawn, exec, execFile, execSync, spawnSync, fork } = require('node:child_process')
const { readFileSync } = require('node:fs')
const state = (pid) => { try { return readFileSync('/proc/' + pid + '/stat', 'utf8').replace(/^.*\\) /, '')[0] } catch { return 'gone' } }
const isLive = (pid) => !['Z', 'X', 'gone'].includes(state(pid))
const untilGone = (pids, then) => pids.some(isLive) ? setTimeout(untilGone, 20, pids, then) : then()
const print = (...values) => console.log(JSON.stringify(values))
`

async function runMain(
  enforce: string | undefined,
  text: string,
  files: Record<string, string> = {},
): Promise<ProgramResult & { lines: unknown[] }> {
  const result = await runProgram({
    files: { 'main.cjs': prelude + text, ...files },
    env: { RUNTIME_GUARD_ENFORCE: enforce, RUNTIME_GUARD_KILL_GRACE_MS: '400' },
  })
  const lines = result.stdout.split('\n').filter((line) => line.startsWith('['))
  return { ...result, lines: lines.map((line) => JSON.parse(line) as unknown) }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Ends itself after 20 s, so that a test that fails leaves nothing. */
const shell = (before = ''): string => JSON.stringify(`${before}sleep 20 & echo $!; wait`)
const stubborn = `trap "" TERM; `

describe('enforced trees', { timeout: 60_000 }, () => {
  it('a kill of the shell ends what is behind it, so that its pipes close', async () => {
    const { lines, report } = await runMain(
      'tree',
      `const child = spawn('sh', ['-c', ${shell()}])
child.stdout.once('data', (pid) => {
  print(child.kill(), child.killed, child.kill())
  child.on('close', (code, signal) => print(code, signal, isLive(Number(pid)), child.kill()))
})
`,
    )
    expect(lines).toEqual([
      [true, true, true],
      [null, 'SIGTERM', false, false],
    ])
    expect(report?.verdict).toBe('clean')
  })

  it('without it, they do not', async () => {
    const { lines } = await runMain(
      undefined,
      `const child = spawn('sh', ['-c', ${shell()}])
child.stdout.once('data', (pid) => {
  child.on('exit', () => { print(isLive(Number(pid))); process.kill(Number(pid), 'SIGKILL') })
  child.kill()
})
`,
    )
    expect(lines).toEqual([[true]])
  })

  it.each([
    [
      'timeout of exec',
      `exec(${shell()}, { timeout: 300 }, (error, stdout) => end(error.killed, error.signal, stdout))`,
      [true, 'SIGTERM'],
    ],
    [
      'timeout of exec, of a shell that ignores SIGTERM',
      `exec(${shell(stubborn)}, { timeout: 300 }, (error, stdout) => end(error.killed, error.signal, stdout))`,
      [true, 'SIGKILL'],
    ],
    [
      'signal of spawn',
      `let out = ''
const child = spawn(${shell()}, { shell: true, signal: AbortSignal.timeout(300) }).on('error', () => {})
child.stdout.on('data', (data) => (out += data))
child.on('close', (code, signal) => end(code, signal, out))`,
      [null, 'SIGTERM'],
    ],
    [
      'process.kill of a group',
      `const child = spawn('sh', ['-c', ${JSON.stringify('setsid sleep 20 & echo $!; wait')}], { detached: true })
child.stdout.once('data', (out) => { process.kill(-child.pid); child.on('exit', (code, signal) => end(code, signal, out)) })`,
      [null, 'SIGTERM'],
    ],
    [
      'kill of a child that has ended',
      `const child = spawn('sh', ['-c', 'sleep 20 & echo $!'])
child.stdout.once('data', (out) => child.once('exit', () => {
  try { process.kill(child.pid) } catch (error) { end(error.code, child.kill(), out) }
}))`,
      ['ESRCH', false],
    ],
    [
      'the program kill(1)',
      `const child = spawn('sh', ['-c', ${shell()}])
child.stdout.once('data', (out) => execFile('kill', ['-9', String(child.pid)], (error) => end(error, null, out)))`,
      [null, null],
    ],
    [
      'timeout of execSync',
      `let caught
try { execSync(${shell()}, { timeout: 300 }) } catch (error) { caught = error }
end(caught.code, caught.signal, caught.stdout)`,
      ['ETIMEDOUT', 'SIGTERM'],
    ],
    [
      'timeout of spawnSync, of a shell that ignores SIGTERM',
      `const { error, signal, stdout } = spawnSync('sh', ['-c', ${shell(stubborn)}], { timeout: 300 })
end(error.code, signal, stdout)`,
      ['ETIMEDOUT', 'SIGKILL'],
    ],
    [
      'maxBuffer of spawnSync',
      `const { error, signal, stdout } = spawnSync('sh', ['-c', 'sleep 20 & echo $!; exec yes'], { maxBuffer: 1000 })
end(error.code, signal, stdout)`,
      ['ENOBUFS', 'SIGTERM'],
    ],
  ])('%s', async (_, body, expected) => {
    const { lines, stderr } = await runMain(
      'tree',
      `const end = (a, b, out) => untilGone([parseInt(String(out), 10)], () => { print(a, b); process.exit() })
${body}
`,
    )
    expect(lines).toEqual([expected])
    expect(stderr).toBe('')
  })

  it('holds although the program ends right after the kill', async () => {
    const { lines, report } = await runMain(
      'tree',
      `const child = spawn('sh', ['-c', ${shell(stubborn)}])
child.stdout.once('data', (pid) => { print(child.pid, Number(pid)); child.kill(); process.exit() })
`,
    )
    expect((lines.flat() as number[]).map(isAlive)).toEqual([false, false])
    expect(report?.verdict).toBe('clean')
  })

  it('a signal that is a message reaches the child alone, once', async () => {
    const { lines } = await runMain(
      'tree',
      `const child = spawn(process.execPath, ['-e', 'let n = 0; process.on("SIGHUP", () => process.stdout.write("hup")); process.stdout.write("up"); setTimeout(() => {}, 20000)'])
let out = ''
child.stdout.on('data', (data) => {
  out += data
  if (out === 'up') child.kill('SIGHUP')
  else setTimeout(() => { print(out); child.kill('SIGKILL') }, 600)
})
`,
    )
    expect(lines).toEqual([['uphup']])
  })

  it('a second kill goes to all again, and SIGKILL ends the grace', async () => {
    const program = `let n = 0; process.on("SIGINT", () => { console.log("int " + ++n) }); console.log("up"); setTimeout(() => {}, 20000)`
    const result = await runProgram({
      files: {
        'main.cjs': `${prelude}
const child = spawn('sh', ['-c', '"$NODE" deaf.js; true'], { env: { ...process.env, NODE: process.execPath } })
let out = ''
child.stdout.on('data', (data) => {
  out += data
  if (data.includes('up')) child.kill('SIGINT')
  if (data.includes('int 1')) child.kill('SIGINT')
  if (data.includes('int 2')) child.kill('SIGKILL')
})
child.on('close', () => print(out.trim().split('\\n')))
`,
        'deaf.js': program,
      },
      env: { RUNTIME_GUARD_ENFORCE: 'tree', RUNTIME_GUARD_KILL_GRACE_MS: '20000' },
    })
    expect(JSON.parse(result.stdout)).toEqual([['up', 'int 1', 'int 2']])
  })
})

describe('an enforced deadline', { timeout: 60_000 }, () => {
  it('bounds what has none of its own, and says so', async () => {
    const { lines, stderr } = await runMain(
      'deadline:400',
      `const child = spawn('sh', ['-c', ${shell()}])
let out = ''
child.stdout.on('data', (data) => (out += data))
child.on('close', (code, signal) => print(code, signal, isLive(parseInt(out, 10))))
`,
    )
    expect(lines).toEqual([[null, 'SIGTERM', false]])
    expect(stderr).toMatch(
      /^runtime-guard: sh -c .* \(pid \d+\) was still running after the deadline of 400 ms and is being ended \(started at main\.cjs:\d+:\d+\)\.\n$/,
    )
  })

  it('leaves alone what has one, and what was let go of', async () => {
    const { lines, stderr } = await runMain(
      'deadline:300',
      `const left = [
  spawn('sleep', ['20'], { timeout: 20000 }),
  spawn('sleep', ['20'], { signal: AbortSignal.timeout(20000) }),
  exec('exec sleep 20', { timeout: 20000 }),
  execFile('sleep', ['20'], { timeout: 20000 }),
]
const daemon = spawn('sleep', ['20'], { detached: true, stdio: 'ignore' })
daemon.unref()
setTimeout(() => {
  print([...left, daemon].map(({ pid }) => isLive(pid)))
  for (const child of [...left, daemon]) child.on('error', () => {}).kill('SIGKILL')
  process.exitCode = 0
}, 1000)
`,
    )
    expect(lines).toEqual([[[true, true, true, true, true]]])
    expect(stderr).toBe('')
  })

  it('bounds synchronous calls', async () => {
    const { lines } = await runMain(
      'deadline:300',
      `const { error, signal, stdout } = spawnSync('sh', ['-c', ${shell()}])
print(error.code, signal, isLive(parseInt(String(stdout), 10)))
`,
    )
    expect(lines).toEqual([['ETIMEDOUT', 'SIGTERM', false]])
  })
})

describe('an enforced end of the owner', { timeout: 60_000 }, () => {
  it('ends what a member of the run leaves, and says so', async () => {
    const { lines, stderr, report } = await runMain(
      'exit',
      `fork('./member.cjs', { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
`,
      {
        'member.cjs': `const { spawn } = require('node:child_process')
const child = spawn('sh', ['-c', 'sleep 20 & wait'], { stdio: 'ignore' })
console.log(JSON.stringify([child.pid]))
setTimeout(() => process.exit(), 200)
`,
      },
    )
    expect((lines.flat() as number[]).map(isAlive)).toEqual([false])
    expect(stderr).toMatch(
      /^runtime-guard: sh -c .* \(pid \d+\) outlived process \d+, which had started it, and was ended \(started at member\.cjs:2:15\)\.\n$/,
    )
    expect(report?.verdict).toBe('clean')
  })

  it('ends what the root leaves after it has been named, and keeps what may stay', async () => {
    const result = await runMain(
      'exit',
      `spawn('sleep', ['20'], { stdio: 'ignore' })
spawn('sleep', ['21'], { stdio: 'ignore', env: { ...process.env, RUNTIME_GUARD_KEEP: 'shared' } })
setTimeout(() => process.exit(), 200)
`,
    )
    expect(summarise(result)).toEqual([
      expect.stringMatching(/^error leaked-child at main\.cjs:\d+:\d+: spawn sleep 20$/),
    ])
    expect(result.report?.kill?.ended.map(({ argv }) => argv)).toEqual([['sleep', '20']])
    expect(result.code).toBe(0)
    for (const { finding } of result.report?.policy?.allowed ?? []) process.kill(finding.child?.pid ?? 0, 'SIGKILL')
  })
})
