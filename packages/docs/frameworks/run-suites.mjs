import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runUnderGuard } from '../../../scripts/real-output.mjs'
import { installProject, packPackages } from '../../../test/harness/installed-packages.mjs'
import { runProgram } from '../../../test/harness/run-program.mjs'
import { sharedFiles, suites } from './suites.mjs'

/** @type {string | undefined} */
let project

/** One project with all frameworks and the packed guard: to install them one by one takes minutes. */
function installFrameworks() {
  const packages = Object.assign({}, ...Object.values(suites).map((suite) => suite.packages))
  return installProject('frameworks', { ...packages, 'runtime-guard': `file:${packPackages()['runtime-guard']}` })
}

/** A framework that takes longer for one test has come to a stop. */
const deadlineMs = 120_000

/**
 * @typedef {object} SuiteRun
 * @property {string} framework with its version, and that of Node where it is a part of Node
 * @property {number | null} bareExitCode what the framework makes of the leak
 * @property {string} text what the guard says
 * @property {number | null} exitCode under the guard
 * @property {string | null} test the name of the test, as the finding has it
 */

/**
 * Runs the suite of a framework bare and under the guard.
 * @param {string} name key of `suites`
 * @returns {Promise<SuiteRun>}
 */
export async function runSuite(name) {
  const suite = suites[name]
  if (suite === undefined) throw new Error(`There is no suite ${name}; there are ${Object.keys(suites).join(', ')}.`)
  const { code, command, configuration, packages, test } = suite
  project ??= installFrameworks()
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'framework-')))
  try {
    symlinkSync(path.join(project, 'node_modules'), path.join(folder, 'node_modules'))
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
    for (const [file, text] of Object.entries({ ...sharedFiles, ...configuration, [test]: code }))
      writeFileSync(path.join(folder, file), text)
    const bare = await runProgram({ command, cwd: folder, deadlineMs })
    // Nobody waits for a prompt of npx, and the name of a test is exact on every Node.
    const guarded = await runUnderGuard(folder, command, {
      environment: { RUNTIME_GUARD_ATTRIBUTION: 'on' },
      deadlineMs,
    })
    const [finding] = guarded.findings
    return {
      framework:
        Object.entries(packages)
          .map(([own, version]) => `${own} ${version}`)
          .join(', ') || 'node:test',
      bareExitCode: bare.exitCode,
      text: guarded.text,
      exitCode: guarded.exitCode,
      test: /** @type {{test?: {name: string}}} */ (finding)?.test?.name ?? null,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
