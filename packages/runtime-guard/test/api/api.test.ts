import { afterAll, describe, expect, expectTypeOf, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import { allow, scope, snapshot, verifyNone, type LiveChild, type Report, type Scope } from '../../src/index.ts'
import { preload, Workplace } from '../cli/startCli.ts'

const place = new Workplace()
afterAll(() => {
  place.remove()
})

const api = fileURLToPath(new URL('../../dist/api.js', import.meta.url))

/** Runs a program that prints one JSON value; children end by themselves after five seconds at most. */
async function run(body: string, options: { isArmed?: boolean } = {}): Promise<unknown> {
  place.write(
    'program.mjs',
    `import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as api from ${JSON.stringify(api)}
const start = (...args) => spawn('sleep', ['5', ...args], { stdio: 'ignore' })
const end = async (child) => { child.kill(); await once(child, 'close') }
const attempt = async (action) => { try { await action(); return 'ok' } catch (error) { return error.code ?? error.message } }
const print = (value) => console.log(JSON.stringify(value))
${body}
`,
  )
  const guard = options.isArmed === false ? [] : ['--require', preload]
  const program = place.start([...guard, 'program.mjs'])
  const { code } = await program.ended
  expect({ code, stderr: program.stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(program.stdout)
}

test('snapshot lists what runs, with its line', async () => {
  const body = `const child = start('0.5')
const during = api.snapshot()
await end(child)
print({ pid: child.pid, during, after: api.snapshot() })`
  const { pid, during, after } = (await run(body)) as { pid: number; during: LiveChild[]; after: LiveChild[] }
  expect(after).toEqual([])
  expect(
    during.map(({ id, startedAt, stack, ...rest }) => [typeof id, typeof startedAt, stack.length > 0, rest]),
  ).toEqual([
    [
      'string',
      'number',
      true,
      {
        pid,
        method: 'spawn',
        argv: ['sleep', '5', '0.5'],
        cwd: place.directory,
        detached: false,
        shell: false,
        threadId: 0,
        site: { file: `${place.directory}/program.mjs`, line: 4, column: 28, function: 'start' },
      },
    ],
  ])
})

test('a child that has ended and was not reaped yet is not running', async () => {
  const body = `const child = start()
child.kill('SIGKILL')
const cell = new Int32Array(new SharedArrayBuffer(4))
let left = 500
while (api.snapshot().length > 0 && left-- > 0) Atomics.wait(cell, 0, 0, 10)
print([child.exitCode, child.signalCode, api.snapshot().length])`
  expect(await run(body)).toEqual([null, null, 0])
})

describe('verifyNone', () => {
  test('waits for a child that is about to end', async () => {
    const body = `const child = start()
setTimeout(() => child.kill(), 20)
print(await attempt(() => api.verifyNone({ grace: 4000 })))`
    expect(await run(body)).toBe('ok')
  })

  test('rejects with the commands and the lines', async () => {
    const body = `const child = start()
const error = await api.verifyNone({ grace: 0 }).catch((error) => error)
await end(child)
print({ name: error.name, message: error.message, pids: error.children.map((one) => one.pid), pid: child.pid })`
    const { name, message, pids, pid } = (await run(body)) as Record<string, unknown>
    expect(name).toBe('LiveChildrenError')
    expect(pids).toEqual([pid])
    expect(String(message).replace(/\d+ ms ago/, 'now')).toBe(
      `1 child process is still running:\n  sleep 5 (pid ${String(pid)}, started with spawn now)\n    at program.mjs:4:28 (start)`,
    )
  })

  test('passes over what was there before, and over what is allowed', async () => {
    const body = `const [before, allowed] = [start(), start()]
const results = [await attempt(() => api.verifyNone({ grace: 0 }))]
api.allow(allowed, 'a pool')
results.push(await attempt(() => api.verifyNone({ grace: 0 })))
api.ignoreCurrent()
results.push(await attempt(() => api.verifyNone({ grace: 0 })))
const late = start()
results.push(await attempt(() => api.verifyNone({ grace: 0 })))
await Promise.all([before, allowed, late].map(end))
print(results)`
    expect(await run(body)).toEqual([
      'ERR_RUNTIME_GUARD_LIVE_CHILDREN',
      'ERR_RUNTIME_GUARD_LIVE_CHILDREN',
      'ok',
      'ERR_RUNTIME_GUARD_LIVE_CHILDREN',
    ])
  })

  test('a grace that is no time is refused', async () => {
    expect(await run(`print(await attempt(() => api.verifyNone({ grace: NaN })))`)).toBe(
      'grace must be a number of milliseconds from 0.',
    )
  })
})

test('a scope answers for what was started in it', async () => {
  const body = `const before = start()
const children = api.scope({ grace: 0 })
const results = [await attempt(() => children.verify())]
const inside = start()
results.push(await attempt(() => children[Symbol.asyncDispose]()))
await end(inside)
results.push(await attempt(() => children[Symbol.asyncDispose]()))
await end(before)
print(results)`
  expect(await run(body)).toEqual(['ok', 'ERR_RUNTIME_GUARD_LIVE_CHILDREN', 'ok'])
})

test('without the guard every question is refused, and nothing is changed by the import', async () => {
  const body = `const results = []
for (const name of ['snapshot', 'verifyNone', 'ignoreCurrent', 'scope']) results.push(await attempt(() => api[name]()))
const look = () => [Reflect.ownKeys(process), process.eventNames(), Object.keys(process.env)].map((names) => names.map(String).join())
const before = look()
await import(${JSON.stringify(`${api}?again`)})
print([results, before.filter((one, index) => one !== look()[index])])`
  expect(await run(body, { isArmed: false })).toEqual([Array(4).fill('ERR_RUNTIME_GUARD_NOT_ARMED'), []])
})

test('allow needs a reason and a child that was started', () => {
  expect(() => {
    allow({ pid: 1 }, ' ')
  }).toThrow(new TypeError('allow() needs a reason.'))
  expect(() => {
    allow({}, 'because')
  }).toThrow(new TypeError('allow() needs a child that was started: this one has no pid.'))
})

test('types', () => {
  expectTypeOf(snapshot).returns.toEqualTypeOf<LiveChild[]>()
  expectTypeOf(verifyNone).parameter(0).toEqualTypeOf<{ grace?: number } | undefined>()
  expectTypeOf(verifyNone).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(scope).returns.toEqualTypeOf<Scope>()
  expectTypeOf<Scope>().toExtend<AsyncDisposable>()
  expectTypeOf<Report['findings'][number]['severity']>().toEqualTypeOf<'error' | 'warning' | 'info'>()
})
