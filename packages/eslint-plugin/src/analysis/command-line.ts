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
 * - `alone`: it runs nothing but its own commands in the foreground, so nothing that it waits for can outlive it
 */
export type LineFate = 'alone' | 'kept' | 'list' | 'replaced' | 'single' | 'unknown'

/** Stands for what is not known of a text. */
const HOLE = '\u0000'

export function readLineFate(text: string): LineFate {
  // what is quoted is one word, what is substituted is over before the command starts
  const words = text.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|\$\([^()]*\)|`[^`]*`/g, 'q').replaceAll('2>&1', '>')
  if (runsOwnCommands(words)) return 'alone'
  const isPiped = /(?<!\|)\|(?!\|)/.test(words)
  const commands = words.split(/&&|\|\||[;\n]/).map((own) => own.trim())
  const last = commands.findLast((own) => own !== '') ?? ''
  if (!isPiped && /^exec\s/.test(last)) return 'replaced'
  if (isPiped || /[<>&(]/.test(words.replaceAll('&&', '')) || KEYWORD.test(words)) return 'kept'
  if (last.startsWith(HOLE)) return 'unknown'
  return commands.filter((own) => own !== '').length > 1 ? 'list' : 'single'
}

/** Commands that dash and bash run themselves (`help` of bash, dash(1)), without those that run others: `eval`, `.`, `command`. */
const OWN_COMMANDS = new Set(
  ': [ alias bg break cd continue echo exit export false fg getopts hash jobs kill printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait'.split(
    ' ',
  ),
)

function runsOwnCommands(words: string): boolean {
  const pieces = words.split(/(&&|\|\||(?<![&>])&(?!&)|[;|\n])/)
  // what is followed by a single `&` goes to the background, where no signal to the shell was ever meant to reach it
  const commands = pieces.filter((_, index) => index % 2 === 0 && pieces[index + 1] !== '&')
  const names = commands.map(
    (own) =>
      own
        .trim()
        .replace(/^(?:!\s+|\w+=\S*\s*)+/, '')
        .split(/\s/)[0] ?? '',
  )
  return names.some((name) => name !== '') && names.every((name) => name === '' || OWN_COMMANDS.has(name))
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
