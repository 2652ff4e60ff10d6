import type { LintFinding } from './protocol.ts'

/** A literal that keeps the lines of the code readable. */
function quote(code: string): string {
  return code.includes('\n')
    ? `\`${code.replaceAll(/[`\\]|\$\{/g, String.raw`\$&`)}\``
    : `'${code.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}

function applyEdit(code: string, { end, start, text }: { start: number; end: number; text: string }): string {
  return code.slice(0, start) + text + code.slice(end)
}

/** The code with what one rule says about it, as a case for ESLint's `RuleTester`. */
export function writeTestCase(code: string, findings: readonly LintFinding[], indent = '    '): string {
  const first = `code: ${quote(code)},`
  if (findings.length === 0) return `${indent}{\n${indent}  ${first}\n${indent}},`
  const lines = findings.flatMap((finding) => {
    const suggestions = finding.suggestions.map(
      ({ edit, messageId }) => `{ messageId: '${messageId ?? ''}', output: ${quote(applyEdit(code, edit))} },`,
    )
    return [
      `  {`,
      `    messageId: '${finding.messageId ?? ''}',`,
      `    line: ${String(finding.line)},`,
      `    column: ${String(finding.column)},`,
      ...(suggestions.length === 0
        ? []
        : ['    suggestions: [', ...suggestions.map((line) => `      ${line}`), '    ],']),
      `  },`,
    ]
  })
  return [`{`, `  ${first}`, `  errors: [`, ...lines.map((line) => `  ${line}`), `  ],`, `},`]
    .map((line) => `${indent}${line}`)
    .join('\n')
}
