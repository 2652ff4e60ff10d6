import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { getCodeRoot } from '../ast/function-node.ts'
import { isInLoop } from '../ast/loop.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findNamedStatement, insertBehind, type ListenerSource, writeListener } from './add-listener.ts'

/**
 * Adds an 'error' listener to the `stdin` of the child that `call` starts: as a statement behind the one that names the
 * child, else as a link in front of the write, `stdin.on(…).write(…)`, or behind the pipe, `source.pipe(stdin).on(…)`.
 * `undefined` where the write may run more than once, and with it the link.
 *
 * @param feed the call that writes or pipes
 * @param isChild the value of `call` is the child, no promise
 */
export function addStdinListener(
  call: TSESTree.Node,
  feed: TSESTree.Node,
  isChild: boolean,
  listener: ListenerSource,
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix) | undefined {
  if (feed.type !== 'CallExpression' || feed.callee.type !== 'MemberExpression') return undefined
  const { callee } = feed
  const isPipe = getStaticPropertyName(callee) === 'pipe'
  const stdin = isPipe ? feed.arguments[0] : callee.object
  if (!stdin) return undefined
  const named = isChild ? findNamedStatement(call) : undefined
  const on = (place: TSESTree.Node): string => `.on('error', ${writeListener(listener, place, sourceCode)})`
  if (named) {
    // as the write reads it: `stdin!` and `stdin?.` satisfy a type checker
    const mark = stdin.type === 'TSNonNullExpression' ? '!' : !isPipe && callee.optional ? '?' : ''
    return (fixer) => insertBehind(named, `.stdin${mark}${on(named.statement)}`, fixer, sourceCode)
  }
  if (getCodeRoot(feed) !== getCodeRoot(call) || isInLoop(feed)) return undefined
  if (isPipe) return (fixer) => fixer.insertTextAfter(feed as never, on(feed))
  return (fixer) => fixer.insertTextAfter(stdin as never, `${callee.optional ? '?' : ''}${on(feed)}`)
}
