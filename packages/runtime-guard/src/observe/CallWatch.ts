import type { Guard } from '../journal/guard.ts'
import type { CallWatchData } from '../journal/hang.ts'
import { startThread } from '../journal/startThread.ts'

/** Only a call that lasts longer, in milliseconds, is worth loading what judges. */
const shortCallMs = 200

const source = `const { workerData: data } = require('node:worker_threads')
const state = new Int32Array(data.state)
do Atomics.wait(state, 0, 0)
while (Atomics.wait(state, 0, 1, ${shortCallMs}) !== 'timed-out')
require(data.judgement).watchCalls(data)`

/**
 * The thread that names a synchronous call while it blocks the one that made it. Only a process whose run nobody looks at
 * from outside needs it, and only from its first call without a time limit on: that call takes 3 to 10 ms longer, a second
 * processor is busy for 30 ms, and 10 to 17 MB are used (Node 20.20 and 24.21); the program's own threads are numbered
 * from 2. It has no environment and no options, so that no preload, no
 * coverage and no profile of the program's applies to it; it keeps nothing alive, and ends with the process.
 */
export class CallWatch {
  private readonly guard: Guard
  private readonly judgement: string
  private state: Int32Array | undefined
  private hasStarted: boolean

  constructor(guard: Guard, judgement: string) {
    this.guard = guard
    this.judgement = judgement
    this.state = undefined
    this.hasStarted = false
  }

  /** Call it before a synchronous call. Never throws. */
  begin(isUnlimited: boolean): void {
    if (isUnlimited && !this.hasStarted && process.env.RUNTIME_GUARD_HANG_AFTER_MS !== '0') {
      this.hasStarted = true
      this.start()
    }
    this.set(1)
  }

  /** Call it after the call. */
  end(): void {
    this.set(0)
  }

  private set(value: 0 | 1): void {
    if (this.state === undefined) return
    Atomics.store(this.state, 0, value)
    Atomics.notify(this.state, 0)
  }

  private start(): void {
    const { owner, stderr } = this.guard
    const state = new SharedArrayBuffer(4)
    const settings = Object.entries(process.env).filter(([name]) => name.startsWith('RUNTIME_GUARD_'))
    const data: CallWatchData & { judgement: string } = {
      ...{ runDir: owner.runDir, stderr, state, judgement: this.judgement },
      env: Object.fromEntries(settings),
    }
    const hasStarted = startThread({
      source,
      data,
      onError: () => {
        this.state = undefined
      },
    })
    if (!hasStarted) return
    this.state = new Int32Array(state)
  }
}
