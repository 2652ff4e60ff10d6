import path from 'node:path'
import type { ESLint, Linter } from 'eslint'

/** A file to lint; the paths lie below the folder in which the linters run. */
export interface LintCase {
  readonly path: string
  readonly code: string
  /** Options of single rules, without the severity; every rule runs. */
  readonly options: Readonly<Record<string, readonly unknown[]>>
  readonly settings?: Linter.Config['settings']
  readonly sourceType?: 'commonjs' | 'module' | 'script'
}

/** What a linter says of one case: lines that can be compared, or that its parser does not read the file. */
export type Verdict = readonly string[] | 'unparsable'

/** Of a linter: of ESLint in any version, with any parser. */
interface Setup {
  readonly Linter: typeof Linter
  readonly plugin: ESLint.Plugin
  readonly parser?: Linter.Parser | undefined
  /** A tsconfig, for type information; the cases are files below `cwd` then. */
  readonly project?: string | undefined
  readonly cwd: string
}

/** Rules with the severity, and the options of the case for those that have some. */
export function configureRules(ruleNames: readonly string[], { options }: LintCase): Linter.RulesRecord {
  return Object.fromEntries(ruleNames.map((name) => [`child-process/${name}`, ['error', ...(options[name] ?? [])]]))
}

export function describeMessage(line: number, column: number, rule: string, message: string): string {
  return `${line}:${column} ${rule} ${message}`
}

/** The verdicts of one version of ESLint. A rule that throws gives the verdict of the throw. */
export function lintCases(cases: readonly LintCase[], { Linter, cwd, parser, plugin, project }: Setup): Verdict[] {
  const linter = new Linter({ cwd, configType: 'flat' })
  const ruleNames = Object.keys(plugin.rules ?? {})
  return cases.map((lintCase) => {
    const { code, settings = {}, sourceType } = lintCase
    const filename = path.join(cwd, lintCase.path)
    const isScript = filename.endsWith('.cjs')
    const config: Linter.Config = {
      files: ['**/*.{js,mjs,cjs,ts,mts,cts,jsx,tsx}'],
      plugins: { 'child-process': plugin },
      rules: configureRules(ruleNames, lintCase),
      settings,
      languageOptions: {
        sourceType: sourceType ?? (isScript ? 'commonjs' : 'module'),
        ...(parser && { parser }),
        parserOptions: {
          ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(filename) },
          ...(project !== undefined && { project }),
        },
      },
    }
    try {
      const messages = linter.verify(code, [config], { filename })
      if (messages.some(({ fatal }) => fatal)) return 'unparsable'
      return messages.map(({ column, line, message, ruleId }) => describeMessage(line, column, ruleId ?? '', message))
    } catch (error) {
      return [`throws ${String(error)}`]
    }
  })
}
