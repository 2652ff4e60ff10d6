import type { Rule } from 'eslint'
import { Linter } from 'eslint/universal'
import { type FileInspection, inspectFile, plugin } from 'eslint-plugin-child-process/inspection'
import type { Language, LintFinding } from './protocol.ts'

const namespace = 'child-process'
const inspector = 'playground'
const linter = new Linter()

/** The parser of TypeScript, which is as large as everything else together: it is fetched when TypeScript is asked for. */
async function loadParser(language: Language): Promise<Linter.Parser | undefined> {
  if (language === 'js') return undefined
  // it asks for the environment of a Node program, and finds an empty one
  const scope = globalThis as { process?: unknown }
  scope.process ??= { argv: [], cwd: () => '/', env: {}, platform: 'browser', versions: {} }
  return import('@typescript-eslint/parser')
}

/** Lints one program as the command line does with these rules, and inspects it in the same pass. */
export async function lintCode(
  code: string,
  language: Language,
  rules: Readonly<Record<string, unknown>>,
): Promise<{ findings: LintFinding[]; inspection: FileInspection }> {
  const parser = await loadParser(language)
  let inspection: FileInspection = { codes: [] }
  const inspect: Rule.RuleModule = {
    create: (context) => ({
      'Program:exit'() {
        inspection = inspectFile(context)
      },
    }),
  }
  const messages = linter.verify(
    code,
    [
      {
        files: ['**/*.js', '**/*.ts'],
        plugins: { [namespace]: plugin, [inspector]: { rules: { inspect } } },
        rules: { ...(rules as Linter.RulesRecord), [`${inspector}/inspect`]: 'error' },
        languageOptions: parser ? { parser } : {},
      },
    ],
    { filename: `program.${language}` },
  )
  const offsets = lineOffsets(code)
  return { findings: messages.map((message) => readFinding(message, offsets, code.length)), inspection }
}

function lineOffsets(code: string): number[] {
  const offsets = [0]
  for (const { 0: end, index } of code.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) offsets.push(index + end.length)
  return offsets
}

function readFinding(message: Linter.LintMessage, offsets: readonly number[], length: number): LintFinding {
  const place = (line: number, column: number): number => Math.min((offsets[line - 1] ?? length) + column - 1, length)
  const start = place(message.line, message.column)
  return {
    start,
    end: message.endLine === undefined ? start : place(message.endLine, message.endColumn ?? 1),
    line: message.line,
    column: message.column,
    rule: message.ruleId?.replace(`${namespace}/`, ''),
    severity: message.severity === 2 ? 'error' : 'warning',
    message: message.message,
    messageId: message.messageId,
    suggestions: (message.suggestions ?? []).map(({ desc, fix, messageId }) => ({
      text: desc,
      messageId,
      edit: { start: fix.range[0], end: fix.range[1], text: fix.text },
    })),
  }
}
