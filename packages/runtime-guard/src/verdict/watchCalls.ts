import { readSettings } from '../config/readSettings.ts'
import type { CallWatchData } from '../journal/hang.ts'
import { currentDirectory } from '../journal/JournalWriter.ts'
import type { RunSettings } from '../journal/runSettings.ts'
import { processHost } from '../output/OutputHost.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { BlockedCalls } from './BlockedCalls.ts'

/** What the members of a run have to know of the settings of its root. */
export function readSettingsOfRun(env: NodeJS.ProcessEnv): RunSettings {
  const settings = readSettings({ env, cwd: currentDirectory(), readFiles: true, warn: () => undefined })
  const { hangAfterMs, graceMs, attribution, failTests } = settings
  return { hangAfterMs, graceMs, attribution, failTests }
}

/** What looks at the calls of a run, with the settings of its root. */
export function openBlockedCalls({ runDir, env, stderr }: Omit<CallWatchData, 'state'>): BlockedCalls {
  const settings = readSettings({ env, cwd: currentDirectory(), readFiles: true, warn: () => undefined })
  return new BlockedCalls({ runDir, settings, probe: findProcessTable(), host: processHost(stderr) })
}

/** The whole life of that thread: sleeps as long as no call is running, looks twice in each time of silence otherwise. */
export function watchCalls(data: CallWatchData): void {
  const blocked = openBlockedCalls(data)
  const { everyMs } = blocked
  if (everyMs === undefined) return
  const state = new Int32Array(data.state)
  for (;;) {
    Atomics.wait(state, 0, 0)
    if (Atomics.wait(state, 0, 1, everyMs) === 'timed-out') blocked.look()
  }
}
