/* global document -- what is evaluated in the page */
// Checks the built site in a real Chromium and prints what it measured. Builds the site first unless told `--built`.
// Usage: node packages/docs/browser/check-site.mjs [--built]
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { ESLint } from 'eslint'
import childProcess from 'eslint-plugin-child-process'
import typescriptParser from '@typescript-eslint/parser'
import { readBadPrograms } from '../build/fixture-program.mjs'
import { startBrowser } from './start-browser.mjs'
import { serveSite } from './serve-site.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The first load of the playground may weigh so much, gzipped, in bytes. */
const loadLimit = 500_000

/** So many programs are linted in the playground and on the command line. */
const programCount = 20

const pages = [
  '/',
  '/guide/why',
  '/guide/patterns',
  '/guide/ci',
  '/rules/',
  '/rules/no-floating-child',
  '/findings/leaked-child',
  '/reference/settings',
  '/contributing/architecture',
  '/playground',
]

/** @type {{ok: boolean, what: string}[]} */
const checks = []

/**
 * @param {boolean} ok
 * @param {string} what
 * @param {string[]} [details] printed where it is not
 */
function check(ok, what, details = []) {
  checks.push({ ok, what })
  console.log(`${ok ? '✓' : '✗'} ${what}`)
  if (!ok) for (const detail of details.slice(0, 12)) console.log(`    ${detail}`)
}

if (!process.argv.includes('--built')) {
  const { status } = spawnSync(process.execPath, ['build/build-site.mjs'], {
    cwd: root,
    stdio: 'inherit',
    timeout: 600_000,
    killSignal: 'SIGKILL',
  })
  if (status !== 0) process.exit(1)
}

/** @typedef {import('playwright-core').Page} Page */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const site = await serveSite()
const browser = await startBrowser()

/**
 * Opens a page and collects what its console complains about.
 * @param {string} path
 * @param {{colorScheme?: 'dark' | 'light', width?: number}} [how]
 */
async function open(path, { colorScheme = 'light', width = 1280 } = {}) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  /** @type {string[]} */
  const complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${site.address}${path}`)
  await page.locator('h1').first().waitFor()
  return { page, complaints }
}

/** @param {Page} page */
async function waitForVerdict(page) {
  await page.locator('.playground-summary', { hasText: /reports?$|^Nothing to report/ }).waitFor({ timeout: 60_000 })
}

/** @param {Page} page */
async function findViolations(page) {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    })
    return violations.map(
      (/** @type {any} */ { help, nodes }) =>
        `${help}: ${nodes
          .map((/** @type {any} */ node) => node.html)
          .slice(0, 2)
          .join(' | ')}`,
    )
  })
}

async function checkPages() {
  for (const path of pages) {
    const { complaints, page } = await open(path)
    if (path === '/playground') await waitForVerdict(page)
    check(complaints.length === 0, `${path} opens, and the console is silent`, complaints)
    const violations = await findViolations(page)
    check(violations.length === 0, `${path} is accessible (axe, WCAG 2.1 AA)`, violations)
    await page.close()
    const phone = await open(path, { width: 390, colorScheme: 'dark' })
    if (path === '/playground') await waitForVerdict(phone.page)
    const width = await phone.page.evaluate(() => document.documentElement.scrollWidth)
    check(width <= 390, `${path} fits on a phone (${width} of 390 pixels)`)
    const dark = await findViolations(phone.page)
    check(dark.length === 0, `${path} is accessible in the dark, on a phone`, dark)
    await phone.page.close()
  }
}

async function checkSearch() {
  const { page } = await open('/guide/why')
  await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill('undrained')
  const [first] = await page.locator('.VPLocalSearchBox .result').all()
  await first?.waitFor()
  await page.locator('.VPLocalSearchBox .result').first().waitFor({ timeout: 15_000 })
  const count = await page.locator('.VPLocalSearchBox .result').count()
  check(count > 0, `the search finds 'undrained' (${count} results)`)
  await page.close()
}

async function checkLoad() {
  const page = await browser.newPage()
  let bytes = 0
  /** @type {string[]} */
  const files = []
  page.context().on('response', (response) => {
    const path = new URL(response.url()).pathname
    if (!response.url().startsWith(site.address) || response.status() !== 200) return
    void response.body().then((body) => {
      const size = gzipSync(body).length
      bytes += size
      files.push(`${path}: ${size}`)
    })
  })
  await page.goto(`${site.address}/playground`)
  await waitForVerdict(page)
  await page.waitForLoadState('networkidle')
  check(
    bytes > 100_000 && bytes < loadLimit,
    `the playground loads ${Math.round(bytes / 1000)} kB gzipped before TypeScript is chosen (at most ${loadLimit / 1000})`,
    files,
  )
  await page.close()
}

/**
 * What the command line reports with `strict`.
 * @param {string} code
 * @param {string} file
 */
async function lintOnCommandLine(code, file) {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
      { ...childProcess.configs.strict, files: ['**/*.js', '**/*.ts'] },
    ],
  })
  const [result] = await eslint.lintText(code, { filePath: file })
  return (result?.messages ?? []).map(
    ({ column, line, message, ruleId }) =>
      `${line}:${column} ${message} ${ruleId?.replace('child-process/', '') ?? ''}`,
  )
}

async function checkVerdicts() {
  const { complaints, page } = await open('/playground')
  await waitForVerdict(page)
  // every other program of the list is enough, as long as both languages are among them
  const all = readBadPrograms()
  const chosen = [
    ...all.filter(({ file }) => file.endsWith('ts')),
    ...all.filter(({ file }) => !file.endsWith('ts')),
  ].slice(0, programCount)
  /** @type {string[]} */
  const differences = []
  let reports = 0
  for (const { code, file, fixture } of chosen) {
    const language = file.endsWith('ts') ? 'ts' : 'js'
    const fragment = Buffer.from(JSON.stringify([code, language, 'strict', {}])).toString('base64url')
    await page.goto('about:blank')
    await page.goto(`${site.address}/playground#${fragment}`)
    await waitForVerdict(page)
    const shown = await page.locator('.playground-list > li').evaluateAll((items) =>
      items.map((item) => {
        const copy = /** @type {Element} */ (item.cloneNode(true))
        for (const button of copy.querySelectorAll('.playground-suggestion')) button.remove()
        return (copy.textContent ?? '').trim()
      }),
    )
    const expected = await lintOnCommandLine(code, `program.${language}`)
    reports += expected.length
    if (shown.join('\n') !== expected.join('\n'))
      differences.push(`${fixture}: ${shown.join(' / ')} instead of ${expected.join(' / ')}`)
  }
  check(
    chosen.length === programCount && reports > 0 && differences.length === 0,
    `the playground reports what the command line does (${chosen.length} programs, ${reports} reports)`,
    differences,
  )
  check(complaints.length === 0, 'the console is silent meanwhile', complaints)
  await page.close()
}

async function checkKeyboard() {
  const { page } = await open('/playground?rule=no-floating-child')
  await waitForVerdict(page)
  const before = await page.locator('.playground-list > li').count()
  await page.locator('.playground-suggestion').first().focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction((count) => document.querySelectorAll('.playground-list > li').length < count, before, {
    timeout: 30_000,
  })
  check(true, 'a suggestion is applied with the keyboard, and its report goes')
  const hash = new URL(page.url()).hash
  check(hash.length > 100, 'the state is in the address')
  await page.locator('.cm-content').focus()
  await page.keyboard.press('Tab')
  const left = await page.evaluate(() => !document.activeElement?.classList.contains('cm-content'))
  check(left, 'Tab leaves the editor')
  const drawing = page.locator('.flow-drawing')
  check(
    (await drawing.getAttribute('aria-label'))?.startsWith('Control flow of') === true,
    'the control flow is drawn, with a name',
  )
  check((await page.locator('.flow-start').count()) > 0, 'the start of the child is marked in it')
  await page.locator('.playground-rules summary').click()
  const box = page.locator('.playground-rules input').first()
  await box.focus()
  const wasChecked = await box.isChecked()
  await page.keyboard.press('Space')
  check((await box.isChecked()) !== wasChecked, 'a rule is switched with the keyboard')
  await page.close()
}

try {
  await checkPages()
  await checkSearch()
  await checkLoad()
  await checkVerdicts()
  await checkKeyboard()
} finally {
  await browser.close()
  await site.close()
}
const failed = checks.filter(({ ok }) => !ok)
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
