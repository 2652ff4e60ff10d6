import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { findNamedStatement } from './add-listener.ts'
import { getIndentation, hasSemicolon } from './source-style.ts'

/** A call that adds a listener as a statement of its own. */
export interface AddedListener {
  readonly call: TSESTree.CallExpression
  readonly emitter: TSESTree.Node
  readonly method: string
  readonly event: string
  readonly listener: TSESTree.Node
}

type Fixer = (fixer: Rule.RuleFixer) => Rule.Fix[]

/** Removes the listener when the child that `start` starts has ended. `undefined` where the child has no name by then. */
export function removeOnClose(added: AddedListener, start: TSESTree.Node, sourceCode: SourceCode): Fixer | undefined {
  const child = findNamedStatement(start)
  const place = findStatement(added)
  if (!child || !place || child.statement.parent !== place.parent) return undefined
  if (child.statement.range[1] > place.range[0]) return undefined
  const emitter = sourceCode.getText(added.emitter as never)
  const off = added.method === 'addEventListener' ? 'removeEventListener' : 'off'
  return follow(added, place, sourceCode, (name) => {
    const removal = `${emitter}${mark(added)}.${off}('${added.event}', ${name})`
    return `${child.name}.once('close', () => ${removal})`
  })
}

/** Runs the listener at once where the signal has been aborted before. */
export function runIfAborted(added: AddedListener, sourceCode: SourceCode): Fixer | undefined {
  const place = findStatement(added)
  const emitter = sourceCode.getText(added.emitter as never)
  return place && follow(added, place, sourceCode, (name) => `if (${emitter}${mark(added)}.aborted) ${name}()`)
}

/** Adds a statement behind the one that adds the listener, which gets a name if it has none. */
function follow(
  { call, event, listener }: AddedListener,
  place: TSESTree.Node,
  sourceCode: SourceCode,
  write: (name: string) => string,
): Fixer | undefined {
  const end = hasSemicolon(place, sourceCode) ? ';' : ''
  const indentation = getIndentation(place, sourceCode)
  const add = (fixer: Rule.RuleFixer, name: string): Rule.Fix =>
    fixer.insertTextAfter(place as never, `\n${indentation}${write(name)}${end}`)
  if (listener.type === 'Identifier') return (fixer) => [add(fixer, listener.name)]
  if (!listener.type.includes('Function') || call.arguments.some(({ type }) => type === 'SpreadElement'))
    return undefined
  const name = `on${event.charAt(0).toUpperCase()}${event.slice(1).toLowerCase()}`
  if (!/^\w+$/.test(name) || new RegExp(`\\b${name}\\b`).test(sourceCode.text)) return undefined
  const text = sourceCode.getText(listener as never)
  return (fixer) => [
    fixer.insertTextBefore(place as never, `const ${name} = ${text}${end}\n${indentation}`),
    fixer.replaceText(listener as never, name),
    add(fixer, name),
  ]
}

/** `signal?.addEventListener(…)` */
function mark({ call }: AddedListener): string {
  return call.callee.type === 'MemberExpression' && call.callee.optional ? '?' : ''
}

function findStatement({ call }: AddedListener): TSESTree.Node | undefined {
  const statement = call.parent.type === 'ChainExpression' ? call.parent.parent : call.parent
  const holder = statement.parent?.type
  return statement.type === 'ExpressionStatement' && (holder === 'BlockStatement' || holder === 'Program')
    ? statement
    : undefined
}
