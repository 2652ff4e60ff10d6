/**
 * The environment that tells the guard which test of jest runs: `testEnvironment: 'runtime-guard/jest'`, on top of
 * `jest-environment-node`, or of another environment with `testEnvironmentOptions: { runtimeGuard: { environment: 'jsdom' } }`.
 * Without the guard in the process it is that environment, and nothing else. Wants jest-circus (the default since jest 27).
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { TestScope } from '../journal/TestScope.ts'
import { TestTracker } from './TestTracker.ts'

interface Hook {
  fn?: unknown
  type: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll'
  parent: Block
}

interface Test {
  type: 'test'
  name: string
  fn?: unknown
  parent: Block
  errors: unknown[]
}

interface Block {
  type: 'describeBlock'
  name: string
  parent?: Block
  children: (Block | Test)[]
  hooks: Hook[]
}

interface State {
  rootDescribeBlock: Block
  currentlyRunningTest?: Test | null
}

interface CircusEvent {
  name: string
  test?: Test
}

interface Environment {
  setup(): Promise<void>
  teardown(): Promise<void>
  handleTestEvent?: (event: CircusEvent, state: State) => unknown
}

interface EnvironmentConfig {
  projectConfig: {
    rootDir: string
    testEnvironmentOptions?: { runtimeGuard?: { environment?: string } }
  }
}

interface EnvironmentContext {
  testPath: string
}

type EnvironmentClass = new (config: EnvironmentConfig, context: EnvironmentContext) => Environment

/** What jest calls with `new` for each file of tests; the environment that it gets is the one that it stands on. */
function makeEnvironment(config: EnvironmentConfig, context: EnvironmentContext): Environment {
  const Base = findEnvironment(config.projectConfig)
  const environment = new Base(config, context)
  const tracker = TestTracker.find()
  if (tracker) observe(environment, tracker, context.testPath)
  return environment
}

const RuntimeGuardEnvironment: EnvironmentClass = makeEnvironment as unknown as EnvironmentClass
export default RuntimeGuardEnvironment

/** The environment to stand on, found from where the project, or jest itself, finds it. Throws what to install. */
function findEnvironment({
  rootDir,
  testEnvironmentOptions = {},
}: EnvironmentConfig['projectConfig']): EnvironmentClass {
  const { environment = 'node' } = testEnvironmentOptions.runtimeGuard ?? {}
  const fromProject = createRequire(join(rootDir, 'package.json'))
  for (const name of [`jest-environment-${environment}`, environment]) {
    for (const path of findPlaces(fromProject)) {
      const loaded = loadFrom(path, name)
      if (loaded !== undefined) return loaded
    }
  }
  throw new Error(
    `runtime-guard/jest: the environment ${JSON.stringify(environment)} is not installed (testEnvironmentOptions.runtimeGuard.environment).`,
  )
}

/** jest brings its environment for Node along, where a project that installs strictly does not see it. */
function* findPlaces(fromProject: NodeJS.Require): Generator<NodeJS.Require> {
  yield fromProject
  let place = fromProject
  for (const name of ['jest', '@jest/core', 'jest-config']) {
    try {
      place = createRequire(place.resolve(name))
      yield place
    } catch {
      // It is hoisted: the places before know it.
    }
  }
}

function loadFrom(place: NodeJS.Require, name: string): EnvironmentClass | undefined {
  let file: string
  try {
    file = place.resolve(name)
  } catch {
    return undefined
  }
  const loaded = place(file) as { default?: EnvironmentClass; TestEnvironment?: EnvironmentClass } | EnvironmentClass
  return typeof loaded === 'function' ? loaded : (loaded.TestEnvironment ?? loaded.default)
}

type Wrapped = ((this: unknown, ...args: unknown[]) => unknown) & { length: number }

function observe(environment: Environment, tracker: TestTracker, file: string): void {
  const scopes = new WeakMap<Test, TestScope>()
  const listen = environment.handleTestEvent?.bind(environment)
  const teardown = environment.teardown.bind(environment)
  tracker.beginFile()
  tracker.beginRun(file)

  environment.teardown = async () => {
    tracker.endRun()
    await teardown()
  }
  environment.handleTestEvent = (event, state) => {
    const { name, test } = event
    if (name === 'run_start') wrapBlock(state.rootDescribeBlock, state)
    if (name === 'test_start' && test) scopes.set(test, tracker.begin(nameOf(test), file))
    if (name === 'run_finish') tracker.endRun()
    const answer = listen?.(event, state)
    return name === 'test_done' && test ? endTest(test, answer) : answer
  }

  async function endTest(test: Test, answer: unknown): Promise<void> {
    await answer
    const scope = scopes.get(test)
    if (scope === undefined) return
    tracker.end(scope)
    const failure = await tracker.findFailure(scope)
    if (failure) test.errors.push([failure, failure])
  }

  /** Concurrent tests of jest have no event of their own before their function runs. */
  function scopeOf(test: Test): TestScope {
    const known = scopes.get(test)
    if (known) return known
    const scope = tracker.begin(nameOf(test), file)
    scopes.set(test, scope)
    return scope
  }

  function wrapBlock(block: Block, state: State): void {
    for (const hook of block.hooks) {
      const own = (): TestScope => tracker.begin(nameOfHook(hook), file, 'hook')
      hook.fn = wrap(hook.fn, () =>
        hook.type.endsWith('Each') && state.currentlyRunningTest ? scopeOf(state.currentlyRunningTest) : own(),
      )
    }
    for (const child of block.children) {
      if (child.type === 'describeBlock') wrapBlock(child, state)
      else child.fn = wrap(child.fn, () => scopeOf(child))
    }
  }

  /** A function with a parameter waits for its callback: the length has to stay. */
  function wrap(fn: unknown, findScope: () => TestScope): unknown {
    if (typeof fn !== 'function') return fn
    const original = fn as Wrapped
    return new Proxy(original, {
      apply(target, receiver, args: unknown[]) {
        const scope = findScope()
        const result = tracker.run(scope, () => Reflect.apply(target, receiver, args))
        if (scope.kind === 'hook') void endHook(scope, result)
        return result
      },
    })
  }

  async function endHook(scope: TestScope, result: unknown): Promise<void> {
    try {
      await result
    } catch {
      // jest reports it.
    }
    tracker.end(scope)
  }
}

function nameOf({ name, parent }: Test): string {
  return [...namesOf(parent), name].join(' ')
}

function nameOfHook({ type, parent }: Hook): string {
  return [...namesOf(parent), type].join(' ')
}

function namesOf(block: Block): string[] {
  const names: string[] = []
  for (let current = block; current.parent !== undefined; current = current.parent) names.unshift(current.name)
  return names
}
