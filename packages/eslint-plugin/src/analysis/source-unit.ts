import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import type { VisitorKeys } from '../ast/child-nodes.ts'
import type { ChildProcessSettings } from './child-process-settings.ts'
import type { DeclaredFunctionFinder } from './declared-function.ts'
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
}
