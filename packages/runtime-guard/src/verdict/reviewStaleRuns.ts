import { defaultSettings } from '../config/settingDefinitions.ts'
import { accuseProcesses } from '../findings/classifyRun.ts'
import { viewRun } from '../findings/RunView.ts'
import { findRuns, type KnownRun } from '../journal/findRuns.ts'
import { appendLines } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { readRun } from '../journal/readJournal.ts'
import { buildLedger } from '../ledger/Ledger.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { isLeft, judgeStaleRun } from './judgeStaleRun.ts'
import { takeSnapshot } from './takeSnapshot.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Looks at the runs whose root was killed before it could judge: returns one sentence for each that left something
 * behind, once. Removes what is of no use any more: runs that left nothing, judged runs after a day, others after a week.
 */
export function reviewStaleRuns(runsDir: string, ownRunDir: string, probe: ProcessTable): string[] {
  const { now, rmSync } = getNatives()
  const sentences: string[] = []
  for (const run of findRuns(runsDir)) {
    if (run.runDir === ownRunDir || run.rootState === 'alive') continue
    try {
      const age = now() - run.changedAt
      if (age > (run.judged ? dayMs : 7 * dayMs)) rmSync(run.runDir, { recursive: true, force: true })
      else if (run.rootState === 'gone' && !run.judged) {
        const left = countLeft(run, probe)
        if (left > 0) sentences.push(describe(run, left))
        if (left > 0) appendLines(`${run.runDir}/verdict.ndjson`, [{ t: 'judged', at: now(), verdict: 'noted' }])
        else rmSync(run.runDir, { recursive: true, force: true })
      }
    } catch {
      // Another run prunes at the same time.
    }
  }
  return sentences
}

function countLeft(run: KnownRun, probe: ProcessTable): number {
  const ledger = buildLedger(readRun(run.runDir).files)
  const startedAt = Math.min(run.changedAt, ...ledger.threads.map((thread) => thread.startedAt))
  const accused = accuseProcesses(
    viewRun(ledger, takeSnapshot(probe, { runDir: run.runDir, startedAt, ledger }, []), run.root),
  )
  // Most have left nothing: the files of the others are worth reading.
  if (accused.every(({ allowed }) => allowed !== undefined)) return 0
  const report = judgeStaleRun(run, { settings: defaultSettings(), chosen: {}, probe, warn: () => undefined })
  return report.findings.filter(isLeft).length
}

function describe({ root, argv }: KnownRun, left: number): string {
  const command = argv.length > 0 ? ` (${argv.slice(0, 3).join(' ')})` : ''
  return `an earlier run of process ${root.pid}${command} was killed before its verdict and left ${left} process${left === 1 ? '' : 'es'} behind; \`npx runtime-guard sweep\` shows them.`
}
