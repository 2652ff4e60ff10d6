import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getEnclosingFunction } from '../ast/function-node.ts'
import { getIndentation, hasSemicolon } from './source-style.ts'

export interface NewListener {
  readonly event: string
  /** The parameters of the listener and the lines of its body, or the name of a function. */
  readonly listener: { readonly params: string; readonly body: readonly string[] } | string
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
  const indentation = getIndentation(named?.statement ?? call, sourceCode)
  const end = named && hasSemicolon(named.statement, sourceCode) ? ';' : ''
  const inner = hasSemicolon(call, sourceCode) ? ';' : ''
  const written =
    typeof listener === 'string'
      ? listener
      : [
          `(${listener.params}) => {`,
          ...listener.body.map((line) => `${indentation}  ${line}${inner}`),
          `${indentation}}`,
        ].join('\n')
  const link = `.on('${event}', ${written})`
  return (fixer) =>
    named
      ? fixer.insertTextAfter(named.statement as never, `\n${indentation}${named.name}${link}${end}`)
      : fixer.insertTextAfter(call as never, link)
}

/** The statement that does nothing but give the value of `call` a name. */
function findNamedStatement(call: TSESTree.Node): { name: string; statement: TSESTree.Node } | undefined {
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
    if (target.type !== 'Identifier') return undefined
    name = target.name
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
