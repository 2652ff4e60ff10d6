/** What a program may find out about a timer that it set. */
export interface VirtualTimer {
  readonly delay: number
  readonly setAt: number
  firedAt: number | undefined
  isCleared: boolean
  isReferenced: boolean
}

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** How many turns of the event loop an execution may take; an interval that nobody clears takes them all. */
const MAX_TURNS = 120

/** An event loop without a clock: turns follow each other in the order of their times (milliseconds). */
export class VirtualTime {
  now = 0
  /** Counts the turns; code of one turn, microtasks included, sees nothing that comes from outside in between. */
  turn = 0
  readonly timers: VirtualTimer[] = []
  /** The timer whose callback runs. */
  currentTimer: VirtualTimer | undefined
  #tasks: Task[] = []
  #order = 0

  schedule(delay: number, run: () => void): void {
    const task = { at: this.now + delay, order: this.#order++, run }
    const index = this.#tasks.findIndex(({ at }) => at > task.at)
    this.#tasks.splice(index < 0 ? this.#tasks.length : index, 0, task)
  }

  setTimer(callback: () => void, delay: number, isInterval: boolean): VirtualTimer {
    const timer: VirtualTimer = { delay, setAt: this.now, firedAt: undefined, isCleared: false, isReferenced: true }
    this.timers.push(timer)
    const fire = (): void => {
      if (timer.isCleared) return
      timer.firedAt = this.now
      this.currentTimer = timer
      if (isInterval) this.schedule(delay, fire)
      try {
        callback()
      } finally {
        this.currentTimer = undefined
      }
    }
    this.schedule(delay, fire)
    return timer
  }

  /** Runs turn after turn, with everything that microtasks and ticks do in between, until nothing is left. */
  async run(isOver: () => boolean): Promise<void> {
    await settle()
    for (let turns = 0; turns < MAX_TURNS && !isOver(); turns++) {
      const task = this.#tasks.shift()
      if (!task) return
      this.now = task.at
      this.turn += 1
      task.run()
      await settle()
    }
  }
}

/** Streams take several rounds of ticks; all of them run before the next real turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
