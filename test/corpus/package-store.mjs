/** Brings the pinned packages onto the disk: downloaded once through npm, checked against the recorded integrity, unpacked without their bundled dependencies. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HERE = dirname(fileURLToPath(import.meta.url))
const DOWNLOADS_AT_ONCE = 4
const DOWNLOAD_TIMEOUT_MS = 120_000

/**
 * Outside of the repository: under it every package of the corpus would resolve its dependencies to ours, and a rule that asks which
 * version of execa is installed would get our answer.
 */
export const STORE = process.env['CHILD_PROCESS_CORPUS'] ?? join(tmpdir(), 'child-process-corpus')

/**
 * @typedef {object} CorpusPackage
 * @property {string} name
 * @property {string} version exact
 * @property {string} integrity subresource integrity of the tarball
 * @property {'dev' | 'held-out'} half
 * @property {string} kind
 * @property {string} why
 * @property {string[]} [include] path prefixes to lint, default everything
 * @property {string[]} [exclude] path prefixes not to lint
 */

/** @returns {CorpusPackage[]} */
export function readCorpus() {
  return JSON.parse(readFileSync(join(HERE, 'corpus.json'), 'utf8'))
}

/**
 * A package's half is a function of its name, so that adding a package moves no other.
 * @param {string} name
 * @returns {'dev' | 'held-out'}
 */
export function assignHalf(name) {
  return (createHash('sha256').update(`corpus:${name}`).digest()[0] ?? 0) & 1 ? 'held-out' : 'dev'
}

/** @param {CorpusPackage} entry */
export const locatePackage = ({ name, version }) => join(STORE, `${name.replace('/', '+')}@${version}`)

/**
 * @param {CorpusPackage} entry
 * @throws if npm cannot deliver the tarball or its content is not the recorded one
 */
async function downloadPackage(entry) {
  const target = locatePackage(entry)
  const work = `${target}.partial-${process.pid}`
  mkdirSync(work, { recursive: true })
  try {
    const { stdout } = await run(
      'npm',
      [
        'pack',
        `${entry.name}@${entry.version}`,
        '--json',
        '--ignore-scripts',
        '--loglevel=error',
        '--pack-destination',
        work,
      ],
      {
        cwd: STORE,
        timeout: DOWNLOAD_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    const listing = JSON.parse(stdout)
    const [{ filename }] = Array.isArray(listing) ? listing : Object.values(listing)
    const tarball = join(work, filename)
    const [algorithm = 'sha512'] = entry.integrity.split('-')
    const hash = createHash(algorithm)
    await pipeline(createReadStream(tarball), hash)
    const actual = `${algorithm}-${hash.digest('base64')}`
    if (actual !== entry.integrity)
      throw new Error(`${entry.name}@${entry.version}: integrity ${actual}, recorded ${entry.integrity}`)
    const unpacked = join(work, 'unpacked')
    mkdirSync(unpacked)
    await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1', '--exclude=*/node_modules/*'], {
      timeout: DOWNLOAD_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    })
    try {
      renameSync(unpacked, target)
    } catch (error) {
      // another run, at the same time, has brought it
      if (!existsSync(target)) throw error
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * @param {readonly CorpusPackage[]} entries
 * @param {(message: string) => void} log
 */
export async function ensurePackages(entries, log) {
  const missing = entries.filter((entry) => !existsSync(locatePackage(entry)))
  if (missing.length === 0) return
  log(`downloading ${missing.length} packages`)
  mkdirSync(STORE, { recursive: true })
  const queue = [...missing]
  await Promise.all(
    Array.from({ length: DOWNLOADS_AT_ONCE }, async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) await downloadPackage(entry)
    }),
  )
}
