import type { ChildRecord, Ledger } from '../ledger/Ledger.ts'

/** Too many starts: more than the system takes, more at a time than is good for it, or the same one again and again. */
export type Storm =
  { kind: 'refused'; code: string; count: number } | { kind: 'crowd'; live: number } | { kind: 'loop'; count: number }

/** Errors of a start that mean that there is no room for another process. */
const refusals = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'])
/** A command that fails so often in a row is not tried again, it is in a loop. */
const leastLoop = 10
/** In milliseconds: how soon it fails, and how soon it is started again. */
const soonMs = 1000

/** What is wrong with the number of starts, with a start that stands for them; at most one per kind and thread or command. */
export function findStorms(ledger: Ledger): { record: ChildRecord; storm: Storm }[] {
  return [...findRefusals(ledger), ...findCrowds(ledger), ...findLoops(ledger)]
}

function findRefusals({ children }: Ledger): { record: ChildRecord; storm: Storm }[] {
  const refused = new Map<string, { record: ChildRecord; storm: { kind: 'refused'; code: string; count: number } }>()
  for (const record of children) {
    const code = record.error?.code ?? record.syncEnd?.error ?? ''
    if (!refusals.has(code)) continue
    const key = `${code} ${record.stack[0] ?? ''}`
    const known = refused.get(key)
    if (known) known.storm.count += 1
    else refused.set(key, { record, storm: { kind: 'refused', code, count: 1 } })
  }
  return [...refused.values()]
}

function findCrowds({ children, crowds }: Ledger): { record: ChildRecord; storm: Storm }[] {
  return [...new Set(crowds.map(({ owner }) => owner))].flatMap((owner) => {
    const [largest] = crowds.filter((crowd) => crowd.owner === owner).sort((a, b) => b.live - a.live)
    if (largest === undefined) return []
    const live = children.filter(
      (record) =>
        record.owner === owner &&
        record.requestedAt <= largest.at &&
        (record.exitedAt === null || record.exitedAt >= largest.at),
    )
    const record = live.at(-1)
    return record ? [{ record, storm: { kind: 'crowd' as const, live: largest.live } }] : []
  })
}

function findLoops({ children }: Ledger): { record: ChildRecord; storm: Storm }[] {
  const byCommand = new Map<string, ChildRecord[]>()
  for (const record of children) {
    // a suite that runs the same failing program in folder after folder is no loop
    const key = JSON.stringify([record.owner.pid, record.owner.start, record.stack[0], record.argv, record.cwd])
    const known = byCommand.get(key)
    if (known) known.push(record)
    else byCommand.set(key, [record])
  }
  return [...byCommand.values()].flatMap((records) => {
    const count = countLongestLoop(records)
    const [record] = records
    return record && count >= leastLoop ? [{ record, storm: { kind: 'loop' as const, count } }] : []
  })
}

/** The most starts in a row that failed soon and were followed soon by the next one. */
function countLongestLoop(records: readonly ChildRecord[]): number {
  let longest = 0
  let count = 0
  let endedAt = 0
  for (const { requestedAt, exitedAt, exitCode, signal, error } of records) {
    const end = exitedAt ?? (error ? requestedAt : null)
    const hasFailed = error !== null || signal !== null || exitCode !== 0
    const isNext = count > 0 && requestedAt >= endedAt && requestedAt - endedAt <= soonMs
    count = end !== null && hasFailed && end - requestedAt <= soonMs ? (isNext ? count + 1 : 1) : 0
    endedAt = end ?? 0
    longest = Math.max(longest, count)
  }
  return longest
}
