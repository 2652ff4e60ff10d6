import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ts } from 'ts-morph'

/** Folders of built output, and where their sources are. */
const OUTPUT = /^(?:dist|lib|build|out|esm|cjs)(?=\/|$)/
const SKIPPED = new Set(['node_modules', 'bower_components', 'vendor', 'coverage'])

interface Package {
  readonly folder: string
  readonly entries: readonly string[]
}

/**
 * Decides which file of the project an import means. What lies in other packages is left out: their types cost more to read than they
 * tell. The packages of a workspace are found by their names, and their sources instead of what is built of them.
 *
 * @param isOwn is an absolute path, with forward slashes, a file of the project?
 */
export function createImportResolver(
  root: string,
  isOwn: (file: string) => boolean,
): (specifier: string, from: string, options: ts.CompilerOptions, host: ts.ModuleResolutionHost) => string | undefined {
  let packages: ReadonlyMap<string, Package> | undefined
  return (specifier, from, options, host) => {
    const found = ts.resolveModuleName(specifier, from, options, host).resolvedModule?.resolvedFileName
    // beside compiled code there are its declarations, which TypeScript prefers
    const code = found?.replace(/\.d\.([cm]?)ts$/, '.$1js')
    if (code !== undefined && isOwn(code)) return code
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') return undefined
    packages ??= findPackages(root)
    return findInWorkspace(specifier, packages, isOwn)
  }
}

function findInWorkspace(
  specifier: string,
  packages: ReadonlyMap<string, Package>,
  isOwn: (file: string) => boolean,
): string | undefined {
  const parts = specifier.split('/')
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  const found = packages.get(name)
  if (!found) return undefined
  const subpath = specifier.slice(name.length + 1)
  const targets = subpath === '' ? [...found.entries, 'index', 'src/index'] : [subpath, `src/${subpath}`]
  return targets
    .flatMap((target) => [target, target.replace(OUTPUT, 'src')])
    .map((target) => path.posix.join(found.folder, target.replace(/\.[cm]?[jt]sx?$/, '')))
    .flatMap((stem) => EXTENSIONS.flatMap((extension) => [stem + extension, `${stem}/index${extension}`]))
    .find(isOwn)
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']

/** Packages are that deep at most: `apps/group/name`. */
const MAX_DEPTH = 3

/** The packages of a workspace by name, the root's own among them. */
function findPackages(root: string): ReadonlyMap<string, Package> {
  const packages = new Map<string, Package>()
  visit(root, 0)
  return packages

  function visit(folder: string, depth: number): void {
    const own = readPackage(folder)
    if (own && !packages.has(own.name)) packages.set(own.name, own)
    if (depth === MAX_DEPTH) return
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
        visit(path.join(folder, entry.name), depth + 1)
  }
}

function readPackage(folder: string): (Package & { readonly name: string }) | undefined {
  const file = path.join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const { exports, main, module, name, types } = manifest
    if (typeof name !== 'string') return undefined
    const given = [listTargets((exports as Record<string, unknown> | undefined)?.['.'] ?? exports), types, module, main]
    const entries = given.flat().filter((entry): entry is string => typeof entry === 'string')
    return { name, folder: folder.replaceAll('\\', '/'), entries: entries.map((entry) => entry.replace(/^\.\//, '')) }
  } catch {
    // a template, or a mistake that concerns no import of ours
    return undefined
  }
}

/** Every file that a map of conditions leads to. */
function listTargets(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key.startsWith('./') ? [] : listTargets(inner)))
}
