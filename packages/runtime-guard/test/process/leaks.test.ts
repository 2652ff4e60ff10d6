import { afterAll, describe, expect, it } from 'vitest'
import { removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

afterAll(removeDirectories)

const fail = { RUNTIME_GUARD_MODE: 'fail' }

async function runMain(text: string, files: Record<string, string> = {}): Promise<ProgramResult> {
  return await runProgram({ files: { 'main.js': text, ...files }, env: fail })
}

describe('a child that outlives its owner', { timeout: 60_000 }, () => {
  it('is found with its line when it was only unref’d', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
function start() {
  return spawn('sleep', ['30'], { stdio: 'ignore' })
}
start().unref()
`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:3:10: spawn sleep 30'])
    expect(result.code).toBe(70)
    expect(result.report?.run.exitCode).toBe(0)
    expect(result.stderr).toContain('main.js:3:10 (start)')
  })

  it('is found after process.exit', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore' })
process.exit()
`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:1: spawn sleep 30'])
    expect(result.code).toBe(70)
  })

  it('is found when it was detached and not let go of', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore', detached: true })
setTimeout(() => process.exit(0), 50)
`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:2:1: spawn sleep 30'])
    expect(result.report?.findings[0]?.child?.detached).toBe(true)
  })

  it('is a warning when it was let go of in the documented way', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
spawn('sleep', ['30'], { stdio: 'ignore', detached: true }).unref()
`)
    expect(summarise(result)).toEqual(['warning undeclared-daemon at main.js:2:1: spawn sleep 30'])
    expect(result.code).toBe(0)
  })

  it('is found when it is a forked program that stays although the channel is gone', async () => {
    const result = await runMain(
      `const { fork } = require('node:child_process')
fork(__dirname + '/forked.js').once('message', () => process.exit(0))
`,
      { 'forked.js': `setTimeout(() => {}, 30_000); process.send('up')` },
    )
    expect(result.report?.findings.map(({ code, site }) => [code, site?.line, site?.column])).toEqual([
      ['open-ipc', 2, 1],
    ])
    expect(result.report?.findings[0]?.child?.method).toBe('fork')
    expect(result.report?.findings[0]?.message).toContain('`node forked.js`')
  })

  it('is found behind a shell, with the shell', async () => {
    const result = await runMain(`const { exec } = require('node:child_process')
exec('sleep 30; true', () => {})
setTimeout(() => process.exit(0), 300)
`)
    expect(summarise(result)).toEqual([
      'error leaked-child at main.js:2:1: exec /bin/sh -c sleep 30; true',
      'error orphan-descendant at main.js:2:1: descendant sleep 30',
    ])
    expect(result.report?.findings[0]?.descendants.map(({ argv }) => argv)).toEqual([['sleep', '30']])
  })

  it('is found behind a shell that was killed', async () => {
    const result = await runMain(`const { exec } = require('node:child_process')
const child = exec('sleep 30; true', () => {})
setTimeout(() => child.kill(), 300)
child.once('exit', () => process.exit(0))
`)
    expect(summarise(result)).toEqual(['error kill-ineffective at main.js:2:15: descendant sleep 30'])
    expect(result.code).toBe(70)
  })

  it('is found behind a package manager that was killed', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')
const manager = spawn(process.execPath, ['vendor/node_modules/manager/cli.js'], { stdio: ['ignore', 'pipe', 'inherit'] })
manager.stdout.once('data', () => manager.kill('SIGKILL'))
manager.once('exit', () => process.exit(0))
`,
      {
        'vendor/node_modules/manager/cli.js': `require('node:child_process').spawn('sh', ['-c', 'sleep 1; echo up; sleep 30; true'], { stdio: 'inherit' })`,
      },
    )
    expect(summarise(result)).toEqual([
      'error kill-ineffective at main.js:2:17: spawn sh -c sleep 1; echo up; sleep 30; true',
      'error kill-ineffective at main.js:2:17: descendant sleep 30',
    ])
    expect(result.report?.findings[0]?.message).toMatch(/still running after SIGKILL was sent to `node .*cli\.js`/)
  })

  it('is found in a promise that never settles', async () => {
    const result = await runMain(`const { promisify } = require('node:util')
const run = promisify(require('node:child_process').execFile)
async function work() {
  await run('sleep', ['30'])
}
work()
setTimeout(() => process.exit(0), 100)
`)
    expect(summarise(result)).toEqual(['error leaked-child at main.js:4:9: execFile sleep 30'])
  })

  it('is found when a synchronous call left it', async () => {
    const result = await runMain(`const { execSync } = require('node:child_process')
execSync('sleep 30 > /dev/null 2>&1 & true')
`)
    expect(summarise(result)).toEqual(['error orphan-descendant at main.js:2:1: descendant sleep 30'])
    expect(result.report?.stats.byMethod).toEqual({ execSync: 1 })
  })

  it('is found when it was started by the exports of an ES module', async () => {
    const result = await runProgram({
      files: {
        'main.mjs': `import { spawn } from 'node:child_process'\n\nspawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n`,
      },
      env: fail,
    })
    expect(summarise(result)).toEqual(['error leaked-child at main.mjs:3:1: spawn sleep 30'])
  })

  it('is found without a cookie in its environment', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
spawn('sh', ['-c', 'sleep 30; true'], { stdio: 'ignore', env: { PATH: process.env.PATH } }).unref()
setTimeout(() => {}, 300)
`)
    expect(summarise(result)).toEqual([
      'error leaked-child at main.js:2:1: spawn sh -c sleep 30; true',
      'error orphan-descendant at main.js:2:1: descendant sleep 30',
    ])
  })

  it('is found in the background without parent and cookie', async () => {
    const result = await runMain(`const { exec } = require('node:child_process')
exec('env -i /bin/sleep 30 > /dev/null 2>&1 < /dev/null &', () => {})
`)
    expect(summarise(result)).toEqual(['error orphan-descendant at main.js:2:1: descendant /bin/sleep 30'])
    expect(result.report?.findings[0]?.message).toContain('(likely')
  })

  it('is found in a session of its own without parent and cookie', async () => {
    const result = await runMain(`const { spawn } = require('node:child_process')
const child = spawn('sh', ['-c', 'sleep 30 & exit 0'], { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH } })
child.once('exit', () => {})
`)
    expect(summarise(result)).toEqual(['error orphan-descendant at main.js:2:15: descendant sleep 30'])
  })
})

describe('a child that may stay', { timeout: 60_000 }, () => {
  it('is listed as accepted, by what the program or the environment of the child says', async () => {
    const result = await runProgram({
      files: {
        'main.mjs': `import { spawn } from 'node:child_process'
import { allow } from '${new URL('../../dist/api.js', import.meta.url).href}'
allow(spawn('sleep', ['30'], { stdio: 'ignore' }), 'shared by all suites')
spawn('sleep', ['31'], { stdio: 'ignore', env: { ...process.env, RUNTIME_GUARD_KEEP: 'ends by itself' } })
process.exit()
`,
      },
      env: { RUNTIME_GUARD_MODE: 'fail' },
    })
    expect(result.code).toBe(0)
    expect(summarise(result)).toEqual([])
    expect(
      result.report?.policy?.allowed.map(({ by, reason, finding }) => [by, reason, finding.code, finding.site?.line]),
    ).toEqual([
      ['program', 'shared by all suites', 'leaked-child', 3],
      ['program', 'ends by itself', 'leaked-child', 4],
    ])
    expect(result.stderr).not.toContain('RUNTIME_GUARD_KEEP')
  })
})

describe('an owner that ends before the run', { timeout: 60_000 }, () => {
  it('is a worker thread that was terminated', async () => {
    const result = await runMain(`const { Worker, isMainThread, parentPort } = require('node:worker_threads')
if (isMainThread) {
  const worker = new Worker(__filename)
  worker.once('message', () => worker.terminate())
} else {
  require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' })
  parentPort.postMessage('started')
}
`)
    expect(summarise(result)).toEqual(['error thread-orphan at main.js:6:33: spawn sleep 30'])
    expect(result.report?.findings[0]?.child?.threadId).toBe(1)
  })

  it('is a worker thread with an empty environment', async () => {
    const result = await runMain(`const { Worker, isMainThread, parentPort } = require('node:worker_threads')
if (isMainThread) {
  new Worker(__filename, { env: {} })
} else {
  require('node:child_process').spawn('/bin/sleep', ['30'], { stdio: 'ignore' }).unref()
}
`)
    expect(summarise(result)).toEqual(['error thread-orphan at main.js:5:33: spawn /bin/sleep 30'])
  })

  it('is a member that ended cleanly', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')
spawn(process.execPath, [__dirname + '/member.js'], { stdio: 'inherit' })
`,
      { 'member.js': `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n` },
    )
    expect(summarise(result)).toEqual(['error leaked-child at member.js:1:31: spawn sleep 30'])
    expect(result.report?.stats).toEqual({ processes: 2, spawned: 2, peakLive: 2, byMethod: { spawn: 2 } })
  })

  it('is a member that was killed in the step after the start', async () => {
    const result = await runMain(
      `const { spawn } = require('node:child_process')
spawn(process.execPath, [__dirname + '/member.js'], { stdio: 'inherit' }).on('exit', () => {})
`,
      {
        'member.js': `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' })
process.kill(process.pid, 'SIGKILL')
`,
      },
    )
    expect(summarise(result)).toEqual(['error leaked-child at member.js:1:31: spawn sleep 30'])
  })

  it('is a member two Node processes below', async () => {
    const result = await runMain(
      `require('node:child_process').spawnSync(process.execPath, [__dirname + '/outer.js'], { stdio: 'inherit' })\n`,
      {
        'outer.js': `require('node:child_process').execFile(process.execPath, [__dirname + '/inner.js'])\n`,
        'inner.js': `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()\n`,
      },
    )
    expect(summarise(result)).toEqual(['error leaked-child at inner.js:1:31: spawn sleep 30'])
    expect(result.code).toBe(70)
  })

  it.each(['forks', 'threads'])('is a vitest worker of the pool %s', async (pool) => {
    const result = await runProgram({
      files: {
        'main.mjs': `import { startVitest } from 'vitest/node'
const vitest = await startVitest('test', [], { root: import.meta.dirname, watch: false, pool: '${pool}', reporters: ['dot'] })
await vitest.close()
`,
        'leaks.test.ts': `import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'

interface Server {
  port: number
}

it('starts a server', () => {
  const server: Server = { port: 1 }
  spawn('sleep', ['30'], { stdio: 'ignore' })
  expect(server.port).toBe(1)
})
`,
      },
      env: fail,
    })
    expect(summarise(result)).toEqual([
      `error ${pool === 'threads' ? 'thread-orphan' : 'leaked-child'} at leaks.test.ts:10:3: spawn sleep 30`,
    ])
    expect(result.code).toBe(70)
    expect(result.stdout).toContain('1 passed')
  })
})
