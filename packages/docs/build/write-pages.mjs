// Writes every page of the site into `.pages`, from which VitePress builds. `--check` writes and runs nothing: it fails with the
// first page that could not be written, and where a link between pages leads nowhere.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { readPlaygroundData } from './playground-data.mjs'
import { mapOutsideFences } from './prose.mjs'
import { readSitePages } from './site-pages.mjs'

const folder = fileURLToPath(new URL('../.pages/', import.meta.url))

/** @param {string} address */
const fileOf = (address) => path.join(folder, `${address.endsWith('/') ? `${address}index` : address}.md`)

/**
 * Links between pages whose aim is no page.
 * @param {readonly {address: string, text: string}[]} pages
 */
function findDeadLinks(pages) {
  const addresses = new Set(pages.map(({ address }) => address))
  /** @type {string[]} */
  const dead = []
  for (const { address, text } of pages) {
    mapOutsideFences(text, (prose) => {
      for (const [, target = ''] of prose.matchAll(/\]\((\/[^)#?\s]*)/g))
        if (!addresses.has(target)) dead.push(`${address} links to ${target}, which is no page.`)
      return prose
    })
  }
  return dead
}

/** @param {{isDry: boolean}} how */
async function writePages({ isDry }) {
  const { navigation, pages } = await readSitePages({ isDry })
  const playground = readPlaygroundData()
  const problems = findDeadLinks(pages)
  const twice = pages.filter(({ address }, index) => pages.findIndex((page) => page.address === address) !== index)
  for (const { address } of twice) problems.push(`${address} is written by two sources.`)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  if (isDry) return pages.length
  rmSync(folder, { recursive: true, force: true })
  for (const { address, text } of pages) {
    mkdirSync(path.dirname(fileOf(address)), { recursive: true })
    writeFileSync(fileOf(address), `${text.trim()}\n`)
  }
  writeFileSync(path.join(folder, 'navigation.json'), JSON.stringify(navigation, undefined, 2))
  writeFileSync(path.join(folder, 'playground.json'), JSON.stringify(playground))
  return pages.length
}

const isCheck = process.argv.includes('--check')
try {
  const count = await writePages({ isDry: isCheck })
  if (!isCheck) console.log(`${count} pages written to packages/docs/.pages`)
} catch (error) {
  console.error(`The site's pages cannot be written.\n${/** @type {Error} */ (error).message}`)
  process.exitCode = 1
}
