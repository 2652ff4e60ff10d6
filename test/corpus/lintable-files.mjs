/** Which files of an unpacked package are linted: source that somebody could read, told from bundles by mechanical criteria alone. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const SOURCE_EXTENSION = /\.(?:[cm]?js|jsx|[cm]?ts|tsx)$/
const DECLARATION = /\.d\.[cm]?ts$/
/** Vendored code is judged in its own package, fixtures are written to be odd, and `.min.` says it itself. */
const EXCLUDED_SEGMENT =
  /^(?:node_modules|bower_components|jspm_packages|third[-_]?party|vendor|vendored|fixtures?|__fixtures__|__mocks__|__snapshots__|testdata|test-data)$/
const MINIFIED_NAME = /[.-](?:min|bundle|umd)\.[cm]?[jt]s$/

/** Above this a source file is practically always a bundle; the largest hand-written file met in the corpus is half as big. */
const MAX_BYTES = 600_000
/** Hand-written code averages 25 to 45 characters a line; minified code has thousands. */
const MAX_MEAN_LINE = 110
const BUNDLE_BANNER =
  /__webpack_require__|webpackBootstrap|\bparcelRequire\b|\b__commonJS(?:Min)?\s*=|\b__toESM\s*=\s*\(mod, isNodeMode[^]*?\/\/ (?:\.\.\/)*node_modules\/|^\/\/ (?:\.\.\/)*node_modules\/.*\n(?:var|import)|\/\/#region (?:\.\.\/)*node_modules\//m
const INLINE_SOURCE_MAP = /\/\/[#@]\s*sourceMappingURL=data:.*$/gm

/** Every text in which a child can be started names one of these. A superset of any trigger a linter may use. */
export const TRIGGER = /child_process|cross-spawn|\bexeca\b|\btinyexec\b|\bnano-spawn\b|['"]zx['"/]/

/**
 * @param {string} text
 * @returns {'too-large' | 'long-lines' | 'bundle-banner' | undefined} why the text counts as built output nobody reads
 */
export function findBundleEvidence(text) {
  const readable = text.replace(INLINE_SOURCE_MAP, '')
  if (readable.length > MAX_BYTES) return 'too-large'
  const lines = readable.split('\n').filter((line) => line.trim() !== '')
  if (lines.length > 0 && readable.length / lines.length > MAX_MEAN_LINE) return 'long-lines'
  if (BUNDLE_BANNER.test(readable)) return 'bundle-banner'
  return undefined
}

/**
 * @param {string} directory
 * @returns {Generator<string>} absolute paths of source files, in a fixed order
 */
export function* walkSourceFiles(directory) {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (EXCLUDED_SEGMENT.test(entry.name)) continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walkSourceFiles(path)
    else if (
      entry.isFile() &&
      SOURCE_EXTENSION.test(entry.name) &&
      !DECLARATION.test(entry.name) &&
      !MINIFIED_NAME.test(entry.name)
    )
      yield path
  }
}

/** @typedef {{ path: string, absolute: string, text: string }} LintableFile `path` is relative to the package root, with `/` */

/**
 * @param {string} root the unpacked package
 * @param {{ include?: readonly string[], exclude?: readonly string[], trigger?: boolean }} [selection] path prefixes;
 *   `trigger` keeps only files in which a child can be started at all
 * @returns {Generator<LintableFile>}
 */
export function* findLintableFiles(root, { include = [''], exclude = [], trigger = false } = {}) {
  for (const absolute of walkSourceFiles(root)) {
    const path = relative(root, absolute).split(sep).join('/')
    if (!include.some((prefix) => path.startsWith(prefix)) || exclude.some((prefix) => path.startsWith(prefix)))
      continue
    const text = readFileSync(absolute, 'utf8')
    if (trigger && !TRIGGER.test(text)) continue
    if (findBundleEvidence(text) !== undefined) continue
    yield { path, absolute, text }
  }
}
