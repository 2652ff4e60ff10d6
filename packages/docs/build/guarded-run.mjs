import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runUnderGuard } from '../../../scripts/real-output.mjs'
import { inRepository } from './repository.mjs'

const cache = fileURLToPath(new URL('../.cache/runs/', import.meta.url))

/** So many programs run at a time: most of them wait for something. */
const width = 4

/** @type {Promise<unknown>[]} */
const lanes = Array.from({ length: width }, () => Promise.resolve())
let next = 0

/**
 * @typedef {object} ProgramRun
 * @property {string} text what the guard prints about it, without chance
 * @property {number | null} exitCode
 * @property {string[]} codes of the findings
 * @property {string} stderr of the program
 */

/** What the built guard is: a run is kept only as long as it would come out the same. */
const guardHash = () => {
  const dist = inRepository('packages/runtime-guard/dist')
  if (!existsSync(dist)) throw new Error('The guard is not built: run `node scripts/build.mjs`.')
  const hash = createHash('sha256').update(process.version)
  for (const file of readdirSync(dist).sort()) hash.update(readFileSync(path.join(dist, file)))
  return hash.digest('hex')
}
/** @type {string | undefined} */
let guard

/**
 * Runs a program under the guard, or remembers how it went: a run is kept while program, guard and Node are the same.
 * @param {{files: Record<string, string>, command: string[], environment?: Record<string, string>, deadlineMs?: number}} program files by name
 * @returns {Promise<ProgramRun>}
 */
export async function runProgramOnce({ files, command, environment = {}, deadlineMs }) {
  const key = createHash('sha256')
    .update((guard ??= guardHash()))
    .update(JSON.stringify([files, command, environment, deadlineMs]))
    .digest('hex')
    .slice(0, 24)
  const file = path.join(cache, `${key}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const lane = next++ % width
  const run = /** @type {Promise<unknown>} */ (lanes[lane]).then(async () => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'site-run-')))
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
      const how = deadlineMs === undefined ? { environment } : { environment, deadlineMs }
      const { exitCode, findings, stderr, text } = await runUnderGuard(folder, command, how)
      /** @type {ProgramRun} */
      const outcome = {
        text,
        exitCode,
        codes: findings.map(({ code }) => code),
        stderr: stderr.replaceAll(`${folder}${path.sep}`, ''),
      }
      mkdirSync(cache, { recursive: true })
      writeFileSync(file, JSON.stringify(outcome))
      return outcome
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
  lanes[lane] = run.catch(() => {})
  return run
}
