import { expandDirectives } from '../build/directives.mjs'
import { readFences } from '../build/repository-page.mjs'
import { readRepositoryFile } from '../build/repository.mjs'

const page = 'packages/docs/index.md'
const heading = 'The first five minutes'

/** @typedef {{file: string, content: string} | {command: string, output: string | undefined}} Step */

/**
 * What the site's first page tells its reader to write and to type, in its order. The mended twin, of which the page says that both halves are
 * silent, goes through the same commands as the example before it.
 * @returns {Promise<Step[]>}
 */
export async function readFirstSteps() {
  const text = await expandDirectives(readRepositoryFile(page), true)
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]
  if (section === undefined) throw new Error(`${page} has no heading '${heading}'.`)
  const steps = readFences(section).flatMap(toSteps)
  const mended = steps.filter((step) => 'command' in step && step.output !== undefined).map(withMendedTwin)
  return [...steps, ...mended]
}

/**
 * @param {ReturnType<typeof readFences>[number]} fence
 * @returns {Step[]}
 */
function toSteps({ code, language, meta }) {
  if (language === 'sh') return code.split('\n').map((command) => ({ command, output: undefined }))
  if (language !== 'console') return [{ file: meta.replace(/^\[(.*)\]$/, '$1'), content: `${code}\n` }]
  const [command = '', ...output] = code.split('\n')
  return [{ command: command.replace(/^\$ /, ''), output: output.join('\n') }]
}

/**
 * @param {Step} step
 * @returns {Step}
 */
function withMendedTwin(step) {
  if ('file' in step) return step
  return { command: step.command.replace('server.test.mjs', 'mended.test.mjs'), output: '' }
}
