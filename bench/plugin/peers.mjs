/** The plugins we are compared with, pinned in the catalog. */
import { createRequire } from 'node:module'

/** @type {Record<string, (plugin: any) => any>} the recommended flat config of each */
const PEERS = {
  'eslint-plugin-promise': (plugin) => plugin.configs['flat/recommended'],
  'eslint-plugin-security': (plugin) => plugin.configs.recommended,
  'eslint-plugin-n': (plugin) => plugin.configs['flat/recommended-script'],
  'eslint-plugin-sonarjs': (plugin) => plugin.configs.recommended,
}

const require = createRequire(import.meta.url)

/** @typedef {{ name: string, plugins: Record<string, any>, rules: Record<string, any> }} Peer `name` with the version */

/** @returns {Promise<Peer[]>} each with the rules of its recommended flat config */
export function loadPeers() {
  return Promise.all(
    Object.entries(PEERS).map(async ([name, recommended]) => {
      const loaded = await import(name)
      const parts = [recommended(loaded.default?.configs ? loaded.default : loaded)].flat()
      return {
        name: `${name} ${readVersion(name)}`,
        plugins: Object.assign({}, ...parts.map((part) => part.plugins ?? {})),
        rules: Object.assign({}, ...parts.map((part) => part.rules ?? {})),
      }
    }),
  )
}

/** @param {string} name a package that may not export its manifest */
function readVersion(name) {
  const entry = require.resolve(name)
  return require(`${entry.slice(0, entry.lastIndexOf(`/${name}/`))}/${name}/package.json`).version
}
