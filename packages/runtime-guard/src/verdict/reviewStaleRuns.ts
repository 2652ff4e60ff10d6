import { readSettings } from '../config/readSettings.ts'
import { defaultSettings } from '../config/settingDefinitions.ts'
import type { Settings } from '../config/Settings.ts'
import { accuseProcesses } from '../findings/classifyRun.ts'
import { viewRun } from '../findings/RunView.ts'
import { findRuns, type KnownRun } from '../journal/findRuns.ts'
import { appendLines } from '../journal/JournalWriter.ts'
import { getNatives } from '../journal/natives.ts'
import { readRun } from '../journal/readJournal.ts'
import { buildLedger } from '../ledger/Ledger.ts'
import { endRun } from '../kill/endRun.ts'
import { endLeft } from '../output/concludeRun.ts'
import type { ProcessTable } from '../probe/ProcessTable.ts'
import { formatCommand } from '../report/formatCommand.ts'
import { isLeft } from '../report/isLeft.ts'
import type { KillReport, Report } from '../report/Report.ts'
import { judgeStaleRun } from './judgeStaleRun.ts'
import { takeSnapshot } from './takeSnapshot.ts'

const commandLength = 120
const dayMs = 24 * 60 * 60 * 1000

/**
 * Looks at the runs whose root was killed before it could judge: returns one sentence for each that left something
 * behind, once. In mode `kill` it ends what is left of those that were in that mode too. Removes what is of no use any more:
 * runs that left nothing, judged runs after a day, others after a week.
 */
export function reviewStaleRuns(runsDir: string, ownRunDir: string, probe: ProcessTable, settings: Settings): string[] {
  const { now, rmSync } = getNatives()
  const sentences: string[] = []
  for (const run of findRuns(runsDir)) {
    if (run.runDir === ownRunDir || run.rootState === 'alive') continue
    try {
      const age = now() - run.changedAt
      if (age > (run.judged ? dayMs : 7 * dayMs)) rmSync(run.runDir, { recursive: true, force: true })
      else if (run.rootState === 'gone' && !run.judged) {
        const report = judgeLeft(run, probe)
        if (report) {
          const end = (): KillReport => endRun({ runDir: run.runDir, report, probe, settings, isRoot: false })
          const warn = (sentence: string): number => sentences.push(sentence)
          const { kill } = settings.mode === 'kill' && modeOf(run) === 'kill' ? endLeft(report, end, warn) : report
          sentences.push(describe(run, report.findings.filter(isLeft).length, kill))
          appendLines(`${run.runDir}/verdict.ndjson`, [{ t: 'judged', at: now(), verdict: 'noted' }])
        } else rmSync(run.runDir, { recursive: true, force: true })
      }
    } catch {
      // Another run prunes at the same time.
    }
  }
  return sentences
}

/** The verdict over a run that has left something; undefined for one that has not. */
function judgeLeft(run: KnownRun, probe: ProcessTable): Report | undefined {
  const ledger = buildLedger(readRun(run.runDir).files)
  const startedAt = Math.min(run.changedAt, ...ledger.threads.map((thread) => thread.startedAt))
  const accused = accuseProcesses(
    viewRun(ledger, takeSnapshot(probe, { runDir: run.runDir, startedAt, ledger }, []), run.root),
  )
  // Most have left nothing: the files of the others are worth reading.
  if (accused.every(({ allowed }) => allowed !== undefined)) return undefined
  const report = judgeStaleRun(run, { settings: defaultSettings(), chosen: {}, probe, warn: () => undefined })
  return report.findings.some(isLeft) ? report : undefined
}

function modeOf({ mode, cwd }: KnownRun): string {
  return mode ?? readSettings({ env: {}, cwd: cwd || '/', readFiles: cwd !== '', warn: () => undefined }).mode
}

function describe({ root, argv }: KnownRun, left: number, kill: KillReport | undefined): string {
  const command = argv.length > 0 ? ` (${formatCommand(argv.slice(0, 3), commandLength)})` : ''
  const fate =
    kill === undefined
      ? '`npx runtime-guard sweep` shows them'
      : `${kill.ended.length} of them ${kill.ended.length === 1 ? 'was' : 'were'} ended now${kill.survivors.length > 0 ? `, ${kill.survivors.length} could not be` : ''}`
  return `an earlier run of process ${root.pid}${command} was killed before its verdict and left ${left} process${left === 1 ? '' : 'es'} behind; ${fate}.`
}
