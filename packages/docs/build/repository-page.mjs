import path from 'node:path'
import { escapeMarkup, mapOutsideFences } from './prose.mjs'
import { readRepositoryFile } from './repository.mjs'
import { siteAddressOf } from './site-address.mjs'

/**
 * Points the links of a Markdown text at the pages of the site. A link to a file that has none becomes its path: the text
 * stays readable, and the path is where a contributor finds it.
 * @param {string} markdown
 * @param {string} file where the text comes from, relative to the repository
 */
export function rewriteLinks(markdown, file) {
  return mapOutsideFences(markdown, (text) =>
    text.replaceAll(
      /\[([^\]]*)\]\(([^)\s]+)\)/g,
      (found, /** @type {string} */ label, /** @type {string} */ target) => {
        if (/^(?:[a-z]+:|#|\/)/.test(target)) return found
        const [relative = '', hash = ''] = target.split('#')
        const aim = path.posix.join(path.posix.dirname(file), relative)
        const address = siteAddressOf(aim)
        if (address !== undefined) return `[${label}](${address}${hash === '' ? '' : `#${hash}`})`
        return label.replaceAll('`', '') === aim ? `\`${aim}\`` : `${label} (\`${aim}\`)`
      },
    ),
  )
}

/**
 * A file of the repository as a page of the site.
 * @param {string} file relative to the repository
 */
export function readRepositoryPage(file) {
  return escapeMarkup(rewriteLinks(readRepositoryFile(file), file))
}

/**
 * What stands below a heading of a file, up to the next heading of the same or a higher level.
 * @param {string} file relative to the repository
 * @param {string} heading without `#`
 */
export function readSection(file, heading) {
  const lines = readRepositoryPage(file).split('\n')
  const levelOf = (/** @type {string} */ line) => /^#+(?= )/.exec(line)?.[0].length ?? Infinity
  const from = lines.findIndex((line) => levelOf(line) < Infinity && line.replace(/^#+ /, '') === heading)
  if (from === -1) throw new Error(`${file} has no heading '${heading}'.`)
  const level = levelOf(/** @type {string} */ (lines[from]))
  const below = lines.slice(from + 1)
  const length = below.findIndex((line) => levelOf(line) <= level)
  return below
    .slice(0, length === -1 ? undefined : length)
    .filter((line) => !/^<!-- (?:begin|end) /.test(line))
    .join('\n')
    .trim()
}

/**
 * The fenced blocks of a part of a page, each with its language and what stands behind it.
 * @param {string} text
 */
export function readFences(text) {
  return [...text.matchAll(/^(`{3,})(\w*) ?([^\n]*)\n([^]*?)^\1$/gm)].map(
    ([, , language = '', meta = '', code = '']) => ({
      language,
      meta,
      code: code.trimEnd(),
    }),
  )
}
