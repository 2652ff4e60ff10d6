import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import type { VisitorKeys } from '../ast/child-nodes.ts'
import type { ChildProcessSettings } from './child-process-settings.ts'
import type { DeclaredFunctionFinder } from './declared-function.ts'
import type { HandedBack } from './handed-back.ts'
import type { FileFunction } from './imported-function.ts'
import type { OriginResolver } from './module-origin.ts'

/** One file and what every pass over it needs; of the linted file as of one that is only read. */
export interface SourceUnit {
  readonly program: TSESTree.Program
  readonly text: string
  readonly filename: string
  /** The working directory, which relative paths in the settings start from. */
  readonly cwd: string
  readonly visitorKeys: VisitorKeys | undefined
  readonly bindings: Bindings
  readonly resolveOrigin: OriginResolver
  /** With type information: what types know of a callee, and bindings do not. */
  readonly findDeclaredFunction?: DeclaredFunctionFinder | undefined
  readonly settings: ChildProcessSettings
  /** The major version of a package as this file gets it. */
  readonly getMajor: (packageName: string) => number | undefined
  readonly imported: ImportedFunctions
}

/** What is known of the functions that a file imports from other files of its project. */
export interface ImportedFunctions {
  /** The function that a callee names. */
  find(callee: TSESTree.Node, unit: SourceUnit): FileFunction | undefined
  /** Is the module a file of the project whose functions may hand back a child? */
  mayHandBack(specifier: string, unit: SourceUnit): boolean
  /** The children that a function hands back. */
  listChildren(callee: TSESTree.Node, unit: SourceUnit): readonly HandedBack[]
}

/** Where other files cannot be read, or what is imported is not what they export. */
export const NO_IMPORTS: ImportedFunctions = {
  find: () => undefined,
  listChildren: () => [],
  mayHandBack: () => false,
}
