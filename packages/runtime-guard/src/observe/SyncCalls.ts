import { currentDirectory, type JournalWriter } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import type { SyncEndEntry, SyncEntry } from '../ledger/JournalEntry.ts'
import { redactArgv, redactText } from '../ledger/redactArgv.ts'
import { captureFrames } from './captureFrames.ts'
import type { Enforcement } from '../journal/enforcement.ts'
import type { CallWatch } from './CallWatch.ts'
import type { ChildObserver } from './ChildObserver.ts'
import { describeStdio } from './describeStdio.ts'
import { errorName } from './errorName.ts'
import type { Boundary, FinishSync, NormalisedSpawnOptions, SyncResult } from './Observation.ts'

/** Follows the synchronous calls of one thread. */
export class SyncCalls {
  private readonly observer: ChildObserver
  private readonly writer: JournalWriter
  private readonly watch: CallWatch | undefined
  private readonly enforcement: Enforcement | undefined

  /** `watch`: what names a call that does not return, where nobody else does. */
  constructor(
    observer: ChildObserver,
    writer: JournalWriter,
    watch: CallWatch | undefined,
    enforcement: Enforcement | undefined,
  ) {
    this.observer = observer
    this.writer = writer
    this.watch = watch
    this.enforcement = enforcement
  }

  /**
   * Call it right before a synchronous call, and what it returns right after. The start is written before: what blocks for
   * ever, or outlives a program that is killed, has its line all the same.
   */
  begin(options: NormalisedSpawnOptions | undefined, boundary: Boundary): FinishSync {
    const { now } = getNatives()
    const id = this.observer.nextId()
    const at = now()
    try {
      const entry = this.describe(id, at, options ?? {}, boundary)
      this.writer.append([entry])
      this.watch?.begin(entry.timeout === null)
    } catch {
      // What cannot be recorded must not disturb the call.
    }
    const unmark = this.observer.mark(options, id)
    const finish = options && this.enforcement?.beginSync(options, id)
    return (result) => {
      unmark()
      // A limit was exceeded: of time, or of output.
      finish?.({
        isCut: typeof result?.error === 'number' && result.error < 0 && Number(result.pid) > 0,
        code: typeof result?.status === 'number' ? result.status : null,
      })
      try {
        this.watch?.end()
        // A call that threw has started nothing, and its line must not look like that of one that blocks.
        this.writer.append([describeEnd(id, at, now(), result ?? {})])
      } catch {
        // As above.
      }
    }
  }

  private describe(id: string, at: number, options: NormalisedSpawnOptions, boundary: Boundary): SyncEntry {
    const { method, stack } = captureFrames(boundary, 'spawnSync')
    const test = this.observer.markTest(stack)
    return {
      ...{ t: 'sync', id, at, method, stack },
      ...(test && { test }),
      file: redactText(typeof options.file === 'string' ? options.file : ''),
      argv: redactArgv(Array.isArray(options.args) ? options.args.map(String) : [], this.observer.redact),
      cwd: typeof options.cwd === 'string' ? options.cwd : currentDirectory(),
      shell: Boolean(options.shell),
      stdio: describeStdio(options.stdio),
      timeout: typeof options.timeout === 'number' && options.timeout > 0 ? options.timeout : null,
    }
  }
}

function describeEnd(id: string, at: number, now: number, { pid, status, signal, error }: SyncResult): SyncEndEntry {
  return {
    ...{ t: 'sync-end', id, at: now, ms: now - at },
    pid: typeof pid === 'number' && pid > 0 ? pid : null,
    code: typeof status === 'number' ? status : null,
    signal: typeof signal === 'string' ? signal : null,
    error: typeof error === 'number' && error < 0 ? errorName(error) : null,
  }
}
