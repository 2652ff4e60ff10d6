import type { TSESTree } from '@typescript-eslint/utils'
import type { SourceUnit } from './source-unit.ts'

const ENDING = /\bprocess\s*\.\s*(?:exit|reallyExit|abort)\s*\(/

/** A desktop application and the host of an editor's extensions end when they are closed, whatever is pending. */
const HOST = /\b(?:from|require\(|import)\s*(?:\(\s*)?['"](?:electron|vscode)['"]/

/** One search of the text per file, not per child. */
const known = new WeakMap<SourceUnit, boolean>()

/** A program that may end itself waits for no timer, pipe or child. */
export function mayEndItself(unit: SourceUnit): boolean {
  let may = known.get(unit)
  if (may === undefined) known.set(unit, (may = ENDING.test(unit.text) || HOST.test(unit.text)))
  return may
}

/** Does code, or a function in it, end the program? Then it starts what the program lives for. */
export function endsProgram({ range }: TSESTree.Node, unit: SourceUnit): boolean {
  return ENDING.test(unit.text.slice(...range))
}
