/** Two ways to see what a rule costs: ESLint's own stopwatch, and CPU time paired with the parser alone. */
import { Linter } from 'eslint'
import { listParserChoices, toLanguageOptions } from '../../test/corpus/parse-source.mjs'

/** @typedef {{ name: string, plugins: Record<string, any>, rules: Record<string, any> }} Contender */
/** @typedef {import('./file-sets.mjs').BenchFile} BenchFile */

const SOURCE_FILES = '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'
const BEHAVIOUR = { allowInlineConfig: false, reportUnusedDisableDirectives: false }

/**
 * @param {Contender} contender
 * @param {import('../../test/corpus/parse-source.mjs').ParserChoice} choice
 * @returns {any}
 */
function buildConfig({ plugins, rules }, choice) {
  return [
    { ignores: ['!**/node_modules/'] },
    { files: [SOURCE_FILES], plugins, rules, languageOptions: toLanguageOptions(choice) },
  ]
}

/**
 * Keeps the files that parse and settles with which parser, so that no contender pays for a failed attempt.
 * @param {readonly BenchFile[]} files
 */
export function prepareFiles(files) {
  const linter = new Linter({ cwd: '/', configType: 'flat' })
  return files.flatMap((file) => {
    const choice = listParserChoices(file.path, file.text).find(
      (candidate) =>
        !linter
          .verify(file.text, buildConfig({ name: '', plugins: {}, rules: {} }, candidate), {
            filename: file.path,
            ...BEHAVIOUR,
          })
          .some((message) => message.fatal),
    )
    return choice === undefined ? [] : [{ ...file, choice }]
  })
}

/** @typedef {ReturnType<typeof prepareFiles>} PreparedFiles */

/**
 * ESLint's own stopwatch runs on while a neighbour has the processor, so the least time of each file counts, of its parser and of each
 * rule alike.
 * @param {Contender} contender
 * @param {PreparedFiles} files
 * @param {number} rounds
 * @returns {{ share: number, parseMs: number, rulesMs: number, perRule: Record<string, number> }} `share` is rule time over parse time
 */
export function measureByStats(contender, files, rounds) {
  const linter = new Linter({ cwd: '/', configType: 'flat' })
  const leastParse = files.map(() => Number.POSITIVE_INFINITY)
  /** @type {Map<string, number>[]} */
  const leastRules = files.map(() => new Map())
  for (let round = 0; round <= rounds; round++) {
    files.forEach((file, index) => {
      linter.verifyAndFix(
        file.text,
        buildConfig(contender, file.choice),
        /** @type {any} */ ({ filename: file.path, fix: false, stats: true, ...BEHAVIOUR }),
      )
      // The first round compiles the code.
      if (round === 0) return
      for (const pass of linter.getTimes().passes) {
        leastParse[index] = Math.min(leastParse[index] ?? 0, pass.parse?.total ?? 0)
        const least = leastRules[index]
        for (const [rule, { total }] of Object.entries(pass.rules ?? {}))
          least?.set(rule, Math.min(least.get(rule) ?? total, total))
      }
    })
  }
  /** @type {Record<string, number>} */
  const perRule = {}
  for (const least of leastRules) for (const [rule, time] of least) perRule[rule] = (perRule[rule] ?? 0) + time
  const sum = (/** @type {readonly number[]} */ values) => values.reduce((total, value) => total + value, 0)
  const [parseMs, rulesMs] = [sum(leastParse), sum(Object.values(perRule))]
  return { share: rulesMs / parseMs, parseMs, rulesMs, perRule }
}

/**
 * Each contender is paired with the baseline file by file, in the order A B B A: what disturbs the machine, the heap or the
 * compiler disturbs both alike.
 * @param {Contender} baseline
 * @param {readonly Contender[]} contenders
 * @param {PreparedFiles} files
 * @param {number} rounds
 * @returns {{ name: string, ratio: number, low: number, high: number }[]} CPU time over that of the baseline. `ratio` sums the least time of each file, which a garbage
 *   collection or a busy neighbour seldom reaches; `low` and `high` are the extremes of whole rounds
 */
export function measurePairedCpu(baseline, contenders, files, rounds) {
  const first = new Linter({ cwd: '/', configType: 'flat' })
  return contenders.map((contender) => {
    const second = new Linter({ cwd: '/', configType: 'flat' })
    const lint = (
      /** @type {Linter} */ linter,
      /** @type {Contender} */ by,
      /** @type {PreparedFiles[number]} */ file,
    ) => {
      const config = buildConfig(by, file.choice)
      const before = process.cpuUsage()
      linter.verify(file.text, config, { filename: file.path, ...BEHAVIOUR })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const leastBase = files.map(() => Number.POSITIVE_INFINITY)
    const leastOwn = files.map(() => Number.POSITIVE_INFINITY)
    /** @type {number[]} */
    const ratios = []
    for (let round = -1; round <= rounds; round++) {
      let base = 0
      let own = 0
      files.forEach((file, index) => {
        const times = [
          lint(first, baseline, file),
          lint(second, contender, file),
          lint(second, contender, file),
          lint(first, baseline, file),
        ]
        const [a1 = 0, b1 = 0, b2 = 0, a2 = 0] = times
        base += a1 + a2
        own += b1 + b2
        // Two rounds compile the code of both.
        if (round <= 0) return
        leastBase[index] = Math.min(leastBase[index] ?? a1, a1, a2)
        leastOwn[index] = Math.min(leastOwn[index] ?? b1, b1, b2)
      })
      if (round > 0) ratios.push(own / base)
    }
    const sum = (/** @type {number[]} */ values) => values.reduce((total, value) => total + value, 0)
    return {
      name: contender.name,
      ratio: sum(leastOwn) / sum(leastBase),
      low: Math.min(...ratios),
      high: Math.max(...ratios),
    }
  })
}
