import type { TSESTree } from '@typescript-eslint/utils'
import type { Rule, SourceCode } from 'eslint'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { type OptionsPlace, setOptions } from './set-option.ts'

/**
 * Starts the child as the leader of a process group and replaces each `child.kill(…)` by a kill of the group. `undefined`
 * where there is no place for the option, or a kill is written otherwise.
 */
export function killGroup(
  place: OptionsPlace,
  kills: readonly TSESTree.CallExpression[],
  sourceCode: SourceCode,
): ((fixer: Rule.RuleFixer) => Rule.Fix[]) | undefined {
  const detach = setOptions(place, { detached: 'true' }, sourceCode)
  const texts = kills.map((kill) => writeGroupKill(kill, sourceCode))
  if (!detach || kills.length === 0 || texts.some((text) => text === undefined)) return undefined
  return (fixer) => [
    ...detach(fixer),
    ...kills.map((kill, index) => fixer.replaceText(kill as never, texts[index] ?? '')),
  ]
}

function writeGroupKill(kill: TSESTree.CallExpression, sourceCode: SourceCode): string | undefined {
  const callee = skipWrappers(kill.callee)
  // what `kill()` returns is not what `process.kill()` does, and a child that is not there has no pid
  if (callee.type !== 'MemberExpression' || callee.optional || kill.parent.type !== 'ExpressionStatement')
    return undefined
  const child = sourceCode.getText(callee.object as never)
  const given = kill.arguments.map((argument) => `, ${sourceCode.getText(argument as never)}`).join('')
  return `process.kill(-${child}.pid${given})`
}
