import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { endProcess, removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

const strangers: ChildProcess[] = []

/** A process that no run has to do with. */
function startStranger(): ChildProcess {
  const stranger = spawn('sleep', ['40'], { stdio: 'ignore' }).on('error', (error) => {
    throw error
  })
  strangers.push(stranger)
  return stranger
}

afterEach(() => {
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL')
})
afterAll(removeDirectories)

const api = new URL('../../dist/api.js', import.meta.url).href

async function runMain(text: string, env: Record<string, string> = {}): Promise<ProgramResult> {
  return await runProgram({
    files: { 'main.mjs': text },
    env: { RUNTIME_GUARD_MODE: 'kill', RUNTIME_GUARD_KILL_GRACE_MS: '500', ...env },
  })
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  if (child.signalCode === null) await once(child, 'exit')
  return child.signalCode
}

function summariseKill(result: ProgramResult): { ended: string[]; survivors: string[] } {
  const { ended = [], survivors = [] } = result.report?.kill ?? {}
  return {
    ended: ended.map(({ argv, signal }) => `${argv.join(' ')} with ${signal}`).sort(),
    survivors: survivors.map(({ argv, reason }) => `${argv.join(' ')}: ${reason}`),
  }
}

describe('mode kill', { timeout: 60_000 }, () => {
  it('ends what is left, the shell and what is behind it, and fails the run', async () => {
    const result = await runMain(`import { exec } from 'node:child_process'
exec('sleep 30; true')
setTimeout(() => process.exit(), 200)
`)
    expect(summarise(result)).toEqual([
      'error leaked-child at main.mjs:2:1: exec /bin/sh -c sleep 30; true',
      'error orphan-descendant at main.mjs:2:1: descendant sleep 30',
    ])
    expect(summariseKill(result)).toEqual({
      ended: ['/bin/sh -c sleep 30; true with SIGTERM', 'sleep 30 with SIGTERM'],
      survivors: [],
    })
    for (const { pid } of result.report?.kill?.ended ?? []) expect(isAlive(pid)).toBe(false)
    expect(result.code).toBe(70)
    expect(result.stderr).toContain('ended 2 processes')
  })

  it('reaches what ignores SIGTERM, what is stopped, what left the session, and what has no mark but a parent with one', async () => {
    const result = await runMain(`import { spawn } from 'node:child_process'
const start = (command, options) => spawn('sh', ['-c', command], { stdio: 'ignore', ...options }).unref()
start('trap "" TERM; sleep 30; sleep 31')
start('kill -STOP $$; sleep 32')
start('setsid sh -c "sleep 33 & sleep 34" & exit 0')
start('env -i sleep 35; sleep 36')
setTimeout(() => process.exit(), 700)
`)
    const { ended, survivors } = summariseKill(result)
    expect(survivors).toEqual([])
    const endOf = (text: string): string | undefined => ended.find((line) => line.startsWith(text))
    expect(endOf('sh -c trap')).toBe('sh -c trap "" TERM; sleep 30; sleep 31 with SIGKILL')
    expect(endOf('sh -c kill')).toBeDefined()
    for (const name of ['sleep 33', 'sleep 34', 'sleep 35']) expect(endOf(name)).toBe(`${name} with SIGTERM`)
    for (const { pid } of result.report?.kill?.ended ?? []) expect(isAlive(pid)).toBe(false)
  })

  it('leaves alone what does not belong to the run, and what may stay', async () => {
    const stranger = startStranger()
    const result = await runMain(`import { spawn } from 'node:child_process'
spawn('sleep', ['30'], { stdio: 'ignore' }).unref()
const kept = spawn('sh', ['-c', 'sleep 31 & sleep 32'], { stdio: 'ignore', env: { ...process.env, RUNTIME_GUARD_KEEP: 'shared' } })
kept.unref()
console.log(kept.pid)
setTimeout(() => process.exit(), 200)
`)
    const kept = Number(result.stdout)
    expect(summariseKill(result)).toEqual({ ended: ['sleep 30 with SIGTERM'], survivors: [] })
    expect([stranger.pid, kept].map((pid) => isAlive(pid ?? 0))).toEqual([true, true])
    endProcess(kept)
    for (const { finding } of result.report?.policy?.allowed ?? [])
      if (finding.child?.pid) endProcess(finding.child.pid)
  })

  it('does nothing to a run that has left nothing', async () => {
    const result = await runMain(`import { execFileSync } from 'node:child_process'
execFileSync('true')
`)
    expect({ kill: result.report?.kill, code: result.code, stderr: result.stderr }).toEqual({
      kill: undefined,
      code: 0,
      stderr: '',
    })
  })

  it('does not follow a journal that names a stranger', async () => {
    const stranger = startStranger()
    const result = await runMain(`import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, readdirSync } from 'node:fs'
spawn('sleep', ['30'], { stdio: 'ignore' }).unref()
const run = process.env.RUNTIME_GUARD_RUN
const [journal] = readdirSync(run)
const entry = JSON.parse(readFileSync(run + '/' + journal, 'utf8').split('\\n').find((line) => line.includes('"spawn"')))
const start = readFileSync('/proc/${stranger.pid}/stat', 'utf8').replace(/^.*\\) /, '').split(' ')[19]
appendFileSync(run + '/' + journal, JSON.stringify({ ...entry, id: entry.id + '9', pid: ${stranger.pid}, start }) + '\\n')
setTimeout(() => process.exit(), 200)
`)
    expect(result.report?.findings.map(({ child }) => child?.pid)).toContain(stranger.pid)
    expect(summariseKill(result)).toEqual({ ended: ['sleep 30 with SIGTERM'], survivors: [] })
    // The harness ends what a report names, with SIGKILL; the guard would have sent SIGTERM before.
    expect(await endOf(stranger)).toBe('SIGKILL')
  })
})

describe('a run whose root was killed', { timeout: 60_000 }, () => {
  const leak = `import { spawn } from 'node:child_process'
spawn('sh', ['-c', 'sleep 30; true'], { stdio: 'ignore' })
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300)
`
  const next = `import { spawn } from 'node:child_process'
spawn('true')
`

  it.each([
    ['kill', 'kill', '2 of them were ended now'],
    ['fail', 'kill', 'sweep` shows them'],
    ['kill', 'fail', 'sweep` shows them'],
  ])('in mode %s is cleaned up by the next run in mode %s: %s', async (mode, nextMode, fate) => {
    const first = await runMain(leak, { RUNTIME_GUARD_MODE: mode })
    const second = await runMain(next, { RUNTIME_GUARD_DIR: first.runsDirectory, RUNTIME_GUARD_MODE: nextMode })
    expect(second.stderr).toContain(`left 2 processes behind; `)
    expect(second.stderr).toContain(fate)
    const swept = await runProgram({
      files: {},
      command: [process.execPath, new URL('../../dist/cli.js', import.meta.url).pathname, 'sweep', '--kill'],
      env: { RUNTIME_GUARD_DIR: first.runsDirectory, RUNTIME_GUARD_OUT: undefined, RUNTIME_GUARD_KILL_GRACE_MS: '500' },
    })
    const isLeft = fate.includes('sweep')
    expect({ code: swept.code, says: swept.stdout.includes('ended 2 processes') }).toEqual({
      code: isLeft ? 1 : 0,
      says: isLeft,
    })
  })
})

describe('killTree', { timeout: 60_000 }, () => {
  const program = (body: string): string => `import { spawn, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { killTree } from '${api}'
const state = (pid) => { try { return readFileSync('/proc/' + pid + '/stat', 'utf8').replace(/^.*\\) /, '')[0] } catch { return 'gone' } }
const names = ({ ended, survivors }) => JSON.stringify({ ended: ended.map(({ argv, signal }) => argv.at(-1) + ' ' + signal).sort(), survivors })
${body}
`

  it('ends a child and what is behind it', async () => {
    const result = await runMain(
      program(`const child = spawn('sh', ['-c', 'sleep 30 & setsid sleep 31 & trap "" TERM; sleep 32; sleep 33'], { stdio: 'ignore' })
const other = spawn('sleep', ['34'], { stdio: 'ignore' })
setTimeout(async () => {
  console.log(names(await killTree(child, { graceMs: 300 })), state(child.pid), state(other.pid))
  other.kill()
}, 300)`),
    )
    const [json = '', ...states] = result.stdout.trim().split(/ (?=\S+ \S+$)| (?=\S+$)/)
    const { ended, survivors } = JSON.parse(json) as { ended: string[]; survivors: unknown[] }
    expect(ended).toEqual(expect.arrayContaining(['30 SIGTERM', '31 SIGTERM', '32 SIGKILL']))
    expect(survivors).toEqual([])
    expect(states.at(-1)).toBe('S')
    expect(result.report?.verdict).toBe('clean')
  })

  it('finds what is left behind a child that has ended, by way of a guarded process that has ended too', async () => {
    const result = await runProgram({
      files: {
        'main.mjs': program(`const child = fork('./middle.mjs', { stdio: 'ignore' })
child.once('exit', () => setTimeout(async () => console.log(names(await killTree(child))), 100))`),
        'middle.mjs': `import { spawn } from 'node:child_process'
spawn('sleep', ['30'], { stdio: 'ignore' })
setTimeout(() => process.exit(), 100)
`,
      },
    })
    expect(JSON.parse(result.stdout)).toEqual({ ended: ['30 SIGTERM'], survivors: [] })
  })

  it('works without the guard, and refuses what is no signal and no time', async () => {
    const result = await runProgram({
      nodeArgs: [],
      files: {
        'main.mjs': program(`const child = spawn('sh', ['-c', 'sleep 30; true'], { stdio: 'ignore' })
for (const options of [{ signal: 'SIGNONE' }, { graceMs: -1 }]) await killTree(child, options).catch((error) => console.log(error.message))
setTimeout(async () => {
  console.log(names(await killTree(child, { signal: 'SIGKILL' })))
  console.log(names(await killTree(spawn('/no/such/file').on('error', () => {}))))
}, 300)`),
      },
    })
    expect(result.stdout.trim().split('\n')).toEqual([
      '"SIGNONE" is no signal.',
      'graceMs must be a number of milliseconds from 0.',
      '{"ended":["30 SIGKILL","sleep 30; true SIGKILL"],"survivors":[]}',
      '{"ended":[],"survivors":[]}',
    ])
  })
})
