// Packs the packages and installs the tarballs into empty folders, the way a user's project gets them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { exclusively } from './exclusively.mjs'
import { toolEnvironment } from './program-environment.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Everything that the end-to-end tests and the demo write; ignored by git. */
export const workFolder = path.join(root, 'test', '.work')

const lock = path.join(workFolder, 'installing')

/** The published packages and their folders. */
const publishedPackages = /** @type {const} */ ({
  'eslint-plugin-child-process': 'packages/eslint-plugin',
  'runtime-guard': 'packages/runtime-guard',
  'child-process-audit': 'packages/audit',
})

/** @typedef {keyof typeof publishedPackages} PublishedPackage */

/**
 * Runs a tool to its end; its output is shown only when it fails.
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} env
 */
function runTool(file, args, cwd, env) {
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 16 * 1024 * 1024,
    timeout: 300_000,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return
  const reason = error?.message ?? signal ?? `exit code ${status}`
  throw new Error(`${[file, ...args].join(' ')} failed in ${cwd} (${reason}):\n${stdout}${stderr}`)
}

/**
 * Runs the package manager that the workspace pins.
 * @param {string[]} args
 * @param {string} cwd
 */
function runPnpm(args, cwd) {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  // npx has brought the pinned version already: pnpm need not ask the registry for it once more.
  const env = toolEnvironment({ npm_config_loglevel: 'error', pnpm_config_pm_on_fail: 'ignore' })
  runTool('npx', ['-y', packageManager, ...args], cwd, env)
}

/**
 * Time of the last change below a folder, in ms since the epoch; 0 when there is nothing.
 * @param {string} folder
 * @returns {number}
 */
function lastChange(folder) {
  if (!existsSync(folder)) return 0
  let last = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) last = Math.max(last, statSync(path.join(entry.parentPath, entry.name)).mtimeMs)
  }
  return last
}

/** Builds the packages unless what is built is newer than its sources: a build under a running test run would pull the files from under it. */
function buildStalePackages() {
  const stale = Object.values(publishedPackages).some((folder) => {
    const built = lastChange(path.join(root, folder, 'dist'))
    return built === 0 || built < lastChange(path.join(root, folder, 'src'))
  })
  if (!stale) return
  runTool(process.execPath, ['scripts/build.mjs'], root, toolEnvironment())
}

/**
 * Builds what is stale and packs all packages, each into a folder that is named after its content.
 * @returns {Record<PublishedPackage, string>} absolute paths of the tarballs
 */
export function packPackages() {
  return exclusively(lock, () => {
    buildStalePackages()
    /** @type {Partial<Record<PublishedPackage, string>>} */
    const tarballs = {}
    for (const [name, folder] of Object.entries(publishedPackages)) {
      const fresh = path.join(workFolder, 'tarballs', 'fresh')
      rmSync(fresh, { recursive: true, force: true })
      mkdirSync(fresh, { recursive: true })
      runPnpm(['pack', '--pack-destination', fresh], path.join(root, folder))
      const [file] = readdirSync(fresh)
      if (file === undefined) throw new Error(`pnpm packed no tarball of ${name}.`)
      const content = createHash('sha256').update(readFileSync(path.join(fresh, file)))
      const destination = path.join(workFolder, 'tarballs', content.digest('hex').slice(0, 12))
      mkdirSync(destination, { recursive: true })
      renameSync(path.join(fresh, file), path.join(destination, file))
      tarballs[/** @type {PublishedPackage} */ (name)] = path.join(destination, file)
    }
    return /** @type {Record<PublishedPackage, string>} */ (tarballs)
  })
}

/**
 * Installs a project into a folder that is named after its dependencies: another run with other packages does not change it.
 * @param {string} name
 * @param {Record<string, string>} dependencies exact versions, or `file:` with a tarball of `packPackages`
 * @returns {string} absolute path of the project
 */
export function installProject(name, dependencies) {
  const manifest = JSON.stringify({ name, private: true, type: 'module', dependencies }, null, 2)
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 12)
  const folder = path.join(workFolder, `${name}-${hash}`)
  const stamp = path.join(folder, '.installed')
  return exclusively(lock, () => {
    if (!existsSync(stamp)) {
      removeForgottenProjects(name)
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'package.json'), manifest)
      // A workspace file of its own: without it the project would count as a part of ours. No dependency runs a script.
      writeFileSync(path.join(folder, 'pnpm-workspace.yaml'), 'strictDepBuilds: false\nverifyDepsBeforeRun: false\n')
      runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile', '--ignore-scripts'], folder)
    }
    writeFileSync(stamp, '')
    return folder
  })
}

/**
 * Removes projects of this name that no run has asked for in the last two hours.
 * @param {string} name
 */
function removeForgottenProjects(name) {
  for (const entry of readdirSync(workFolder)) {
    const stamp = path.join(workFolder, entry, '.installed')
    if (!entry.startsWith(`${name}-`) || !existsSync(stamp)) continue
    if (Date.now() - statSync(stamp).mtimeMs > 2 * 3_600_000)
      rmSync(path.dirname(stamp), { recursive: true, force: true })
  }
}

/**
 * The exact version of a development dependency of the tests, so that a consumer gets what the catalog pins.
 * @param {string} name
 */
function pinnedVersion(name) {
  const manifest = path.join(root, 'test', 'node_modules', name, 'package.json')
  const { name: actual, version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return actual === name ? version : `npm:${actual}@${version}`
}

/**
 * Installs the tarballs beside tools that their users have.
 * @param {string} name
 * @param {{tarballs: Partial<Record<PublishedPackage, string>>, tools: string[]}} contents tools are names of development dependencies of the tests
 * @returns {string} absolute path of the project
 */
export function installConsumer(name, { tarballs, tools }) {
  return installProject(name, {
    ...Object.fromEntries(tools.map((tool) => [tool, pinnedVersion(tool)])),
    ...Object.fromEntries(Object.entries(tarballs).map(([tool, tarball]) => [tool, `file:${tarball}`])),
  })
}

/** Node lines beside the running one that tests ask for, as packages that carry nothing but the binary. */
const nodeVersions = /** @type {const} */ ({ 16: '16.20.2', 24: '24.14.0' })

/**
 * Path of another Node's executable, installed from the registry.
 * @param {keyof typeof nodeVersions} line
 */
export function nodeExecutable(line) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const versions = Object.entries(nodeVersions).map(([major, version]) => [
    `node-${major}`,
    `npm:node-${platform}-${process.arch}@${version}`,
  ])
  return path.join(installProject('nodes', Object.fromEntries(versions)), 'node_modules', `node-${line}`, 'bin', 'node')
}
