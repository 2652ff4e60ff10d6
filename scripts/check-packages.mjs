// Packs every published package and asks publint and "are the types wrong" about the tarball.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', '.bin', name)
const scratch = mkdtempSync(path.join(tmpdir(), 'packed-'))
const limits = /** @type {const} */ ({ timeout: 180_000, killSignal: 'SIGKILL' })
let failed = 0

/**
 * The plugin is ES modules only; of the guard only the preload is CommonJS, and every supported Node can `require` its ES modules.
 * @type {Record<string, string[]>}
 */
const attwOptions = {
  'eslint-plugin-child-process': ['--profile', 'esm-only'],
  'runtime-guard': [
    '--profile',
    'node16',
    '--exclude-entrypoints',
    './schema.json',
    '--ignore-rules',
    'cjs-resolves-to-esm',
  ],
}

/**
 * @param {string} what
 * @param {string} file
 * @param {string[]} args
 */
function check(what, file, args) {
  const result = spawnSync(file, args, { cwd: root, encoding: 'utf8', ...limits })
  if (result.status === 0) {
    console.log(`${what}: ok`)
    return
  }
  failed += 1
  console.error(`${what}: failed\n${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
}

try {
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const directory = path.join(root, 'packages', folder)
    const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
    if (manifest.private === true) continue
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], {
        cwd: directory,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        ...limits,
      }),
    )
    const tarball = path.join(scratch, packed.filename)
    check(`publint ${manifest.name}`, bin('publint'), ['run', tarball, '--strict'])
    check(`attw ${manifest.name}`, bin('attw'), [tarball, ...(attwOptions[manifest.name] ?? [])])
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
