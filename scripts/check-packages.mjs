// Packs every published package and asks publint and "are the types wrong" about the tarball.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { packPackages } from '../test/harness/installed-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', '.bin', name)
let failed = 0

/**
 * The plugin and the audit are ES modules only; of the guard only the preload is CommonJS, and every supported Node can `require` its ES modules.
 * @type {Record<string, string[]>}
 */
const attwOptions = {
  'eslint-plugin-child-process': ['--profile', 'esm-only'],
  'child-process-audit': ['--profile', 'esm-only', '--exclude-entrypoints', './schema.json'],
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
  const result = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 180_000,
    killSignal: 'SIGKILL',
  })
  if (result.status === 0) {
    console.log(`${what}: ok`)
    return
  }
  failed += 1
  console.error(`${what}: failed\n${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
}

for (const [name, tarball] of Object.entries(packPackages())) {
  check(`publint ${name}`, bin('publint'), ['run', tarball, '--strict'])
  check(`attw ${name}`, bin('attw'), [tarball, ...(attwOptions[name] ?? [])])
}
process.exitCode = failed === 0 ? 0 : 1
