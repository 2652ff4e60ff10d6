/** Which files the bench lints: drawn by hash from the pinned corpus, so that every run and every machine has the same ones. */
import { createHash } from 'node:crypto'
import { findLintableFiles, TRIGGER } from '../../test/corpus/lintable-files.mjs'
import { ensurePackages, locatePackage, readCorpus } from '../../test/corpus/package-store.mjs'

/** The share of files that can start a child, as counted over published packages at large. */
export const TRIGGER_SHARE = 0.07

/** @typedef {{ path: string, text: string, mentions: boolean }} BenchFile `path` is absolute */

/** @param {string} path */
const rank = (path) => createHash('sha256').update(`bench:${path}`).digest('hex')

/**
 * @param {number} count files in the mixed set
 * @returns {Promise<{ mixed: BenchFile[], triggers: BenchFile[] }>} `mixed` has TRIGGER_SHARE of files that mention a child-starting module; `triggers` as many of those as `mixed` has files, or all there are
 */
export async function collectFileSets(count) {
  const corpus = readCorpus()
  await ensurePackages(corpus, (message) => console.error(message))
  /** @type {{ order: string, file: BenchFile }[]} */
  const all = []
  for (const entry of corpus)
    for (const { path, absolute, text } of findLintableFiles(locatePackage(entry), entry))
      all.push({ order: rank(`${entry.name}/${path}`), file: { path: absolute, text, mentions: TRIGGER.test(text) } })
  all.sort((a, b) => (a.order < b.order ? -1 : 1))
  const files = all.map(({ file }) => file)
  const mentioning = files.filter((file) => file.mentions)
  const silent = files.filter((file) => !file.mentions)
  const wanted = Math.round(count * TRIGGER_SHARE)
  const mixed = [...mentioning.slice(0, wanted), ...silent.slice(0, count - wanted)].sort((a, b) =>
    rank(a.path) < rank(b.path) ? -1 : 1,
  )
  return { mixed, triggers: mentioning.slice(0, count) }
}
