import { startThread } from '../journal/startThread.ts'

/** A synchronous call with a time limit. */
export interface LimitedCall {
  recordId: string
  limitMs: number
}

/** What the thread that watches limited calls is given. */
export interface SyncDeadlineData {
  runDir: string
  killGraceMs: number
  /** Two cells: the number of the call that is running, or 0, and the length of its description, which follows in JSON. */
  shared: SharedArrayBuffer
}

export const headBytes = 8
const sharedBytes = 1024

/**
 * Makes the time limit of a synchronous call hold: Node sends the signal once, and waits for ever for a child that ignores
 * it, in a thread that can do nothing meanwhile. A thread of our own ends the tree when the kill grace is over as well. It is started
 * at the first call with a time limit, has no environment and no options, and keeps nothing alive.
 */
export class SyncDeadline {
  private readonly data: Omit<SyncDeadlineData, 'shared'>
  private readonly judgement: string
  private shared: SharedArrayBuffer | null | undefined
  private serial: number

  constructor(runDir: string, killGraceMs: number, judgement: string) {
    this.data = { runDir, killGraceMs }
    this.judgement = judgement
    this.shared = undefined
    this.serial = 0
  }

  begin(call: LimitedCall): void {
    if (this.shared === undefined) this.shared = this.start()
    if (this.shared === null) return
    const text = new TextEncoder().encode(JSON.stringify(call))
    const head = new Int32Array(this.shared, 0, 2)
    new Uint8Array(this.shared, headBytes).set(text.subarray(0, sharedBytes - headBytes))
    head[1] = text.length
    this.serial += 1
    Atomics.store(head, 0, this.serial)
    Atomics.notify(head, 0)
  }

  end(): void {
    if (!this.shared) return
    const head = new Int32Array(this.shared, 0, 2)
    Atomics.store(head, 0, 0)
    Atomics.notify(head, 0)
  }

  private start(): SharedArrayBuffer | null {
    const shared = new SharedArrayBuffer(sharedBytes)
    const data: SyncDeadlineData = { ...this.data, shared }
    const hasStarted = startThread({
      source: `const { workerData: data } = require('node:worker_threads')
require(data.judgement).watchDeadlines(data)`,
      data: { ...data, judgement: this.judgement },
      onError: () => {
        this.shared = null
      },
    })
    return hasStarted ? shared : null
  }
}
