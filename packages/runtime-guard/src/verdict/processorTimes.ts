import { getNatives } from '../journal/natives.ts'
import type { RunProcess } from '../findings/RunProcess.ts'
import type { HangSample } from '../journal/hang.ts'
import { isDead, type ProcessTable } from '../probe/ProcessTable.ts'

/** Processor time that an idle process may use between two looks: a timer of its own, a garbage collection. */
const idleTicks = 5

export function takeSample(probe: ProcessTable, processes: readonly RunProcess[]): HangSample {
  const read = ({ pid }: RunProcess) => ({ cpu: probe.find(pid)?.cpu ?? 0, sleeps: probe.countSleeps(pid) })
  return { at: getNatives().now(), processes: new Map(processes.map((process) => [keyOf(process), read(process)])) }
}

/** True when one of them uses the processor, or has since the sample, is new since then, has ended just now, or waits as its work. */
export function isAtWork(probe: ProcessTable, processes: readonly RunProcess[], sample: HangSample): boolean {
  return processes.some((process) => {
    const before = sample.processes.get(keyOf(process))?.cpu
    const current = probe.find(process.pid)
    // What has ended since it was listed has done so just now.
    if (current === undefined || isDead(current)) return true
    // On a busy machine it can want the processor, or a disk, and get nothing of it.
    if (/^[RD]/.test(current.state)) return true
    if (before === undefined || current.cpu - before > idleTicks) return true
    return probe.readWaits(process.pid)?.isService === true
  })
}

/** True when it was awake since the sample, if only for a moment: a timer that comes again. */
export function hasBeenAwake(probe: ProcessTable, process: RunProcess, sample: HangSample): boolean {
  return probe.countSleeps(process.pid) !== sample.processes.get(keyOf(process))?.sleeps
}

function keyOf({ pid, start }: RunProcess): string {
  return `${pid}-${start}`
}
