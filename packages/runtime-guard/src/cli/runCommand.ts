import { variablePrefix } from '../config/readSettings.ts'
import { formatEnforcement, settingDefinitions } from '../config/settingDefinitions.ts'
import type { Settings } from '../config/Settings.ts'
import { getNatives } from '../journal/natives.ts'
import { openRun, type OpenedRun } from '../journal/openRun.ts'
import { runsDirectory } from '../journal/runDirectory.ts'
import type { PolicyFiles } from '../ledger/JournalEntry.ts'
import { endRun } from '../kill/endRun.ts'
import { redactArgv } from '../ledger/redactArgv.ts'
import { concludeRun } from '../output/concludeRun.ts'
import { processHost } from '../output/OutputHost.ts'
import { findProcessTable } from '../probe/findProcessTable.ts'
import type { Report } from '../report/Report.ts'
import { BlockedCalls } from '../verdict/BlockedCalls.ts'
import { judgeRun } from '../verdict/judgeRun.ts'
import { reviewStaleRuns } from '../verdict/reviewStaleRuns.ts'
import type { Command, Invocation } from './Command.ts'
import { CommandError } from './CommandError.ts'
import { packageFile } from './packageFiles.ts'
import { readCliSettings, settingOptions } from './readCliSettings.ts'
import { superviseCommand } from './superviseCommand.ts'

export const runCommand: Command = {
  name: 'run',
  summary: 'Run a command, wait for it, and judge everything that it left behind.',
  usage: '[options] -- <command> [arguments...]',
  description: [
    'The recommended way in CI: there is one verdict for all processes of the command, also when it is interrupted or the job is cancelled. Nothing is printed when nothing is left.',
    "The exit code is the command's own if that is not 0 (128 + n after signal n), else 70 if an error was found that no rule allows, else 0. 127: the command was not found; 126: it is not executable; 2: wrong usage.",
    'Ctrl-C goes to the command as always; a second one within five seconds sends it SIGTERM, a third one SIGKILL. Any other signal is passed on, and after eight seconds the verdict is given over what is still there.',
    'Each option is also a variable (--grace-ms is RUNTIME_GUARD_GRACE_MS) and a key of runtime-guard.config.json (graceMs).',
  ],
  options: settingOptions(),
  examples: [
    { command: 'runtime-guard run -- npm test', effect: 'Fail the tests when they leave a process behind.' },
    {
      command: 'runtime-guard run --out text,json:guard.json -- npx vitest run',
      effect: 'Keep the report as JSON as well.',
    },
    { command: 'runtime-guard run --out github -- npm test', effect: 'Annotate the lines in a GitHub workflow.' },
    {
      command: 'runtime-guard run --mode kill -- npm test',
      effect: 'End what is left, with all that descends from it.',
    },
    { command: 'runtime-guard run --mode report -- node app.js', effect: 'Report, and never change the exit code.' },
  ],
  execute: run,
}

async function run(invocation: Invocation): Promise<number> {
  const argv = readCommand(invocation)
  const settings = readCliSettings(invocation, { mode: 'fail' })
  const { killGraceMs } = settings
  if (settings.mode === 'off') {
    const env = { ...process.env, [`${variablePrefix}MODE`]: 'off' }
    return (await superviseCommand({ argv, env, killGraceMs })).exitCode
  }
  const opened = openRun({
    env: { ...process.env, ...inheritedSettings(settings) },
    preload: packageFile('dist', 'register.cjs'),
    dir: settings.dir,
    cookie: settings.cookie,
    policy: policyFiles(settings),
    mode: settings.mode,
  })
  const cwd = process.cwd()
  const stopLooking = lookAtCalls(opened, settings)
  try {
    const end = await superviseCommand({
      ...{ argv, env: opened.env, killGraceMs },
      onStart: (pid) => {
        opened.recordStart({ pid, argv: [...argv], cwd })
      },
    })
    if (end.hasEnded) opened.recordEnd({ code: end.exitCode, signal: null })
    const { report, exitCode } = concludeRun(
      judge(opened, settings, argv, end.exitCode),
      settings,
      end.exitCode,
      processHost(),
      (left) => endRun({ runDir: opened.runDir, report: left, probe: findProcessTable(), settings, isRoot: true }),
    )
    opened.close(report.verdict)
    sayStaleRuns(opened, settings, invocation.warn)
    return exitCode
  } catch (error) {
    // The command was not started, so nothing can be left.
    if (error instanceof CommandError) opened.close('clean')
    throw error
  } finally {
    stopLooking()
  }
}

/** Names synchronous calls of the run that do not return, while they block. Call what is returned when the run is over. */
function lookAtCalls({ runDir }: OpenedRun, settings: Settings): () => void {
  const calls = new BlockedCalls({ runDir, settings, probe: findProcessTable(), host: processHost() })
  if (calls.everyMs === undefined) return () => undefined
  const timer = setInterval(() => {
    calls.look()
  }, calls.everyMs).unref()
  return () => {
    clearInterval(timer)
  }
}

function readCommand({ operands, rest }: Invocation): [string, ...string[]] {
  if (rest === undefined)
    throw new CommandError(
      operands.length === 0
        ? 'run needs a command after --: runtime-guard run -- npm test.'
        : `put -- before the command: runtime-guard run -- ${operands.join(' ')}.`,
    )
  const [extra] = operands
  if (extra !== undefined) throw new CommandError(`unexpected argument ${JSON.stringify(extra)} before --.`)
  const [file, ...args] = rest
  if (file === undefined || file === '')
    throw new CommandError('the command after -- is empty: runtime-guard run -- npm test.')
  return [file, ...args]
}

function policyFiles({ allow, baseline }: Settings): PolicyFiles {
  return { ...(allow !== null && { allow }), ...(baseline !== null && { baseline }) }
}

/** What the processes of the run must know, but read from nowhere but their environment. */
function inheritedSettings({
  cookie,
  dir,
  redact,
  hangAfterMs,
  graceMs,
  killGraceMs,
  enforce,
  attribution,
  failTests,
  handles,
}: Settings): NodeJS.ProcessEnv {
  const name = (key: keyof Settings): string => variablePrefix + settingDefinitions[key].variable
  return {
    [name('cookie')]: cookie,
    [name('hangAfterMs')]: String(hangAfterMs),
    ...(formatEnforcement(enforce) !== '' && {
      [name('enforce')]: formatEnforcement(enforce),
      [name('killGraceMs')]: String(killGraceMs),
    }),
    ...(attribution === 'auto' ? {} : { [name('attribution')]: attribution }),
    ...(failTests ? { [name('failTests')]: '1', [name('graceMs')]: String(graceMs) } : {}),
    ...(handles ? { [name('handles')]: '1' } : {}),
    ...(dir === null ? {} : { [name('dir')]: dir }),
    ...(redact.length === 0 ? {} : { [name('redact')]: redact.join(',') }),
  }
}

function judge(opened: OpenedRun, settings: Settings, argv: readonly string[], exitCode: number): Report {
  const { now, wait } = getNatives()
  const failure = opened.failure()
  const report = judgeRun({
    ...{ settings, now, wait, exitCode, runDir: opened.runDir },
    probe: findProcessTable(),
    cause: 'run',
    blind: failure === null ? [] : [`The journal of the run could not be written (${failure}).`],
    root: { startedAt: opened.startedAt, argv: [], cwd: process.cwd() },
  })
  // The path of the wrapper says nothing to the reader.
  const shown = ['runtime-guard', 'run', '--', ...redactArgv(argv, settings.redact)]
  return { ...report, run: { ...report.run, root: { ...report.run.root, argv: shown } } }
}

function sayStaleRuns({ runDir }: OpenedRun, settings: Settings, warn: (sentence: string) => void): void {
  for (const sentence of reviewStaleRuns(
    runsDirectory(process.env, settings.dir),
    runDir,
    findProcessTable(),
    settings,
  ))
    warn(sentence)
}
