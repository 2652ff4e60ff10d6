import {
  folderOf,
  isJsonObject,
  type JsonObject,
  joinPath,
  listFoldersAround,
  type ProjectFiles,
} from './project-files.ts'

/** What a chain of `extends` says about names that are no relative paths. */
interface PathMapping {
  /** `baseUrl`, absolute. */
  readonly base?: string
  readonly paths?: JsonObject
  /** What the targets in `paths` are relative to. */
  readonly folder?: string
}

/** Configurations that extend each other, which may be in a circle. */
const MAX_CHAIN = 16

/** Where `paths` and `baseUrl` of the nearest `tsconfig.json` or `jsconfig.json` send a name: paths to try, best first. */
export function findMappedTargets(specifier: string, folder: string, files: ProjectFiles): string[] {
  for (const around of listFoldersAround(folder)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const path = `${around}/${name}`
      const config = files.readJson(path)
      if (config)
        return listConfigs(config, path, files).flatMap((own) =>
          listTargets(specifier, readMapping(own, own, files, 0)),
        )
    }
  }
  return []
}

/** The configuration itself, or those that it only holds together (`"files": []` with `references`). */
function listConfigs({ files: own, references }: JsonObject, path: string, files: ProjectFiles): string[] {
  if (!Array.isArray(references) || !Array.isArray(own) || own.length > 0) return [path]
  return references.flatMap((reference: unknown) => {
    if (!isJsonObject(reference) || typeof reference.path !== 'string') return []
    const target = joinPath(folderOf(path), reference.path)
    return files.stat(target) ? [target] : [`${target}/tsconfig.json`]
  })
}

/** @param root the configuration at the end of the chain, which `${configDir}` stands for the folder of */
function readMapping(path: string, root: string, files: ProjectFiles, depth: number): PathMapping {
  const config = depth < MAX_CHAIN ? files.readJson(path) : undefined
  if (!config) return {}
  const folder = folderOf(path)
  // of several the last one wins
  const bases = [config.extends]
    .flat()
    .map((base) => (typeof base === 'string' ? findBase(base, folder, files) : undefined))
  let mapping: PathMapping = {}
  for (const base of bases)
    if (base !== undefined) mapping = { ...mapping, ...readMapping(base, root, files, depth + 1) }
  const options = isJsonObject(config.compilerOptions) ? config.compilerOptions : {}
  const locate = (target: string): string => joinPath(folder, target.replace('${configDir}', folderOf(root)))
  if (typeof options.baseUrl === 'string') mapping = { ...mapping, base: locate(options.baseUrl) }
  if (isJsonObject(options.paths)) {
    const isRooted = JSON.stringify(options.paths).includes('${configDir}')
    mapping = { ...mapping, paths: options.paths, folder: isRooted ? folderOf(root) : folder }
  }
  return mapping
}

/** What `extends` names: a file, or one in a package. */
function findBase(specifier: string, folder: string, files: ProjectFiles): string | undefined {
  const stems = /^\.{0,2}\//.test(specifier)
    ? [joinPath(folder, specifier)]
    : listFoldersAround(folder).map((around) => `${around}/node_modules/${specifier}`)
  return stems
    .flatMap((stem) => [stem, `${stem}.json`, `${stem}/tsconfig.json`])
    .find((path) => path.endsWith('.json') && files.stat(path) !== undefined)
}

function listTargets(specifier: string, { base, folder, paths }: PathMapping): string[] {
  const fromBase = base === undefined ? [] : [joinPath(base, specifier)]
  if (!paths) return fromBase
  let best: { readonly key: string; readonly prefix: string; readonly rest: string } | undefined
  for (const key of Object.keys(paths)) {
    const [prefix = '', suffix] = key.split('*')
    const isMatch =
      suffix === undefined ? specifier === key : specifier.startsWith(prefix) && specifier.endsWith(suffix)
    if (!isMatch || specifier.length < prefix.length + (suffix?.length ?? 0)) continue
    // an exact name before any pattern, then the longest text before the `*`
    if (best && suffix !== undefined && best.prefix.length >= prefix.length) continue
    best = {
      key,
      prefix,
      rest: suffix === undefined ? '' : specifier.slice(prefix.length, specifier.length - suffix.length),
    }
    if (suffix === undefined) break
  }
  const targets = best ? paths[best.key] : undefined
  if (!best || !Array.isArray(targets)) return fromBase
  const { rest } = best
  return targets.flatMap((target: unknown) => {
    if (typeof target !== 'string') return []
    return joinPath(
      base ?? folder ?? '',
      target.replace('${configDir}/', '').replace('*', () => rest),
    )
  })
}
