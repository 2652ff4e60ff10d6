import type { Guard } from './journal/guard.ts'
import { getNatives, useNatives } from './journal/natives.ts'
import { arm } from './observe/arm.ts'
import type { ExamineHang } from './journal/hang.ts'
import type { Observation } from './observe/Observation.ts'
import type { observeThread } from './observe/observeThread.ts'
import type * as Handles from './handles/watchHandles.ts'
import type * as Judgement from './verdict/judgement.ts'

// `NODE_OPTIONS` brings this file to whatever Node comes along: until the version is known, nothing newer than ES2015
// and no module of a recent Node may be used. The build lowers the syntax of everything that is bundled here.
declare const __filename: string
declare const __dirname: string
declare const module: { constructor: new (id: string) => CommonJsModule }
interface CommonJsModule {
  filename: string
  paths: string[]
  exports: unknown
  _compile(code: string, file: string): void
}

const observer = `${__dirname}/observe.cjs`
const judgement = `${__dirname}/judge.cjs`
const handles = `${__dirname}/handles.cjs`
const obstacle = findObstacle()
if (obstacle === undefined) {
  try {
    const ownFiles = [__filename, observer, judgement, handles]
    arm({ file: __filename, ownFiles, load, judge, watchHandles })
  } catch {
    // Unarmed is better than a program that does not start.
  }
} else if (process.env.RUNTIME_GUARD_UNSUPPORTED === undefined && process.env.RUNTIME_GUARD_MODE !== 'off') {
  // Children inherit the note, so that a tree of processes says it once.
  process.env.RUNTIME_GUARD_UNSUPPORTED = '1'
  say(`runtime-guard: ${obstacle} is not supported (Node ^20.19, ^22.13 or >=24 is); nothing is observed.\n`)
}

function findObstacle(): string | undefined {
  const versions = process.versions as Record<string, string | undefined>
  if (versions.bun !== undefined) return `Bun ${versions.bun}`
  if (versions.deno !== undefined) return `Deno ${versions.deno}`
  if (versions.electron !== undefined) return `Electron ${versions.electron}`
  const node = versions.node ?? ''
  const major = parseInt(node, 10)
  const minor = parseInt(node.slice(node.indexOf('.') + 1), 10)
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24
  return isSupported ? undefined : `Node ${node}`
}

function say(text: string): void {
  try {
    process.stderr.write(text)
  } catch {
    // Nobody listens.
  }
}

function load(guard: Guard, ownFiles: readonly string[]): Observation {
  const examine: ExamineHang = {
    begin: () => loadJudgement().beginHang(guard),
    report: (sample, silence, streams) => loadJudgement().reportHang(guard, sample, silence, streams),
    readRunSettings: () => loadJudgement().readSettingsOfRun(process.env),
    nameBlockedCalls: () => {
      blockedCalls ??= loadJudgement().openBlockedCalls({
        runDir: guard.owner.runDir,
        env: process.env,
        stderr: guard.stderr,
      })
      return blockedCalls.look()
    },
  }
  return (loadOwn(observer) as { observeThread: typeof observeThread }).observeThread(
    guard,
    ownFiles,
    examine,
    judgement,
    () => loadJudgement().openEnforcement(guard, judgement),
  )
}

function judge(guard: Guard, exitCode: number, isIdle: boolean): number {
  return loadJudgement().judgeAtExit(guard, exitCode, isIdle)
}

function watchHandles(guard: Guard, ownFiles: readonly string[]): void {
  try {
    ;(loadOwn(handles) as typeof Handles).watchHandles(guard, ownFiles)
  } catch {
    // The rest of the guard is armed all the same.
  }
}

let blockedCalls: ReturnType<typeof Judgement.openBlockedCalls> | undefined
let loadedJudgement: typeof Judgement | undefined

function loadJudgement(): typeof Judgement {
  return (loadedJudgement ??= loadOwn(judgement) as typeof Judgement)
}

/**
 * What follows children and what judges are files of their own: a program that starts none does not pay for reading
 * them. They are compiled here: hooks that a program has put around `require`, or mocks around `fs`, do not apply.
 */
function loadOwn(file: string): unknown {
  const loaded = new module.constructor(file)
  loaded.filename = file
  loaded.paths = []
  loaded._compile(useNatives + getNatives().readFileSync(file, 'utf8'), file)
  return loaded.exports
}
