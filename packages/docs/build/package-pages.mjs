import { createNameLinker, findingsOfRule, readFindings, readRules, rulesOfFinding } from './catalog.mjs'
import { readBadPrograms, runFixtureProgram } from './fixture-program.mjs'
import { runProgramOnce } from './guarded-run.mjs'
import { linkNames } from './prose.mjs'
import { readRepositoryPage } from './repository-page.mjs'

/** @typedef {import('./catalog.mjs').RuleEntry} RuleEntry */
/** @typedef {import('./catalog.mjs').FindingEntry} FindingEntry */
/** @typedef {import('./fixture-program.mjs').FixtureProgram} FixtureProgram */
/** @typedef {{address: string, text: string}} Page */

/**
 * @param {string} command
 * @param {string} output
 */
const consoleBlock = (command, output) => `\`\`\`\`console\n$ ${command}\n${output}\n\`\`\`\``

/** @param {string} file */
const languageOf = (file) => (file.endsWith('ts') ? 'ts' : 'js')

/**
 * The program that shows best what a rule is about: one that the guard has something to say about, and other rules little.
 * @param {string} rule
 * @param {readonly FixtureProgram[]} programs
 */
function chooseProgram(rule, programs) {
  const cost = (/** @type {FixtureProgram} */ { codes, code, hangs, rules }) =>
    (codes.length === 0 ? 1_000 : 0) + (hangs ? 300 : 0) + rules.length * 100 + code.split('\n').length
  return programs
    .filter(({ isPlain, rules }) => isPlain && rules.includes(`child-process/${rule}`))
    .sort((a, b) => cost(a) - cost(b))[0]
}

/**
 * @param {FixtureProgram} program
 * @param {string} rule
 * @param {boolean} isDry
 */
async function describeRun(program, rule, isDry) {
  const command = `npx runtime-guard run -- ${program.command.join(' ')}`
  const shown = `\`\`\`${languageOf(program.file)} lint="${rule}"\n${program.code.trim()}\n\`\`\``
  const head = ['## What happens when it runs', program.about, shown]
  if (isDry) return head.join('\n\n')
  const { codes, stderr, text } = await runFixtureProgram(program)
  if (codes.length > 0) return [...head, consoleBlock(command, text)].join('\n\n')
  const said = stderr.trim()
  return [
    ...head,
    ...(said === '' || said.split('\n').length > 12 ? [] : [consoleBlock(program.command.join(' '), said)]),
    program.unseen === undefined ? '' : `The guard finds nothing in this program. ${program.unseen}`,
  ].join('\n\n')
}

/**
 * @param {RuleEntry} rule
 * @param {readonly FindingEntry[]} findings
 * @param {readonly FixtureProgram[]} programs
 * @param {boolean} isDry
 * @returns {Promise<Page>}
 */
async function writeRulePage({ name }, findings, programs, isDry) {
  const page = readRepositoryPage(`packages/eslint-plugin/docs/rules/${name}.md`)
    .replaceAll(/<!-- (?:begin|end) [\w ]+ -->\n?/g, '')
    .replaceAll('```js incorrect', `\`\`\`js lint="${name}"`)
    .replaceAll('```js correct', '```js')
  const program = chooseProgram(name, programs)
  const counterparts = findingsOfRule(name, findings)
  const parts = [
    page.trim(),
    program === undefined ? '' : await describeRun(program, name, isDry),
    '## Both halves',
    counterparts.length === 0
      ? 'No finding of the guard means the same: only the source shows it.'
      : ['What the guard says about the same defect when the program runs:', '']
          .concat(counterparts.map(({ code, title }) => `- \`${code}\`: ${title}`))
          .join('\n'),
    `[Try it in the playground](/playground?rule=${name})`,
  ]
  return { address: `/rules/${name}`, text: parts.filter((part) => part !== '').join('\n\n') }
}

/**
 * @param {FindingEntry} finding
 * @param {boolean} isDry
 * @returns {Promise<Page>}
 */
async function writeFindingPage({ code }, isDry) {
  const page = readRepositoryPage(`packages/runtime-guard/docs/findings/${code}.md`).trim()
  const heading = '\n## A program that has it\n'
  const program = /```js\n([^]*?)```/.exec(page.split(heading)[1]?.split('\n## ')[0] ?? '')
  let text = page
  if (program !== null && !isDry) {
    const run = await runProgramOnce({
      files: { 'program.mjs': program[1] ?? '' },
      command: ['node', 'program.mjs'],
      environment: { RUNTIME_GUARD_HANG_AFTER_MS: '1000' },
    })
    if (!run.codes.includes(code))
      throw new Error(
        `The program on the page of ${code} was run, and the guard found ${run.codes.join(', ') || 'nothing'}.`,
      )
    const block = consoleBlock('npx runtime-guard run -- node program.mjs', run.text)
    // of two equal programs the first is the one that has it
    const at = page.indexOf(program[0]) + program[0].length
    text = `${page.slice(0, at)}\n\nWhat the guard says when it has run:\n\n${block}${page.slice(at)}`
  }
  const rules = rulesOfFinding(code)
  const halves =
    rules.length === 0
      ? 'No rule reports this in the source: only a run shows it.'
      : ['The rules that report the same defect in the source:', '', ...rules.map((rule) => `- \`${rule}\``)].join('\n')
  return { address: `/findings/${code}`, text: [text, '## Both halves', halves].join('\n\n') }
}

/**
 * The pages of every rule and every finding, as the packages have them, with what really happens when a program has the defect.
 * @param {{isDry: boolean}} how dry: nothing is run, for a check that must be quick
 */
export async function readPackagePages({ isDry }) {
  const findings = await readFindings()
  const rules = readRules()
  const programs = readBadPrograms()
  const link = createNameLinker(findings)
  const rulePages = await Promise.all(rules.map((rule) => writeRulePage(rule, findings, programs, isDry)))
  const findingPages = await Promise.all(findings.map((finding) => writeFindingPage(finding, isDry)))
  const pages = [
    ...rulePages,
    ...findingPages,
    { address: '/rules/', text: writeRuleIndex(rules, findings) },
    { address: '/findings/', text: writeFindingIndex(findings) },
  ]
  return { rules, findings, pages: pages.map(({ address, text }) => ({ address, text: linkNames(text, link) })) }
}

/** A table of sentences wants the whole width. */
const wide = '---\naside: false\npageClass: wide\n---\n'

/** @param {RuleEntry} rule */
function describeTiers({ recommended, strict }) {
  const names = { recommended, strict }
  return Object.entries(names)
    .filter(([, severity]) => severity !== '')
    .map(([name, severity]) => (severity === 'error' ? name : `${name} (${severity})`))
    .join(', ')
}

/**
 * @param {readonly RuleEntry[]} rules
 * @param {readonly FindingEntry[]} findings
 */
function writeRuleIndex(rules, findings) {
  return [
    `${wide}\n# Rules`,
    `${rules.length} rules, with suggestions where the mend is obvious, and without any autofix. \`recommended\` is meant to be right at least 19 times in 20 on code it has never seen; \`strict\` adds the policies of a careful team; \`all\` is every rule.`,
    [
      '| Rule | What it reports | Configurations | When it runs |',
      '| --- | --- | --- | --- |',
      ...rules.map((rule) => {
        const codes = findingsOfRule(rule.name, findings).map(({ code }) => `\`${code}\``)
        return `| \`${rule.name}\` | ${rule.description} | ${describeTiers(rule)} | ${codes.join(', ')} |`
      }),
    ].join('\n'),
  ].join('\n\n')
}

/** @param {readonly FindingEntry[]} findings */
function writeFindingIndex(findings) {
  return [
    `${wide}\n# Findings`,
    'What the guard can say about a run. Where several codes fit one process, the earlier of this order is reported. Only an `error` changes the exit code of a run.',
    [
      '| Code | Severity | When | In the source |',
      '| --- | --- | --- | --- |',
      ...findings.map(({ code, definition, severity }) => {
        const rules = rulesOfFinding(code).map((rule) => `\`${rule}\``)
        return `| \`${code}\` | ${severity} | ${definition} | ${rules.join(', ')} |`
      }),
    ].join('\n'),
  ].join('\n\n')
}
