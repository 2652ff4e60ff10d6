import type { TSESTree } from '@typescript-eslint/utils'
import { followConstants, readPrimitive } from './known-value.ts'
import type { SourceUnit } from './source-unit.ts'

/**
 * What becomes of a POSIX shell that is given a command line, measured with dash 0.5.12 and bash 5.2 (`sh -c`):
 * - `kept`: it waits for what it runs
 * - `replaced`: by the `exec` in front of the last command
 * - `list`: bash replaces itself by the last command of `a && b` and `a; b`, dash does not
 * - `single`: as with `list`, by the only command
 * - `unknown`: the start of the last command is not known
 */
export type LineFate = 'kept' | 'list' | 'replaced' | 'single' | 'unknown'

/** Stands for what is not known of a text. */
const HOLE = '\u0000'

export function readLineFate(text: string): LineFate {
  // what is quoted is one word, what is substituted is over before the command starts
  const words = text.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|\$\([^()]*\)|`[^`]*`/g, 'q').replaceAll('2>&1', '>')
  const isPiped = /(?<!\|)\|(?!\|)/.test(words)
  const commands = words.split(/&&|\|\||[;\n]/).map((own) => own.trim())
  const last = commands.findLast((own) => own !== '') ?? ''
  if (!isPiped && /^exec\s/.test(last)) return 'replaced'
  if (isPiped || /[<>&(]/.test(words.replaceAll('&&', '')) || KEYWORD.test(words)) return 'kept'
  if (last.startsWith(HOLE)) return 'unknown'
  return commands.filter((own) => own !== '').length > 1 ? 'list' : 'single'
}

/** A command line of which the pieces are joined by blanks; of a piece that can be one of several texts, the first. */
export function readLine(pieces: readonly (TSESTree.Node | undefined)[], unit: SourceUnit): string {
  return pieces.map((piece) => (piece ? readText(piece, unit) : HOLE)).join(' ')
}

const KEYWORD = /(?:^|[;\n]\s*)(?:if|for|while|until|case)\s/

/** The text of an expression, with holes for what is not known. */
function readText(node: TSESTree.Node, unit: SourceUnit, depth = 0): string {
  const value = readPrimitive(node, unit.bindings)
  if (value.is === 'known') return String(value.value)
  const inner = followConstants(node, unit.bindings)
  if (depth > MAX_DEPTH) return HOLE
  if (inner.type === 'TemplateLiteral') {
    const { expressions, quasis } = inner
    return quasis
      .map(
        (quasi, index) => quasi.value.raw + (expressions[index] ? readText(expressions[index], unit, depth + 1) : ''),
      )
      .join('')
  }
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return readText(inner.left, unit, depth + 1) + readText(inner.right, unit, depth + 1)
  return inner.type === 'ConditionalExpression' ? readText(inner.consequent, unit, depth + 1) : HOLE
}

const MAX_DEPTH = 12
