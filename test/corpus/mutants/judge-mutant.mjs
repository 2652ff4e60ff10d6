/** Lints a mutant and says whether the rule noticed it; of a miss, by which mechanism. */
import { createFileLinter } from '../lint-file.mjs'
import { RULE_MUTATIONS } from './rule-operators.mjs'
import { applyEdits, shiftOffset } from './text-edit.mjs'

/** @typedef {import('./text-edit.mjs').Edit} Edit */
/**
 * @typedef {object} Verdict
 * @property {'noticed' | 'told' | 'missed' | 'exempt'} outcome `told`: by another rule. `exempt`: a default option of the
 *   rule, such as its list of harmless commands, leaves such a site out, mutated or not
 * @property {string} [reason] of what was not noticed
 * @property {boolean} isInView the child stays in the code where the harness can follow it
 * @property {boolean} isKnown what is started, and how, is written at the call
 */
/**
 * @typedef {{ source: 'corpus' | 'fixtures', package: string, file: string, line: number, column: number, rule: string, operator: string } & Verdict} MutantEntry
 */

/**
 * @param {{ plugin: any, recommended: Record<string, any>, rules: readonly string[], cwd: string }} setup
 */
export function createMutantJudge({ plugin, recommended, rules, cwd }) {
  const linters = new Map(
    rules.map((rule) => {
      const setting = recommended[`child-process/${rule}`] ?? 'error'
      const create = (/** @type {any} */ value) =>
        createFileLinter({ plugin, rules: { [`child-process/${rule}`]: value }, cwd })
      return [rule, { plain: create(setting), strictest: create(['error', RULE_MUTATIONS[rule]?.strictest ?? {}]) }]
    }),
  )
  const unmutated = createFileLinter({
    plugin,
    rules: Object.fromEntries(
      rules.map((rule) => [`child-process/${rule}`, recommended[`child-process/${rule}`] ?? 'error']),
    ),
    cwd,
  })
  /** @type {Map<string, readonly Report[]>} */
  const before = new Map()

  /**
   * @param {{ absolute: string, rule: string, site: import('./listener-operators.mjs').MutableSite, edits: readonly Edit[] }} mutant
   * @returns {Verdict | undefined} nothing where the rule reports the site as it is, or the mutant is no program
   */
  return function judge({ absolute, edits, rule, site }) {
    const linter = linters.get(rule)
    if (!linter) throw new Error(`no linter for ${rule}`)
    const { call, tree } = site
    const [from, to] = [call.range[0], (call.callee ?? call.tag).range[1]]
    let reported = before.get(absolute)
    if (!reported) before.set(absolute, (reported = listReports(unmutated, absolute, tree.text) ?? []))
    if (isReportedBefore(reported, rule, from, to)) return undefined
    const mutated = applyEdits(tree.text, edits)
    const start = shiftOffset(from, edits)
    const end = shiftOffset(to, edits)
    if (start === undefined || end === undefined) return undefined
    const isAtSite = (/** @type {readonly Report[] | undefined} */ reports) =>
      reports?.some(({ offset }) => offset >= start && offset < end) ?? false
    const found = listReports(linter.plain, absolute, mutated)
    if (!found) return undefined
    const { facets = [], undone = [] } = RULE_MUTATIONS[rule] ?? {}
    const departures = site.handle.departures.filter(
      ({ facet, reason }) => facets.includes(facet) && !undone.includes(reason),
    )
    const isInView = departures.length === 0
    if (isAtSite(found)) return { outcome: 'noticed', isInView, isKnown: true }
    if (isAtSite(listReports(linter.strictest, absolute, mutated)))
      return { outcome: 'exempt', reason: 'a default option exempts it', isInView, isKnown: true }
    const plain = writePlainArguments(call)
    const isKnown =
      plain === undefined || !isAtSite(listReports(linter.plain, absolute, applyEdits(mutated, shiftAll(plain, edits))))
    const reports = listReports(unmutated, absolute, mutated) ?? []
    const other = reports.find(
      (report) => report.offset >= start && report.offset < end && !isReportedBefore(reported, report.rule, from, to),
    )
    if (other) return { outcome: 'told', reason: `\`${other.rule}\` reports it`, isInView, isKnown }
    const reason =
      departures[0]?.reason ??
      (isKnown ? findOtherReason(rule, site) : 'what is started, or how, is not known or exempts it')
    return { outcome: 'missed', reason, isInView, isKnown }
  }
}

/** @param {readonly Report[]} reports @param {string} rule @param {number} from @param {number} to */
function isReportedBefore(reports, rule, from, to) {
  return reports.some((report) => report.rule === rule && report.offset >= from && report.offset < to)
}

const ENDED_BY_KILL = ['no-undrained-pipe', 'no-unended-stdin']

/** @param {string} rule @param {import('./listener-operators.mjs').MutableSite} site */
function findOtherReason(rule, { handle }) {
  const isKilled = handle.uses.some(({ facet, name }) => name === 'kill' || facet === 'pid')
  return ENDED_BY_KILL.includes(rule) && isKilled ? 'a kill may end the child first' : 'other'
}

/** @typedef {{ rule: string, offset: number }} Report */

/**
 * @param {ReturnType<typeof createFileLinter>} lint
 * @param {string} absolute
 * @param {string} text
 * @returns {Report[] | undefined} nothing for what does not parse
 */
function listReports(lint, absolute, text) {
  const { messages, outcome } = lint(absolute, text)
  if (outcome !== 'linted') return undefined
  const starts = [0]
  for (const { 0: separator, index } of text.matchAll(/\r\n|[\r\n\u2028\u2029]/g)) starts.push(index + separator.length)
  return messages.flatMap(({ column, line, ruleId }) =>
    ruleId === null
      ? []
      : [{ rule: ruleId.replace('child-process/', ''), offset: (starts[line - 1] ?? 0) + column - 1 }],
  )
}

/**
 * The arguments in place of which the rule would know all it asks for.
 * @param {any} call
 * @returns {Edit[] | undefined}
 */
function writePlainArguments(call) {
  const [first] = call.arguments ?? []
  if (!first || call.arguments.some((/** @type {any} */ { type }) => /Function/.test(type))) return undefined
  return [[first.range[0], call.arguments.at(-1).range[1], "'some-command', []"]]
}

/** @param {readonly Edit[]} edits @param {readonly Edit[]} earlier @returns {Edit[]} */
function shiftAll(edits, earlier) {
  return edits.flatMap(([from, to, text]) => {
    const start = shiftOffset(from, earlier)
    const end = shiftOffset(to, earlier)
    return start === undefined || end === undefined ? [] : [/** @type {Edit} */ ([start, end, text])]
  })
}
