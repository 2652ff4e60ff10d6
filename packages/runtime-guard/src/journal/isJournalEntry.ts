import type { JournalEntry } from '../ledger/JournalEntry.ts'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number'
const flag: Check = (value) => typeof value === 'boolean'
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const object =
  (checks: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([key, check]) => check((value as Record<string, unknown>)[key]))

const mark = object({ id: text, confidence: text })
const start = {
  ...{ id: text, at: number, method: text, file: text, argv: listOf(text), cwd: orNull(text), stack: listOf(text) },
  test: optional(mark),
}
const end = { id: text, at: number, code: orNull(number), signal: orNull(text) }

/** What a reader relies on, by kind; keys that are not here are not looked at. */
const entries: Record<JournalEntry['t'], Check> = {
  process: object({
    ...{ v: number, at: number, pid: number, start: orNull(text), ppid: number, threadId: number },
    ...{ role: text, argv: listOf(text), cwd: text, node: text, platform: text, world: text },
    ...{
      pgid: optional(number),
      tid: optional(number),
      parents: optional(listOf(text)),
      startedBy: optional(orNull(text)),
    },
    ...{ token: optional(text), mode: optional(text) },
    policy: optional(object({ allow: optional(text), baseline: optional(text) })),
  }),
  spawn: object({
    ...{ ...start, pid: orNull(number), start: orNull(text), detached: flag, shell: flag },
    stdio: listOf(text),
  }),
  sync: object({ ...start, shell: flag, stdio: listOf(text), timeout: orNull(number) }),
  handle: object({ id: text, at: number, ref: flag, pipes: number, ipc: flag, ends: optional(listOf(number)) }),
  exit: object(end),
  'sync-end': object({ ...end, ms: number, pid: orNull(number), error: orNull(text) }),
  'spawn-error': object({ id: text, at: number, code: text, unhandled: flag }),
  kill: object({ at: number, pid: number, signal: text }),
  hang: object({ at: number, stalls: listOf(object({ id: text, code: text, confidence: text })) }),
  crowd: object({ at: number, live: number }),
  allow: object({ at: number, pid: number, reason: text }),
  test: object({ id: text, at: number, name: text, file: text, kind: text }),
  'test-end': object({ id: text, at: number }),
  'exit-in-test': object({ at: number, test: text, stack: listOf(text) }),
  end: object({ at: number, code: number }),
  blind: object({ at: number, reason: text }),
  judged: object({ at: number, verdict: text }),
}

/**
 * True for what a line of a journal may hold. Whatever runs as the user can write there, and one value that is not what it should be
 * would cost the verdict over everything else.
 */
export function isJournalEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false
  const { t } = value as { t?: unknown }
  return typeof t === 'string' && Object.hasOwn(entries, t) && entries[t as JournalEntry['t']](value)
}
