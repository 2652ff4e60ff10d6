import { isJsonObject, type JsonObject, joinPath, listFoldersAround, type ProjectFiles } from './project-files.ts'

/** Those of Node's conditions that lead to code; `types` would lead to declarations. */
const CONDITIONS = new Set(['node', 'import', 'require', 'module-sync', 'default'])

/**
 * Where the nearest `package.json` sends `#internal` (its `imports`), and its own name (its `exports`): paths to try, best
 * first. Under more than one condition that Node has in some kind of import, each is tried.
 */
export function findPackageTargets(specifier: string, folder: string, files: ProjectFiles): string[] {
  for (const around of listFoldersAround(folder)) {
    const manifest = files.readJson(`${around}/package.json`)
    if (!manifest) continue
    return listTargets(specifier, manifest).map((target) => joinPath(around, target))
  }
  return []
}

function listTargets(specifier: string, { exports, imports, name }: JsonObject): string[] {
  if (specifier.startsWith('#')) return isJsonObject(imports) ? matchSubpath(specifier, imports) : []
  if (typeof name !== 'string' || (specifier !== name && !specifier.startsWith(`${name}/`))) return []
  const subpath = `.${specifier.slice(name.length)}`
  const isMap = isJsonObject(exports) && Object.keys(exports).every((key) => key.startsWith('.'))
  if (isMap) return matchSubpath(subpath, exports)
  return subpath === '.' ? listConditions(exports, '') : []
}

/** An exact key, else the pattern with the longest text before its `*`. */
function matchSubpath(subpath: string, map: JsonObject): string[] {
  if (Object.hasOwn(map, subpath)) return listConditions(map[subpath], '')
  let best: { readonly key: string; readonly rest: string; readonly prefix: string } | undefined
  for (const key of Object.keys(map)) {
    const [prefix = '', suffix, more] = key.split('*')
    if (suffix === undefined || more !== undefined) continue
    if (!subpath.startsWith(prefix) || !subpath.endsWith(suffix)) continue
    if (subpath.length < key.length || (best && best.prefix.length >= prefix.length)) continue
    best = { key, prefix, rest: subpath.slice(prefix.length, subpath.length - suffix.length) }
  }
  return best ? listConditions(map[best.key], best.rest) : []
}

function listConditions(target: unknown, rest: string): string[] {
  if (typeof target === 'string') return target.startsWith('./') ? [target.replaceAll('*', rest)] : []
  if (Array.isArray(target)) return target.flatMap((entry: unknown) => listConditions(entry, rest))
  if (!isJsonObject(target)) return []
  return Object.entries(target).flatMap(([condition, entry]) =>
    CONDITIONS.has(condition) ? listConditions(entry, rest) : [],
  )
}
