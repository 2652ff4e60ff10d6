/** The plugins we are compared with, pinned and installed by npm into a folder that git ignores. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '.work', 'peers')
const INSTALL_TIMEOUT_MS = 300_000

/** @type {Record<string, { version: string, recommended: (plugin: any) => any }>} */
const PEERS = {
  'eslint-plugin-promise': { version: '7.3.0', recommended: (plugin) => plugin.configs['flat/recommended'] },
  'eslint-plugin-security': { version: '4.1.0', recommended: (plugin) => plugin.configs.recommended },
  'eslint-plugin-n': { version: '18.5.0', recommended: (plugin) => plugin.configs['flat/recommended-script'] },
  'eslint-plugin-sonarjs': { version: '4.2.2', recommended: (plugin) => plugin.configs.recommended },
}

/** @typedef {{ name: string, version: string, plugins: Record<string, any>, rules: Record<string, any> }} Peer */

/** @returns {Promise<Peer[]>} each with the rules of its recommended flat config */
export async function loadPeers() {
  const manifest = JSON.stringify({
    private: true,
    dependencies: {
      eslint: '10.15.0',
      ...Object.fromEntries(Object.entries(PEERS).map(([name, { version }]) => [name, version])),
    },
  })
  const manifestPath = join(FOLDER, 'package.json')
  if (!existsSync(join(FOLDER, 'node_modules')) || readFileSync(manifestPath, 'utf8') !== manifest) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(manifestPath, manifest)
    await promisify(execFile)(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'],
      {
        cwd: FOLDER,
        timeout: INSTALL_TIMEOUT_MS,
        killSignal: 'SIGKILL',
      },
    )
  }
  const { resolve } = createRequire(manifestPath)
  return Promise.all(
    Object.entries(PEERS).map(async ([name, { version, recommended }]) => {
      const loaded = await import(pathToFileURL(resolve(name)).href)
      const plugin = loaded.default?.configs ? loaded.default : loaded
      const parts = [recommended(plugin)].flat()
      return {
        name: `${name}@${version}`,
        version,
        plugins: Object.assign({}, ...parts.map((part) => part.plugins ?? {})),
        rules: Object.assign({}, ...parts.map((part) => part.rules ?? {})),
      }
    }),
  )
}
