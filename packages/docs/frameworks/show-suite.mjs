import { readRuns } from './read-runs.mjs'
import { suites } from './suites.mjs'

/**
 * The suite of a guide, and what comes of it, as Markdown.
 * @param {string} name key of `suites`
 */
export function showSuite(name) {
  const suite = suites[name]
  const run = readRuns()[name]
  if (suite === undefined || run === undefined) throw new Error(`There is no suite '${name}' with a stored run.`)
  const command = suite.command.join(' ')
  const files = { ...suite.configuration, [suite.test]: suite.code }
  return [
    ...Object.entries(files).map(
      ([file, text]) => `\`${file}\`\n\n\`\`\`${languageOf(file)}\n${text.trimEnd()}\n\`\`\``,
    ),
    `\`${command}\` exits with ${run.bareExitCode} and says nothing of the server, which runs on. Under the guard (${run.framework}) the exit code is ${run.exitCode}:`,
    `\`\`\`console\n$ npx runtime-guard run -- ${command}\n${run.text}\n\`\`\``,
  ].join('\n\n')
}

const languageOf = (/** @type {string} */ file) => (file.endsWith('json') ? 'json' : 'js')
