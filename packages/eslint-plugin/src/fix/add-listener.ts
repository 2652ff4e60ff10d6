import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getEnclosingFunction } from '../ast/function-node.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { getIndentation, getLineBreak, hasSemicolon } from './source-style.ts'

/** The parameters of a listener and the lines of its body, or the name of a function. */
export type ListenerSource = { readonly params: string; readonly body: readonly string[] } | string

export interface NewListener {
  readonly event: string
  readonly listener: ListenerSource
}

/**
 * Adds a listener to the child that `call` starts: as a statement behind `const child = spawn(…)` and `child = spawn(…)`,
 * else as a link of the chain, `spawn(…).on(…)`, which gives the child again.
 */
export function addListener(
  call: TSESTree.Node,
  { event, listener }: NewListener,
  sourceCode: SourceCode,
): (fixer: Rule.RuleFixer) => Rule.Fix {
  const named = findNamedStatement(call)
  const link = `.on('${event}', ${writeListener(listener, named?.statement ?? call, sourceCode)})`
  return (fixer) => (named ? insertBehind(named, link, fixer, sourceCode) : fixer.insertTextAfter(call as never, link))
}

/** Adds a statement behind the one that names the child: the name, followed by `rest`. */
export function insertBehind(
  { name, statement }: NamedStatement,
  rest: string,
  fixer: Rule.RuleFixer,
  sourceCode: SourceCode,
): Rule.Fix {
  const end = hasSemicolon(statement, sourceCode) ? ';' : ''
  const line = `${getLineBreak(sourceCode)}${getIndentation(statement, sourceCode)}${name}${rest}${end}`
  return fixer.insertTextAfter(statement as never, line)
}

/** A listener in the style of the code around `place`. */
export function writeListener(listener: ListenerSource, place: TSESTree.Node, sourceCode: SourceCode): string {
  if (typeof listener === 'string') return listener
  const indentation = getIndentation(place, sourceCode)
  const end = hasSemicolon(place, sourceCode) ? ';' : ''
  return [
    `(${listener.params}) => {`,
    ...listener.body.map((line) => `${indentation}  ${line}${end}`),
    `${indentation}}`,
  ].join(getLineBreak(sourceCode))
}

export interface NamedStatement {
  readonly name: string
  readonly statement: TSESTree.Node
}

/** `child`, `this.child`, `this.#child`. */
function readName(target: TSESTree.Node): string | undefined {
  if (target.type === 'Identifier') return target.name
  const isOwn = target.type === 'MemberExpression' && target.object.type === 'ThisExpression' && !target.computed
  return isOwn ? `this.${getStaticPropertyName(target)}` : undefined
}

/** The statement that does nothing but give the value of `call` a name. */
export function findNamedStatement(call: TSESTree.Node): NamedStatement | undefined {
  const value = climbWrappers(call)
  const { parent } = value
  let name: string | undefined
  let statement: TSESTree.Node | undefined
  if (parent?.type === 'VariableDeclarator' && parent.init === value && parent.id.type === 'Identifier') {
    if (parent.parent.declarations.length !== 1) return undefined
    name = parent.id.name
    statement = parent.parent.parent.type === 'ExportNamedDeclaration' ? parent.parent.parent : parent.parent
  } else if (
    parent?.type === 'AssignmentExpression' &&
    parent.operator === '=' &&
    parent.parent.type === 'ExpressionStatement'
  ) {
    const target = skipWrappers(parent.left)
    name = readName(target)
    statement = parent.parent
  }
  if (name === undefined || !statement) return undefined
  const holder = statement.parent?.type
  const isInList =
    holder === 'Program' || holder === 'BlockStatement' || holder === 'StaticBlock' || holder === 'TSModuleBlock'
  return isInList ? { name, statement } : undefined
}

/** The name that rejects the promise in whose executor `node` runs: `reject` of `new Promise((resolve, reject) => …)`. */
export function findReject(node: TSESTree.Node): string | undefined {
  const executor = getEnclosingFunction(node)
  const owner = executor && climbWrappers(executor).parent
  if (owner?.type !== 'NewExpression' || owner.callee.type !== 'Identifier' || owner.callee.name !== 'Promise')
    return undefined
  const reject = executor?.params[1]
  return reject?.type === 'Identifier' ? reject.name : undefined
}
