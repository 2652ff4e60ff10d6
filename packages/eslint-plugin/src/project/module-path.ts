import { findPackageTargets } from './package-targets.ts'
import { folderOf, joinPath, type ProjectFiles } from './project-files.ts'
import { findMappedTargets } from './tsconfig-paths.ts'

const TYPESCRIPT = ['.ts', '.tsx', '.mts', '.cts']
const JAVASCRIPT = ['.js', '.jsx', '.mjs', '.cjs']
/** What the name of compiled output is written as in its source. */
const SOURCE_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

/**
 * The file of the same project that an import means: by a relative path, `imports` and `exports` of the nearest
 * `package.json`, `paths` and `baseUrl` of the nearest `tsconfig.json`. `undefined` for other packages and what is not there.
 *
 * @param from the importing file
 */
export function resolveModule(specifier: string, from: string, files: ProjectFiles): string | undefined {
  const folder = folderOf(from)
  const order = TYPESCRIPT.includes(extensionOf(from)) ? [...TYPESCRIPT, ...JAVASCRIPT] : [...JAVASCRIPT, ...TYPESCRIPT]
  for (const target of listTargets(specifier, folder, files)) {
    const found = findFile(target, order, files)
    if (found !== undefined) return found
  }
  return undefined
}

function listTargets(specifier: string, folder: string, files: ProjectFiles): Iterable<string> {
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') return [joinPath(folder, specifier)]
  return [...findPackageTargets(specifier, folder, files), ...findMappedTargets(specifier, folder, files)]
}

function findFile(target: string, order: readonly string[], files: ProjectFiles): string | undefined {
  const extension = extensionOf(target)
  const stem = target.slice(0, target.length - extension.length)
  const sources = (SOURCE_OF[extension] ?? []).map((source) => stem + source)
  const isKnown = order.includes(extension)
  // beside its compiled output a source says more; a JavaScript project has no such sources
  const candidates = [
    ...sources,
    ...(isKnown ? [target] : []),
    ...order.map((own) => target + own),
    ...order.map((own) => `${target}/index${own}`),
  ]
  return candidates.find((path) => files.stat(path) !== undefined)
}

function extensionOf(path: string): string {
  return /\.\w+$/.exec(path)?.[0] ?? ''
}
