import { readSettings } from '../config/readSettings.ts'
import type { Enforcement } from '../journal/enforcement.ts'
import type { Guard } from '../journal/guard.ts'
import { currentDirectory } from '../journal/JournalWriter.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import { Enforcer } from './Enforcer.ts'

/** What `RUNTIME_GUARD_ENFORCE` asks of this thread; undefined: nothing that can be understood, which the root says at its end, or no process table. */
export function openEnforcement(guard: Guard, judgement: string): Enforcement | undefined {
  const settings = readSettings({
    env: process.env,
    cwd: currentDirectory(),
    readFiles: false,
    warn: () => undefined,
  })
  const { tree, deadlineMs, exit } = settings.enforce
  const probe = findProcessTable()
  if ((!tree && deadlineMs === null && !exit) || probe.limit !== null) return undefined
  return new Enforcer(guard, settings, probe, judgement)
}
