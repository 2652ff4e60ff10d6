import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/
const DECLARATION = /\.d\.[cm]?ts$/
const MINIFIED = /[.-](?:min|bundle|umd)\.[cm]?js$/
/** Code of others, and what is built from the sources. */
const SKIPPED = new Set(['node_modules', 'bower_components', 'vendor', 'coverage', '.git'])
const BUILT = new Set(['dist', 'build', 'out'])
/** In bytes. What is larger is a bundle or a table of data; TypeScript itself reads no JavaScript beyond 4 MB. */
const MAX_SIZE = 600_000

/**
 * The source files of a project that has no tsconfig.json, in a fixed order. Folders that start with a dot are left out, and `dist`, `build`
 * and `out` unless nothing else is there: a published package may have only those.
 */
export function listSourceFiles(root: string): string[] {
  const own = walk(root, (name) => SKIPPED.has(name) || BUILT.has(name))
  return own.length > 0 ? own : walk(root, (name) => SKIPPED.has(name))
}

function walk(folder: string, isSkipped: (name: string) => boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('.') || isSkipped(entry.name) ? [] : walk(file, isSkipped)
    const isSource =
      entry.isFile() && SOURCE.test(entry.name) && !DECLARATION.test(entry.name) && !MINIFIED.test(entry.name)
    return isSource && statSync(file).size <= MAX_SIZE ? [file] : []
  })
}
