import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule } from 'eslint'
import { claimSettingsProblem } from '../../analysis/child-process-settings.ts'
import { getFirstStart, isGivenAsSuch } from '../../analysis/handed-back.ts'
import { getLifecycleModel, type LifecycleModel, type ModelContext } from '../../analysis/lifecycle-model.ts'
import type { SpawnSite } from '../../analysis/spawn-site.ts'
import manifest from '../../../package.json' with { type: 'json' }

export type Severity = 'error' | 'warn'

/** How a configuration sets a rule. */
export interface TierEntry {
  readonly severity: Severity
  readonly options?: Readonly<Record<string, unknown>>
}

/** The configurations that a rule belongs to; every rule is in `all`, with the options of `strict`. */
export interface Tiers {
  readonly recommended?: TierEntry
  readonly strict?: TierEntry
}

export interface Suggestion {
  readonly messageId: string
  readonly data?: Readonly<Record<string, string>>
  readonly fix: (fixer: Rule.RuleFixer) => Rule.Fix | Rule.Fix[] | null
}

/** What is wrong with one child. */
export interface Problem {
  readonly messageId: string
  readonly data?: Readonly<Record<string, string>>
  readonly suggestions?: readonly Suggestion[]
}

export interface ChildRule<Options extends object> {
  readonly name: string
  readonly description: string
  readonly tiers: Tiers
  readonly defaults: Options
  /** JSON schema of the options object's properties, each with a description. */
  readonly properties: Readonly<Record<string, object>>
  readonly messages: Readonly<Record<string, string>>
  /** What is wrong with the options that no schema can tell, in one sentence; it is reported in place of everything else. */
  readonly findProblem?: (options: Options, model: LifecycleModel) => string | undefined
  readonly judge: (
    site: SpawnSite,
    judgement: { model: LifecycleModel; options: Options; sourceCode: Rule.RuleContext['sourceCode'] },
  ) => Problem | undefined
}

/** A rule that judges one child after the other, and reports each at most once, at the name that starts it. */
export function defineRule<Options extends object>(rule: ChildRule<Options>): Rule.RuleModule {
  const { defaults, description, findProblem: findOptionsProblem, judge, messages, name, properties, tiers } = rule
  return {
    meta: {
      type: 'problem',
      docs: {
        description,
        recommended: tiers.recommended !== undefined,
        url: `${manifest.homepage}/rules/${name}`,
        tiers,
      } as Rule.RuleMetaData['docs'] & object,
      languages: ['js/js'],
      hasSuggestions: true,
      schema: [{ type: 'object', description: 'What the rule looks at.', properties, additionalProperties: false }],
      defaultOptions: [defaults],
      messages: { invalidSettings: '{{problem}}', ...messages },
    } as Rule.RuleMetaData,
    create(context) {
      const model = getLifecycleModel(context as unknown as ModelContext)
      if (!model) return {}
      const [options] = context.options as [Options]
      const problem = claimSettingsProblem(context.settings, context.sourceCode) ?? findOptionsProblem?.(options, model)
      if (problem !== undefined) {
        return {
          Program: () => {
            context.report({ loc: { line: 1, column: 0 }, messageId: 'invalidSettings', data: { problem } })
          },
        }
      }
      return {
        'Program:exit'() {
          const reported = new Set<SpawnSite>()
          // a child that is reported where it is started is not reported again where it is handed back
          const findProblem = (site: SpawnSite): Problem | undefined => {
            for (let at = site.handedBack; at; at = at.start.handedBack) if (reported.has(at.start)) return undefined
            return judge(site, { model, options, sourceCode: context.sourceCode })
          }
          for (const children of model.calls) {
            const [site, found] = findWrong(children, findProblem) ?? []
            if (!site || !found) continue
            for (const same of children.flat()) reported.add(same)
            context.report({
              loc: locate(site.callee),
              messageId: found.messageId,
              data: { call: describeCall(site, model), ...found.data },
              suggest: (isGivenAsSuch(site) ? (found.suggestions ?? []) : []) as Rule.SuggestionReportDescriptor[],
            })
          }
        },
      }
    },
  }
}

/** The first child that is wrong whichever of its sites holds, and what is wrong with the first of these. */
function findWrong(
  children: readonly (readonly SpawnSite[])[],
  findProblem: (site: SpawnSite) => Problem | undefined,
): readonly [SpawnSite, Problem] | undefined {
  for (const [first, ...others] of children) {
    const problem = first && findProblem(first)
    if (problem && others.every(findProblem)) return [first, problem]
  }
  return undefined
}

/** The callee; of one that is spread over lines, the name at its end. */
function locate(callee: TSESTree.Node): TSESTree.SourceLocation {
  const { end, start } = callee.loc
  return start.line !== end.line && callee.type === 'MemberExpression' ? callee.property.loc : { start, end }
}

const MAX_COMMAND_LENGTH = 40

/**
 * `spawn('git')`, with the command where the source tells it; where a function starts it,
 * `start() → spawn('git') on line 3` or `start() → spawn('git') in server.js:3`.
 */
function describeCall(site: SpawnSite, { unit }: LifecycleModel): string {
  if (!site.handedBack) return describeStart(site)
  const { callee, name, unit: home } = getFirstStart(site)
  const line = String(callee.loc.start.line)
  const file = home.filename.split(/[/\\]/).at(-1) ?? ''
  const place = home.program === unit.program ? `on line ${line}` : `in ${file}:${line}`
  return `${site.name}() → ${describeStart({ ...site, name })} ${place}`
}

function describeStart({ command, contract, name }: SpawnSite): string {
  const word = command.names?.length === 1 ? command.names[0] : undefined
  const shown = word === undefined || word.length > MAX_COMMAND_LENGTH || /[`\n]/.test(word) ? '' : `'${word}'`
  return contract.signature === 'template' ? name : `${name}(${shown})`
}
