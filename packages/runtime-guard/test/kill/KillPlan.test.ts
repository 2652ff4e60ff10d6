import { describe, expect, it } from 'vitest'
import { identityOf, type KillCandidate } from '../../src/kill/KillCandidate.ts'
import { KillPlan, type KillOutcome, type KillPlanOptions } from '../../src/kill/KillPlan.ts'

const self = 50

interface FakeProcess extends KillCandidate {
  /** What it does when it is asked to end. */
  onTerm: 'ends' | 'ignores' | (() => void)
  /** Called at each moment at which it may run. */
  onRun?: () => void
  isStopped: boolean
  isUninterruptible: boolean
  refuses?: string
}

/** A machine with a process table: signals act as the kernel lets them act, and what is not stopped goes on meanwhile. */
class FakeMachine {
  readonly processes = new Map<number, FakeProcess>()
  readonly sent: string[] = []
  private nextPid = 100

  constructor() {
    this.add({ pid: 1, ppid: 0 })
    this.add({ pid: 40, ppid: 1 })
    this.add({ pid: self, ppid: 40 })
  }

  add(change: Partial<FakeProcess> = {}): FakeProcess {
    const pid = change.pid ?? this.nextPid++
    const process: FakeProcess = {
      ...{ pid, ppid: self, pgid: 40, sid: 40, state: 'S', start: `s${pid}`, startedAt: pid * 1000 },
      ...{ isMarked: false, isSpared: false, isOwn: true, argv: [], onTerm: 'ends', isStopped: false },
      isUninterruptible: false,
      ...change,
    }
    this.processes.set(pid, process)
    return process
  }

  fork(parent: FakeProcess, change: Partial<FakeProcess> = {}): FakeProcess {
    const { pid: ppid, pgid, sid } = parent
    return this.add({ ppid, pgid, sid, ...change })
  }

  end(process: FakeProcess): void {
    this.processes.delete(process.pid)
    for (const child of this.processes.values()) if (child.ppid === process.pid) child.ppid = 1
  }

  list(): KillCandidate[] {
    return [...this.processes.values()].map(
      ({ pid, ppid, pgid, sid, start, startedAt, isMarked, isSpared, isOwn, argv, ...rest }) => ({
        ...{ pid, ppid, pgid, sid, start, startedAt, isMarked, isSpared, isOwn, argv },
        state: rest.state !== 'S' ? rest.state : rest.isUninterruptible ? 'D' : rest.isStopped ? 'T' : 'S',
      }),
    )
  }

  send(pid: number, start: string, signal: string): string | undefined {
    const process = this.processes.get(pid)
    if (process?.start !== start) return undefined
    this.sent.push(`${signal} ${pid}`)
    if (process.refuses) return process.refuses
    if (process.isUninterruptible) return undefined
    if (signal === 'SIGSTOP') process.isStopped = true
    if (signal === 'SIGKILL') this.end(process)
    if (signal === 'SIGTERM') this.pending.add(process)
    if (signal === 'SIGCONT') {
      process.isStopped = false
      if (this.pending.delete(process)) this.term(process)
    }
    return undefined
  }

  private readonly pending = new Set<FakeProcess>()

  private term(process: FakeProcess): void {
    if (typeof process.onTerm === 'function') process.onTerm()
    else if (process.onTerm === 'ends') this.end(process)
  }

  run(): void {
    for (const process of [...this.processes.values()]) if (!process.isStopped) process.onRun?.()
  }
}

function carryOut(machine: FakeMachine, change: Partial<KillPlanOptions> = {}): KillOutcome {
  const plan = new KillPlan({ self, signal: 'SIGTERM', graceMs: 100, canStop: true, ...change })
  let now = 0
  for (let step = 0; step < 5000; step++) {
    const next = plan.next(machine.list(), now)
    if (next.kind === 'done') return next.outcome
    if (next.kind === 'wait') {
      const isOver = next.until.length > 0 && next.until.every(({ pid }) => !machine.processes.has(pid))
      now += isOver ? 0 : next.ms
    } else {
      for (const signal of next.signals) {
        const failure = machine.send(signal.pid, signal.start, signal.signal)
        if (failure !== undefined) plan.noteFailure(signal, failure)
      }
    }
    machine.run()
  }
  throw new Error('The plan has no end.')
}

function summarise({ ended, survivors }: KillOutcome): string[] {
  return [
    ...ended.map(({ process, signal }) => `${process.pid} ended with ${signal}`),
    ...survivors.map(({ process, reason }) => `${process.pid} left: ${reason}`),
  ]
}

describe('a tree', () => {
  it('is stopped from the top, asked, let go from the bottom, and gone', () => {
    const machine = new FakeMachine()
    const top = machine.add({ isMarked: true })
    const middle = machine.fork(top)
    machine.fork(middle)
    expect(summarise(carryOut(machine))).toEqual([
      '100 ended with SIGTERM',
      '101 ended with SIGTERM',
      '102 ended with SIGTERM',
    ])
    expect(machine.sent).toEqual([
      ...['SIGSTOP 100', 'SIGSTOP 101', 'SIGSTOP 102'],
      ...['SIGTERM 100', 'SIGTERM 101', 'SIGTERM 102'],
      ...['SIGCONT 102', 'SIGCONT 101', 'SIGCONT 100'],
    ])
  })

  it('that does not answer is killed after the grace', () => {
    const machine = new FakeMachine()
    const top = machine.add({ isMarked: true, onTerm: 'ignores' })
    machine.fork(top)
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGKILL', '101 ended with SIGTERM'])
  })

  it('gets no signal but SIGKILL and SIGSTOP when nothing is asked', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true })
    expect(summarise(carryOut(machine, { signal: null }))).toEqual(['100 ended with SIGKILL'])
    expect(machine.sent).toEqual(['SIGSTOP 100', 'SIGKILL 100'])
  })

  it('is ended without SIGSTOP where the platform has none', () => {
    const machine = new FakeMachine()
    machine.fork(machine.add({ isMarked: true }))
    carryOut(machine, { signal: null, canStop: false })
    expect(machine.sent).toEqual(['SIGKILL 100', 'SIGKILL 101'])
  })

  it('that is empty costs one look', () => {
    const machine = new FakeMachine()
    expect(carryOut(machine)).toEqual({ ended: [], survivors: [] })
    expect(machine.sent).toEqual([])
  })
})

describe('what a kill must reach', () => {
  it('a storm of forks: each process starts another as long as it may run', () => {
    const machine = new FakeMachine()
    const breed = (parent: FakeProcess): FakeProcess => {
      const process = machine.fork(parent, { onTerm: 'ignores' })
      process.onRun = () => {
        if (machine.processes.has(process.pid) && machine.processes.size < 400) breed(process)
      }
      return process
    }
    breed(machine.add({ isMarked: true }))
    const { survivors } = carryOut(machine)
    expect(survivors).toEqual([])
    expect([...machine.processes.keys()]).toEqual([1, 40, self])
  })

  it('a chain in which each process starts its successor and ends', () => {
    const machine = new FakeMachine()
    let rest = 50
    const hop = (from: FakeProcess): void => {
      const next = machine.fork(from, { isMarked: true, onTerm: 'ignores' })
      next.onRun = () => {
        if (rest-- <= 0) return
        hop(next)
        machine.end(next)
      }
      machine.end(from)
    }
    hop(machine.add({ isMarked: true }))
    expect(carryOut(machine).survivors).toEqual([])
    expect([...machine.processes.keys()]).toEqual([1, 40, self])
  })

  it('what a handler of SIGTERM starts without the mark, in the session of the tree, before it ends', () => {
    const machine = new FakeMachine()
    const top = machine.add({ isMarked: true, sid: 100, pgid: 100 })
    top.onTerm = () => {
      machine.fork(top, { onTerm: 'ignores' })
      machine.end(top)
    }
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM', '101 ended with SIGKILL'])
  })

  it('a process that somebody had stopped', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, isStopped: true })
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
  })

  it('an orphan that carries the mark', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, ppid: 1, sid: 100 })
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
  })
})

describe('what a kill must not reach', () => {
  it('PID 1, itself and its ancestors, although they carry the mark', () => {
    const machine = new FakeMachine()
    for (const process of machine.processes.values()) process.isMarked = true
    carryOut(machine)
    expect(machine.sent).toEqual([])
  })

  it('its other children', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true })
    machine.add()
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
    expect([...machine.processes.keys()]).toEqual([1, 40, self, 101])
  })

  it('another user’s process: it is named', () => {
    const machine = new FakeMachine()
    machine.fork(machine.add({ isMarked: true }), { isOwn: false })
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM', '101 left: it runs as another user'])
    expect(machine.sent.filter((signal) => signal.endsWith('101'))).toEqual([])
  })

  it('what may stay, and what that has started', () => {
    const machine = new FakeMachine()
    const kept = machine.fork(machine.add({ isMarked: true }), { isMarked: true, isSpared: true })
    machine.fork(kept, { isMarked: true })
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
    expect([...machine.processes.keys()]).toEqual([1, 40, self, 101, 102])
  })

  it('a younger process that has got the pid of a target', () => {
    const machine = new FakeMachine()
    const top = machine.add({ isMarked: true })
    top.onTerm = () => {
      machine.end(top)
      machine.add({ pid: 100, start: 'other', startedAt: 900_000, ppid: 1 })
    }
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
    expect(machine.processes.get(100)?.start).toBe('other')
  })

  it('a process whose parent’s pid has gone to a younger target', () => {
    const machine = new FakeMachine()
    machine.add({ pid: 300, isMarked: true, startedAt: 900_000 })
    machine.add({ pid: 200, ppid: 300, startedAt: 100_000 })
    expect(summarise(carryOut(machine))).toEqual(['300 ended with SIGTERM'])
  })

  it('the members of a process group that a target leads: a group can be joined', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, pgid: 100 })
    machine.add({ ppid: 40, pgid: 100 })
    expect(summarise(carryOut(machine))).toEqual(['100 ended with SIGTERM'])
  })

  it('a zombie', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, state: 'Z' })
    expect(carryOut(machine)).toEqual({ ended: [], survivors: [] })
  })
})

describe('what cannot be ended is named', () => {
  it('a process that waits in the kernel', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, isUninterruptible: true })
    expect(summarise(carryOut(machine))).toEqual(['100 left: it waits in the kernel and cannot be interrupted'])
  })

  it('a process that the kernel protects', () => {
    const machine = new FakeMachine()
    machine.add({ isMarked: true, refuses: 'EPERM' })
    expect(summarise(carryOut(machine))).toEqual(['100 left: the signal was refused (EPERM)'])
  })
})

it('a plan that is given up says what it has stopped', () => {
  const machine = new FakeMachine()
  const top = machine.add({ isMarked: true })
  const plan = new KillPlan({ self, signal: 'SIGTERM', graceMs: 100, canStop: true })
  plan.next(machine.list(), 0)
  expect(plan.findStopped().map(identityOf)).toEqual([identityOf(top)])
})
