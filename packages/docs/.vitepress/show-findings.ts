import typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import childProcess from 'eslint-plugin-child-process'
import type { MarkdownOptions } from 'vitepress'

type Transformer = NonNullable<MarkdownOptions['codeTransformers']>[number]

const namespace = 'child-process'
const linter = new Linter()

/** The rules that a block asks for: a configuration of the plugin, or one rule. */
function readRules(wanted: string): Partial<Linter.RulesRecord> {
  if (wanted === 'recommended' || wanted === 'strict' || wanted === 'all')
    return childProcess.configs[wanted].rules ?? {}
  if (!(wanted in childProcess.rules)) throw new Error(`A block asks for lint="${wanted}", which is no rule.`)
  return { [`${namespace}/${wanted}`]: 'error' }
}

function lint(code: string, language: string, wanted: string): Linter.LintMessage[] {
  const isTypeScript = language === 'ts'
  const messages = linter.verify(
    code,
    {
      files: ['**/*.js', '**/*.ts'],
      plugins: { [namespace]: childProcess },
      rules: readRules(wanted),
      ...(isTypeScript ? { languageOptions: { parser: typescriptParser } } : {}),
    },
    isTypeScript ? 'example.ts' : 'example.js',
  )
  const [fatal] = messages.filter((message) => message.fatal)
  if (fatal) throw new Error(`An example does not parse (${fatal.message}):\n${code}`)
  return messages
}

/** The same place told twice is underlined once. */
function uniquePlaces(messages: readonly Linter.LintMessage[]): Linter.LintMessage[] {
  const key = ({ column, line }: Linter.LintMessage): string => `${line}:${column}`
  return messages.filter((message, index) => messages.findIndex((other) => key(other) === key(message)) === index)
}

const element = (tagName: string, className: string, text: string) => ({
  type: 'element' as const,
  tagName,
  properties: { class: className },
  children: [{ type: 'text' as const, value: text }],
})

/**
 * Code blocks with `lint="…"` are linted when the site is built: what the plugin says stands under the line that it is about,
 * as an editor shows it.
 */
export function showFindings(): Transformer {
  const found = new WeakMap<object, Linter.LintMessage[]>()
  const wantedBy = (raw: string | undefined): string | undefined => /\blint="([^"]*)"/.exec(raw ?? '')?.[1]
  return {
    name: 'child-process:show-findings',
    preprocess(code, options) {
      const wanted = wantedBy(options.meta?.__raw)
      if (wanted === undefined) return
      const messages = lint(code, options.lang, wanted)
      found.set(this.meta, messages)
      options.decorations = [
        ...(options.decorations ?? []),
        ...uniquePlaces(messages).map(({ column, endColumn, endLine, line }) => ({
          start: { line: line - 1, character: column - 1 },
          end: { line: (endLine ?? line) - 1, character: (endColumn ?? column + 1) - 1 },
          properties: { class: 'finding-place' },
        })),
      ]
    },
    // after the hooks for `code`, in which the places are underlined and the lines counted
    pre(node) {
      const messages = found.get(this.meta) ?? []
      const [code] = node.children
      if (messages.length === 0 || code?.type !== 'element') return
      let line = 0
      const { children } = code
      code.children = children.flatMap((child, index) => {
        if (child.type === 'element') line += 1
        // the line break belongs to the line: what is said comes behind it
        const isLineOver = child.type === 'text' || index === children.length - 1
        return isLineOver ? [child, ...messages.filter((message) => message.line === line).map(describe)] : [child]
      })
    },
  }

  function describe({ message, ruleId, suggestions }: Linter.LintMessage) {
    const children = [
      element('span', 'finding-message', message),
      ...(ruleId === null ? [] : [{ type: 'text' as const, value: ' ' }, element('span', 'finding-rule', ruleId)]),
      ...(suggestions?.[0] === undefined
        ? []
        : [element('span', 'finding-suggestion', `Suggestion: ${suggestions[0].desc}`)]),
    ]
    return { ...element('span', 'finding vp-copy-ignore', ''), children }
  }
}
