import type { TSESTree } from '@typescript-eslint/utils'
import type { SourceUnit } from './source-unit.ts'

const found = new WeakMap<TSESTree.Program, Map<RegExp, boolean>>()

/** Does the text of the file match anywhere? Asked for every child of a file, searched once. */
export function isInText(pattern: RegExp, { program, text }: SourceUnit): boolean {
  let known = found.get(program)
  if (!known) found.set(program, (known = new Map<RegExp, boolean>()))
  let isFound = known.get(pattern)
  if (isFound === undefined) known.set(pattern, (isFound = pattern.test(text)))
  return isFound
}
