import type { SourceUnit } from './source-unit.ts'

const ENDING = /\bprocess\s*\.\s*(?:exit|reallyExit|abort)\s*\(/

/** A desktop application and the host of an editor's extensions end when they are closed, whatever is pending. */
const HOST = /\b(?:from|require\(|import)\s*(?:\(\s*)?['"](?:electron|vscode)['"]/

/** A program that may end itself waits for no timer, pipe or child. */
export function mayEndItself({ text }: SourceUnit): boolean {
  return ENDING.test(text) || HOST.test(text)
}
