import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { createNameLinker } from './catalog.mjs'
import { expandDirectives } from './directives.mjs'
import { readPackagePages } from './package-pages.mjs'
import { linkNames } from './prose.mjs'
import { readRepositoryPage, rewriteLinks } from './repository-page.mjs'
import { inRepository } from './repository.mjs'
import { siteAddressOf } from './site-address.mjs'

/** @typedef {{address: string, text: string}} Page */
/** @typedef {{text: string, link: string}} NavigationEntry */

/** Texts of the repository that are pages as they stand. */
const repositoryPages = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'NON-GOALS.md',
  'packages/runtime-guard/docs/cli.md',
  'packages/runtime-guard/docs/design.md',
]

const ownFolder = 'packages/docs'

/** The pages that are written for the site: every Markdown file of its package. */
function listOwnPages() {
  return readdirSync(inRepository(ownFolder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.md') && !/(?:^|\/)(?:\.|node_modules|test|README\.md)/.test(file))
    .sort()
}

/** @param {string} text */
const titleOf = (text) => /^# (.*)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? ''

/**
 * Every page of the site.
 * @param {{isDry: boolean}} how dry: nothing is run, for a check that must be quick
 */
export async function readSitePages({ isDry }) {
  const { findings, pages: packagePages, rules } = await readPackagePages({ isDry })
  const link = createNameLinker(findings)
  const ownPages = await Promise.all(
    listOwnPages().map(async (file) => {
      const written = readFileSync(inRepository(`${ownFolder}/${file}`), 'utf8')
      const text = await expandDirectives(rewriteLinks(written, `${ownFolder}/${file}`), isDry)
      return { address: `/${file.replace(/(?:index)?\.md$/, '')}`, text: linkNames(text, link) }
    }),
  )
  const decisions = readdirSync(inRepository('docs/decisions')).map((file) => `docs/decisions/${file}`)
  const takenOver = [...repositoryPages, ...decisions].map((file) => ({
    address: /** @type {string} */ (siteAddressOf(file)),
    text: linkNames(readRepositoryPage(file), link),
  }))
  /** @param {RegExp} pattern */
  const entries = (pattern) =>
    [...ownPages, ...takenOver]
      .filter(({ address }) => pattern.test(address))
      .map(({ address, text }) => ({ text: titleOf(text), link: address }))
  return {
    pages: [...packagePages, ...ownPages, ...takenOver],
    navigation: {
      rules: rules.map(({ name }) => ({ text: name, link: `/rules/${name}` })),
      findings: findings.map(({ code }) => ({ text: code, link: `/findings/${code}` })),
      decisions: entries(/\/decisions\/./),
      frameworks: entries(/\/frameworks\/./),
    },
  }
}
