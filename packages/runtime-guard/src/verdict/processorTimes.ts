import type { RunProcess } from '../findings/RunProcess.ts'
import type { HangSample } from '../journal/hang.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'

/** Processor time that an idle process may use between two looks: a timer of its own, a garbage collection. */
const idleTicks = 5

export function takeSample(probe: ProcessTable, processes: readonly RunProcess[]): HangSample {
  return new Map(processes.map((process) => [keyOf(process), probe.find(process.pid)?.cpu ?? 0]))
}

/** True when one of them uses the processor, or has since the sample, is new since then, or waits as its work. */
export function isAtWork(probe: ProcessTable, processes: readonly RunProcess[], sample: HangSample): boolean {
  return processes.some((process) => {
    const before = sample.get(keyOf(process))
    const current = probe.find(process.pid)
    // On a busy machine it can want the processor, or a disk, and get nothing of it.
    if (current && /^[RD]/.test(current.state)) return true
    if (before === undefined || (current?.cpu ?? 0) - before > idleTicks) return true
    return probe.readWaits(process.pid)?.isService === true
  })
}

function keyOf({ pid, start }: RunProcess): string {
  return `${pid}-${start}`
}
