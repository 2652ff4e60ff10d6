import { Linter } from 'eslint'
import plugin from '../../src/index.ts'
import type { RuleName } from '../../src/rules/index.ts'

/** What a rule says about one call. */
export interface RuleReport {
  readonly rule: RuleName
  readonly messageId: string
  readonly message: string
  readonly line: number
  /** The number of the call. */
  readonly site: number
}

const linter = new Linter({ configType: 'flat' })

/** All that the rules of a configuration say about a program. */
export function lintProgram(source: string, tier: 'all' | 'recommended'): RuleReport[] {
  const config: Linter.Config[] = [
    plugin.configs[tier],
    { languageOptions: { ecmaVersion: 'latest', sourceType: 'module' } },
  ]
  const starts: number[] = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return linter.verify(source, config).map(({ column, fatal, line, message, messageId, ruleId }) => {
    if (fatal || ruleId === null) throw new Error(`${message} in line ${line} of\n${source}`)
    const found = /tool(\d+)/.exec(source.slice(starts[line - 1]! + column - 1))
    return {
      rule: ruleId.replace(/^.*\//, '') as RuleName,
      messageId: messageId ?? '',
      message,
      line,
      site: Number(found?.[1]),
    }
  })
}
