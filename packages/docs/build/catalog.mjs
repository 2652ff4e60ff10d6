import { readdirSync } from 'node:fs'
import childProcess from 'eslint-plugin-child-process'
import { inRepository, readRepositoryFile } from './repository.mjs'

const namespace = 'child-process'

/**
 * @typedef {object} RuleEntry
 * @property {string} name without namespace
 * @property {string} description
 * @property {string} recommended severity, or empty
 * @property {string} strict severity, or empty
 */

/**
 * @typedef {object} FindingEntry
 * @property {string} code
 * @property {string} severity
 * @property {string} title
 * @property {string} definition
 * @property {string | undefined} rule without namespace
 */

/** @type {Record<string, any>} */
const rules = childProcess.rules

/** @param {any} tier */
const severityOf = (tier) => (tier === undefined ? '' : tier.severity === 'warn' ? 'warning' : 'error')

/**
 * Every rule of the built plugin.
 * @returns {RuleEntry[]}
 */
export function readRules() {
  return Object.keys(rules).map((name) => {
    const { description, tiers } = rules[name].meta.docs
    return {
      name,
      description,
      recommended: severityOf(tiers.recommended),
      strict: severityOf(tiers.strict ?? tiers.recommended),
    }
  })
}

/**
 * Every finding code that has a page, in the order of the guard's catalog.
 * @returns {Promise<FindingEntry[]>}
 */
export async function readFindings() {
  // The guard's published entry points do not name it: the source does, by types that are erased.
  await import('../../../scripts/load-typescript.mjs')
  const { findingCatalog } = await import(new URL('../../runtime-guard/src/findings/catalog.ts', import.meta.url).href)
  const pages = readdirSync(inRepository('packages/runtime-guard/docs/findings'))
  return /** @type {any[]} */ (findingCatalog)
    .filter(({ code }) => pages.includes(`${code}.md`))
    .map(({ code, definition, rule, severity, title }) => ({
      code,
      definition,
      severity,
      title,
      rule: rule?.replace(`${namespace}/`, ''),
    }))
}

/**
 * The findings that are the other half of a rule: those whose catalog entry names it, and those that its page or theirs speak of.
 * @param {string} rule
 * @param {readonly FindingEntry[]} findings
 */
export function findingsOfRule(rule, findings) {
  const page = readRepositoryFile(`packages/eslint-plugin/docs/rules/${rule}.md`)
  return findings.filter(
    (finding) =>
      finding.rule === rule || page.includes(`\`${finding.code}\``) || rulesOfFinding(finding.code).includes(rule),
  )
}

/**
 * The rules that a finding's page names.
 * @param {string} code
 */
export function rulesOfFinding(code) {
  const page = readRepositoryFile(`packages/runtime-guard/docs/findings/${code}.md`)
  return [...new Set([...page.matchAll(/child-process\/([a-z-]+)/g)].map(([, rule = '']) => rule))].filter(
    (rule) => rule in rules,
  )
}

/**
 * The site's address of a rule or a finding code, by the name that texts use for it.
 * @param {readonly FindingEntry[]} findings
 * @returns {(name: string) => string | undefined}
 */
export function createNameLinker(findings) {
  return (name) => {
    const rule = name.replace(`${namespace}/`, '')
    if (rule in rules) return `/rules/${rule}`
    return findings.some(({ code }) => code === name) ? `/findings/${name}` : undefined
  }
}
