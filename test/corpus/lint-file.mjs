/** Lints one text with a plugin and never hides what happened: parse failures and throwing rules come back as data. */
import { Linter } from 'eslint'
import { listParserChoices, toLanguageOptions } from './parse-source.mjs'

const SOURCE_FILES = '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'

/** @typedef {{ rule: string, error: string }} Crash */
/** @typedef {{ outcome: 'linted' | 'unparsable', messages: import('eslint').Linter.LintMessage[], crashes: Crash[], parseError?: string, times: Record<string, number> }} LintOutcome `times` per rule and for `parse`, in ms */

/**
 * @param {{ plugin: import('eslint').ESLint.Plugin, rules: Record<string, any>, cwd: string, stats?: boolean, settings?: Record<string, unknown> }} setup
 * @returns {(absolute: string, text: string) => LintOutcome}
 */
export function createFileLinter({ plugin, rules, cwd, stats = false, settings = {} }) {
  const linter = new Linter({ cwd, configType: 'flat' })
  return (absolute, text) => {
    let parseError
    for (const choice of listParserChoices(absolute, text)) {
      const active = { ...rules }
      /** @type {Crash[]} */
      const crashes = []
      for (;;) {
        /** @type {import('eslint').Linter.LintMessage[]} */
        let messages
        try {
          /** @type {any} */
          const config = [
            { ignores: ['!**/node_modules/'] },
            // A universal pattern like **/* would leave out every extension that ESLint does not know.
            {
              files: [SOURCE_FILES],
              plugins: { 'child-process': plugin },
              rules: active,
              settings,
              languageOptions: toLanguageOptions(choice),
            },
          ]
          /** @type {any} */
          const behaviour = { filename: absolute, allowInlineConfig: false, reportUnusedDisableDirectives: false }
          // Only verifyAndFix keeps times; without fixing it is one pass of verify.
          messages = stats
            ? linter.verifyAndFix(text, config, { ...behaviour, fix: false, stats: true }).messages
            : linter.verify(text, config, behaviour)
        } catch (error) {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
          const rule = /Rule: "([^"]+)"/.exec(text)?.[1]
          // A throw that names no rule of ours is the parser's or ESLint's.
          if (rule === undefined || !(rule in active)) {
            parseError ??= text
            break
          }
          crashes.push({ rule, error: text })
          delete active[rule]
          continue
        }
        const unmatched = messages.find(
          (message) => message.ruleId === null && /No matching configuration/.test(message.message),
        )
        if (unmatched) throw new Error(`${absolute}: ${unmatched.message}`)
        const fatal = messages.find((message) => message.fatal)
        if (fatal) {
          parseError ??= fatal.message
          break
        }
        return { outcome: 'linted', messages, crashes, times: stats ? readTimes(linter) : {} }
      }
    }
    return {
      outcome: 'unparsable',
      messages: [],
      crashes: [],
      times: {},
      ...(parseError === undefined ? {} : { parseError }),
    }
  }
}

/**
 * @param {Linter} linter
 * @returns {Record<string, number>}
 */
function readTimes(linter) {
  /** @type {Record<string, number>} */
  const times = {}
  for (const pass of linter.getTimes().passes) {
    times['parse'] = (times['parse'] ?? 0) + (pass.parse?.total ?? 0)
    for (const [rule, { total }] of Object.entries(pass.rules ?? {})) times[rule] = (times[rule] ?? 0) + total
  }
  return times
}

/**
 * The severity of a rule in a config of the plugin.
 * @param {any} plugin
 * @param {string} name
 * @returns {Record<string, any>}
 */
export function readConfigRules(plugin, name) {
  const config = plugin.configs?.[name]
  if (config === undefined)
    throw new Error(
      `the plugin has no config "${name}"; it has ${Object.keys(plugin.configs ?? {}).join(', ') || 'none'}`,
    )
  return Object.assign({}, ...[config].flat().map((part) => part.rules ?? {}))
}
