/**
 * Tells the guard which test of `node:test` runs: `NODE_OPTIONS="--import runtime-guard/node-test"`, or `node --import
 * runtime-guard/node-test --test`. Without the guard in the process it does nothing. Node 24.17 and later tell of concurrent
 * tests too; before that, of tests that run one after the other.
 */
import type { TestScope } from '../journal/TestScope.ts'
import { TestTracker } from './TestTracker.ts'

/** What Node publishes when a test starts and ends, one object for both (24.22 and 26.12). */
interface TestMessage {
  name: string
  file?: string
  type: 'test' | 'suite'
}

interface TestContext {
  name: string
  fullName?: string
  filePath?: string
}

type Hook = (hook: (context: TestContext) => unknown) => void

interface StoreChannel {
  bindStore(store: unknown, transform: (message: TestMessage) => TestScope | undefined): void
  subscribe(listener: (message: unknown) => void): void
}

const { env, execArgv } = process
const tracker = TestTracker.find()
// The runner itself runs no test, and a program that only happens to have this preloaded must not become a suite.
const isTestProcess =
  env.NODE_TEST_CONTEXT !== undefined || execArgv.some((word) => word.endsWith('test-isolation=none'))
if (tracker) {
  const isTold = observeChannel(tracker)
  if (isTestProcess) await observeHooks(tracker, isTold)
}

/** False where this Node does not publish its tests, or attribution is off. */
function observeChannel(tests: TestTracker): boolean {
  const { store } = tests
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (store === undefined || major < 24 || (major === 24 && minor < 17) || major === 25) return false
  const channels = process.getBuiltinModule('node:diagnostics_channel')
  const { start, end } = channels.tracingChannel('node.test') as unknown as { start: StoreChannel; end: StoreChannel }
  const scopes = new WeakMap<object, TestScope>()
  start.bindStore(store, (message) => {
    const outer = store.getStore()
    // The file itself is a test too, which is told of when all of its tests are over.
    if (message.name === '<root>') return outer
    const name =
      outer && !outer.isOver && outer.file === message.file ? `${outer.name} > ${message.name}` : message.name
    const scope = tests.begin(name, message.file ?? '', message.type === 'suite' ? 'hook' : 'test')
    scopes.set(message, scope)
    return scope
  })
  end.subscribe((message) => {
    const scope = scopes.get(message as object)
    if (scope) tests.end(scope)
  })
  return true
}

/** Hooks around every test of the process: they begin and end tests where no channel does, and fail those that leave children. */
async function observeHooks(tests: TestTracker, isTold: boolean): Promise<void> {
  const { beforeEach, afterEach } = (await import('node:test')) as unknown as { beforeEach: Hook; afterEach: Hook }
  const scopes = new WeakMap<TestContext, TestScope>()
  if (!isTold)
    beforeEach((context) => {
      const file = context.filePath ?? process.argv[1] ?? ''
      scopes.set(context, tests.begin(context.fullName ?? context.name, file))
    })
  else if (!tests.mayFail) return
  afterEach(async (context) => {
    const scope = isTold ? tests.find([])?.scope : scopes.get(context)
    if (scope === undefined) return
    if (!isTold) tests.end(scope)
    const failure = await tests.findFailure(scope)
    if (failure) throw failure
  })
}
