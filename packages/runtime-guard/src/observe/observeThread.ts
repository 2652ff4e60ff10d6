import type { Enforcement } from '../journal/enforcement.ts'
import type { Guard } from '../journal/guard.ts'
import { JournalWriter } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { rootOf } from '../journal/runDirectory.ts'
import { ChildObserver } from './ChildObserver.ts'
import { CallWatch } from './CallWatch.ts'
import { setOwnFiles } from './hideGuardFrames.ts'
import type { ExamineHang } from '../journal/hang.ts'
import { findExitInTest } from './findExitInTest.ts'
import type { Observation } from './Observation.ts'
import { patchClassOf } from './patchClass.ts'
import { SyncCalls } from './SyncCalls.ts'
import { watchProcessKills } from './watchKills.ts'

/**
 * Begins to follow the children of this thread: what the preload loads at the first start.
 * @param judgement path of the file that judges, for a thread of the guard's own
 * @param openEnforcement loads what carries out `RUNTIME_GUARD_ENFORCE`
 */
export function observeThread(
  guard: Guard,
  ownFiles: readonly string[],
  examine: ExamineHang,
  judgement: string,
  openEnforcement: () => Enforcement | undefined,
): Observation {
  const { owner } = guard
  setOwnFiles(ownFiles)
  const writer = new JournalWriter(owner)
  writer.blind = guard.blind
  writer.onOpen = () => {
    guard.stderr = identifyStderr()
  }
  const enforcement = process.env.RUNTIME_GUARD_ENFORCE ? openEnforcement() : undefined
  const observer = new ChildObserver(writer, guard, examine, enforcement)
  // The wrapper of `runtime-guard run`, and a root that is not blocked itself, look at the calls of other processes.
  const isOfRoot = rootOf(owner.runDir)?.pid === owner.pid
  const syncCalls = new SyncCalls(observer, writer, isOfRoot ? new CallWatch(guard, judgement) : undefined, enforcement)
  watchProcessKills((pid, signal) => {
    observer.observeKill(pid, signal)
  }, enforcement)
  return {
    patchClassOf: (child) => patchClassOf(child, observer),
    beginSync: (options, boundary) => syncCalls.begin(options, boundary),
    flush: (final) => {
      observer.flush(final)
    },
    unwritten: () => observer.unwritten(),
    failure: () => writer.failure,
    allow: (pid, reason) => {
      writer.append([{ t: 'allow', at: getNatives().now(), pid, reason }])
    },
    noteKill: (pid, signal) => {
      observer.observeKill(pid, signal)
    },
    closePipes: () => {
      observer.closePipes()
    },
    endTest: (scope) => {
      observer.endTest(scope)
    },
    childrenOf: (scope) => observer.childrenOf(scope),
    end: (code) => {
      enforcement?.close()
      const exit = code === 0 ? findExitInTest(guard) : undefined
      if (exit) {
        observer.writeTest(exit.scope)
        const { stack, scope } = exit
        writer.append([{ t: 'exit-in-test', at: getNatives().now(), test: scope.id, stack }])
      }
      observer.flush(true)
      if (writer.isOpen) writer.append([{ t: 'end', at: getNatives().now(), code }])
    },
  }
}

function identifyStderr(): string | undefined {
  try {
    const { dev, ino } = getNatives().fstatSync(2, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}
