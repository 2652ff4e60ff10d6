import type { TSESTree } from '@typescript-eslint/utils'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import type { Contract } from './contracts.ts'
import { followConstants, listAlternatives, readPrimitive } from './known-value.ts'
import { isExport } from './module-origin.ts'
import type { SpawnArguments } from './spawn-arguments.ts'
import type { SourceUnit } from './source-unit.ts'
import type { ThreeValued } from './three-valued.ts'

/** The program that a call starts. */
export interface SpawnCommand {
  readonly node: TSESTree.Node | undefined
  /** Every program that it can be, when the source tells all of them; the first word of a command line. */
  readonly names: readonly string[] | undefined
  /** The first argument that is no option, where the source tells it. */
  readonly subcommand: string | undefined
  /** The command line, or the file, where it is one known text. */
  readonly text: string | undefined
  /** It is, or may be, the running Node itself (`process.execPath`): a binary that is certainly there. */
  readonly maySelf: boolean
  /** A command line that runs more than one program. */
  readonly isCompound: boolean
  /** It is the shell of the system (`sh`, `cmd.exe`, `process.env.ComSpec`), which is certainly there as well. */
  readonly isShell: boolean
}

/** Parameters and fields that carry the path of a Node binary, by the names they go by. */
const NODE_BINARY = /^(?:node|node_?(?:path|bin|binary|exec|exe|executable|command|cmd)|exec_?path)$/i

const NO_COMMAND = {
  names: undefined,
  subcommand: undefined,
  text: undefined,
  isCompound: false,
  isShell: false,
  maySelf: false,
}

export function readSpawnCommand(
  { args, command: node }: SpawnArguments,
  contract: Contract,
  unit: SourceUnit,
): SpawnCommand {
  if (!node) return { node, ...NO_COMMAND }
  const isLine =
    contract.signature === 'line' || contract.signature === 'line-callback' || contract.signature === 'template'
  const alternatives = listAlternatives(node, unit.bindings)
  const names = alternatives.map((alternative) => readName(alternative, isLine, unit))
  const [only] = alternatives
  const text = alternatives.length === 1 && only ? readPrimitive(only, unit.bindings) : undefined
  return {
    node,
    names: names.every((name) => name !== undefined) ? names : undefined,
    subcommand: isLine ? readSubcommand(node, unit) : readFirstArgument(args, unit),
    text: text?.is === 'known' && typeof text.value === 'string' ? text.value : undefined,
    isCompound: isLine && alternatives.some((alternative) => COMPOUND.test(readFixedText(alternative, unit))),
    isShell: alternatives.every((alternative) => isSystemShell(alternative, unit)),
    maySelf: contract.like === 'fork' || alternatives.some((alternative) => isOwnBinary(alternative, unit)),
  }
}

function readName(node: TSESTree.Node, isLine: boolean, unit: SourceUnit): string | undefined {
  const value = readPrimitive(node, unit.bindings)
  if (value.is === 'known' && typeof value.value === 'string') return isLine ? firstWord(value.value) : value.value
  // a command line with substitutions still names its program when the first word is fixed
  if (!isLine) return undefined
  const start = readStart(node)
  return start !== undefined && /\s/.test(start.trimStart()) ? firstWord(start) : undefined
}

const COMPOUND = /[|;&\n]|\$\(/

/** All that is fixed of a command line. */
function readFixedText(node: TSESTree.Node, unit: SourceUnit): string {
  const value = readPrimitive(node, unit.bindings)
  if (value.is === 'known') return String(value.value)
  if (node.type === 'TemplateLiteral') return node.quasis.map((quasi) => quasi.value.raw).join('')
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return ''
  return readFixedText(node.left, unit) + readFixedText(node.right, unit)
}

function readStart(node: TSESTree.Node): string | undefined {
  if (node.type === 'TemplateLiteral') return node.quasis[0]?.value.raw
  if (node.type === 'BinaryExpression' && node.operator === '+') return readStart(node.left)
  return getStaticString(node)
}

function readSubcommand(line: TSESTree.Node, unit: SourceUnit): string | undefined {
  const value = readPrimitive(line, unit.bindings)
  const text = value.is === 'known' ? String(value.value) : readStart(followConstants(line, unit.bindings))
  const words = text?.trimStart().split(/\s+/).slice(1) ?? []
  // the last word before a substitution may go on in it
  const word = words.find((candidate) => !candidate.startsWith('-'))
  return value.is === 'known' || word !== words.at(-1) ? word : undefined
}

function readFirstArgument(args: ThreeValued<TSESTree.Node>, { bindings }: SourceUnit): string | undefined {
  const list = args.is === 'known' ? followConstants(args.value, bindings) : undefined
  if (list?.type !== 'ArrayExpression') return undefined
  for (const element of list.elements) {
    const text = getStaticString(element)
    if (!text?.startsWith('-')) return text
  }
  return undefined
}

function firstWord(line: string): string | undefined {
  const word = line
    .trim()
    .split(/\s+/)
    .find((candidate) => !/^\w+=[^$`"'(]*$/.test(candidate))
  // `pids=$(ps aux | …)`: what is assigned goes on, and may start a program itself
  return word === undefined || /^\w+=/.test(word) ? undefined : word.replaceAll(/^["']|["']$/g, '')
}

const SHELL = /^(?:(?:\/usr)?(?:\/bin\/)?sh|cmd(?:\.exe)?)$/i

function isSystemShell(node: TSESTree.Node, unit: SourceUnit): boolean {
  const value = readPrimitive(node, unit.bindings)
  if (value.is === 'known') return typeof value.value === 'string' && SHELL.test(value.value)
  if (node.type !== 'MemberExpression' || !isExport(unit.resolveOrigin(node.object), 'process', 'env')) return false
  return /^(?:comspec|shell)$/i.test(getStaticPropertyName(node) ?? '')
}

function isOwnBinary(node: TSESTree.Node, unit: SourceUnit): boolean {
  const found = unit.resolveOrigin(node)
  if (isExport(found, 'process', 'execPath') || isExport(found, 'process', 'argv0')) return true
  if (node.type === 'MemberExpression') {
    const object = unit.resolveOrigin(node.object)
    // `process.argv[0]`, and `process.env.npm_node_execpath`
    if (isExport(object, 'process', 'argv')) return node.property.type === 'Literal' && node.property.value === 0
    if (isExport(object, 'process', 'env'))
      return node.property.type === 'Identifier' && /node_?execpath/i.test(node.property.name)
  }
  const name =
    node.type === 'Identifier'
      ? node.name
      : node.type === 'MemberExpression' && node.property.type === 'Identifier'
        ? node.property.name
        : ''
  return NODE_BINARY.test(name)
}

/**
 * Does a command match one of the patterns (`*` for any text): by its base name, as it is written, or, `git log`, with
 * its first argument?
 */
export function isCommandMatched(
  { isCompound, names, subcommand }: SpawnCommand,
  patterns: readonly string[],
): boolean {
  if (!names || isCompound || patterns.length === 0) return false
  const expression = compilePatterns(patterns)
  return names.every((name) => {
    const base = (name.split(/[/\\]/).at(-1) ?? name).replace(/\.(?:exe|cmd|bat)$/i, '')
    const written = subcommand === undefined ? [base, name] : [base, name, `${base} ${subcommand}`]
    return written.some((text) => expression.test(text))
  })
}

/** The options of a rule are one object for the whole of a run. */
const compiled = new WeakMap<readonly string[], RegExp>()

function compilePatterns(patterns: readonly string[]): RegExp {
  let expression = compiled.get(patterns)
  if (!expression) {
    const alternatives = patterns.map((pattern) => pattern.split('*').map(escapeRegExp).join('.*'))
    compiled.set(patterns, (expression = new RegExp(`^(?:${alternatives.join('|')})$`, 'i')))
  }
  return expression
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
}
